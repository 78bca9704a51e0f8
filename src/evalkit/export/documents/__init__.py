"""The official documents of a year's assessment: Word, Excel, the pages for the screen."""

from evalkit.export.documents.decision import MARK, YearDecisions, decision_path, load_decisions
from evalkit.export.documents.lots import Lot, draw_lots
from evalkit.export.documents.make import KINDS, Documents, Packet
from evalkit.export.documents.render import TemplateFaultError, Templates, save_templates

__all__ = [
    "KINDS",
    "MARK",
    "Documents",
    "Lot",
    "Packet",
    "TemplateFaultError",
    "Templates",
    "YearDecisions",
    "decision_path",
    "draw_lots",
    "load_decisions",
    "save_templates",
]
