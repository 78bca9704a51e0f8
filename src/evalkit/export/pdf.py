"""A report as PDF: A4, tagged, archivable (PDF/A-2a) and accessible (PDF/UA-1), fonts within."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import typst

from evalkit.errors import EvalkitError
from evalkit.export.document import ReportDocument
from evalkit.export.drawings import packaged_fonts
from evalkit.export.typst_data import typst_files

__all__ = ["PdfError", "pdf_document"]

STANDARDS: Any = ["a-2a", "ua-1"]


class PdfError(EvalkitError):
    """A document that cannot be set."""

    @classmethod
    def of(cls, document: ReportDocument, reason: str) -> PdfError:
        """Name the document and what the typesetter said."""
        return cls(
            f"《{document.title}》不能排成 PDF：{reason}。网页、Word 和 Excel 不受影响；"
            "请先用它们，并把这句话连同笔记本发给维护程序的人。"
        )


def pdf_document(document: ReportDocument) -> bytes:
    """Return the PDF of a report, the same bytes each time.

    Parameters
    ----------
    document : ReportDocument
        The report. Pictures that carry themselves as SVG are drawn with lines and letters.

    Raises
    ------
    PdfError
        If the typesetter refuses it even without its lines, which no text or picture should do.
    """
    try:
        return _compiled(typst_files(document, vector=True))
    except typst.TypstError:
        # A picture may hold what the standards or the font do not allow; as pixels it does not.
        pass
    try:
        return _compiled(typst_files(document, vector=False))
    except typst.TypstError as error:
        raise PdfError.of(document, str(error)) from None


def _compiled(data: dict[str, bytes]) -> bytes:
    # A mapping of names to contents is a project in memory; the package's types leave it out.
    main: Any = {"main.typ": _template(), **data}
    compiled: object = typst.compile(
        main, font_paths=packaged_fonts(), format="pdf", pdf_standards=STANDARDS
    )
    if not isinstance(compiled, bytes):
        raise TypeError(type(compiled).__name__)
    return compiled


@cache
def _template() -> bytes:
    return files("evalkit").joinpath("resources", "typst", "report.typ").read_bytes()
