"""The extract is attacked: nothing few can be told from all of its tables together."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from evalkit.assessment import Assessment
from evalkit.errors import DataError
from evalkit.privacy.audit import audit_cells
from evalkit.privacy.cells import Cell, Cells, Sum
from evalkit.research import Extract, make_extract
from evalkit.research.lattice import COUNTS, build_lattice
from evalkit.research.reported import told_in_reports
from evalkit.research.screening import rows_from_snapshots
from evalkit.research.suppression import suppress

from .attack import ABOUT, MEANING, attack, leaks, small_parts
from .invented import invented_records, invented_rows

ROUNDS = range(60)


def assert_nothing_small(extract: Extract) -> None:
    for table in extract.tables.values():
        for count in COUNTS:
            shown = table[count].dropna()
            assert not ((shown > 0) & (shown < extract.k)).any()


def assert_nothing_changed(extract: Extract, rows: pd.DataFrame) -> None:
    """What is shown is true: the rows' own numbers, and their sums."""
    for name, about in ABOUT.items():
        keys, own = ["academic_year", *about], rows
        if name.startswith("annual"):
            early = rows.assign(late=rows["wave"] != "新生普测").sort_values("late", kind="stable")
            own = early.drop_duplicates(["academic_year", "college", "grade"])
        grouped = own.groupby(keys)[list(COUNTS)]
        gaps = own[list(COUNTS)].isna().groupby([own[key] for key in keys]).any()
        sums = grouped.sum().mask(gaps)
        table = extract.tables[name].set_index(keys)
        assert len(table) == len(sums)
        for count in COUNTS:
            gone = table["suppressed"].str.split("、").map(lambda names, c=count: c in names)
            assert table[count].isna().eq(gone | sums[count].isna().reindex(table.index)).all()
            shown = table[count].dropna()
            assert (shown == sums[count].reindex(shown.index)).all()


@pytest.mark.parametrize("k", [5, 10])
def test_the_sample_gives_nothing_away(assessment: Assessment, k: int) -> None:
    rows = rows_from_snapshots(assessment.snapshots, list(assessment.snapshots))
    extract = make_extract(rows, k=k)
    assert_nothing_small(extract)
    assert_nothing_changed(extract, rows)
    assert len(list(small_parts(rows, k))) > 20
    # A year is a system of equations of its own: no equation spans two.
    for year, own in rows.groupby("academic_year"):
        tables = {n: t[t["academic_year"] == year] for n, t in extract.tables.items()}
        assert leaks(tables, own, k) == []


@pytest.mark.parametrize("seed", ROUNDS)
def test_invented_schools_give_nothing_away(seed: int) -> None:
    rows, k = invented_rows(seed), (5, 10)[seed % 2]
    extract = make_extract(rows, k=k)
    assert_nothing_small(extract)
    assert_nothing_changed(extract, rows)
    assert leaks(extract.tables, rows, k) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1_000, 1_100))
def test_many_more_invented_schools_give_nothing_away(seed: int) -> None:
    rows, k = invented_rows(seed, years=1 + seed % 3), (5, 10, 15)[seed % 3]
    extract = make_extract(rows, k=k)
    assert_nothing_small(extract)
    assert_nothing_changed(extract, rows)
    assert leaks(extract.tables, rows, k) == []


@pytest.mark.parametrize("seed", range(10))
def test_gaps_give_nothing_away(seed: int) -> None:
    """With numbers missing, what is left of the equations still gives nothing away."""
    rows = invented_rows(seed + 500, gaps=0.15)
    extract = make_extract(rows, k=5)
    assert_nothing_small(extract)
    assert_nothing_changed(extract, rows)
    assert leaks(extract.tables, rows, 5) == []


