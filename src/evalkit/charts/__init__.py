"""Pictures and tables: released tables in, nothing else."""

from evalkit.charts.activities import (
    activities_by_form,
    activities_by_month,
    counselling_by_month,
)
from evalkit.charts.fragments import (
    Fragment,
    bullets,
    cards,
    findings,
    panel_table,
    prose,
    table,
)
from evalkit.charts.history import trends
from evalkit.charts.picture import Picture
from evalkit.charts.scores import indicator_bars, indicator_heatmap, rank_stability, ranking
from evalkit.charts.screening import participation, warnings
from evalkit.charts.screening_funnels import warning_funnels
from evalkit.charts.tiles import monthly_calendar, training_matrix
from evalkit.charts.verdicts import verdict_matrix

__all__ = [
    "Fragment",
    "Picture",
    "activities_by_form",
    "activities_by_month",
    "bullets",
    "cards",
    "counselling_by_month",
    "findings",
    "indicator_bars",
    "indicator_heatmap",
    "monthly_calendar",
    "panel_table",
    "participation",
    "prose",
    "rank_stability",
    "ranking",
    "table",
    "training_matrix",
    "trends",
    "verdict_matrix",
    "warning_funnels",
    "warnings",
]
