"""What the panel sees: right, released, and without a trace of the scores."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from evalkit.assessment import Assessment
from evalkit.charts import Picture
from evalkit.desk import views
from evalkit.desk.pieces import Piece, comparison, pieces
from evalkit.desk.rows import STUDENTS, behind, ledger_rows
from evalkit.desk.views import without_scores
from evalkit.errors import UnknownNameError
from evalkit.privacy import Released

NUMBERS = ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1"]


def _all(table: Released) -> str:
    return repr(table)


def test_values_stand_beside_requirement_median_and_last_year(seen: Assessment) -> None:
    table = views.values(seen, "C01", "2.4").frame.set_index("title")
    row = table.loc["参测率"]
    assert row["value"] == "99.95%（2,239/2,240）"
    assert row["requirement"] == "应为 100%"
    assert row["state"] == "未达标"
    trends = seen.trends
    own = trends[(trends["college_code"] == "C01") & (trends["title"] == "参测率")]
    now = own[own["academic_year"] == "2024-2025"].iloc[0]
    before = own[own["academic_year"] == "2023-2024"].iloc[0]
    assert row["median"] == f"{now['median']:,.2f}%"
    assert row["previous"] == before["text"]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_criterion_of_an_indicator_is_there(seen: Assessment, number: str) -> None:
    wanted = [criterion.id for criterion in seen.rubric.indicator(number).criteria]
    assert list(views.wording(seen, number).frame["criterion"]) == wanted
    assert list(views.verdicts(seen, "C03", number).frame["criterion"]) == wanted
    assert set(views.values(seen, "C03", number).frame["criterion"]) <= set(wanted)


def test_the_daily_log_of_an_indicator(seen: Assessment) -> None:
    log = seen.snapshot.table("daily_log")
    own = log[(log["college_code"] == "C03") & (log["rubric_item"] == "2.4")]
    assert len(views.daily_log(seen, "C03", "2.4")) == len(own)
    assert len(views.daily_log(seen, "C03")) == (log["college_code"] == "C03").sum()


def test_findings_of_the_sheets_behind(seen: Assessment) -> None:
    every = views.data_findings(seen, "C07")
    assert every == seen.college("C07").findings
    some = [f for number in NUMBERS for f in views.data_findings(seen, "C07", number)]
    assert some
    assert set(some) <= set(every)
    assert not any("评分表" in finding.location.file for finding in every)


def test_two_to_four_colleges_stand_side_by_side(seen: Assessment) -> None:
    table = views.compare(seen, ["C03", "环境监测学院"], "2.4")
    assert [field.name for field in table.fields] == [
        "criterion", "title", "requirement", "C03", "C02",
    ]  # fmt: skip
    states = views.states(seen, ["C01", "C02", "C03", "C04"], "2.4")
    assert list(states.frame["criterion"]) == ["2.4.①", "2.4.②", "2.4.③", "2.4.④"]
    for several in ([], ["C01"], ["C01", "C01"], ["C01", "C02", "C03", "C04", "C05"]):
        with pytest.raises(UnknownNameError, match="应为 2 至 4 个不同的学院"):
            views.compare(seen, several, "2.4")
    with pytest.raises(UnknownNameError, match="没有名为“C99”的学院"):
        views.compare(seen, ["C01", "C99"], "2.4")


def test_unknown_names_are_refused(seen: Assessment) -> None:
    with pytest.raises(UnknownNameError, match="没有名为“9\\.9”的考评要点"):
        views.values(seen, "C03", "9.9")
    with pytest.raises(UnknownNameError, match="没有名为“C99”的学院"):
        pieces(seen, "C99", "2.4")
    with pytest.raises(UnknownNameError, match="没有名为“S99”的表"):
        ledger_rows(seen, "C03", "S99")


def test_the_years_scores_are_gone(seen: Assessment) -> None:
    assert seen.panel is not None
    shown = without_scores(seen)
    assert shown.panel is None
    assert shown.ranks.empty
    assert shown.discussion.empty
    assert shown.college("C03").result is None
    assert not shown.college("C03").comments
    assert shown.metrics is seen.metrics


def test_no_screen_follows_from_a_score(seen: Assessment) -> None:
    """Without the panel every screen is the same to the last letter."""
    blind = replace(seen, panels={})
    vars(blind)["evidence"], vars(blind)["figures"] = seen.evidence, seen.figures
    for number in NUMBERS:
        for one, other in zip(
            pieces(seen, "C03", number), pieces(blind, "C03", number), strict=True
        ):
            assert _shown(one) == _shown(other)


def _shown(piece: Piece) -> str:
    shown = piece.show()
    return shown.alt if isinstance(shown, Picture) else shown.html


def test_rows_of_students_are_never_shown(seen: Assessment) -> None:
    for sheet in ("S16", "S17", "S09", "key_students"):
        table = ledger_rows(seen, "C03", sheet)
        assert not len(table)
        assert "code" not in _all(table)


@pytest.mark.parametrize("college", [f"C0{n}" for n in range(1, 9)])
def test_small_counts_of_students_are_hidden(seen: Assessment, college: str) -> None:
    for name, columns in STUDENTS.items():
        table = ledger_rows(seen, college, name)
        for column in columns.intersection(table.frame.columns):
            known = table.frame[column].dropna()
            assert not ((known > 0) & (known < seen.audience.small)).any(), (name, column)
    for name, column in (
        ("monthly", "n_key_new"),
        ("individual", "topics"),
        ("screening", "exempt_reason"),
    ):
        assert column not in ledger_rows(seen, college, name).frame.columns


def test_rows_are_the_accepted_ones(seen: Assessment) -> None:
    raw = seen.snapshot.table("activities")
    own = raw[raw["college_code"] == "C03"]
    table = ledger_rows(seen, "C03", "S08")
    assert len(table) == len(own)
    assert list(table.frame["title"]) == list(own["title"])
    assert table.text(0, "row") == f"第 {own['source_row'].iloc[0]} 行"
    assert [sheet.id for sheet in behind(seen, "2.4")] == [
        "S11",
        "S12",
        "S15",
        "S16",
        "S17",
        "S03",
        "S07",
    ]


def _run(code: str, assessment: Assessment) -> object:
    """Run the lines as a notebook's cell would: the last one is the result."""
    *lines, last = code.splitlines()
    space: dict[str, object] = {"assessment": assessment}
    exec("\n".join(lines), space)  # noqa: S102
    return eval(last, space)  # noqa: S307


