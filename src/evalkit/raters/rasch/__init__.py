"""Many-facet Rasch measurement: units, judges and items on one scale.

``likelihood`` and ``newton`` compute, ``design`` and ``set_aside`` prepare, ``connection`` says
whether anything can be compared, ``tables`` and ``result`` report.
"""

from evalkit.raters.rasch.bias import Bias, bias
from evalkit.raters.rasch.connection import connected_subsets
from evalkit.raters.rasch.model import many_facet_rasch
from evalkit.raters.rasch.result import ManyFacetRasch

__all__ = ["Bias", "ManyFacetRasch", "bias", "connected_subsets", "many_facet_rasch"]
