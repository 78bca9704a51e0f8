"""For researchers: de-identified extracts, and the analyses of the notebooks in ``research``.

What leaves here is safe by itself: an extract has passed :mod:`evalkit.research.suppression`, and
so have the numbers of a :class:`ScreeningStudy`; tables for charts are released tables.
"""

from evalkit.research.activities import ActivityEffect, activity_effect, counselling_chart
from evalkit.research.answers import InventedAnswers, invented_answers
from evalkit.research.consistency import (
    Consistency,
    by_careless,
    by_item,
    by_part,
    by_size,
    score_summary,
)
from evalkit.research.differences import Difference, InstrumentChange, instrument_change, subtract
from evalkit.research.export import Exported, export
from evalkit.research.extract import LEVELS, Extract, default_k, make_extract
from evalkit.research.process import Associations, associations
from evalkit.research.published import (
    PublishedRate,
    beside_published,
    published_notes,
    published_rates,
)
from evalkit.research.rates import Rates
from evalkit.research.standardised import Standardised, standardise
from evalkit.research.study import ScreeningStudy, ScreeningTrend, screening_study

__all__ = [
    "LEVELS",
    "ActivityEffect",
    "Associations",
    "Consistency",
    "Difference",
    "Exported",
    "Extract",
    "InstrumentChange",
    "InventedAnswers",
    "PublishedRate",
    "Rates",
    "ScreeningStudy",
    "ScreeningTrend",
    "Standardised",
    "activity_effect",
    "associations",
    "beside_published",
    "by_careless",
    "by_item",
    "by_part",
    "by_size",
    "counselling_chart",
    "default_k",
    "export",
    "instrument_change",
    "invented_answers",
    "make_extract",
    "published_notes",
    "published_rates",
    "score_summary",
    "screening_study",
    "standardise",
    "subtract",
]
