"""The panel's desk: a judge's own score sheet, the chair's view, the page they are on."""

from evalkit.desk.sheet import JudgeSheet, Seal, SheetRow, SheetState, open_sheet

__all__ = ["JudgeSheet", "Seal", "SheetRow", "SheetState", "open_sheet"]
