"""All documents of a year: which there are, what each is made from, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from evalkit.assessment import STATUS_TEXT, Assessment
from evalkit.audiences import load_policy
from evalkit.errors import UnknownNameError
from evalkit.export.deck import deck_of, deck_page, deck_slides, results_of
from evalkit.export.documents import sheets
from evalkit.export.documents.blank_form import blank_decisions
from evalkit.export.documents.decision import YearDecisions
from evalkit.export.documents.facts import for_audience
from evalkit.export.documents.feedback import feedback_facts
from evalkit.export.documents.head_form import head_form_facts
from evalkit.export.documents.meeting import (
    agenda_facts,
    members,
    opening_rules,
    recusals,
    score_form_facts,
    speaking_order,
)
from evalkit.export.documents.render import Templates
from evalkit.export.documents.results import circular_facts, notice_facts, winners
from evalkit.export.summary import SummaryTables, summary_workbook
from evalkit.outputs import write_bytes
from evalkit.privacy.gate import gate_of
from evalkit.privacy.scan import ExposureError

__all__ = ["KINDS", "Documents", "Packet", "choose"]

Files = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Packet:
    """What came of making documents.

    Attributes
    ----------
    written : tuple of Path
        What was written.
    left_out : tuple of str
        What there is none of this year, and why, in Chinese.
    stopped : tuple of str
        What names a person and was therefore not written, and where, in Chinese.
    audiences : mapping of str to tuple of Path
        For whom → what was written for them.
    """

    written: tuple[Path, ...]
    left_out: tuple[str, ...]
    stopped: tuple[str, ...] = ()
    audiences: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Documents:
    """The documents of one year.

    Parameters
    ----------
    assessment : Assessment
        The year, released for the school's own people (``internal``).
    decisions : YearDecisions
        What people have decided so far.
    templates : Templates
        Built-in, or the school's own.
    red_head : bool
        Whether the circular carries the issuing body's red head; else paper that has one is used.
    """

    assessment: Assessment
    decisions: YearDecisions = field(default_factory=YearDecisions)
    templates: Templates = field(default_factory=Templates)
    red_head: bool = False

    def write(self, folder: Path, only: Sequence[str] = ()) -> Packet:
        """Make the documents and write each whole or not at all.

        One that names a person is not written, and what an earlier run left of it is removed.

        Parameters
        ----------
        folder : Path
            Made if there is none.
        only : sequence of str
            Names from `KINDS`; empty for all.

        Raises
        ------
        UnknownNameError
            If there is no document of that name.
        TemplateFaultError
            If one of the school's own templates cannot be filled in.
        """
        gate = gate_of(self.assessment.workspace)
        written: dict[Path, str] = {}
        left_out, stopped = [], []
        for kind in choose(only):
            if kind.scores and self.assessment.panel is None:
                left_out.append(f"{kind.name}：本学年还没有评审组评分")
                continue
            made = dict(kind.make(self))
            gate = gate.below(load_policy(kind.audience).small)
            for name, content in made.items():
                try:
                    gate.check({name: content})
                except ExposureError as error:
                    (folder / name).unlink(missing_ok=True)
                    stopped.append(str(error))
                    continue
                written[write_bytes(folder / name, content)] = kind.audience
            if not made:
                left_out.append(f"{kind.name}：{kind.nothing}")
        audiences = {
            audience: tuple(path for path, other in written.items() if other == audience)
            for audience in dict.fromkeys(written.values())
        }
        return Packet(tuple(written), tuple(left_out), tuple(stopped), audiences)

    @cached_property
    def for_college(self) -> Assessment:
        """The assessment, released for a college."""
        return for_audience(self.assessment, "college", "internal")

    @cached_property
    def for_panel(self) -> Assessment:
        """The assessment, released for the panel with its external experts."""
        return for_audience(self.assessment, "panel")

    @property
    def marked_title(self) -> str:
        """School and year, with the mark until the decision is entered."""
        title = f"{self.assessment.workspace.school} {self.assessment.year} 学年"
        return f"{title}　{self.decisions.mark}" if self.decisions.mark else title


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its name, for whom it is, whether it needs scores, why there may be none.

    For whom: as in the privacy rules, ``internal``, ``panel``, ``college`` or ``public``.
    """

    name: str
    make: Callable[[Documents], Files]
    audience: str
    scores: bool = True
    nothing: str = ""


def choose(only: Iterable[str]) -> tuple[Kind, ...]:
    """Return the kinds of these names, in their usual order; all if no name is given.

    Raises
    ------
    UnknownNameError
        If there is no document of a name.

    Examples
    --------
    >>> [kind.name for kind in choose(["评审会议程"])]
    ['评审会议程']
    """
    names = {kind.name for kind in KINDS}
    wanted = set(only)
    for name in sorted(wanted - names):
        raise UnknownNameError.of("文书", name, [kind.name for kind in KINDS])
    return tuple(kind for kind in KINDS if not wanted or kind.name in wanted)


