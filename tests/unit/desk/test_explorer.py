from __future__ import annotations

import pytest
from itables.widget import ITable

from evalkit.assessment import Assessment
from evalkit.desk.explorer import Explorer, explore
from evalkit.errors import UnknownNameError


def _every(widget: object) -> list[object]:
    return [widget, *(each for child in getattr(widget, "children", ()) for each in _every(child))]


def _texts(explorer: Explorer) -> str:
    return "\n".join(str(getattr(each, "value", "")) for each in _every(explorer.widget))


@pytest.fixture(scope="module")
def explorer(seen: Assessment) -> Explorer:
    return explore(seen, "C03", "2.4")


def test_it_begins_with_what_was_asked_for(explorer: Explorer) -> None:
    assert (explorer.year.value, explorer.college.value, explorer.indicator.value) == (
        "2024-2025", "C03", "2.4",
    )  # fmt: skip
    text = _texts(explorer)
    assert "100%（1,439/1,439）" in text
    assert "data:image/png;base64," in text
    assert "views.values(assessment, &quot;C03&quot;, &quot;2.4&quot;)" in text
    assert repr(explorer).startswith("<Explorer 2024-2025 C03 2.4: 考评细则原文、佐证结论、")
    assert explorer._repr_mimebundle_()["text/plain"] == repr(explorer)


def test_screens_follow_the_choice(explorer: Explorer) -> None:
    explorer.college.value = "C01"
    assert "99.95%（2,239/2,240）" in _texts(explorer)
    explorer.indicator.value = "2.2"
    assert [piece.key for piece in explorer.shown].count("picture:activities_by_month") == 1
    tables = [each for each in _every(explorer.widget) if isinstance(each, ITable)]
    assert len(tables) == 1
    explorer.beside.value = ("C01", "C02")
    assert [piece.key for piece in explorer.shown] == ["states", "compare"]
    explorer.beside.value = ("C01", "C02", "C03", "C04", "C05")
    assert not explorer.shown
    assert "应为 2 至 4 个不同的学院" in _texts(explorer)
    explorer.beside.value = ()
    assert explorer.shown[0].key == "wording"


def test_earlier_years_can_be_looked_at(explorer: Explorer) -> None:
    explorer.year.value = "2023-2024"
    assert explorer.assessment.year.name == "2023-2024"
    assert "2023-2024（试行学年" in _texts(explorer)
    explorer.year.value = "2024-2025"
    assert explorer.assessment.panel is None


def test_unknown_names_are_refused(seen: Assessment) -> None:
    with pytest.raises(UnknownNameError, match="没有名为“C99”的学院"):
        explore(seen, "C99")
    with pytest.raises(UnknownNameError, match=r"没有名为“9\.9”的考评要点"):
        explore(seen, "C03", "9.9")


def test_papermill_makes_a_number_of_the_indicator(seen: Assessment) -> None:
    assert explore(seen, "C03", 2.2).indicator.value == "2.2"
