"""The workbook that goes back: faulty cells coloured and commented, all faults listed.

The package of a .xlsx file is edited part by part, so that nothing else in it is lost: formulas,
charts, pictures, macros, rules and formats stay as they were.
"""

from evalkit.intake.annotate.list_sheet import LIST_TAB, MARKER
from evalkit.intake.annotate.write import annotate, annotated_name

__all__ = ["LIST_TAB", "MARKER", "annotate", "annotated_name"]
