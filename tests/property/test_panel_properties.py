from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.panel import evaluate
from evalkit.panel.ranking import comparisons
from evalkit.panel.totals import add_up
from evalkit.rubric import ScoreSheet, load_rubric

RUBRIC = load_rubric()
STEP = RUBRIC.panel.step
quick = settings(max_examples=50, deadline=None)

rows = st.tuples(*(st.integers(0, int(i.points / STEP)) for i in RUBRIC.indicators))
"""One judge's scores for one college, in steps."""


@st.composite
def panels(draw: st.DrawFn, most: int = 4) -> list[ScoreSheet]:
    """Sheets of every judge for every college; scores near each other, so that ties happen."""
    colleges, judges = draw(st.integers(1, most)), draw(st.integers(1, 7))
    pool = draw(st.lists(rows, min_size=1, max_size=5))
    return [
        ScoreSheet(
            f"J{judge:02}",
            f"C{college:02}",
            {
                indicator.id: steps * STEP
                for indicator, steps in zip(
                    RUBRIC.indicators, draw(st.sampled_from(pool)), strict=True
                )
            },
        )
        for college in range(1, colleges + 1)
        for judge in range(1, judges + 1)
    ]


@quick
@given(panels())
def test_score_lies_between_the_kept_totals(sheets: list[ScoreSheet]) -> None:
    for each in evaluate(sheets, RUBRIC):
        kept = [total for judge, total in each.totals.items() if judge not in each.dropped]
        assert min(kept) <= each.exact <= max(kept)
        assert abs(Fraction(each.score) - each.exact) <= Fraction(1, 200)
        assert len(each.dropped) == (2 if each.n_judges >= 5 else 0)


@quick
@given(panels(), st.randoms(use_true_random=False), st.permutations(range(7)))
def test_judges_and_colleges_are_interchangeable(
    sheets: list[ScoreSheet], shuffle: object, order: list[int]
) -> None:
    renamed = {f"J{n + 1:02}": f"J{order[n] + 1:02}" for n in range(7)}
    other = [replace(sheet, judge=renamed[sheet.judge]) for sheet in sheets]
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    before, after = evaluate(sheets, RUBRIC), evaluate(other, RUBRIC)
    assert [(r.college, r.exact, r.band, r.rank, r.tie_note) for r in before] == [
        (r.college, r.exact, r.band, r.rank, r.tie_note) for r in after
    ]


@quick
@given(panels(), st.permutations(range(4)))
def test_a_colleges_code_does_not_matter(sheets: list[ScoreSheet], order: list[int]) -> None:
    renamed = {f"C{n + 1:02}": f"C{order[n] + 1:02}" for n in range(4)}
    before = evaluate(sheets, RUBRIC)
    after = evaluate([replace(s, college=renamed[s.college]) for s in sheets], RUBRIC)
    for each in before:
        twin = after[renamed[each.college]]
        assert (each.exact, each.rank, each.band) == (twin.exact, twin.rank, twin.band)
        assert {renamed[college] for college in each.tied_with} == set(twin.tied_with)


@quick
@given(panels(most=6))
def test_ranks_are_one_plus_the_number_strictly_better(sheets: list[ScoreSheet]) -> None:
    result = evaluate(sheets, RUBRIC)
    keys = {}
    for each in result:
        tally = add_up(each.college, [s for s in sheets if s.college == each.college], RUBRIC)
        keys[each.college] = (each.score, *comparisons(tally, each.first_places, RUBRIC))
    for each in result:
        better = [college for college, key in keys.items() if key > keys[each.college]]
        equal = [college for college, key in keys.items() if key == keys[each.college]]
        assert each.rank == 1 + len(better)
        assert {each.college, *each.tied_with} == set(equal)


@quick
@given(panels(), st.data())
def test_raising_a_score_never_worsens_the_own_rank(
    sheets: list[ScoreSheet], data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(range(len(sheets))))
    sheet = sheets[chosen]
    indicator = data.draw(st.sampled_from(RUBRIC.indicators))
    now = sheet.scores[indicator.id]
    assert now is not None
    more = data.draw(st.integers(0, int((indicator.points - now) / STEP)))
    raised = sheets.copy()
    raised[chosen] = replace(sheet, scores={**sheet.scores, indicator.id: now + more * STEP})
    before = evaluate(sheets, RUBRIC)[sheet.college]
    after = evaluate(raised, RUBRIC)[sheet.college]
    assert after.rank <= before.rank
    assert after.exact >= before.exact


@quick
@given(panels(most=1).filter(lambda sheets: len(sheets) >= 5))
def test_raising_the_highest_total_changes_nothing_that_is_kept(sheets: list[ScoreSheet]) -> None:
    before = evaluate(sheets, RUBRIC)["C01"]
    highest = next(sheet for sheet in sheets if sheet.judge == before.dropped[0])
    full = replace(highest, scores={i.id: i.points for i in RUBRIC.indicators})
    after = evaluate([full if sheet is highest else sheet for sheet in sheets], RUBRIC)["C01"]
    assert after.panel_mean == before.panel_mean
    assert after.untrimmed_mean >= before.untrimmed_mean


@quick
@given(st.decimals(0, 100, places=6))
def test_publishing_is_half_up(score: Decimal) -> None:
    published = RUBRIC.publish(score)
    assert published == score.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert published.as_tuple().exponent == -2
    assert RUBRIC.publish(published) == published


@quick
@given(st.integers(0, 9999))
def test_halves_go_up(hundredths: int) -> None:
    half = Fraction(hundredths, 100) + Fraction(1, 200)
    assert RUBRIC.publish(half) == Decimal(hundredths + 1).scaleb(-2)


@quick
@given(st.lists(st.fractions(0, 100), min_size=2, max_size=8))
def test_bands_are_monotone(scores: list[Fraction]) -> None:
    places = [RUBRIC.bands.index(RUBRIC.band(score)) for score in sorted(scores)]
    assert places == sorted(places, reverse=True)
