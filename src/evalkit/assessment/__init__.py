"""The assessment of a year: ``load_assessment("2024-2025")`` and go on from there."""

from evalkit.assessment.college import CollegeView
from evalkit.assessment.load import load_assessment, remember
from evalkit.assessment.model import STATUS_TEXT, Assessment
from evalkit.assessment.school import SchoolView

__all__ = [
    "STATUS_TEXT",
    "Assessment",
    "CollegeView",
    "SchoolView",
    "load_assessment",
    "remember",
]
