"""Psychological scales scored: SCL-90, UPI, SDS, SAS, PHQ-9, GAD-7. Keys and rules, no item texts.

:func:`score` takes a table of answers and returns totals, factors, bands, positive screens and
validity; a hit on an item about suicide is always reported, also on a void paper. Rules that are
disputed are named choices with their sources.
"""

from evalkit.scales.columns import AnswersError
from evalkit.scales.definition import Scale
from evalkit.scales.load import load_scale, norms, scale_names
from evalkit.scales.parquet import score_parquet
from evalkit.scales.parts import Norm
from evalkit.scales.reliability import ScaleReliability, keyed_answers, reliability
from evalkit.scales.result import ScaleResult
from evalkit.scales.score import score
from evalkit.scales.stream import score_batches
from evalkit.scales.summary import ScaleSummary

__all__ = [
    "AnswersError",
    "Norm",
    "Scale",
    "ScaleReliability",
    "ScaleResult",
    "ScaleSummary",
    "keyed_answers",
    "load_scale",
    "norms",
    "reliability",
    "scale_names",
    "score",
    "score_batches",
    "score_parquet",
]
