"""Executed notebooks and results as files: HTML pages, PDF, Word, workbooks."""

from evalkit.export.document import ReportDocument, read_document
from evalkit.export.html import html_document, html_page
from evalkit.export.pdf import pdf_document
from evalkit.export.summary import SummaryTables, summary_workbook
from evalkit.export.word import word_document
from evalkit.export.workbook import numbers_workbook

__all__ = [
    "ReportDocument",
    "SummaryTables",
    "html_document",
    "html_page",
    "numbers_workbook",
    "pdf_document",
    "read_document",
    "summary_workbook",
    "word_document",
]
