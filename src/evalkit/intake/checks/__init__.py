"""What a whole workbook says: each row against its rules, its sheets against one another.

The reader has looked at every cell by itself. Here come the rules of the ledger's definition (see
:mod:`evalkit.ledger.rules`), conditional columns (V06), references (K03, K04, V07), the semester
against the date (D05), suspected duplicates (C01), what is too even to be true (C02, C04), and
last year's classes against this year's: one that vanished (Y01), one that changed its grade (Y02),
one whose number changed a great deal (Y03).

A finding of severity E spoils the cells it speaks of, and nothing else.
"""

from evalkit.intake.checks.page import Checked, Setting
from evalkit.intake.checks.workbook import check_workbook

__all__ = ["Checked", "Setting", "check_workbook"]
