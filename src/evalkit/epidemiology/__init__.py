"""Rates and their uncertainty: intervals, funnels, control charts, standardisation, trends.

All functions take numbers, arrays or columns, check them, and return frozen results with a
``table``; :mod:`evalkit.charts.epidemiology` draws them. They know nothing of ledgers.
"""

from evalkit.epidemiology.control_chart import ControlChart
from evalkit.epidemiology.control_charts import c_chart, np_chart, p_chart, u_chart
from evalkit.epidemiology.funnel import Funnel, funnel
from evalkit.epidemiology.intervals import Interval, byar, clopper_pearson, exact_poisson, wilson
from evalkit.epidemiology.proportion_trend import CochranArmitage, cochran_armitage
from evalkit.epidemiology.standardisation import (
    directly_standardised_rate,
    indirectly_standardised_ratio,
)
from evalkit.epidemiology.standardised import StandardisedRate, StandardisedRatio
from evalkit.epidemiology.stretches import Trend, trend
from evalkit.epidemiology.trends import MannKendall, SenSlope, mann_kendall, sen_slope

__all__ = [
    "CochranArmitage",
    "ControlChart",
    "Funnel",
    "Interval",
    "MannKendall",
    "SenSlope",
    "StandardisedRate",
    "StandardisedRatio",
    "Trend",
    "byar",
    "c_chart",
    "clopper_pearson",
    "cochran_armitage",
    "directly_standardised_rate",
    "exact_poisson",
    "funnel",
    "indirectly_standardised_ratio",
    "mann_kendall",
    "np_chart",
    "p_chart",
    "sen_slope",
    "trend",
    "u_chart",
    "wilson",
]
