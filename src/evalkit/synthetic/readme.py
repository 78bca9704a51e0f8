"""The README.md that lies beside the generated workbooks."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.colleges import SCHOOL
from evalkit.synthetic.plan import EXACT, TIED
from evalkit.synthetic.score_sheets import FIRST_ROUND

__all__ = ["readme"]


def readme(years: Sequence[Sequence[CollegeYear]], scored: Sequence[str]) -> str:
    """Return the text.

    Parameters
    ----------
    years : sequence of sequences of CollegeYear
        All colleges, year by year, oldest first.
    scored : sequence of str
        Names of the years that have score sheets.
    """
    last = years[-1]
    names = "、".join(f"`{colleges[0].year}`" for colleges in years)
    options = (
        f"--colleges {len(last)} --years {len(years)} --seed {last[0].seed}"
        f" --last-year {last[0].year}"
    )
    students = sum(here.structure.n_students for here in last)
    return f"""# 示例数据（虚构）

{SCHOOL}是一所虚构的学校。这里的学院、人员、事件和数字全部由程序生成，不对应任何真实的单位或个人；
手机号码、邮箱和证书编号也是编造的，不能使用。学生只以编号出现。

- 学年：{names}
- 学院：{len(last)} 个，最近一个学年共有学生 {students} 人
- 随机种子：{last[0].seed}

| 文件 | 内容 |
|---|---|
| `台账_学年_学院代码.xlsx` | 一个学院一个学年的台账，24 张表 |
| `校级_学年.xlsx` | 校心理中心填写的任务清单、日常记录、校历与字典、实地调研、培训督导计划 |
| `评分表_学年_评委编号.xlsx` | 一位评委的评分表（{"、".join(scored)}） |
| `{last[0].year}/第一轮退回/` | {len(FIRST_ROUND)} 份评分表第一次交来时的样子，各有一处错误 |

## 重新生成

    evalkit sample 文件夹 {options}

参数相同，生成的文件逐字节相同。要改示例数据，请改程序后重新生成，不要直接改这里的文件。

## 有意安排的情形（{last[0].year} 学年）

{_planted(last, alone=len(years) == 1)}"""


def _planted(colleges: Sequence[CollegeYear], *, alone: bool) -> str:
    lines = [
        f"| {here.code} | {here.college.name} | {'；'.join(facts)} |"
        for here in colleges
        if (facts := _facts(here, len(colleges), alone=alone))
    ]
    reasons = "；".join(f"{judge} {why}" for judge, why in FIRST_ROUND.items())
    table = "\n".join(["| 代码 | 学院 | 情形 |", "|---|---|---|", *lines])
    return f"{table}\n\n评委 J06 对各项按同一比例打分。第一轮退回的评分表：{reasons}。\n"


def _facts(here: CollegeYear, n_colleges: int, *, alone: bool) -> list[str]:
    profile = here.profile
    facts = []
    if n_colleges >= 6 and here.code == EXACT:
        facts.append("最终得分恰为 90.00")
    if n_colleges >= 6 and here.code in TIED:
        facts.append("两个学院最终得分完全相同，以未去极值的平均分区分")
    if profile.absent == 1:
        facts.append(f"应测 {here.structure.n_students} 人，只差 1 人")
    if profile.absent == 0:
        facts.append("参测率恰为 100%")
    if profile.absent is None and profile.participation < 0.975:
        facts.append("参测率偏低")
    if profile.level_one is not None:
        only = f"只有 {profile.level_one} 人" if profile.level_one else "人数为 0"
        facts.append(f"一级预警{only}")
    before = profile.years_before(1).instrument
    if not alone and before != profile.instrument:
        facts.append(f"上一学年及以前的测评工具为 {before}")
    if profile.flat_months:
        months = "、".join(map(str, profile.flat_months))
        facts.append(f"{months} 月的月报数字完全相同")
    if profile.missing_month is not None:
        facts.append(f"缺 {profile.missing_month} 月月报")
    if profile.themes[1] == 0:
        facts.append("第二学期没有主题宣教活动")
    if profile.training_gaps:
        facts.append(f"骨干培训有 {profile.training_gaps} 格空缺")
    if profile.bare_classes:
        facts.append(f"{profile.bare_classes} 个班没有心理委员")
    if profile.execution > 1:
        facts.append("经费支出超出预算")
    if not profile.own_funds:
        facts.append("没有学院配套经费")
    if not profile.room:
        facts.append("没有独立专用的场地")
    if profile.head_changes:
        facts.append("九月更换站长，有交接记录")
    if profile.form_late:
        facts.append("站长登记表晚于九月报送")
    if profile.head_untrained:
        facts.append("站长本学年没有参加专业培训")
    if not profile.visited:
        facts.append("没有实地调研记录（来源不全）")
    return facts