def _agenda(order: Documents) -> Files:
    facts = agenda_facts(order.for_panel, order.decisions)
    yield "评审会议程.docx", order.templates.fill("评审会议程", facts)


def _score_forms(order: Documents) -> Files:
    for member in members(order.for_panel):
        facts = score_form_facts(order.for_panel, order.decisions, member)
        yield f"评委评分表/评委评分表_{member.code}.docx", order.templates.fill("评委评分表", facts)


def _head_forms(order: Documents) -> Files:
    for college in order.assessment.colleges:
        found = head_form_facts(order.for_college, order.decisions, college.code)
        for number, facts in enumerate(found, 1):
            name = college.code if len(found) == 1 else f"{college.code}_{number}"
            content = order.templates.fill("站长登记表", facts)
            yield f"站长登记表/站长登记表_{name}.docx", content


def _screen(order: Documents) -> Files:
    year, meeting = order.for_panel, order.decisions.meeting
    awards = [(award["title"], award["listed"]) for award in winners(year, order.decisions)]
    before = deck_of(
        year,
        order=[lot.college for lot in speaking_order(year, meeting)[1]],
        rules=opening_rules(year, order.decisions),
        recusals=recusals(year),
        minutes=(meeting.talk_minutes, meeting.question_minutes),
        mark=order.decisions.mark,
    )
    decks = [("大屏_会前", before)]
    if year.panel is not None:
        decks.append(("大屏_揭晓", replace(before, results=results_of(year, awards))))
    for name, deck in decks:
        yield f"大屏/{name}.html", deck_page(deck)
        yield f"大屏/{name}.pptx", deck_slides(deck)


def _totals(order: Documents) -> Files:
    year = order.assessment
    school, space = year.school, year.workspace
    tables = SummaryTables(
        details=school.score_details(),
        totals=school.judge_totals(),
        ranking=school.ranking(),
        results=school.exact_results(),
        lists={"辅导站建议": school.station_nominees(), "站长比较": school.head_candidates()},
    )
    notes = [
        f"{space.school}{space.centre}。{STATUS_TEXT[year.status]}。",
        f"依据：{year.rubric.title}（{year.rubric.version}）。数据快照：{year.snapshot.id}。",
        *(["数据为虚构，仅供演示。"] if space.fictional else []),
        *([f"{order.decisions.mark}：以审定结果为准。"] if order.decisions.mark else []),
        *order.assessment.school.open_decisions,
    ]
    content = summary_workbook(tables, year.rubric, title=order.marked_title, notes=notes)
    yield "评审汇总表.xlsx", content


def _details(order: Documents) -> Files:
    yield "得分明细.xlsx", sheets.details_workbook(order.assessment, order.decisions)


def _feedback(order: Documents) -> Files:
    for college in order.for_college.colleges:
        facts = feedback_facts(order.for_college, order.decisions, college.code)
        place = f"反馈意见书/反馈意见书_{college.code}.docx"
        yield place, order.templates.fill("反馈意见书", facts)
        view = order.for_college.college(college.code)
        content = sheets.improvements_workbook(view, order.decisions)
        yield f"反馈意见书/整改清单_{college.code}.xlsx", content


def _decision_form(order: Documents) -> Files:
    if order.decisions.decision is None:
        yield "decision.yaml", blank_decisions(order.assessment).encode("utf-8")


def _notice(order: Documents) -> Files:
    facts = notice_facts(order.assessment, order.decisions)
    yield "获奖名单公示.docx", order.templates.fill("获奖名单公示", facts)


def _circular(order: Documents) -> Files:
    facts = circular_facts(order.assessment, order.decisions)
    facts |= {"red_head": order.red_head}
    yield "考核结果通报.docx", order.templates.fill("考核结果通报", facts)


def _handover(order: Documents) -> Files:
    yield "移交学生工作考评.xlsx", sheets.handover_workbook(order.assessment, order.decisions)
    yield "移交学生工作考评.csv", sheets.handover_csv(order.assessment, order.decisions)


KINDS = (
    Kind("评审会议程", _agenda, "panel", scores=False),
    Kind(
        "评委评分表",
        _score_forms,
        "panel",
        scores=False,
        nothing="evalkit.toml 的 [[judges]] 中没有列出评委，也没有收到评分表",
    ),
    Kind(
        "站长登记表", _head_forms, "college", scores=False, nothing="各学院台账中都没有站长登记表"
    ),
    Kind("大屏", _screen, "panel", scores=False),
    Kind("评审汇总表", _totals, "internal"),
    Kind("得分明细", _details, "internal"),
    Kind("反馈意见书", _feedback, "college"),
    Kind(
        "审定结果", _decision_form, "internal", nothing="审定结果已经录入，不再需要空白的录入文件"
    ),
    Kind("获奖名单公示", _notice, "public"),
    Kind("考核结果通报", _circular, "public"),
    Kind("移交学生工作考评", _handover, "internal"),
)
"""All documents, in the order in which a year needs them."""
