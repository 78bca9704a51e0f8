from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from evalkit.errors import DataError
from evalkit.raters.rasch import ManyFacetRasch, bias, many_facet_rasch
from evalkit.raters.rasch.design import Model, coded
from evalkit.raters.rasch.set_aside import set_aside, used_categories

quick = settings(max_examples=40, deadline=None)

FACETS = ("unit", "judge", "item")
models = st.sampled_from(["rating_scale", "partial_credit"])


@st.composite
def panels(draw: st.DrawFn, *, noise: float = 1.0, most: int = 9) -> pd.DataFrame:
    """Panels of any shape, some scores missing, units of rising quality under some noise."""
    units, judges, items = (draw(st.integers(low, most)) for low in (2, 2, 1))
    top, kept = draw(st.integers(1, 6)), draw(st.floats(0.6, 1))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = [
        (f"u{u}", f"j{j}", f"i{i}", float(np.clip(np.rint(raw), 0, top)))
        for u in range(units)
        for j in range(judges)
        for i in range(items)
        if chance.random() < kept
        for raw in [top * (0.3 + 0.4 * u / units + noise * chance.normal() / 3)]
    ]
    assume(rows)
    return pd.DataFrame(rows, columns=[*FACETS, "score"])


def fitted(frame: pd.DataFrame, model: Model) -> ManyFacetRasch:
    """Return the result; other examples if there is none."""
    try:
        return many_facet_rasch(frame, model)
    except DataError:
        assume(False)
        raise


def measures(result: ManyFacetRasch) -> pd.Series:
    return result.estimate.sort_index()


@quick
@given(panels(), models, st.randoms(use_true_random=False))
def test_names_and_order_of_rows_are_nothing(
    frame: pd.DataFrame, model: Model, random: object
) -> None:
    result = fitted(frame, model)
    seed = random.randrange(2**32)  # type: ignore[attr-defined]
    names = {name: f"x{99 - place}" for place, name in enumerate(frame["judge"].unique())}
    other = frame.sample(frac=1, random_state=seed).replace({"judge": names})
    again = many_facet_rasch(other, model)
    assert again.log_likelihood == pytest.approx(result.log_likelihood, abs=1e-7)
    back = again.estimate.rename(index={new: old for old, new in names.items()}).sort_index()
    wanted = measures(result)
    assert back.index.equals(wanted.index)
    assert back.to_numpy() == pytest.approx(wanted.to_numpy(), abs=1e-5, nan_ok=True)


@quick
@given(panels(), models, st.integers(-20, 20), st.sampled_from([0.5, 1.0]))
def test_only_differences_of_scores_count(
    frame: pd.DataFrame, model: Model, shift: int, step: float
) -> None:
    result = fitted(frame, model)
    moved = many_facet_rasch(frame.assign(score=frame["score"] * step + shift), model, step=step)
    assert measures(moved).to_numpy() == pytest.approx(
        measures(result).to_numpy(), abs=1e-5, nan_ok=True
    )
    fair = result.table["fair"].to_numpy() * step + shift
    assert moved.table["fair"].to_numpy() == pytest.approx(fair, abs=1e-5, nan_ok=True)


@quick
@given(panels(), models)
def test_scores_turned_round_turn_measures_round(frame: pd.DataFrame, model: Model) -> None:
    """What was able is weak, what was severe is mild; up to one constant in the free facet."""
    result = fitted(frame, model)
    turned = many_facet_rasch(frame.assign(score=frame["score"].max() - frame["score"]), model)
    assert turned.log_likelihood == pytest.approx(result.log_likelihood, abs=1e-7)
    for facet in FACETS:
        there, back = result.of(facet), turned.of(facet)
        used = (there["extreme"] == "").to_numpy()
        total = (there["measure"] + back["measure"])[used].to_numpy()
        assert np.ptp(total) < 1e-5
        assert there["infit"].to_numpy() == pytest.approx(
            back["infit"].to_numpy(), abs=1e-4, nan_ok=True
        )


@quick
@given(panels())
def test_judges_and_items_are_treated_alike(frame: pd.DataFrame) -> None:
    """In the rating scale model it does not matter which column is called judge."""
    result = fitted(frame, "rating_scale")
    swapped = many_facet_rasch(
        frame.rename(columns={"judge": "item", "item": "judge"}), "rating_scale"
    )
    for one, other in (("judge", "item"), ("item", "judge")):
        there, back = result.of(one), swapped.of(other)
        used = ((there["extreme"] == "") & (back["extreme"] == "")).to_numpy()
        difference = (there["measure"] - back["measure"])[used]
        assert np.ptp(difference) < 1e-5 if len(difference) else True


@quick
@given(panels(), models)
def test_sums_are_met_and_nothing_warns(frame: pd.DataFrame, model: Model) -> None:
    result = fitted(frame, model)
    used = result.data[result.data["estimated"]]
    for facet in FACETS:
        assert used.groupby(facet)["residual"].sum().abs().max() < 1e-6
    table = result.table[result.table["extreme"] == ""]
    assert (table["se"] > 0).all()
    assert np.isfinite(table[["measure", "fair", "infit", "outfit"]]).all(axis=None)
    assert result.log_likelihood <= 0
    assert bias(result, "judge").table["bias"].abs().max() < 1e-4
    assert np.isfinite(bias(result, "judge", "item").table["bias"]).all()


def runs_away(frame: pd.DataFrame, model: Model) -> bool | None:
    """Say whether the likelihood rises for ever in some direction: by linear programming.

    It does if along a direction no rating's given category loses against any other, and some gain
    (Albert and Anderson 1984, Biometrika 71:1). None if all ratings are extreme.
    """
    design = coded(frame, FACETS, model, None, None)
    active, _ = set_aside(design)
    if not active.any():
        return None
    values, categories = used_categories(design, active, "keep")
    starts = np.cumsum([0, *design.sizes])
    offsets = starts[-1] + np.cumsum([0, *(max(len(own) - 2, 0) for own in categories)])
    rows: list[NDArray[np.float64]] = []
    for n in np.flatnonzero(active):
        scale = design.scale[n]
        own = categories[scale]
        given_one = int(np.searchsorted(values[scale], design.value[n]))
        for k in range(len(own)):
            row = np.zeros(offsets[-1])
            for facet, sign in enumerate((1, -1, -1)):
                row[starts[facet] + design.codes[facet, n]] += sign * (own[given_one] - own[k])
            for place, change in ((given_one, -1), (k, 1)):
                if 0 < place < len(own) - 1:
                    row[offsets[scale] + place - 1] += change
            rows.append(row)
    gains = np.array(rows)
    found = linprog(-gains.sum(axis=0), A_ub=-gains, b_ub=np.zeros(len(gains)), bounds=(-1, 1))
    return bool(-found.fun > 1e-7)


@quick
@given(panels(noise=0.4, most=4), models)
def test_a_result_if_and_only_if_there_is_one(frame: pd.DataFrame, model: Model) -> None:
    """Newton stops at a maximum, or says that measures run away: never one for the other."""
    try:
        many_facet_rasch(frame, model)
    except DataError as error:
        infinite = "趋于无穷大" in str(error)
        assume(infinite)
    else:
        infinite = False
    assert runs_away(frame, model) is infinite
