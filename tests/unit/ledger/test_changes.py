"""A school's own changes to the built-in ledger."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from evalkit.errors import DefinitionError
from evalkit.ledger import Ledger, load_ledger
from evalkit.ledger.model import normalise


def changed(folder: Path, **files: str) -> Ledger:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    return load_ledger(folder)


def faults(folder: Path, **files: str) -> list[str]:
    """Return what is said of a folder, one line a fault, without its numbers."""
    with pytest.raises(DefinitionError) as caught:
        changed(folder, **files)
    return [line.split(". ", 1)[1] for line in str(caught.value).splitlines()[1:]]


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    assert load_ledger(tmp_path) == load_ledger()


def test_a_file_changes_a_built_in_sheet(tmp_path: Path) -> None:
    ledger = changed(
        tmp_path,
        ours="""\
            change: S08
            title: 活动一览
            note: 请逐项填写。
            rows: 一行一场活动
            core: false
            rename: {地点: 活动场所, host: 负责教师}
            drop: [news_no, 满意度均分]
            columns:
              - {name: n_attend, maximum: 800, note: 以签到表为准}
              - {name: budget, header: 预算, type: money, unit: 元, minimum: 0, aliases: [主题]}
            rules:
              - code: C04
                severity: W
                must: budget <= 5000
                what: "预算为 {budget} 元"
                rule: 预算一般不超过 5000 元
                mend: 请核对预算
            drop_rules: ["n_attend<=base_info.n_students*3"]
            """,
    )
    before, sheet = load_ledger()["activities"], ledger["activities"]
    assert (sheet.title, sheet.note, sheet.rows, sheet.core) == (
        *("活动一览", "请逐项填写。", "一行一场活动"),
        False,
    )
    dropped = ("news_no", "satisfaction")
    names = [column.name for column in before.columns if column.name not in dropped]
    assert [column.name for column in sheet.columns] == [*names, "budget"]
    place, host, attend = (sheet.column(name) for name in ("place", "host", "n_attend"))
    assert (place.header, place.aliases) == (
        "活动场所",
        (*before.column("place").aliases, "地点"),
    )
    assert normalise("主讲/组织者") in host.names
    assert (attend.minimum, attend.maximum, attend.note) == (1, 800, "以签到表为准")
    assert attend.header == "参与人次"
    assert normalise("主题") in sheet.column("budget").names
    assert normalise("主题") not in sheet.column("title").names
    assert [rule.must for rule in sheet.rules] == [
        "end >= start",
        "days(start, end) <= 60",
        "budget <= 5000",
    ]
    assert load_ledger()["activities"] == before


def test_with_a_column_goes_what_names_it(tmp_path: Path) -> None:
    ledger = changed(
        tmp_path,
        classes="{change: S01, drop: [on_campus_s2, counsellor, 班级人数]}",
        funds="{change: S05, drop: [entry_type]}",
        staff="{change: S06, drop: [certificate, to_date]}",
        students="{change: S16, drop: [status]}",
        awards="{change: S20, drop: [date], columns: [{name: level, allowed: [校, 院]}]}",
    )
    must = {sheet.name: [rule.must for rule in sheet.rules] for sheet in ledger.sheets}
    assert must["class_base"] == ["grade <= new_grade"]
    assert must["base_info"] == [
        "n_freshmen <= n_students",
        "n_classes == count(class_base)",
        "n_dorms >= n_students / 10",
        "head_name in values(staff.name, role='站长')",
        "reviewed_by != filled_by",
        "first_day <= filled_on and days(last_day, filled_on) <= 60",
    ]
    assert must["funds"] == []
    assert must["staff"] == ["from_date <= last_day"]
    staff, funds = ledger["staff"], ledger["funds"]
    assert staff.column("from_date").until == ""
    assert [staff.column("cert_no").required, staff.column("cert_no").when] == ["optional", ""]
    assert [c.required for c in funds.columns if c.name in ("voucher_no", "activity_id")] == [
        "optional",
        "optional",
    ]
    owner = ledger["key_students"].column("owner")
    assert (owner.refers, owner.refers_when) == ("", "")
    assert ledger["awards"].key == ("title", "owner")
    assert ledger["awards"].column("level").example == ""


def test_a_sheet_can_be_left_out(tmp_path: Path) -> None:
    ledger = changed(tmp_path, less="drop_sheet: [S06, S22]", fewer="drop_sheet: X06")
    assert {s.id for s in load_ledger().sheets} - {s.id for s in ledger.sheets} == {
        *("S06", "S22", "X06")
    }
    assert ledger["staff_training"].column("name").refers == ""
    assert all("staff." not in rule.must for sheet in ledger.sheets for rule in sheet.rules)


def test_a_sheet_that_is_written_anew_lets_the_others_go(tmp_path: Path) -> None:
    ledger = changed(
        tmp_path,
        activities="""\
            id: S08
            name: activities
            title: 活动一览
            workbook: college
            columns:
              - {name: title, header: 活动名称, type: text, required: always}
            """,
    )
    link = ledger["funds"].column("activity_id")
    assert (link.refers, link.required) == ("", "conditional")


def test_every_fault_of_a_change_is_told_at_once(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        a_unknown="{change: S99}",
        b_schema="{change: S02, titel: 计划, columns: 3}",
        c_change="""\
            change: S08
            title: 活动/一览
            rename: {场馆: 地点, place: "", title: 学期}
            drop: [activity_id, venue]
            drop_rules: ["n_attend > 0"]
            columns:
              - {name: n_attend, maximum: 多}
              - {name: budget, type: money}
              - {name: end, type: text, required: conditional, refers: rooms.name}
              - {name: place, until: start, example: ""}
            rules:
              - {code: C04, must: budget < cost, what: 超出, rule: 不超, mend: 请改, spoils: [cost]}
            """,
        d_again="drop_sheet: [S00, S08, S98]",
        e_private="{change: S06, drop: [role]}",
        f_bare="{change: S22, drop: ['no', title, text, n_benefit, n_media, evidence_no]}",
    )
    headers = "、".join(column.header for column in load_ledger()["S08"].columns)
    names = (
        "audience、end、first_day、form、grades、has_plan、has_summary、host、is_theme、last_day、"
        "n_attend、new_grade、news_no、place、satisfaction、semester、start、title、year_start"
    )
    assert told == [
        "a_unknown.yaml › change: 没有表号为 S99 的内置表",
        "b_schema.yaml › columns: 应为列表，现为 3",
        "b_schema.yaml › titel: 不认识这一项，请检查拼写或删去，现为 '计划'",
        f"c_change.yaml › rename: 本表没有“场馆”这一列；有：{headers}",
        "c_change.yaml › rename: “place”的新表头不能为空",
        "c_change.yaml › columns[0].maximum: 应为数字，现为 '多'",
        "c_change.yaml › columns[1].header: 缺少这一项",
        f"c_change.yaml › drop[1]: 本表没有“venue”这一列；有：{headers}",
        "c_change.yaml › drop: 各行靠“活动编号”区分，不能停用；要换别的办法区分，请整张表重写",
        "c_change.yaml › drop_rules[0]: 本表没有“n_attend > 0”这条规则，请照抄 docs/codebook.md",
        "c_change.yaml › title: 表名会写在工作表的标签上，不能含有 [ ] : * ? / \\",
        "c_change.yaml › columns（semester）.header: 表头或别名与同表的另一列相同",
        "c_change.yaml › rename（title）.header: 表头或别名与同表的另一列相同",
        "c_change.yaml › columns[2].when: 条件必填的列要写明什么情况下必填",
        "c_change.yaml › columns[2].required_when: 条件必填的列要写出条件，如 status == '已完成'",
        "c_change.yaml › columns[3].until: 只能从一个日期列指向另一个日期列",
        f"c_change.yaml › rules[0].must: “活动/一览”表没有列“budget”；有：{names}",
        "c_change.yaml › rules[0].spoils: 没有名为“cost”的列",
        "c_change.yaml › columns[2].refers: 没有名为“rooms”的表",
        "d_again.yaml › drop_sheet: S00 说明是哪个学院的台账，不能停用",
        "d_again.yaml › drop_sheet: 表号 S08 已被另一个文件使用",
        "d_again.yaml › drop_sheet: 没有表号为 S98 的内置表",
        (
            "e_private.yaml › drop[0]: “姓名”要靠这一列判断哪些行不得外传，"
            "停用它就请在 columns 中写 {name: name, private: true}"
        ),
        "f_bare.yaml › drop: 各行靠“序号”区分，不能停用；要换别的办法区分，请整张表重写",
        "f_bare.yaml › drop: 至少要留下一列；整张表不用的，请写 drop_sheet",
    ]


def test_a_private_column_stays_private_without_the_column_that_said_when(tmp_path: Path) -> None:
    ledger = changed(
        tmp_path,
        staff="{change: S06, drop: [role], columns: [{name: name, private: true}]}",
    )
    name = ledger["staff"].column("name")
    assert (name.private, name.private_where) == (True, {})


def test_what_is_private_cannot_be_made_public(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        form="{change: S23, columns: [{name: mobile, private: false}]}",
        staff="{change: S06, columns: [{name: name, private_where: {}}]}",
    )
    assert told == [
        "form.yaml › columns[0].private: 内置的不外传的列只用于核对，不能改为外传",
        "staff.yaml › columns[0].private_where: 有些行不得外传，不能取消；可以写 private: true",
    ]
