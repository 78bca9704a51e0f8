"""Rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence.facilities import SUBJECT
from evalkit.evidence.source import Source

Build = Callable[..., Source]
Counts = Callable[..., dict[str, Any]]


def room(dedicated: bool | None, area: float | None = 20.5) -> dict[str, Any]:
    return {"dedicated": dedicated, "area_m2": area}


def test_rooms_and_their_area(source: Build, counts_of: Counts) -> None:
    rooms = [room(True), room(False), room(None), room(True, 10.0)]
    rows = source({"facilities": rooms, "base_info": [{"n_students": 1000}]})
    assert counts_of(SUBJECT, rows) == {
        "n_dedicated_rooms": 2,
        "area_m2": 71.5,
        "n_students": 1000,
    }


def test_an_area_that_is_not_known_leaves_the_sum_open(source: Build, counts_of: Counts) -> None:
    found = counts_of(SUBJECT, source({"facilities": [room(True), room(True, None)]}))
    assert found == {"n_dedicated_rooms": 2, "area_m2": None, "n_students": None}


def test_no_room_and_no_sheet(source: Build, counts_of: Counts) -> None:
    empty = counts_of(SUBJECT, source({"facilities": []}))
    assert (empty["n_dedicated_rooms"], empty["area_m2"]) == (0, 0.0)
    absent = counts_of(SUBJECT, source({"base_info": [{"n_students": 800}]}))
    assert absent == {"n_dedicated_rooms": None, "area_m2": None, "n_students": 800}
