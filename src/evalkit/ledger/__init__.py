"""The ledger's definition (台账): its sheets and columns, and what may stand in them."""

from evalkit.ledger.load import load_ledger
from evalkit.ledger.model import OUR_TABS, Column, Ledger, Rule, Sheet
from evalkit.ledger.score_sheet import score_sheet_definition

__all__ = ["OUR_TABS", "Column", "Ledger", "Rule", "Sheet", "load_ledger", "score_sheet_definition"]
