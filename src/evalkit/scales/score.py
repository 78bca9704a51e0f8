"""From answers to scores."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.scales.answers import Answers, OutOfRange, read_answers
from evalkit.scales.coding import coding_of
from evalkit.scales.judge import Missing, Rules, StraightLining, judge
from evalkit.scales.known import Known, known_facts, known_seconds
from evalkit.scales.parts import Coding
from evalkit.scales.result import ScaleResult
from evalkit.scales.settings import notes_on, settings_of
from evalkit.scales.summary import ScaleSummary, count_papers
from evalkit.scales.table import Scored, columns_of, table_of
from evalkit.scales.tally import Flags, tally

__all__ = ["score", "score_papers"]


def score(
    name: str,
    answers: pd.DataFrame | ArrayLike,
    *,
    items: Sequence[Hashable] | None = None,
    coding: str | None = None,
    missing: Missing = "void",
    most_missing: float = 0.1,
    straight_lining: StraightLining | None = None,
    out_of_range: OutOfRange = "error",
    seconds: Known | None = None,
    seconds_per_item: float = 2,
    facts: Mapping[str, Known] | None = None,
    **choices: str,
) -> ScaleResult:
    r"""Score the papers of one scale.

    Totals are sums of the scored items after reversed ones are turned round; a factor is the mean
    of its items; the standard score of SDS and SAS is :math:`1.25 \times` raw total, rounded half
    up. All borders are compared in whole numbers. Papers with gaps, with the same answer
    throughout, done too fast, or with all lie items affirmed are void: they stay in the table and
    out of the rates. An item about suicide that was affirmed is reported on them too.

    Parameters
    ----------
    name : str
        ``"SCL-90"``, ``"UPI"``, ``"SDS"``, ``"SAS"``, ``"PHQ-9"`` or ``"GAD-7"``.
    answers : DataFrame, or array-like of shape (papers, items) or (items,)
        One row a paper, items in their order or in numbered columns (``q1`` ..., ``第1题`` ...,
        ``D1`` ...); other columns may stand beside them. Whole numbers, missing where there is no
        answer. UPI: 1 yes, 0 no; with or without the auxiliary items 61 to 64. Reversed items as
        they were ticked, not yet turned round.
    items : sequence, optional
        Names of the items' columns in order, where they are not numbered.
    coding : str, optional
        How answers are written: ``"1-5"`` or ``"0-4"`` (SCL-90: recognised by a 5 or a 0 if not
        given), ``"1-4"`` (SDS, SAS) or ``"0-3"`` (PHQ-9, GAD-7) if not given, and the other way
        round if said so. Totals of SCL-90 are in the coding given, those of the others never.
    missing : {"void", "prorate"}
        Papers with gaps are void; or, up to `most_missing`, the total is the mean of the answers
        times the number of items, and the paper is marked.
    most_missing : float
        Share of the items, 0 to 1.
    straight_lining : {"any", "above_lowest", "ignore"}, optional
        Which papers with one answer throughout are void. If not given: any for SDS and SAS, whose
        items run in both directions; for the others all but those that have no complaint at all,
        which is an answer that many give in earnest.
    out_of_range : {"error", "blank"}
        Answers outside the coding (99, 2.5) are an error, or count as not given.
    seconds : column name or array-like, shape (papers,), optional
        How long each paper took, in seconds.
    seconds_per_item : float
        Papers that took less than this times the number of items are void.
    facts : mapping, optional
        What counts beside the answers, as column names or arrays of yes and no: ``asks_for_help``
        (UPI), ``treated`` and ``frequent_thoughts`` (SCL-90, two classes). Unknown counts as no.
    **choices : str
        Disputed questions of scoring: ``rounding``, ``cutoff`` (SDS), ``border``, ``classes``,
        ``suicide_items`` (SCL-90), ``second_class``, ``lie_items`` (UPI), ``cutoff`` (GAD-7); see
        :func:`load_scale`.

    Returns
    -------
    ScaleResult
        ``.table`` with one row a paper, ``.summary`` with what they come to.

    Raises
    ------
    AnswersError
        If answers are no numbers, out of range, or do not fit the scale.
    UnknownNameError
        If there is no such scale, coding, option or fact.

    References
    ----------
    The scale's own; ``result.sources`` lists them with every choice that was made.

    Examples
    --------
    >>> result = score("PHQ-9", [[1, 1, 1, 1, 1, 1, 1, 1, 2], [0, 0, 1, 0, 0, 0, 0, 0, None]])
    >>> result.table[["total", "band", "valid", "suicide_item", "missing"]]
       total band  valid  suicide_item  missing
    0     10   中度   True          True        0
    1   <NA>  NaN  False          <NA>        1
    >>> list(result.table["reasons"])
    ['', '缺答 1 题']
    >>> result
    <PHQ-9：2 份答卷，有效 1，阳性 1（100%），自杀条目有反应 1（其中作废卷 0）>
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
    read = read_answers(settings.scale, answers, items)
    frame = answers if isinstance(answers, pd.DataFrame) else None
    times = None if seconds is None else known_seconds(seconds, frame, len(read))
    known = known_facts(settings.scale, facts or {}, frame, len(read))
    rules = settings.rules(coding_of(settings.scale, read.columns, coding))
    scored = score_papers(rules, read, settings.out_of_range, seconds=times, facts=known)
    summary = ScaleSummary(
        rules,
        (),
        count_papers(rules, scored, None),
        settings.options(rules.coding, timed=seconds is not None),
        settings.sources,
        notes_on(
            rules,
            len(read.columns),
            known,
            lowest_given=read.shows(Coding.named(rules.coding).lowest),
            papers=len(read),
            straight=int(scored.voids["straight_lining"].sum()),
        ),
    )
    return ScaleResult(scored.table, summary)


def score_papers(
    rules: Rules,
    read: Answers,
    out_of_range: OutOfRange,
    *,
    seconds: NDArray[np.float64] | None,
    facts: Mapping[str, Flags],
) -> Scored:
    """Score checked answers block by block, so that little more than the table is held."""
    blocks = []
    for block in read.blocks(rules.coding, out_of_range):
        part = slice(block.start, block.stop)
        sums = tally(rules.scale, block.items)
        verdicts = judge(
            rules,
            sums,
            block.items,
            off=block.off,
            seconds=None if seconds is None else seconds[part],
            facts={name: own[part] for name, own in facts.items()},
        )
        blocks.append(columns_of(rules, sums, verdicts, block.off))
    has_auxiliary = len(read.columns) > rules.scale.items
    return table_of(rules, blocks, read.index, has_auxiliary=has_auxiliary)
