"""Pictures: every glyph is there, nothing warns, the same table gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

from evalkit import charts
from evalkit.assessment import Assessment, CollegeView, SchoolView
from evalkit.charts.history import _range, _stands_above
from evalkit.charts.picture import drawing
from evalkit.privacy import Field, load_policy, release

from .edges import edges, overlaps

COLLEGE: dict[str, Callable[[CollegeView], charts.Picture]] = {
    "indicators": lambda view: charts.indicator_bars(view.indicators()),
    "months": lambda view: charts.activities_by_month(view.activities_by_month()),
    "forms": lambda view: charts.activities_by_form(view.activities_by_form()),
    "participation": lambda view: charts.participation(view.participation(), "grade"),
    "warnings": lambda view: charts.warnings(view.warnings(), "grade"),
    "calendar": lambda view: charts.monthly_calendar(view.monthly_reports()),
    "counselling": lambda view: charts.counselling_by_month(view.counselling_by_month()),
    "training": lambda view: charts.training_matrix(view.training_cells()),
    "trends": lambda view: charts.trends(view.trends(), breaks=view.instrument_changes),
}
SCHOOL: dict[str, Callable[[SchoolView], charts.Picture]] = {
    "ranking": lambda view: charts.ranking(view.ranking(), view.assessment.rubric),
    "heatmap": lambda view: charts.indicator_heatmap(view.indicator_rates()),
    "stability": lambda view: charts.rank_stability(
        view.leave_one_out(), list(view.ranking().frame["college"])
    ),
    "months": lambda view: charts.activities_by_month(view.activities_by_month()),
    "forms": lambda view: charts.activities_by_form(view.activities_by_form()),
    "participation": lambda view: charts.participation(view.participation(), "college"),
    "warnings": lambda view: charts.warnings(view.warnings(), "college"),
    "funnels": lambda view: charts.warning_funnels(view.warnings(), "college"),
    "calendar": lambda view: charts.monthly_calendar(view.monthly_reports(), "college"),
    "trends": lambda view: charts.trends(view.trends()),
}


@pytest.mark.parametrize("name", COLLEGE)
@pytest.mark.parametrize("college", ["C04", "C06"])
def test_college_pictures(assessment: Assessment, college: str, name: str) -> None:
    picture = COLLEGE[name](assessment.college(college))
    data, metadata = picture._repr_mimebundle_()
    assert picture.png().startswith(b"\x89PNG")
    assert len(picture.png()) > 4000
    assert data["text/plain"] == picture.alt
    assert metadata["image/svg+xml"]["alt"] == picture.alt
    assert len(picture.alt) >= 6


@pytest.mark.parametrize("name", SCHOOL)
def test_school_pictures(assessment: Assessment, name: str) -> None:
    picture = SCHOOL[name](assessment.school)
    assert len(picture.png()) > 4000
    assert len(picture.alt) >= 6


def test_same_table_same_bytes(assessment: Assessment) -> None:
    first = charts.ranking(assessment.school.ranking(), assessment.rubric).png()
    second = charts.ranking(assessment.school.ranking(), assessment.rubric).png()
    assert first == second


def test_labels_stay_inside_the_picture(assessment: Assessment) -> None:
    for name, draw in SCHOOL.items():
        picture = draw(assessment.school)
        assert not edges(picture), name
        assert not overlaps(picture), name


def test_a_missing_glyph_is_an_error() -> None:
    with drawing(1) as (figure, (ax,)):
        ax.text(0.5, 0.5, "\U0001f600")
    picture = charts.Picture(figure, "缺字")
    with pytest.raises(UserWarning, match="missing from font"):
        picture.png()


def test_the_font_has_every_character_we_write(repository: Path) -> None:
    with TTFont(sans_path(), lazy=True) as font:
        known = set(font.getBestCmap())
    sources = [
        *(repository / "src").rglob("*.py"),
        *(repository / "src").rglob("*.yaml"),
        *(repository / "notebooks").glob("*.ipynb"),
    ]
    missing = {
        (path.name, character)
        for path in sources
        for character in path.read_text("utf-8")
        if ord(character) > 0x2E80 and ord(character) not in known
    }
    assert len(sources) > 60
    assert not missing


def test_nothing_to_draw_is_said() -> None:
    fields = (Field("month", "月份"), Field("n_sessions", "个体辅导", "人次", "count"))
    frame = pd.DataFrame({"month": ["2024-09"], "n_sessions": pd.array([0], dtype="Int64")})
    picture = charts.counselling_by_month(release(frame, fields, load_policy()))
    assert picture.alt == "本学年没有个体辅导记录"


@pytest.mark.parametrize(
    ("values", "percent", "low", "high"),
    [
        ([97.0, 99.0], True, 88.0, 108.0),  # a small change looks small
        ([50.0, 100.0], True, 30.0, 120.0),
        ([3.0, 4.0], True, 0.0, 5.4),
        ([10.0, 20.0], False, 0.0, 27.0),
        ([float("nan")], False, 0.0, 1.35e-9),
    ],
)
def test_axis_ranges(values: list[float], percent: bool, low: float, high: float) -> None:
    assert _range(values, percent=percent) == pytest.approx((low, high))


def test_labels_stand_away_from_the_line() -> None:
    assert _stands_above([1.0, 3.0, 2.0], 1)
    assert not _stands_above([3.0, 1.0, 2.0], 1)
    assert _stands_above([float("nan"), 1.0, float("nan")], 1)
