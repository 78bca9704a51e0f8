"""Templates with their marks → Word files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from evalkit.errors import EvalkitError
from evalkit.export.deck.plain_text import plain
from evalkit.export.documents.templates import TEMPLATES, template_bytes
from evalkit.export.office_package import fixed_package
from evalkit.outputs import write_bytes

__all__ = ["TemplateFaultError", "Templates", "save_templates"]


class TemplateFaultError(EvalkitError):
    """A template that the school has changed cannot be filled in."""

    @classmethod
    def of(cls, path: Path, what: str) -> TemplateFaultError:
        """Name the file, what is wrong with it, and how to go on."""
        return cls(
            f"文书模板 {path} 不能使用：{what}。请在 Word 中改正，或删去这个文件，改用内置的模板；"
            f"内置模板可用“evalkit documents --templates {path.parent}”另存一份。"
        )


class Templates:
    """The built-in templates, and the school's own where it has any.

    Parameters
    ----------
    folder : Path, optional
        Where the school keeps its own, by the same names.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._kept: dict[str, bytes] = {}

    def own(self, name: str) -> Path | None:
        """Return the school's own template of this name, if there is one."""
        path = None if self.folder is None else self.folder / f"{name}.docx"
        return path if path is not None and path.is_file() else None

    def fill(self, name: str, facts: Mapping[str, Any]) -> bytes:
        """Return a document: the template of this name with these facts in it.

        Facts are text whatever they look like: markup, Jinja and control characters of a college's
        name or of a comment stay or become plain characters.

        Raises
        ------
        TemplateFaultError
            If the school's own template is no Word file, or its marks make no sense.
        """
        path = self.own(name)
        if name not in self._kept:
            self._kept[name] = template_bytes(name) if path is None else path.read_bytes()
        try:
            return _filled(self._kept[name], facts)
        except (TemplateError, XMLSyntaxError, ParseError, zipfile.BadZipFile, KeyError) as error:
            if path is None:
                raise
            raise TemplateFaultError.of(path, _why(error)) from None


def save_templates(folder: Path, *, force: bool = False) -> list[Path]:
    """Write the built-in templates for the school to edit; keep those that are there already.

    Parameters
    ----------
    folder : Path
        Made if there is none.
    force : bool
        Whether to overwrite the school's own.

    Returns
    -------
    list of Path
        What was written.
    """
    places = [(name, folder / f"{name}.docx") for name in TEMPLATES]
    return [
        write_bytes(path, template_bytes(name))
        for name, path in places
        if force or not path.exists()
    ]


def _filled(template: bytes, facts: Mapping[str, Any]) -> bytes:
    document = DocxTemplate(io.BytesIO(template))
    # A template may have come by mail: it can fill in facts and nothing else.
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    document.render(plain(facts), jinja_env=environment)
    stream = io.BytesIO()
    document.save(stream)
    return fixed_package(stream.getvalue())


def _why(error: Exception) -> str:
    if isinstance(error, (zipfile.BadZipFile, KeyError)):
        return "它不是 Word 文档（.docx）"
    if isinstance(error, UndefinedError):
        name = re.search(r"'([^']+)' is undefined|no attribute '([^']+)'", str(error))
        found = (name[1] or name[2]) if name else ""
        return f"其中的标记“{found}”没有对应的内容" if found else "其中有标记没有对应的内容"
    if isinstance(error, TemplateSyntaxError):
        if "end of template" in str(error):
            return "其中有一处 {% if %} 或 {% for %} 没有用 {% endif %} 或 {% endfor %} 结束"
        # docxtpl keeps some lines about the one that Jinja stopped at.
        lines = list(getattr(error, "docx_context", ()))
        place = error.lineno - 1 - max(error.lineno - 4, 0)
        where = lines[place].strip() if place < len(lines) else ""
        return f"其中的标记写错了{f'，在“{where[:40]}”附近' if where else ''}"
    return "其中的标记写错了"
