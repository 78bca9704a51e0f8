"""Several things in one hand: extracts of other years and thresholds, the school's own reports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalkit.assessment import Assessment
from evalkit.privacy import load_policy
from evalkit.privacy.plan import Plan, plan_release
from evalkit.research import make_extract, protected
from evalkit.research.lattice import Lattice
from evalkit.research.screening import rows_from_snapshots
from evalkit.research.suppression import Pattern, suppress

from .attack import ABOUT, PARTS, Attack, attack, leaks, read_reports
from .exporting import run
from .invented import invented_rows

LEAK_WITHOUT = 22
"""Seed of an invented school that two thresholds, or the reports, would give away."""


def reports_of(rows: pd.DataFrame) -> Plan:
    """What reports for readers within the school hide, as the assessment asks for it."""
    levels = ["n_l1", "n_l2", "n_l3"]
    return plan_release(
        rows.rename(columns={"college": "college_code"}), ["college_code", "grade"], levels,
        load_policy("internal"), wholes=dict.fromkeys(levels, "n_valid"),
    )  # fmt: skip


def two_thresholds(rows: pd.DataFrame) -> Attack:
    return attack(*(make_extract(rows, k=k).tables for k in (5, 10)))


def with_reports(rows: pd.DataFrame, k: int) -> Attack:
    known = attack(make_extract(rows, k=k).tables)
    told = read_reports(known, rows, reports_of(rows))
    assert told or len(rows) == 1, "reports of more than one row print something"
    return known


MORE = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(60)]
FEW = [LEAK_WITHOUT, 33, 45]


@pytest.mark.parametrize("seed", [*FEW, *MORE])
def test_two_thresholds_together(seed: int) -> None:
    rows = invented_rows(seed)
    assert leaks(two_thresholds(rows), rows, 5) == []


@pytest.mark.parametrize("seed", [*FEW, *MORE])
@pytest.mark.parametrize("gaps", [0.0, 0.15])
def test_an_extract_beside_the_reports(seed: int, gaps: float) -> None:
    rows = invented_rows(seed, gaps=gaps)
    for k in (5, 10):
        assert leaks(with_reports(rows, k), rows, 5) == []


def test_denominators_that_are_missing_in_one_wave_stop_nothing() -> None:
    rows = invented_rows(336, gaps=0.15)
    for k in (5, 10):
        assert leaks(make_extract(rows, k=k).tables, rows, k) == []


@pytest.mark.parametrize("k", [5, 10])
def test_the_sample_beside_its_reports(assessment: Assessment, k: int) -> None:
    for year in assessment.years:
        rows = rows_from_snapshots(assessment.snapshots, [year])
        known = attack(make_extract(rows, k=k).tables)
        assert read_reports(known, rows, assessment.plans[year]) > 80
        assert leaks(known, rows, 5) == []


class TestTheAttacksFindWhatIsThereToFind:
    """Each safeguard taken away, the same attack succeeds: so its silence counts."""

    def test_without_complementary_suppression(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def small_ones_only(lattice: Lattice, k: int, *_: object) -> Pattern:
            return Pattern((lattice.values > 0) & (lattice.values < k), (), k)

        monkeypatch.setattr(protected, "suppress", small_ones_only)
        found = []
        for seed in range(4):
            rows = invented_rows(seed)
            found += leaks(make_extract(rows, k=10).tables, rows, 10)
        assert len(found) > 5

    @pytest.mark.parametrize("place", [0, 1])
    def test_with_one_cell_too_many(self, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
        """Shown again by itself, a cell that goes beside the small ones gives one away."""

        def one_shown_again(lattice: Lattice, k: int, *_: object) -> Pattern:
            pattern = suppress(lattice, k)
            beside = np.flatnonzero(pattern.hidden & (lattice.values >= k))
            hidden = pattern.hidden.copy()
            hidden[beside[place]] = False
            return Pattern(hidden, (), k)

        monkeypatch.setattr(protected, "suppress", one_shown_again)
        rows = invented_rows(LEAK_WITHOUT)
        assert leaks(make_extract(rows, k=10).tables, rows, 10)

    def test_with_a_pattern_for_each_threshold(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(protected, "suppress", lambda lattice, k, *_: suppress(lattice, k))
        rows = invented_rows(LEAK_WITHOUT)
        assert leaks(make_extract(rows, k=5).tables, rows, 5) == []
        assert leaks(two_thresholds(rows), rows, 5)

    def test_with_reports_that_were_not_reckoned_with(
        self, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protected, "suppress", lambda lattice, k, *_: suppress(lattice, k))
        rows = rows_from_snapshots(assessment.snapshots, [assessment.year])
        known = attack(make_extract(rows, k=10).tables)
        assert leaks(known, rows, 10) == []
        read_reports(known, rows, assessment.plans[assessment.year])
        assert leaks(known, rows, 5)


@pytest.mark.slow
def test_files_of_several_exports_of_different_years(
    sample: Path, tmp_path: Path, assessment: Assessment
) -> None:
    """As a reader has them: CSV files of four exports, of other years, thresholds and names."""
    orders = {
        "a": ("--years", "2022-2023,2023-2024"),
        "b": ("--years", "2023-2024", "--years", "2024-2025", "--named"),
        "c": ("--years", "2024-2025"),
        "d": ("--years", "2022-2023,2024-2025", "--k", 5),
    }
    for name, options in orders.items():
        run(*options, "--workspace", sample, "-o", tmp_path / name)
    files = {name: read_files(tmp_path / name) for name in orders}
    rows = rows_from_snapshots(assessment.snapshots, list(assessment.years))
    for named in (("a", "b", "c"), ("a", "b", "c", "d")):
        known = attack(*(files[name] for name in named))
        k = 5 if "d" in named else 10
        assert {place[0] for place in known.places} == set(rows["academic_year"])
        # Years share no equation, so each is attacked by itself, with all that was read.
        for year, own in rows.groupby("academic_year"):
            assert leaks(of_year(known, str(year)), own, k) == []


def read_files(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_csv(folder / f"{name}.csv", encoding="utf-8-sig") for name in ABOUT}


def of_year(known: Attack, year: str) -> Attack:
    """Return the part of an attack that speaks of one year."""
    own = [place for place in known.places if place[0] == year]
    part = Attack(own)
    size = len(PARTS)
    numbers = {
        known.numbers[place] * size + each: part.numbers[place] * size + each
        for place in own
        for each in range(size)
    }
    for variables, value in known.rows:
        inside = [numbers[variable] for variable in variables if variable in numbers]
        assert len(inside) in (0, len(variables))
        if inside:
            part.rows.append((inside, value))
    return part
