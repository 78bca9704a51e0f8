"""More papers than fit into memory: scored piece by piece, added up as they go by."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from evalkit.scales.answers import OutOfRange, read_answers
from evalkit.scales.coding import coding_of
from evalkit.scales.columns import AnswersError, placed
from evalkit.scales.judge import Missing, Rules, StraightLining
from evalkit.scales.known import known_facts, known_seconds
from evalkit.scales.parts import Coding
from evalkit.scales.score import score_papers
from evalkit.scales.settings import Settings, notes_on, settings_of
from evalkit.scales.summary import ScaleSummary, added, count_papers

__all__ = ["Stream", "names_of", "refuse_unseen", "score_batches"]

_PIECES = 64
"""Counts of so many pieces are added together, so that they do not pile up."""


@dataclass
class Stream:
    """The state between two pieces."""

    settings: Settings
    by: tuple[Hashable, ...]
    items: Sequence[Hashable] | None
    seconds: Hashable | None
    facts: Mapping[str, Hashable]
    rules: Rules | None = None
    columns: int = 0
    papers: int = 0
    lowest_given: bool = False
    counts: list[pd.DataFrame] = field(default_factory=list)

    def take(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Score one piece, add it up, and return its table."""
        scale = self.settings.scale
        read = read_answers(scale, frame, self.items, before=self.papers)
        if self.rules is None:
            refuse_unseen(self.settings)
            coding = coding_of(scale, read.columns, self.settings.coding)
            self.rules, self.columns = self.settings.rules(coding), len(read.columns)
        if len(read.columns) != self.columns:
            raise AnswersError(
                f"各批答卷的题数不一样：先是 {self.columns} 题，后是 {len(read.columns)} 题。"
                "请让每一批有相同的列。"
            )
        lowest = Coding.named(self.rules.coding).lowest
        self.lowest_given = self.lowest_given or read.shows(lowest)
        seconds = None
        if self.seconds is not None:
            seconds = known_seconds(self.seconds, frame, len(frame))
        facts = known_facts(scale, self.facts, frame, len(frame))
        scored = score_papers(
            self.rules, read, self.settings.out_of_range, seconds=seconds, facts=facts
        )
        groups = _groups(frame, self.by) if self.by else None
        self.counts.append(count_papers(self.rules, scored, groups))
        if len(self.counts) >= _PIECES:
            self.counts = [added(self.counts, by=bool(self.by))]
        self.papers += len(frame)
        return scored.table

    def summary(self) -> ScaleSummary:
        """Return what all pieces come to."""
        scale = self.settings.scale
        if self.rules is None:
            raise AnswersError(f"没有答卷：各批都是空的。请给出至少一份 {scale.name} 答卷。")
        counts = added(self.counts, by=bool(self.by))
        return ScaleSummary(
            self.rules,
            self.by,
            counts,
            self.settings.options(self.rules.coding, timed=self.seconds is not None),
            self.settings.sources,
            notes_on(
                self.rules,
                self.columns,
                self.facts,
                lowest_given=self.lowest_given,
                papers=self.papers,
                straight=int(counts["void:straight_lining"].sum()),
            ),
        )


def score_batches(
    name: str,
    batches: Iterable[pd.DataFrame],
    *,
    by: Hashable | Sequence[Hashable] = (),
    items: Sequence[Hashable] | None = None,
    coding: str | None = None,
    missing: Missing = "void",
    most_missing: float = 0.1,
    straight_lining: StraightLining | None = None,
    out_of_range: OutOfRange = "error",
    seconds: Hashable | None = None,
    seconds_per_item: float = 2,
    facts: Mapping[str, Hashable] | None = None,
    **choices: str,
) -> ScaleSummary:
    """Score tables one after the other and return what all of them come to.

    Parameters
    ----------
    name : str
        The scale, as in :func:`score`.
    batches : iterable of DataFrame
        Tables with the same columns. Only one of them is held at a time.
    by : column name or names
        Groups that are counted apart: ``["college", "year"]``.
    coding : str, optional
        As in :func:`score`; SCL-90: recognised from the first table if not given.
    items, missing, most_missing, straight_lining, out_of_range, seconds_per_item, **choices
        As in :func:`score`.
    seconds, facts
        As in :func:`score`, as names of columns.

    Returns
    -------
    ScaleSummary
        ``.table`` has one row a group with papers, valid, positive and so on, ready for
        ``evalkit.epidemiology.wilson(table["positive"], table["valid"])``.

    Raises
    ------
    AnswersError, UnknownNameError
        As :func:`score` does.

    Examples
    --------
    >>> piece = pd.DataFrame([[0, 1, 2, 3, 2, 1, 1]], columns=[f"q{n}" for n in range(1, 8)])
    >>> summary = score_batches("GAD-7", [piece.assign(college="C01")] * 3, by="college")
    >>> summary.table[["college", "papers", "positive"]]
      college  papers  positive
    0     C01       3         3
    """
    settings = settings_of(
        name,
        coding=coding,
        missing=missing,
        most_missing=most_missing,
        straight_lining=straight_lining,
        out_of_range=out_of_range,
        seconds_per_item=seconds_per_item,
        choices=choices,
    )
    stream = Stream(settings, names_of(by), items, seconds, facts or {})
    for batch in batches:
        if len(batch):
            stream.take(batch)
    return stream.summary()


def names_of(by: Hashable | Sequence[Hashable]) -> tuple[Hashable, ...]:
    """Return one name or several as several."""
    if isinstance(by, str) or not isinstance(by, Sequence):
        return (by,)
    return tuple(by)


def _groups(frame: pd.DataFrame, by: Sequence[Hashable]) -> pd.DataFrame:
    names = list(frame.columns)
    columns = [frame.iloc[:, placed(names, name, "分组")] for name in by]
    # Categories of another piece may be others: the values themselves are the same.
    plain = [
        column.astype(column.cat.categories.dtype)
        if isinstance(column.dtype, pd.CategoricalDtype)
        else column
        for column in columns
    ]
    return pd.concat(plain, axis=1)


def refuse_unseen(settings: Settings) -> None:
    """Refuse to guess a coding from the first piece where later ones could not contradict it."""
    scale = settings.scale
    if scale.detect_coding and settings.coding is None and settings.out_of_range == "blank":
        first, other = scale.codings
        raise AnswersError(
            f"分批计分时把超范围的答案按缺答处理，就无法从后面的答案看出编码。"
            f'请写明 coding="{first}" 或 coding="{other}"。'
        )
