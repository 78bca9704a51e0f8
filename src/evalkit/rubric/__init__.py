"""The rubric (考核办法) as data: what is scored, out of how much, and how scores add up."""

from evalkit.rubric.criterion import Criterion, Requirement
from evalkit.rubric.load import builtin_rubrics, load_rubric
from evalkit.rubric.model import (
    Award,
    Band,
    Dimension,
    Indicator,
    PanelRules,
    Rubric,
    Source,
    Trim,
)
from evalkit.rubric.score_sheet import ScoreSheet, faults_of
from evalkit.rubric.settings import Decision, Settings

__all__ = [
    "Award",
    "Band",
    "Criterion",
    "Decision",
    "Dimension",
    "Indicator",
    "PanelRules",
    "Requirement",
    "Rubric",
    "ScoreSheet",
    "Settings",
    "Source",
    "Trim",
    "builtin_rubrics",
    "faults_of",
    "load_rubric",
]
