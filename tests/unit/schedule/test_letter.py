from __future__ import annotations

import socket
from datetime import date
from pathlib import Path

from paper_school import School

from evalkit.schedule.agenda import agenda
from evalkit.schedule.letter import Letter, Outcome, letter_of

DAY = date(2024, 11, 5)
TITLE = "核对 2024 年 10 月的心理月报"
FOLDER = Path("reports") / "2024-2025"
MADE = Outcome("2024-2025", (TITLE,), ("学校报告", "汇总"), 7, (), FOLDER)


def signature(school: School) -> str:
    return (
        f"本邮件由 evalkit 在电脑 {socket.gethostname()} 上自动发出，请勿直接回复。\n"
        f"工作区：{school.root}\n"
    )


def test_all_were_made(school: School) -> None:
    assert letter_of(school.space, DAY, [MADE]) == Letter(
        "success",
        "社区大学二级心理辅导站考核：生成了 2 份报告（2024-11-05）",
        "2024-2025 学年\n"
        "到期事项：\n"
        f"  · {TITLE}\n"
        "生成了 2 份：\n"
        "  · 学校报告\n"
        "  · 汇总\n"
        "另有 7 份没有变化，没有重新生成。\n"
        f"报告在：{FOLDER}\n\n"
        f"{signature(school)}",
    )


def test_nothing_had_changed(school: School) -> None:
    letter = letter_of(school.space, DAY, [Outcome("2024-2025", (TITLE,), (), 9, (), FOLDER)])
    assert letter.occasion == "success"
    assert letter.subject == (
        "社区大学二级心理辅导站考核：报告没有变化，不必重新生成（2024-11-05）"
    )
    assert "生成了" not in letter.text


def test_some_were_not_made(school: School) -> None:
    failed = (("学院报告_C01_甲学院", "第 3 个代码单元格出错：联系 13800138000"),)
    letter = letter_of(
        school.space, DAY, [Outcome("2024-2025", (TITLE,), ("汇总",), 0, failed, FOLDER)]
    )
    assert letter == Letter(
        "failure",
        "社区大学二级心理辅导站考核：有 1 份报告没有生成（2024-11-05）",
        "2024-2025 学年\n"
        "到期事项：\n"
        f"  · {TITLE}\n"
        "没有生成，原因如下：\n"
        "  · 学院报告_C01_甲学院：第 3 个代码单元格出错：联系 ******\n"
        "生成了 1 份：\n"
        "  · 汇总\n"
        f"报告在：{FOLDER}\n\n"
        f"{signature(school)}",
    )


def test_none_could_be_made(school: School) -> None:
    failed = (("", "另一个程序正在生成报告。"),)
    letter = letter_of(
        school.space, DAY, [MADE, Outcome("2023-2024", (TITLE,), (), 0, failed, FOLDER)]
    )
    assert letter.occasion == "failure"
    assert letter.subject == "社区大学二级心理辅导站考核：报告没有生成（2024-11-05）"
    assert "  · 另一个程序正在生成报告。\n" in letter.text


def test_what_people_are_to_do(school: School) -> None:
    school.freeze(head_forms=("C01",))
    entries = [
        entry
        for entry in agenda(school.space, date(2024, 9, 2)).entries
        if entry.item.kind in ("head_forms", "plan")
    ]
    letter = letter_of(school.space, date(2024, 9, 2), [], ["材料还没有核对过。"], entries)
    assert letter == Letter(
        "reminder",
        "社区大学二级心理辅导站考核：有 3 件事应办（2024-09-02）",
        "以下报告到期，但要等人工处理：\n"
        "  · 材料还没有核对过。\n\n"
        "以下事项应由人工办理：\n"
        "  · 2024-2025 学年：报送二级心理辅导站站长登记表（办法第九条），2024-09-30 前。"
        "3 个学院中有 1 个已报送。可用命令：evalkit check --year 2024-2025\n"
        "  · 2024-2025 学年：报送年度工作计划（附件1 2.1②），2024-09-30 前。"
        "可用命令：evalkit check --year 2024-2025\n\n"
        f"{signature(school)}",
    )


def test_a_long_reason_is_cut(school: School) -> None:
    failed = (("学校报告", "错" * 1000),)
    letter = letter_of(school.space, DAY, [Outcome("2024-2025", (), (), 0, failed, FOLDER)])
    assert letter.text.count("错") == 400 - len("学校报告：")
