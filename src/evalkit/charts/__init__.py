"""Pictures and tables: released tables in, nothing else."""

from evalkit.charts.fragments import (
    Fragment,
    bullets,
    cards,
    findings,
    panel_table,
    prose,
    table,
)
from evalkit.charts.picture import Picture
from evalkit.charts.scores import indicator_bars, indicator_heatmap, rank_stability, ranking
from evalkit.charts.verdicts import verdict_matrix
from evalkit.charts.work import (
    activities_by_form,
    activities_by_month,
    counselling_by_month,
    monthly_calendar,
    participation,
    training_matrix,
    trends,
    warnings,
)

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
    "warnings",
]
