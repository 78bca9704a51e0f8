"""From a workspace to an :class:`Assessment`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from evalkit.assessment.kept import recall, remember, years_beside
from evalkit.assessment.model import Assessment
from evalkit.audiences import INTERNAL, Audience, load_policy
from evalkit.errors import AudienceError, DefinitionError, NoDataError
from evalkit.evidence.verdicts.requirements import faults_of_requirements
from evalkit.intake import Snapshot, freeze
from evalkit.ledger import load_ledger
from evalkit.panel import PanelResult, evaluate
from evalkit.rubric import Rubric, load_rubric
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["load_assessment", "only_for", "remember"]

_readers: list[str] = []
"""Not of the context: cells of a notebook run in one of their own."""


@contextmanager
def only_for(audience: str) -> Iterator[None]:
    """Let every assessment that is loaded within be released for one audience and no other.

    A report for the public stays one even if its notebook does not know of audiences, or asks for
    another.
    """
    _readers.append(load_policy(audience).id)
    try:
        yield
    finally:
        _readers.pop()


def load_assessment(
    academic_year: str | None = None,
    *,
    workspace: str | Path | Workspace = ".",
    audience: str | None = None,
    scores: bool = True,
) -> Assessment:
    """Load a year's assessment, and the years before it for comparison.

    Parameters
    ----------
    academic_year : str, optional
        Such as ``"2024-2025"``; the latest with data if not given.
    workspace : str, Path or Workspace
        The workspace, or a folder in it.
    audience : str, optional
        For whom tables are released: a name from the privacy policy. If not given, those within
        the school, or for whom the report is that is being made.
    scores : bool
        Whether the panel's results of the year are worked out. Judges at work get an assessment
        without them, and score sheets that are not finished yet do not stand in its way.

    Returns
    -------
    Assessment
        Read from frozen snapshots; a snapshot is made first for any year whose inputs have
        changed. One that was given to :func:`remember` is returned as it is while it holds.

    Raises
    ------
    EvalkitError
        If there is no workspace, no such year, no data, or a file with rules has faults: the
        rubric's also if it asks for a metric that does not exist. Within :func:`only_for`, if
        another audience is asked for.
    """
    space = workspace if isinstance(workspace, Workspace) else Workspace.find(workspace)
    year, policy = space.year(academic_year), _policy(audience)
    kept = recall(space, year, policy)
    if kept is not None:
        return kept
    rubric, ledger = _rubric(space), load_ledger(space.ledger)
    years = years_beside(space, year)
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
        if scores or other != year
        if (panel := _panel(snapshot, rubric)) is not None
    }
    return Assessment(space, year, rubric, policy, snapshots, panels)


def _policy(audience: str | None) -> Audience:
    reader = _readers[-1] if _readers else ""
    if reader and audience not in (None, reader):
        raise AudienceError(
            f"这份报告是给读者“{load_policy(reader).name}”的，报告模板却要按“{audience}”读取数据。"
            "请在报告模板的参数中写 audience，并在 load_assessment 中用它。"
        )
    return load_policy(audience or reader or INTERNAL)


def _rubric(space: Workspace) -> Rubric:
    rubric = load_rubric(space.rubric)
    faults = faults_of_requirements(rubric)
    if faults:
        raise DefinitionError("考核办法文件", space.rubric, faults)
    return rubric


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
    table = snapshot.table("source_scores").dropna(subset=["college_code", "source", "score"])
    for college, source, score in zip(
        table["college_code"], table["source"], table["score"], strict=True
    ):
        if source in ids:
            scores.setdefault(college, {})[ids[source]] = Decimal(format(score, ".15g"))
    return scores