@pytest.mark.parametrize("number", ["2.2", "2.4", "2.5"])
def test_the_lines_below_a_view_give_the_same(seen: Assessment, number: str) -> None:
    for piece in (*pieces(seen, "C03", number), *comparison(seen, ["C01", "C02"], number)):
        assert 2 <= len(piece.code.splitlines()) <= 3
        made, got = piece.make(), _run(piece.code, seen)
        if isinstance(made, Picture):
            assert isinstance(got, Picture)
            assert got.alt == made.alt
        elif piece.kind == "rows":
            assert isinstance(made, Released)
            assert made.frame.equals(got)
        else:
            assert repr(got) == repr(made)


def test_the_lines_load_the_year_without_its_scores(
    seen: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(seen.workspace.root)
    loaded = views.year("2024-2025")
    assert loaded.panel is None
    assert loaded.audience == seen.audience
    monkeypatch.setattr(views, "year", lambda _year: loaded)
    shown = {piece.key: piece for piece in pieces(seen, "C03", "2.4")}
    assert shown["values"].lines("2024-2025").splitlines() == [
        "from evalkit.desk import views",
        'assessment = views.year("2024-2025")',
        'views.values(assessment, "C03", "2.4")',
    ]
    for key in ("values", "picture:participation", "rows:monthly", "findings"):
        piece, nothing = shown[key], cast("Assessment", None)
        made, got = piece.make(), _run(piece.lines("2024-2025"), nothing)
        if isinstance(made, Released):
            assert repr(got) in (repr(made), repr(made.frame))
        else:
            assert type(got) is type(made)


def test_pictures_follow_the_choice(seen: Assessment) -> None:
    keys = {
        number: [p.key for p in pieces(seen, "C03", number) if p.kind == "picture"]
        for number in NUMBERS
    }
    assert keys["2.2"] == ["picture:activities_by_month", "picture:activities_by_form"]
    assert keys["2.4"] == ["picture:participation", "picture:warnings", "picture:monthly_reports"]
    assert keys["2.5"] == ["picture:training_cells"]
    assert not keys["1.1"]
