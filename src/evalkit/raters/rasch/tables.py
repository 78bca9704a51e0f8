"""What is reported of a many-facet Rasch model: elements, facets, thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from evalkit.raters.rasch.design import MOST_CATEGORIES, Coded, listed
from evalkit.raters.rasch.extremes import Places
from evalkit.raters.rasch.likelihood import Floats, Ints, Moments, moments, summed

__all__ = ["Estimates", "element_table", "summary_table", "threshold_table"]


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Everything estimated, in the order of the coded ratings.

    Attributes
    ----------
    coded : Coded
        The ratings.
    places : Places
        Their scales at the estimated thresholds.
    signs : array, shape (F,)
        +1 for the facet whose measures raise scores, −1 for the others.
    measures, information : tuple of array
        Of each facet; NaN where nothing is known.
    active : array of bool, shape (N,)
        Ratings that were estimated from; the rest went with extreme scores.
    ends : tuple of array of str
        Of each facet: "" if estimated, "min", "max", "constant" or "indirect".
    moments : Moments
        Of every rating; NaN where an element's measure is not known.
    step_covariance : tuple of array
        Of each scale's cumulative thresholds.
    """

    coded: Coded
    places: Places
    signs: Floats
    measures: tuple[Floats, ...]
    information: tuple[Floats, ...]
    active: NDArray[np.bool_]
    ends: tuple[NDArray[np.object_], ...]
    moments: Moments
    step_covariance: tuple[Floats, ...]

    @property
    def theta(self) -> Floats:
        """Where each rating is."""
        parts = zip(self.signs, self.measures, self.coded.codes, strict=True)
        found: Floats = np.sum([sign * own[code] for sign, own, code in parts], axis=0)
        return found


def _fit(
    moment: Moments, given: Floats, group: Ints, number: int
) -> tuple[Floats, Floats, Floats, Floats]:
    r"""Return infit, its standardised form, outfit, its standardised form, of groups of ratings.

    With residual :math:`y`, variance :math:`W` and fourth central moment :math:`C`: infit is
    :math:`\sum y^2 / \sum W` with variance :math:`q^2 = \sum (C - W^2) / (\sum W)^2`, outfit is
    :math:`\sum (y^2 / W) / N` with :math:`q^2 = \sum (C / W^2) / N^2 - 1 / N`; standardised
    :math:`(v^{1/3} - 1)(3 / q) + q / 3` (Wright and Masters 1982, p. 101).
    """
    square = (given - moment.mean) ** 2
    variance = moment.variance
    total, count = summed(group, variance, number), summed(group, np.ones(len(group)), number)
    there = count > 0
    infit, outfit, infit_q, outfit_q = (np.full(number, np.nan) for _ in range(4))
    infit[there] = summed(group, square, number)[there] / total[there]
    outfit[there] = summed(group, square / variance, number)[there] / count[there]
    spread = summed(group, moment.fourth - variance**2, number)[there]
    infit_q[there] = np.sqrt(np.maximum(spread, 0.0)) / total[there]
    ratio = summed(group, moment.fourth / variance**2, number)[there] / count[there] - 1.0
    outfit_q[there] = np.sqrt(np.maximum(ratio, 0.0) / count[there])
    return infit, _standardised(infit, infit_q), outfit, _standardised(outfit, outfit_q)


def _standardised(value: Floats, q: Floats) -> Floats:
    """Return the Wilson–Hilferty deviate; NaN where the statistic cannot vary."""
    q = np.where(q > 1e-9, q, np.nan)
    return (np.cbrt(value) - 1.0) * (3.0 / q) + q / 3.0


