"""The file in which the decision is entered, laid out with what there is to decide on."""

from __future__ import annotations

import json

from evalkit.assessment import Assessment
from evalkit.export.documents.decision import decision_path, result_code

__all__ = ["blank_decisions"]


def blank_decisions(assessment: Assessment) -> str:
    """Return a decision.yaml to fill in; nothing in it is decided.

    The proposals stand in remarks: the panel decides, and copies what it has decided.
    """
    path, root = decision_path(assessment), assessment.workspace.root
    # Data may lie elsewhere; where on this machine is nobody's business.
    place = path.relative_to(root if path.is_relative_to(root) else path.parents[2])
    code = result_code(assessment.panel)
    lines = [
        f"# {assessment.workspace.school} {assessment.year} 学年：会议、审定、公示和印发。",
        f"# 填好后放到 {place.as_posix()}，再运行 evalkit documents。",
        "# 去掉一行开头的“# ”就是填写这一项；没有定下来的不填。",
        f'academic_year: "{assessment.year}"',
        "",
        "# meeting:                      # 评审会",
        "#   day: 2025-07-03             # 日期".replace("2025", str(assessment.year.start + 1)),
        '#   begin: "09:00"              # 开始时间',
        '#   place: ""                   # 地点',
        '#   seed: ""                    # 抽签的种子：任何一段文字，最好当场说出',
        "#   talk_minutes: 8             # 每个学院汇报几分钟",
        "#   question_minutes: 2         # 每个学院提问几分钟",
        "",
        "# decision:                     # 审定：填写之后，各文书不再注“建议名单（待审定）”",
        f"#   day: {assessment.year.start + 1}-07-04             # 审定日期",
        '#   by: ""                      # 由谁审定，例如：校党委学生工作委员会',
        '#   reason: ""                  # 依据和理由，例如：会议纪要的编号；与建议不同的写明原因',
        f'#   result: "{code}"       # 审定所依据的评分；评分若有变化，程序会提醒重新审定',
        "#   awards:",
    ]
    for award in assessment.rubric.awards:
        remark = f"{_one_line(award.title)}，共 {award.number} 个；空缺写 []"
        lines.append(f"#     {award.id}:                  # {remark}")
        proposed = assessment.proposals
        own = proposed[proposed["award"] == award.title]
        for code_, college, head in zip(
            own["college_code"], own["college"], own["head"], strict=True
        ):
            name = f", name: {json.dumps(_one_line(head), ensure_ascii=False)}" if head else ""
            lines.append(f"#       - {{college: {code_}{name}}}   # 建议：{_one_line(college)}")
    lines += [
        "",
        "# notice:                       # 公示",
        f"#   first: {assessment.year.start + 1}-07-05           # 第一天",
        f"#   last: {assessment.year.start + 1}-07-11            # 最后一天",
        '#   office: ""                  # 受理异议的部门，不填则为校心理中心',
        '#   phone: ""',
        '#   email: ""',
        "",
        "# issue:                        # 印发",
        '#   number: ""                  # 发文字号',
        f"#   day: {assessment.year.start + 1}-07-14             # 成文日期",
    ]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    """Return a text that cannot end a remark: a new line would begin an entry."""
    return " ".join(text.split())
