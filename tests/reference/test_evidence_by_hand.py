"""The evidence held against plain loops over the workbooks: figures, verdicts, what is missing.

Every metric of every year and college of the sample, worked out from the measures and the criteria,
not from the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from evalkit.assessment import Assessment

from .by_hand.care import months_not_reported, months_reported_late
from .by_hand.network import classes_without_committee, training_cells
from .by_hand.outcomes import count_school
from .by_hand.station import missing_rules
from .by_hand.verdicts import HARD, judge
from .by_hand.work import audiences_without_activity, late_or_missing_tasks
from .by_hand.workbooks import COLLEGES, YEARS, Book, Count, Counts
from .evidence_by_hand import count_evidence

Books = dict[tuple[str, str], Book]
Key = tuple[str, ...]

PER_THOUSAND = {"sessions_per_1000", "clients_per_1000", "area_per_1000"}
PER_ONE = {"students_per_counsellor", "training_hours", "spending_per_student", "reach",
           "sessions_per_client", "peers_active"}  # fmt: skip
AT_RISK = {"l1_interviewed", "l2_interviewed", "l1_referred", "care_plans", "care_followed",
           "care_owners", "care_measures", "care_overdue", "crisis_hours", "crisis_in_limit",
           "crisis_records"}  # fmt: skip


@pytest.fixture(scope="module")
def evidence(books: Books) -> dict[Key, Counts]:
    return {key: count_evidence(book) for key, book in books.items()}


@pytest.fixture(scope="module")
def counted(evidence: dict[Key, Counts]) -> dict[Key, Count]:
    return {
        (*key, metric): count
        for key, counts in evidence.items()
        for metric, count in counts.items()
    }


@pytest.fixture(scope="module")
def computed(assessment: Assessment) -> pd.DataFrame:
    """Part, whole and value of every metric, before anything small is withheld."""
    frame = assessment.evidence.values.set_index(["academic_year", "college_code", "metric"])
    assert frame.index.is_unique
    return frame


def differing(found: Mapping[Any, Any], expected: Mapping[Any, Any]) -> dict[Any, Any]:
    """What is not the same, as found and as expected; equal as integers are, or to 12 digits."""
    keys = sorted(found.keys() | expected.keys())
    pairs = {key: (found.get(key, "absent"), expected.get(key, "absent")) for key in keys}
    return {key: pair for key, pair in pairs.items() if not is_same(*pair)}


def is_same(found: Any, expected: Any) -> bool:
    if isinstance(expected, Fraction) and isinstance(found, float):
        return bool(found == pytest.approx(float(expected), rel=1e-12, abs=0))
    return bool(found == expected)


def column(frame: pd.DataFrame, name: str) -> dict[Any, Any]:
    return {key: None if pd.isna(value) else value for key, value in frame[name].items()}


def value_of(metric: str, count: Count) -> Fraction | None:
    part, whole, state = count
    if state != "known" or part is None:
        return None
    if whole is None:
        return part
    return part / whole * (1000 if metric in PER_THOUSAND else 1 if metric in PER_ONE else 100)


def test_every_metric_is_counted(counted: dict[Key, Count], computed: pd.DataFrame) -> None:
    assert set(computed.index) == set(counted)
    assert len({metric for *_, metric in counted}) == 99


def test_parts(counted: dict[Key, Count], computed: pd.DataFrame) -> None:
    assert differing(column(computed, "part"), {k: count[0] for k, count in counted.items()}) == {}


def test_wholes(counted: dict[Key, Count], computed: pd.DataFrame) -> None:
    assert differing(column(computed, "whole"), {k: count[1] for k, count in counted.items()}) == {}


def test_states(counted: dict[Key, Count], computed: pd.DataFrame) -> None:
    assert differing(column(computed, "state"), {k: count[2] for k, count in counted.items()}) == {}


def test_values(counted: dict[Key, Count], computed: pd.DataFrame) -> None:
    expected = {key: value_of(key[-1], count) for key, count in counted.items()}
    assert differing(column(computed, "value"), expected) == {}


def test_counts_are_shown_as_counted_but_none_of_students_at_risk(
    counted: dict[Key, Count], assessment: Assessment
) -> None:
    shown = assessment.metrics.set_index(["academic_year", "college_code", "metric"])
    assert set(shown.index) == set(counted)
    for place, name in enumerate(("part", "whole")):
        numbers = {key: value for key, value in column(shown, name).items() if value is not None}
        expected = {
            key: count[place]
            for key, count in counted.items()
            if count[place] is not None and key[-1] not in AT_RISK
        }
        assert differing(numbers, expected) == {}
    states = {key: count[2] for key, count in counted.items()}
    assert differing(column(shown, "state"), states) == {}


@pytest.mark.parametrize("year", YEARS)
def test_the_school(year: str, books: Books, assessment: Assessment) -> None:
    expected = count_school([books[year, college] for college in COLLEGES])
    frame = assessment.school_metrics
    found = column(frame[frame["academic_year"] == year].set_index("metric"), "value")
    values = {
        metric: part if whole is None else part / whole
        for metric, (part, whole, _) in expected.items()
        if part is not None
    }
    assert differing(found, values) == {}


@pytest.fixture(scope="module")
def verdicts(assessment: Assessment) -> dict[Key, Any]:
    return {
        (year.name, verdict.college, verdict.criterion): verdict
        for year in assessment.years
        for verdict in assessment.verdicts_of(year)
    }


@pytest.fixture(scope="module")
def judged(books: Books, evidence: dict[Key, Counts]) -> dict[Key, str]:
    return {
        (*key, criterion): state
        for key, book in books.items()
        for criterion, state in judge(book, evidence[key]).items()
    }


@pytest.mark.parametrize("criterion", HARD)
def test_hard_criteria(criterion: str, verdicts: dict[Key, Any], judged: dict[Key, str]) -> None:
    found = {key: verdict.state for key, verdict in verdicts.items() if key[-1] == criterion}
    expected = {key: state for key, state in judged.items() if key[-1] == criterion}
    assert len(expected) == len(YEARS) * len(COLLEGES)
    assert differing(found, expected) == {}


def named(book: Book) -> dict[tuple[str, str], set[str]]:
    """By criterion and metric, the names of what is not there."""
    late, undone = late_or_missing_tasks(book)
    cells = training_cells(book)
    return {
        ("1.1.①", "rule_types"): missing_rules(book),
        ("1.3.②", "committee_coverage"): classes_without_committee(book),
        ("2.1.①", "tasks_on_time"): late,
        ("2.1.①", "tasks_done"): undone,
        ("2.2.①", "audiences"): audiences_without_activity(book),
        ("2.4.②", "monthly_received"): months_not_reported(book),
        ("2.4.②", "monthly_on_time"): months_reported_late(book),
        ("2.5.②", "training_cells"): {
            " ".join(cell) for cell, state in cells.items() if state == "missing"
        },
    }


def test_what_is_missing_by_name(books: Books, verdicts: dict[Key, Any]) -> None:
    found = {
        (*key, names.metric): set(names.names)
        for key, verdict in verdicts.items()
        for names in verdict.missing
    }
    expected = {
        (*key, *place): names
        for key, book in books.items()
        for place, names in named(book).items()
        if names
    }
    assert differing(found, expected) == {}


def test_grades_away_are_exempt(books: Books, verdicts: dict[Key, Any]) -> None:
    found = {
        key[:2]: {name for names in verdict.exempt for name in names.names}
        for key, verdict in verdicts.items()
        if verdict.exempt
    }
    expected = {}
    for key, book in books.items():
        cells = training_cells(book)
        exempt = {" ".join(cell) for cell, state in cells.items() if state == "exempt"}
        if exempt:
            expected[key] = exempt
    assert found == expected
    assert expected["2024-2025", "C01"] == {
        "第二学期 2022级 心理委员",
        "第二学期 2022级 宿舍心理观察员",
    }


def verdict_text(assessment: Assessment, college: str, criterion: str) -> str:
    frame = assessment.verdicts
    (text,) = frame.loc[
        (frame["academic_year"] == "2024-2025")
        & (frame["college_code"] == college)
        & (frame["criterion"] == criterion),
        "text",
    ]
    return str(text)


def test_one_student_short_is_not_complete(
    counted: dict[Key, Count], verdicts: dict[Key, Any], assessment: Assessment
) -> None:
    part, whole, _ = counted["2024-2025", "C01", "participation"]
    assert (part, whole) == (Fraction(2239), Fraction(2240))
    assert verdicts["2024-2025", "C01", "2.4.①"].state == "未达标"
    assert verdict_text(assessment, "C01", "2.4.①") == (
        "2.4.① 未达标（依据规定值）。参测率 99.95%（2,239/2,240）（规定值：应为 100%，未达标）；"
        "建档率 99.95%（2,239/2,240）（规定值：应为 100%，未达标）；"
        "排查完成率 98.89%（11,076/11,200）（参照值：应为 100%，未达标）；"
        "参测率（以在籍人数计） 99.95%（2,239/2,240）；一级预警访谈率 100%；二级预警访谈率 92.64%。"
        "由评审组判断：档案内容是否完整。"
    )


def test_no_crisis_is_neither_late_nor_in_time(
    books: Books, verdicts: dict[Key, Any], assessment: Assessment
) -> None:
    assert books["2024-2025", "C06"].ledger["S17"] == []
    assert verdicts["2024-2025", "C06", "2.4.④"].state == "不适用"
    assert verdict_text(assessment, "C06", "2.4.④") == (
        "2.4.④ 不适用（依据参照值）。危机按时限上报率 不适用（参照值：应为 100%，不适用）；"
        "危机干预记录完整率 不适用（参照值：应为 100%，不适用）；"
        "危机干预演练与培训 4 次（核对：不少于 1 次）。"
        "由评审组判断：对流程的熟悉程度（现场提问）、处置是否到位。"
    )


def test_a_grade_away_is_exempt_in_words(assessment: Assessment) -> None:
    assert verdict_text(assessment, "C01", "2.5.②") == (
        "2.5.② 达标（依据规定值）。"
        "学期、年级、对象培训完成率 100%（10/10）（规定值：应为 100%，达标）；"
        "骨干培训到训率 94.15%（789/838）。"
        "免训（该年级第二学期不在校）：第二学期 2022级 宿舍心理观察员、第二学期 2022级 心理委员。"
        "由评审组判断：培训的质量。"
    )