def test_the_attack_finds_what_is_there_to_find() -> None:
    """Without complementary suppression the same attack succeeds, so that its silence counts."""
    rows = pd.concat([invented_rows(seed) for seed in range(3)], ignore_index=True)
    rows = rows.drop_duplicates(["academic_year", "college", "grade", "wave"])
    tables = {}
    for name, about in ABOUT.items():
        if name.startswith("annual"):
            tables[name] = pd.DataFrame(columns=["academic_year", *about, *COUNTS])
            continue
        sums = rows.groupby(["academic_year", *about])[list(COUNTS)].sum().reset_index()
        small = (sums[list(COUNTS)] > 0) & (sums[list(COUNTS)] < 10)
        tables[name] = sums.assign(**sums[list(COUNTS)].mask(small))
    assert len(leaks(tables, rows, 10)) > 5


@pytest.mark.parametrize("seed", range(6))
def test_an_independent_audit_finds_no_leak(seed: int) -> None:
    """The audit of :mod:`evalkit.privacy.audit` works with whole numbers and other equations."""
    rows, k = invented_rows(seed + 200), 5
    tables = make_extract(rows, k=k).tables
    cells = Cells()
    every = attack(tables)
    parts = [Cell.at(part, {"at": "/".join(place)}) for place in every.places
             for part in MEANING["n_required"]]  # fmt: skip
    for number, (variables, value) in enumerate(every.rows):
        total = Cell.at(f"total {number}", {"at": ""})
        cells.show(total, int(value))
        cells.sums.append(Sum(total, tuple(parts[v] for v in variables)))
    secret = {parts[every.variable(place, part)] for place, part, _ in small_parts(rows, k)}
    for part in secret:
        cells.hide(part)
    found = audit_cells(cells, k)
    assert found.hidden == len(secret)
    assert found.leaks == ()


def test_every_table_is_tried_out_on_a_tiny_school() -> None:
    """Two colleges, level 1 and 3 only: all whole numbers that fit what is shown are listed."""
    rows = invented_rows(1).head(2).assign(
        college=["C01", "C02"], grade="2022级", wave="新生普测", n_required=[24, 22],
        n_valid=[22, 20], n_l1=[3, 0], n_l2=0, n_l3=[8, 6], n_l1_interviewed=[3, 0],
        n_l2_interviewed=0,
    )  # fmt: skip
    tables = make_extract(rows, k=5).tables
    shown, total = tables["screening"], tables["screening_by_grade"]
    fits: dict[str, set[int]] = {"C01": set(), "C02": set()}
    for one, other in itertools.product(_fits(shown.iloc[0]), _fits(shown.iloc[1])):
        sums = np.array(one) + np.array(other)
        wanted = [total.iloc[0][c] for c in ("n_l1", "n_l3", "n_l1_interviewed")]
        if all(pd.isna(w) or s == w for s, w in zip(sums, wanted, strict=True)):
            fits["C01"].add(one[0])
            fits["C02"].add(other[0])
    assert 3 in fits["C01"]
    assert max(fits["C01"]) >= 5


def _fits(row: pd.Series) -> list[tuple[int, int, int]]:
    """Return the (level 1, level 3, interviewed) that a college's row allows."""
    valid = int(row["n_valid"])
    ranges = []
    for count in ("n_l1", "n_l3", "n_l1_interviewed"):
        value = row[count]
        ranges.append(range(valid + 1) if pd.isna(value) else range(int(value), int(value) + 1))
    return [
        (l1, l3, seen)
        for l1, l3, seen in itertools.product(*ranges)
        if l1 + l3 <= valid and seen <= l1
    ]


@pytest.mark.parametrize("seed", range(3))
def test_other_years_change_nothing(seed: int) -> None:
    """Extracts of different years can be laid side by side: nothing is told by the difference."""
    rows = invented_rows(seed + 300, years=3)
    years = sorted(rows["academic_year"].unique())
    whole = make_extract(rows, k=10).tables
    for year in years:
        part = make_extract(rows[rows["academic_year"] == year], k=10).tables
        for name, table in part.items():
            own = whole[name][whole[name]["academic_year"] == year].reset_index(drop=True)
            pd.testing.assert_frame_equal(own, table)


