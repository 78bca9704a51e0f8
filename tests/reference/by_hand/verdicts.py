"""What the criteria's own words (规定值) say of a college."""

from __future__ import annotations

from .work import PLAN, SUMMARY
from .workbooks import Book, Counts

HARD = ("1.1.②", "1.2.①", "1.2.②", "1.3.①", "1.3.②", "2.1.②", "2.2.②", "2.3", "2.4.①", "2.5.②",
        "3.1.②")  # fmt: skip


def is_whole(counts: Counts, name: str) -> bool | None:
    """Integer equality; nothing where there is no whole."""
    part, whole, state = counts[name]
    return None if state == "not_applicable" else part == whole


def at_least_one(counts: Counts, name: str) -> bool:
    part = counts[name][0]
    return part is not None and part >= 1


def none_at_all(counts: Counts, name: str) -> bool:
    return counts[name][0] == 0


def was_received(book: Book, title: str) -> bool:
    return any(
        row["title"] == title and row["status"] in ("按时完成", "迟交")
        for row in book.of_college("X01")
    )


def ask(book: Book, counts: Counts) -> dict[str, list[bool | None]]:
    """Of each hard criterion what the text asks for, met or not; None where it cannot apply."""
    return {
        "1.1.②": [
            none_at_all(counts, "head_gap_days"),
            none_at_all(counts, "head_overlap_days"),
            at_least_one(counts, "archivist_on_staff"),
            at_least_one(counts, "head_form_in_september"),
            at_least_one(counts, "head_form_copies"),
            is_whole(counts, "handovers_recorded"),
        ],
        "1.2.①": [at_least_one(counts, "dedicated_staff")],
        "1.2.②": [at_least_one(counts, "dedicated_rooms")],
        "1.3.①": [at_least_one(counts, "head_trainings")],
        "1.3.②": [
            at_least_one(counts, "core_members"),
            is_whole(counts, "committee_coverage"),
            is_whole(counts, "observer_coverage"),
        ],
        "2.1.②": [was_received(book, PLAN), was_received(book, SUMMARY)],
        "2.2.②": [at_least_one(counts, "themes_s1"), at_least_one(counts, "themes_s2")],
        "2.3": [at_least_one(counts, "individual_sessions"), at_least_one(counts, "groups")],
        "2.4.①": [is_whole(counts, "participation"), is_whole(counts, "files_complete")],
        "2.5.②": [is_whole(counts, "training_cells")],
        "3.1.②": [
            at_least_one(counts, "personal_awards"),
            at_least_one(counts, "group_awards"),
        ],
    }


def decide(asked: list[bool | None]) -> str:
    known = [met for met in asked if met is not None]
    if not known:
        return "不适用"
    if all(known):
        return "达标"
    return "部分达标" if any(known) else "未达标"


def judge(book: Book, counts: Counts) -> dict[str, str]:
    return {criterion: decide(asked) for criterion, asked in ask(book, counts).items()}
