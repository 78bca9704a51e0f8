"""The statistics of judging: how far judges agree, how many would be enough, how sure ranks are.

All functions take long frames (unit, judge, item, score; one row a score), check them, and return
frozen results with an estimate, an interval, a table, the method and its source. They are
diagnostics: nothing here is ever applied to a score.
"""

from evalkit.raters.concordance import KendallW, kendall_w
from evalkit.raters.correlations import (
    JudgeVsRest,
    PairwiseCorrelations,
    judge_vs_rest,
    pairwise_correlations,
)
from evalkit.raters.decisions import DStudy, d_study, judges_needed
from evalkit.raters.generalizability import GStudy, g_study
from evalkit.raters.icc import ICC, ICCForm, icc
from evalkit.raters.krippendorff import KrippendorffAlpha, krippendorff_alpha
from evalkit.raters.ranks import rank_uncertainty
from evalkit.raters.ranks_result import RankUncertainty
from evalkit.raters.ranks_sensitivity import Sensitivity, sensitivity
from evalkit.raters.rasch import (
    Bias,
    ManyFacetRasch,
    bias,
    connected_subsets,
    many_facet_rasch,
)
from evalkit.raters.ratings import RatingsError
from evalkit.raters.reliability import (
    CronbachAlpha,
    McDonaldOmega,
    cronbach_alpha,
    mcdonald_omega,
)

__all__ = [
    "ICC",
    "Bias",
    "CronbachAlpha",
    "DStudy",
    "GStudy",
    "ICCForm",
    "JudgeVsRest",
    "KendallW",
    "KrippendorffAlpha",
    "ManyFacetRasch",
    "McDonaldOmega",
    "PairwiseCorrelations",
    "RankUncertainty",
    "RatingsError",
    "Sensitivity",
    "bias",
    "connected_subsets",
    "cronbach_alpha",
    "d_study",
    "g_study",
    "icc",
    "judge_vs_rest",
    "judges_needed",
    "kendall_w",
    "krippendorff_alpha",
    "many_facet_rasch",
    "mcdonald_omega",
    "pairwise_correlations",
    "rank_uncertainty",
    "sensitivity",
]
