"""From a workspace to an :class:`Assessment`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from evalkit.assessment.model import Assessment
from evalkit.errors import NoDataError
from evalkit.intake import Snapshot, freeze
from evalkit.ledger import load_ledger
from evalkit.panel import PanelResult, evaluate
from evalkit.privacy import load_policy
from evalkit.rubric import Rubric, load_rubric
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["load_assessment"]

TREND_YEARS = 5
"""How many years, the assessed one included, are held side by side."""


def load_assessment(
    academic_year: str | None = None,
    *,
    workspace: str | Path | Workspace = ".",
    audience: str = "internal",
) -> Assessment:
    """Load a year's assessment, and the years before it for comparison.

    Parameters
    ----------
    academic_year : str, optional
        Such as ``"2024-2025"``; the latest with data if not given.
    workspace : str, Path or Workspace
        The workspace, or a folder in it.
    audience : str
        For whom tables are released: a name from the privacy policy.

    Returns
    -------
    Assessment
        Read from frozen snapshots; a snapshot is made first for any year whose inputs have
        changed.

    Raises
    ------
    EvalkitError
        If there is no workspace, no such year, no data, or a file with rules has faults.
    """
    space = workspace if isinstance(workspace, Workspace) else Workspace.find(workspace)
    year = space.year(academic_year)
    rubric, ledger = load_rubric(space.rubric), load_ledger(space.ledger)
    years = [other for other in space.years() if other <= year][-TREND_YEARS:]
    snapshots: dict[AcademicYear, Snapshot] = {}
    for other in years:
        try:
            snapshots[other] = freeze(space, other, ledger=ledger, rubric=rubric)
        except NoDataError:  # an earlier year that nobody handed in for is no year to compare with
            if other == year:
                raise
    panels = {
        other: panel
        for other, snapshot in snapshots.items()
        if (panel := _panel(snapshot, rubric)) is not None
    }
    return Assessment(space, year, rubric, load_policy(audience), snapshots, panels)


def _panel(snapshot: Snapshot, rubric: Rubric) -> PanelResult | None:
    if not snapshot.score_sheets:
        return None
    return evaluate(
        snapshot.score_sheets,
        rubric,
        judges=snapshot.judges,
        source_scores=_source_scores(snapshot, rubric),
    )


def _source_scores(snapshot: Snapshot, rubric: Rubric) -> dict[str, dict[str, Decimal]]:
    """Return college → source → score from the centre's sheet of other sources."""
    ids = {source.name: source.id for source in rubric.sources}
    scores: dict[str, dict[str, Decimal]] = {}
    table = snapshot.tables["source_scores"].dropna(subset=["college_code", "source", "score"])
    for college, source, score in zip(
        table["college_code"], table["source"], table["score"], strict=True
    ):
        if source in ids:
            scores.setdefault(college, {})[ids[source]] = Decimal(format(score, ".15g"))
    return scores
