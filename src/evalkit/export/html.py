"""An executed notebook as one HTML file that needs nothing else: no network, no font, no code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from evalkit.export.fonts import embedded_font

__all__ = ["html_page"]

_HEADING = re.compile(r'<h([12])( id="[^"]*")?>(.*?)</h\1>', re.DOTALL)
_STYLE = re.compile(r'<style class="ek-style">.*?</style>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class _Section:
    anchor: str
    title: str


def html_page(notebook: NotebookNode, *, title: str, header: str, footer: Sequence[str]) -> str:
    """Return the page of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; code and prompts are left out, outputs and texts are kept.
    title : str
        For the window and the first line.
    header : str
        Above the title: school and year.
    footer : sequence of str
        Lines at the end: provenance, notices.
    """
    body, _ = _exporter().from_notebook_node(notebook)
    body = _STYLE.sub("", body)  # each output brings its own; the page has it once
    body, sections = _with_anchors(body)
    page = _template().render(
        title=title, header=header, footer=footer, body=body, sections=sections, font="", css=_css()
    )
    font = embedded_font(_TAG.sub(" ", page) + title)
    return page.replace('url("")', f'url("{font}")', 1)


@cache
def _exporter() -> HTMLExporter:
    settings = Config()
    settings.HTMLExporter.exclude_input = True
    settings.HTMLExporter.exclude_input_prompt = True
    settings.HTMLExporter.exclude_output_prompt = True
    settings.HTMLExporter.exclude_anchor_links = True
    settings.HTMLExporter.mathjax_url = ""
    settings.HTMLExporter.require_js_url = ""
    settings.HTMLExporter.jquery_url = ""
    settings.TagRemovePreprocessor.enabled = True
    settings.TagRemovePreprocessor.remove_cell_tags = {"parameters", "injected-parameters"}
    return HTMLExporter(config=settings, template_name="basic")


@cache
def _css() -> str:
    folder = files("evalkit").joinpath("resources", "html")
    names = ("fragments.css", "report.css")
    return "".join(folder.joinpath(name).read_text("utf-8") for name in names)


@cache
def _template() -> Template:
    source = files("evalkit").joinpath("resources", "html", "report.html.j2").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(source)


def _with_anchors(body: str) -> tuple[str, list[_Section]]:
    """Give each second-level heading a number to jump to; the first-level one is the title."""
    sections: list[_Section] = []

    def anchored(match: re.Match[str]) -> str:
        if match[1] == "1":
            return ""
        sections.append(_Section(f"s{len(sections) + 1}", _TAG.sub("", match[3]).strip()))
        return f'<h2 id="{sections[-1].anchor}">{match[3]}</h2>'

    return _HEADING.sub(anchored, body), sections