def test_totals_over_waves_that_reports_print_give_nothing_away(assessment: Assessment) -> None:
    rows = rows_from_snapshots(assessment.snapshots, [assessment.year])
    lattice = build_lattice(rows)
    pattern = suppress(lattice, 10, 5, told_in_reports(rows, lattice))
    extract = make_extract(rows, k=10)
    known = attack(extract.tables)
    pairs = [(place, count) for place in rows["college"].unique() for count in MEANING]
    shown = 0
    for college, count in pairs:
        own = rows[rows["college"] == college]
        leaves = sorted(
            int(leaf)
            for _, place in own[["college", "grade", "wave"]].iterrows()
            for leaf in _leaves(lattice, tuple(place), count)
        )
        row = next(
            r for r in range(lattice.sums.shape[0]) if lattice.sums[[r]].indices.tolist() == leaves
        )
        if not pattern.hidden[row]:
            shown += 1
            inside = [p for p in known.places if p[1] == college]
            variables = [known.variable(p, part) for p in inside for part in MEANING[count]]
            known.rows.append((variables, float(own[count].sum())))
    assert shown > 30
    small = [known.variable(place, part) for place, part, _ in small_parts(rows, 10)]
    assert min(known.most(small, 10)) >= 10 - 1e-6


def _leaves(lattice: object, place: tuple[str, ...], count: str) -> list[int]:
    row = lattice.totals["screening", place, count]  # type: ignore[attr-defined]
    return list(lattice.sums[[row]].indices)  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(8))
def test_nobody_is_alone_in_the_records(seed: int) -> None:
    rows, k = invented_rows(seed + 700), (5, 10)[seed % 2]
    records = invented_records(rows)
    extract = make_extract(rows, k=k, records=records)
    assert list(extract.tables) == ["records"]
    table = extract.tables["records"].drop(columns="record")
    quasi = ["academic_year", "college", "grade", "wave"]
    every = [*quasi, "level", "interviewed", "suppressed"]
    for keys in (quasi, every):
        assert (table.groupby(keys, dropna=False).size() >= k).all()
    # Counted, the records say nothing that the tables of counts do not say.
    counts = make_extract(rows, k=k).tables["screening"].set_index(quasi)
    for place, own in table.groupby(quasi):
        assert len(own) == counts.loc[place, "n_valid"]
        for level, count in ((1, "n_l1"), (2, "n_l2"), (3, "n_l3")):
            number = int((own["level"] == level).sum())
            assert number == (counts.loc[place, count] if number else 0)
            seen = own[(own["level"] == level) & (own["interviewed"] == 1)]
            if level < 3 and len(seen):
                assert len(seen) == counts.loc[place, f"{count}_interviewed"]
        if (own["level"] == 0).any():
            assert counts.loc[place, ["n_l1", "n_l2", "n_l3"]].notna().all()


def test_a_threshold_below_the_policy_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        make_extract(invented_rows(1), k=4)
    assert str(caught.value) == (
        "人数下限 k 是 4。允许：不小于 5（privacy.yaml 中校内的下限）。"
        "请改大，或不写 k，按对外公开的下限 10 处理。"
    )


def test_no_more_is_hidden_than_needed_where_nothing_is_small() -> None:
    rows = invented_rows(3)
    large = rows.assign(**dict.fromkeys(COUNTS, pd.NA)).assign(
        n_required=900, n_valid=880, n_l1=40, n_l2=90, n_l3=150, n_l1_interviewed=40,
        n_l2_interviewed=60,
    )  # fmt: skip
    typed = large.astype(dict.fromkeys(COUNTS, "Int64"))
    extract = make_extract(typed, k=10)
    assert extract.n_suppressed == 0
    assert all((table["suppressed"] == "").all() for table in extract.tables.values())
