"""The whole school's year: what the panel found, and what it has to decide."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.assessment.guide import SCHOOL, page, public_names
from evalkit.assessment.school_evidence import SchoolEvidence
from evalkit.assessment.school_results import SchoolResults
from evalkit.assessment.school_work import SchoolWork
from evalkit.assessment.wording import Card, school_cards, school_conclusion

__all__ = ["SchoolView"]


@dataclass(frozen=True)
class SchoolView(SchoolWork, SchoolEvidence, SchoolResults):
    """All colleges in one year. Methods return tables released for the assessment's audience.

    Those about the colleges' work, which need no score, are inherited from :class:`SchoolWork`,
    those about verdicts from :class:`SchoolEvidence`, those about the panel's results and what it
    has to decide from :class:`SchoolResults`.
    """

    def __dir__(self) -> list[str]:
        return public_names(self)

    def __repr__(self) -> str:
        return f"<SchoolView {self.assessment.workspace.school} {self.assessment.year}>"

    def _repr_html_(self) -> str:
        facts = {"学校": self.assessment.workspace.school, "学年": self.assessment.year.name}
        facts |= {
            card.title: f"{card.value}（{card.remark}）" if card.remark else card.value
            for card in self.cards
        }
        return page(facts, SCHOOL)

    @property
    def conclusion(self) -> str:
        """The report's first paragraph: bands, proposals, what the panel has to decide."""
        return school_conclusion(self)

    @property
    def cards(self) -> tuple[Card, ...]:
        """The figures that stand at the top of the report."""
        return school_cards(self)
