"""Rates and their uncertainty: intervals, funnels, control charts, standardisation, trends.

All functions take numbers, arrays or columns, check them, and return frozen results. They know
nothing of ledgers.
"""

from evalkit.epidemiology.control_charts import ControlChart, c_chart, np_chart, p_chart, u_chart
from evalkit.epidemiology.funnel import Funnel, funnel
from evalkit.epidemiology.intervals import Interval, byar, clopper_pearson, exact_poisson, wilson
from evalkit.epidemiology.standardisation import (
    StandardisedRate,
    StandardisedRatio,
    directly_standardised_rate,
    indirectly_standardised_ratio,
)
from evalkit.epidemiology.trends import (
    CochranArmitage,
    MannKendall,
    SenSlope,
    Trend,
    cochran_armitage,
    mann_kendall,
    sen_slope,
    trend,
)

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