def element_table(estimates: Estimates, level: float) -> pd.DataFrame:
    """Return one row for each element of each facet."""
    z = float(norm.isf((1 - level) / 2))
    frames = []
    active = np.flatnonzero(estimates.active)
    whole = estimates.moments
    picked = Moments(
        whole.mean[active], whole.variance[active], whole.fourth[active], whole.score[active]
    )
    coded = estimates.coded
    for facet, name in enumerate(coded.facets):
        number = coded.sizes[facet]
        codes = coded.codes[facet]
        count = np.bincount(codes, minlength=number)
        total = summed(codes, coded.score, number)
        infit, infit_z, outfit, outfit_z = _fit(
            picked, estimates.places.given[active], codes[active], number
        )
        measure, se = estimates.measures[facet], estimates.information[facet] ** -0.5
        frames.append(
            pd.DataFrame(
                {
                    "facet": name,
                    "element": pd.Series(coded.names[facet], dtype=object),
                    "n": count,
                    "total": total,
                    "observed": total / count,
                    "fair": _fair(estimates, facet),
                    "measure": measure,
                    "se": se,
                    "low": measure - z * se,
                    "high": measure + z * se,
                    "infit": infit,
                    "infit_z": infit_z,
                    "outfit": outfit,
                    "outfit_z": outfit_z,
                    "extreme": pd.Series(estimates.ends[facet], dtype=object),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _fair(estimates: Estimates, facet: int) -> Floats:
    """Return the score expected of each element where all others are at their facets' means."""
    coded, places = estimates.coded, estimates.places
    scaled = coded.facets.index(coded.scale_facet)
    means = [
        float(own[end == ""].mean())
        for own, end in zip(estimates.measures, estimates.ends, strict=True)
    ]
    own = estimates.signs[facet] * estimates.measures[facet]
    base = sum(
        float(estimates.signs[f]) * means[f] for f in range(len(means)) if f not in (facet, scaled)
    )
    scale_of = _scale_of_elements(coded)
    informative = np.array([len(each) > 1 for each in places.scales])
    if facet == scaled:
        return _expected(places, own + base, scale_of, informative[scale_of] & ~np.isnan(own))
    usable = (estimates.ends[scaled] == "") & informative[scale_of]
    total, weight = np.zeros(len(own)), 0
    for scale in np.unique(scale_of[usable]):
        members = usable & (scale_of == scale)
        where = base + float(estimates.signs[scaled] * estimates.measures[scaled][members].mean())
        number = np.full(len(own), scale)
        total += members.sum() * _expected(places, own + where, number, ~np.isnan(own))
        weight += int(members.sum())
    return total / weight


def _scale_of_elements(coded: Coded) -> Ints:
    """Return the scale of each element of the facet that has scales."""
    facet = coded.facets.index(coded.scale_facet)
    scale = np.zeros(coded.sizes[facet], dtype=np.intp)
    scale[coded.codes[facet]] = coded.scale
    return scale


def _expected(places: Places, theta: Floats, scale: Ints, known: NDArray[np.bool_]) -> Floats:
    found = np.full(len(theta), np.nan)
    found[known] = moments(
        theta[known], scale[known], places.scales, places.thresholds, places.scores
    ).score
    return found


def summary_table(table: pd.DataFrame, facets: Sequence[str]) -> pd.DataFrame:
    """Return one row for each facet: how well its elements are told apart.

    Elements with extreme scores are left out. Columns that end in ``_sample`` take the elements
    for a sample (n − 1), the others for the whole population (n).
    """
    rows = []
    for facet in facets:
        own = table[(table["facet"] == facet) & (table["extreme"] == "")]
        measure = own["measure"].to_numpy(dtype=np.float64)
        error = own["se"].to_numpy(dtype=np.float64) ** 2
        number = len(measure)
        row: dict[str, object] = {"facet": facet, "n": number, "mean": measure.mean()}
        row["rmse"] = np.sqrt(error.mean())
        for ending, away in (("", 0), ("_sample", 1)):
            row |= {f"{k}{ending}": v for k, v in _separation(measure, error, away).items()}
        weight = 1.0 / error
        statistic = float((weight * (measure - np.average(measure, weights=weight)) ** 2).sum())
        p = float(chi2.sf(statistic, number - 1)) if number > 1 else np.nan
        rows.append({**row, "chi2": statistic, "df": number - 1, "p": p})
    return pd.DataFrame(rows)


def _separation(measure: Floats, error: Floats, away: int) -> dict[str, float]:
    if len(measure) < 2:
        names = ("sd", "true_sd", "separation", "strata", "reliability")
        return dict.fromkeys(names, float("nan"))
    variance, mistake = float(measure.var(ddof=away)), float(error.mean())
    true = max(variance - mistake, 0.0)
    separation = (true / mistake) ** 0.5
    return {
        "sd": variance**0.5,
        "true_sd": true**0.5,
        "separation": separation,
        "strata": (4 * separation + 1) / 3,
        "reliability": true / variance if variance > 0 else 0.0,
    }


def threshold_table(estimates: Estimates) -> pd.DataFrame:
    """Return one row for each category of each scale.

    ``threshold`` is where the category is as likely as the used one below it; ``average`` is the
    mean θ of the ratings in the category, which should rise.
    """
    coded, places = estimates.coded, estimates.places
    facet, theta = coded.facets.index(coded.scale_facet), estimates.theta
    rows = []
    order = np.argsort(coded.scale, kind="stable")
    bounds = np.searchsorted(coded.scale[order], np.arange(len(coded.members) + 1))
    for scale, members in enumerate(coded.members):
        own = order[bounds[scale] : bounds[scale + 1]]
        label = members[0] if len(members) == 1 else listed(members)
        label = "全部" if len(members) == coded.sizes[facet] > 1 else label
        lowest = int(coded.value[own].min())
        value = coded.value[own] - lowest
        count = np.bincount(value)
        used = own[estimates.active[own]]
        active = summed(coded.value[used] - lowest, np.ones(len(used)), len(count))
        sums = summed(coded.value[used] - lowest, theta[used], len(count))
        categories, cumulative = places.scales[scale], places.thresholds[scale]
        left = places.scores[scale] if len(categories) > 1 else ()
        at = {round(score / coded.step): k for k, score in enumerate(left)}
        for number in range(len(count)):
            if count[number] == 0 and len(count) > MOST_CATEGORIES:
                continue
            k = at.get(number + lowest + coded.lowest, -1)
            threshold, se = float("nan"), float("nan")
            if k > 0:
                gap = categories[k] - categories[k - 1]
                threshold = float(cumulative[k] - cumulative[k - 1]) / gap
                cov = estimates.step_covariance[scale]
                variance = cov[k, k] + cov[k - 1, k - 1] - 2 * cov[k, k - 1]
                se = float(np.sqrt(max(variance, 0.0))) / gap
            rows.append(
                {
                    "scale": scale + 1,
                    coded.scale_facet: label,
                    "category": int(categories[k]) if k >= 0 else pd.NA,
                    "score": (number + lowest + coded.lowest) * coded.step,
                    "count": int(count[number]),
                    "average": sums[number] / active[number] if active[number] else float("nan"),
                    "threshold": threshold,
                    "se": se,
                }
            )
    return pd.DataFrame(rows).astype({"category": "Int64"})
