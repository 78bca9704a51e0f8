"""Executed notebooks and results as files: HTML pages, workbooks."""

from evalkit.export.html import html_page
from evalkit.export.summary import SummaryTables, summary_workbook

__all__ = ["SummaryTables", "html_page", "summary_workbook"]
