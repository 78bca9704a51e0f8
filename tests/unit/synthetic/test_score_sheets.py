"""The judges' workbooks: every number recomputed here, with loops and nothing of the package."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest

from evalkit.rubric import load_rubric
from evalkit.synthetic.history import histories
from evalkit.synthetic.scores import panel_of, scores_of

LAST = "2024-2025"
CODES = [f"C0{n}" for n in range(1, 9)]
POINTS = {
    "s11": 9, "s12": 9, "s13": 7, "s21": 5, "s22": 15, "s23": 10, "s24": 15, "s25": 10,
    "s26": 5, "s31": 15,
}  # fmt: skip


def _exact(value):
    return Fraction(str(value))


def _faults(row):
    """Return what is wrong with a scored row."""
    faults = []
    for column, most in POINTS.items():
        value = row[column]
        if value is None:
            faults.append(f"{column} blank")
        elif not 0 <= _exact(value) <= most:
            faults.append(f"{column} out of range")
        elif (2 * _exact(value)).denominator != 1:
            faults.append(f"{column} off the step")
    given = [_exact(row[column]) for column in POINTS if row[column] is not None]
    if len(given) == len(POINTS) and sum(given) != _exact(row["total_reported"]):
        faults.append("wrong total")
    return faults


def _totals(sheets):
    """College → judge → total."""
    totals = defaultdict(dict)
    for judge, rows in sheets.items():
        for row in rows:
            if not row["recused"]:
                totals[row["college_code"]][judge] = sum(_exact(row[c]) for c in POINTS)
    return totals


def _trimmed(totals):
    kept = sorted(totals)[1:-1]
    return Fraction(sum(kept), len(kept))


def _two_places(value):
    """Round half up."""
    return Decimal(int(value * 100 + Fraction(1, 2))).scaleb(-2)


@pytest.fixture(scope="module")
def final(judged):
    return {code: _trimmed(t.values()) for code, t in _totals(judged[LAST]).items()}


def test_seven_judges_in_the_last_two_years(judged):
    assert set(judged) == {"2023-2024", LAST}
    for year, sheets in judged.items():
        assert list(sheets) == [f"J0{n}" for n in range(1, 8)]
        homes = {judge: {row["judge_college"] for row in rows} for judge, rows in sheets.items()}
        assert homes == {
            "J01": {"C05"}, "J02": {"C08"}, "J03": {"无"}, "J04": {"无"},
            "J05": {"校外"}, "J06": {"校外"}, "J07": {"校外"},
        }  # fmt: skip
        for judge, rows in sheets.items():
            assert [row["college_code"] for row in rows] == CODES
            assert {row["judge_id"] for row in rows} == {judge}
            assert {row["judge_type"] for row in rows} == {"校内" if judge < "J05" else "校外"}
            assert {row["signed_on"].year for row in rows} == {int(year[5:])}


def test_sheets_are_valid(judged):
    for sheets in judged.values():
        for rows in sheets.values():
            for row in rows:
                assert row["recused"] == (row["judge_college"] == row["college_code"])
                if row["recused"]:
                    blank = [*POINTS, "total_reported", "comment"]
                    assert all(row[column] is None for column in blank)
                else:
                    assert _faults(row) == []
                    assert len(row["comment"]) >= 12


def test_one_college_is_at_exactly_ninety(final):
    assert final["C06"] == 90


def test_two_colleges_tie_and_their_untrimmed_means_tell_them_apart(final, judged):
    assert final["C01"] == final["C04"]
    assert [code for code in CODES if final[code] == final["C01"]] == ["C01", "C04"]
    totals = _totals(judged[LAST])
    assert len(totals["C01"]) == len(totals["C04"]) == 7
    assert sum(totals["C01"].values()) != sum(totals["C04"].values())


def test_bands(final):
    bands = defaultdict(list)
    for code, score in sorted(final.items()):
        published = _two_places(score)
        name = next(
            name
            for name, lower in (("优秀", 90), ("良好", 80), ("中等", 70), ("合格", 60))
            if published >= lower
        )
        bands[name].append(code)
    assert bands == {
        "优秀": ["C03", "C06"],
        "良好": ["C01", "C02", "C04"],
        "中等": ["C05", "C08"],
        "合格": ["C07"],
    }


def test_one_judge_gives_everything_the_same_share(judged):
    spread = {}
    for judge, rows in judged[LAST].items():
        gaps = []
        for row in rows:
            if row["recused"]:
                continue
            share = _exact(row["total_reported"]) / 100
            gaps.append(max(abs(_exact(row[c]) - share * most) for c, most in POINTS.items()))
        spread[judge] = max(gaps)
    # As near as half points allow: never more than a quarter of a point away.
    assert spread.pop("J06") <= Fraction(1, 4)
    assert min(spread.values()) > Fraction(1, 2)


def test_judges_differ_in_severity_and_agree_on_quality(judged):
    totals = _totals(judged[LAST])
    common = [code for code in CODES if len(totals[code]) == 7]
    means = {
        judge: sum(totals[code][judge] for code in common) / len(common) for judge in judged[LAST]
    }
    assert 3 <= max(means.values()) - min(means.values()) <= 9
    for code in common:
        assert max(totals[code].values()) - min(totals[code].values()) <= 15
    for judge in means:
        assert totals["C03"][judge] > totals["C07"][judge] + 10


def test_comments_are_varied(judged):
    comments = [row["comment"] for rows in judged[LAST].values() for row in rows if row["comment"]]
    assert len(comments) == 54
    assert len(set(comments)) >= 50


def test_four_sheets_came_in_faulty_with_one_fault_in_one_row(judged, first_round):
    assert list(first_round) == ["J02", "J03", "J04", "J05"]
    wrong = {}
    for judge, rows in first_round.items():
        final_rows = judged[LAST][judge]
        changed = [n for n, row in enumerate(rows) if row != final_rows[n]]
        faulty = [n for n, row in enumerate(rows) if not row["recused"] and _faults(row)]
        assert changed == faulty
        assert len(faulty) == 1
        wrong[judge] = _faults(rows[faulty[0]])
        differing = {k for k, v in rows[faulty[0]].items() if v != final_rows[faulty[0]][k]}
        assert differing <= {*POINTS, "total_reported"}
        assert len(differing & set(POINTS)) == (0 if judge == "J02" else 1)
    (above,) = wrong.pop("J03")
    assert above in {"s22 out of range", "s24 out of range", "s31 out of range"}
    assert wrong == {"J02": ["wrong total"], "J04": ["s25 blank"], "J05": ["s23 off the step"]}
    assert any(row["s22"] == 15.5 or row["s24"] == 15.5 or row["s31"] == 15.5
               for row in first_round["J03"])  # fmt: skip


@pytest.mark.parametrize("colleges", [6, 7, 8, 12])
@pytest.mark.parametrize("seed", [1, 2, 3, 77, 2024])
def test_planted_scores_hold_for_any_seed(seed, colleges):
    school = histories(colleges=colleges, years=1, seed=seed, last_year=LAST)
    last = [history[-1] for history in school]
    judges = panel_of([here.code for here in last])
    scores = scores_of(last, judges, load_rubric())
    totals = defaultdict(dict)
    for (judge, code), items in scores.items():
        totals[code][judge] = Fraction(sum(items.values()), 2)
        for indicator, half_points in items.items():
            assert 0 <= half_points <= 2 * POINTS["s" + indicator.replace(".", "")]
    assert all(len(totals[code]) == 7 for code in ("C01", "C04", "C06"))
    final = {code: _trimmed(each.values()) for code, each in totals.items()}
    assert final["C06"] == 90
    assert final["C01"] == final["C04"]
    assert sum(totals["C01"].values()) != sum(totals["C04"].values())
    for here in last:
        items = scores.get(("J06", here.code))
        assert items is not None
        share = Fraction(sum(items.values()), 200)
        for indicator, half_points in items.items():
            most = 2 * POINTS["s" + indicator.replace(".", "")]
            assert abs(half_points - share * most) <= Fraction(1, 2)


def test_few_colleges_still_have_a_panel():
    assert [judge.college for judge in panel_of(["C01"])] == [None] * 7
    assert [judge.college for judge in panel_of(["C01", "C02"])][:2] == ["C02", None]
    assert sum(judge.external for judge in panel_of(["C01"])) == 3
