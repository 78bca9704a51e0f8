"""Score sheets → totals, means, bands, ranks, and what to propose. The panel decides."""

from evalkit.panel.awards import Nominee, StationProposal, propose_stations
from evalkit.panel.closeness import (
    BandEdge,
    Closeness,
    close_bands,
    close_margin,
    close_neighbours,
)
from evalkit.panel.diagnostics import judge_severity, spread, straight_lining
from evalkit.panel.evaluate import evaluate
from evalkit.panel.heads import ComparedHead, HeadCandidate, HeadComparison, compare_heads
from evalkit.panel.result import CollegeResult, PanelResult
from evalkit.panel.sensitivity import LeaveOneOut, leave_one_judge_out

__all__ = [
    "BandEdge",
    "Closeness",
    "CollegeResult",
    "ComparedHead",
    "HeadCandidate",
    "HeadComparison",
    "LeaveOneOut",
    "Nominee",
    "PanelResult",
    "StationProposal",
    "close_bands",
    "close_margin",
    "close_neighbours",
    "compare_heads",
    "evaluate",
    "judge_severity",
    "leave_one_judge_out",
    "propose_stations",
    "spread",
    "straight_lining",
]
