"""What the school's own reports tell of the screening, which an extract is laid beside.

Reports print warnings by college and grade, all waves added up, and hide what
:func:`evalkit.privacy.plan.plan_release` says. Whoever reads them and has an extract as well knows
what either shows. So the extract reckons with what they show.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.privacy import load_policy
from evalkit.privacy.plan import Plan, plan_release
from evalkit.research.lattice import Lattice

__all__ = ["WARNINGS", "told_in_reports"]

WARNINGS = ("n_l1", "n_l2", "n_l3")
_BY = ("college", "grade")


def told_in_reports(rows: pd.DataFrame, lattice: Lattice) -> NDArray[np.bool_]:
    """Return which totals of a lattice the reports for readers within the school show.

    Parameters
    ----------
    rows : DataFrame
        The year, as :func:`evalkit.research.lattice.build_lattice` takes it.
    lattice : Lattice
        Of these rows.

    Returns
    -------
    array of bool, shape (m,)
    """
    plan = _plan(rows)
    told = np.zeros(len(lattice.loss), dtype=np.bool_)
    for (about, place, count), total in lattice.margins.items():
        if count in WARNINGS and set(about) <= set(_BY):
            told[total] |= not _hidden(plan, dict(zip(about, place, strict=True)), count)
    return told


def _plan(rows: pd.DataFrame) -> Plan:
    frame = rows[[*_BY, *WARNINGS, "n_valid"]].copy()
    # A denominator bounds a count only if it is there, and large enough, in every wave.
    fits = (frame[[*WARNINGS]].max(axis=1) <= frame["n_valid"]).fillna(False).astype(bool)
    everywhere = fits.groupby([frame[name] for name in _BY]).transform("all")
    frame["n_valid"] = frame["n_valid"].where(everywhere)
    wholes = dict.fromkeys(WARNINGS, "n_valid")
    return plan_release(frame, _BY, WARNINGS, load_policy("internal"), wholes=wholes)


def _hidden(plan: Plan, place: Mapping[str, str], count: str) -> bool:
    return bool(plan.mask([place])[count].iloc[0])
