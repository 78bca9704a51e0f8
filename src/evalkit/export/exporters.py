"""The four formats as exporters of nbconvert, for JupyterLab's menu and ``jupyter nbconvert``.

They take any notebook. What reports of evalkit carry (``metadata.evalkit``: title, header, footer)
is used where it is there; else the title is the first heading, or the file's name.
"""

from __future__ import annotations

from typing import Any, ClassVar

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import default

from evalkit.export.document import ReportDocument, read_document

__all__ = ["HtmlExporter", "PdfExporter", "WordExporter", "WorkbookExporter"]


class _ReportExporter(Exporter):
    """What the four have in common."""

    extension: ClassVar[str]

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return self.extension

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return a notebook in this format, and what nbconvert keeps beside it.

        Parameters
        ----------
        nb : NotebookNode
            Executed; not changed.
        resources : dict, optional
            Of nbconvert; the name of the file is the title if there is no other.
        **kw : object
            Not used.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        name = str(resources.get("metadata", {}).get("name", ""))
        return self._content(read_document(notebook, otherwise=name)), resources

    def _content(self, document: ReportDocument) -> str | bytes:
        raise NotImplementedError


class HtmlExporter(_ReportExporter):
    """One HTML file that needs nothing else."""

    export_from_notebook = "报告（网页）"
    output_mimetype = "text/html"
    extension = ".html"

    def _content(self, document: ReportDocument) -> str:
        from evalkit.export.html import html_document

        return html_document(document)


class PdfExporter(_ReportExporter):
    """PDF, set by Typst."""

    export_from_notebook = "报告（PDF）"
    output_mimetype = "application/pdf"
    extension = ".pdf"

    def _content(self, document: ReportDocument) -> bytes:
        from evalkit.export.pdf import pdf_document

        return pdf_document(document)


class WordExporter(_ReportExporter):
    """A Word file to go on editing."""

    export_from_notebook = "报告（Word）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    extension = ".docx"

    def _content(self, document: ReportDocument) -> bytes:
        from evalkit.export.word import word_document

        return word_document(document)


class WorkbookExporter(_ReportExporter):
    """The numbers behind tables and figures, a sheet each."""

    export_from_notebook = "报告数据（Excel）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    extension = ".xlsx"

    def _content(self, document: ReportDocument) -> bytes:
        from evalkit.export.workbook import numbers_workbook

        return numbers_workbook(document)
