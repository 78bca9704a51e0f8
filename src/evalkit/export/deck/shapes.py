"""Boxes, tables and charts of a PowerPoint page, all native: offices can edit every one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from evalkit.export.deck.plain_text import plain

__all__ = ["Box", "add_bars", "add_dots", "add_line", "add_table", "add_text", "px"]

FONT = "微软雅黑"
INK, MUTED, MAIN, PALE, ACCENT, FAINT = "1F2A37", "4D5965", "1F5C7A", "A9C8D8", "B84D22", "DFE4EA"
# Both are not typed where they come from.
_rgb: Any = RGBColor.from_string
_ChartData: Any = CategoryChartData
_DARK = (MAIN, "2F7D6B", ACCENT, "8F2D12")
"""Fills on which text is white."""
Box = tuple[float, float, float, float]
"""Left, top, width, height in pixels of a screen of 1920 by 1080."""


def px(number: float) -> Emu:
    """Return pixels of a screen of 1920 by 1080 in the file's own unit: 13⅓ inches are 1920."""
    return Emu(round(number * 6350))


def add_text(
    slide: Any,
    box: Box,
    lines: Sequence[str],
    size: float,
    *,
    colour: str = INK,
    fill: str | None = None,
    middle: bool = False,
    title: bool = False,
) -> Any:
    """Put lines of text on a page; `size` in pixels. `title` uses the page's own title.

    A page has one title, so that outlines and screen readers know what it is about.
    """
    shape = slide.shapes.title if title else slide.shapes.add_textbox(*map(px, box))
    shape.left, shape.top, shape.width, shape.height = map(px, box)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = px(12)
    frame.margin_top = frame.margin_bottom = px(4)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
    for number, line in enumerate(lines):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        _run(paragraph, line, size, colour)
    if fill is not None:
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(fill)
    return shape


def add_line(slide: Any, box: Box, colour: str = MAIN) -> None:
    """Put a filled bar on a page, as a rule below a title."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(px, box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = _rgb(colour)
    shape.line.fill.background()
    _describe(shape, "")


def add_table(
    slide: Any,
    box: Box,
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    size: float,
    *,
    fills: Sequence[Sequence[str | None]] | None = None,
    head: bool = True,
    said: str = "",
    heights: Sequence[float] | None = None,
) -> None:
    """Put a table on a page.

    `fills` are colours of cells (white text on dark ones); rows are as high as `heights` says, or
    share the box.
    """
    graphic = slide.shapes.add_table(len(rows), len(widths), *map(px, box))
    table = graphic.table
    table.first_row, table.horz_banding = head, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = px(width)
    for place, row in enumerate(rows):
        table.rows[place].height = px(heights[place] if heights else box[3] / len(rows))
        for number, text in enumerate(row):
            cell = table.cell(place, number)
            fill = fills[place][number] if fills else None
            cell.margin_left = cell.margin_right = px(8)
            cell.margin_top = cell.margin_bottom = px(1)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.text_frame.word_wrap = True
            ink = "FFFFFF" if fill in _DARK else INK
            for line, part in enumerate(text.split("\n")):
                frame = cell.text_frame
                paragraph = frame.add_paragraph() if line else frame.paragraphs[0]
                _run(paragraph, part, size, ink)
                if fill:
                    paragraph.alignment = PP_ALIGN.CENTER
            cell.fill.solid()
            cell.fill.fore_color.rgb = _rgb(fill or ("E9EFF3" if head and not place else "FFFFFF"))
    _describe(graphic, said)


def add_bars(
    slide: Any,
    box: Box,
    title: str,
    values: Sequence[tuple[str, int]],
    *,
    across: bool = False,
    said: str,
) -> None:
    """Put a chart of columns (or of bars, `across`) on a page, each with its number."""
    data = _ChartData(number_format="0;;")
    data.categories = [plain(name) for name, _ in values]
    data.add_series(title, [number for _, number in values])
    kind = XL_CHART_TYPE.BAR_CLUSTERED if across else XL_CHART_TYPE.COLUMN_CLUSTERED
    graphic = slide.shapes.add_chart(kind, *map(px, box), data)
    chart = graphic.chart
    _dress(chart, title)
    plot = chart.plots[0]
    plot.gap_width = 40
    plot.has_data_labels = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0;;", False
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    _font(plot.data_labels.font, 20, INK)
    _colour(plot.series[0].format, PALE if across else MAIN)
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = 0
    if across:
        chart.category_axis.reverse_order = True
    _describe(graphic, said)


def add_dots(
    slide: Any, box: Box, title: str, values: Sequence[tuple[str, float | None]], *, said: str
) -> None:
    """Put shares in per cent on a page as dots, with the line of 100 % above them."""
    data = _ChartData(number_format="0.00")
    data.categories = [plain(name) for name, _ in values]
    data.add_series("参测率（%）", [value for _, value in values])
    data.add_series("应为 100%", [100] * len(values))
    graphic = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *map(px, box), data)
    chart = graphic.chart
    _dress(chart, title)
    dots, line = chart.plots[0].series
    dots.format.line.fill.background()
    dots.marker.style, dots.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    _colour(dots.marker.format, MAIN)
    dots.data_labels.show_value = True
    # Cut off, not rounded: the numbers themselves are cut off after two decimals.
    dots.data_labels.number_format, dots.data_labels.number_format_is_linked = '0.00"%"', False
    dots.data_labels.position = XL_LABEL_POSITION.BELOW
    _font(dots.data_labels.font, 20, INK)
    line.marker.style = XL_MARKER_STYLE.NONE
    line.format.line.color.rgb = _rgb(ACCENT)
    line.format.line.dash_style, line.format.line.width = MSO_LINE.DASH, Pt(2)
    for series in (dots, line):
        series.smooth = False
    known = [value for _, value in values if value is not None]
    axis = chart.value_axis
    axis.minimum_scale = max(min([90, *(5 * int((value - 1) // 5) for value in known)]) - 2, 0)
    axis.maximum_scale = 101
    axis.visible = axis.has_major_gridlines = False
    _describe(graphic, said)


def _dress(chart: Any, title: str) -> None:
    chart.has_legend = False
    chart.has_title = True
    chart.chart_title.include_in_layout = False
    paragraph = chart.chart_title.text_frame.paragraphs[0]
    _run(paragraph, title, 26, INK)
    _font(chart.font, 20, MUTED)
    chart.category_axis.has_major_gridlines = False
    chart.category_axis.format.line.color.rgb = _rgb("C3CCD6")


def _colour(format_: Any, colour: str) -> None:
    format_.fill.solid()
    format_.fill.fore_color.rgb = _rgb(colour)


def _run(paragraph: Any, text: str, size: float, colour: str) -> None:
    run = paragraph.add_run()
    run.text = plain(text).replace("\n", " ")
    _font(run.font, size, colour)


def _font(font: Any, size: float, colour: str) -> None:
    font.size, font.bold, font.name = Pt(size / 2), False, FONT
    font.color.rgb = _rgb(colour)
    properties = font._element if hasattr(font, "_element") else font._rPr
    for old in properties.findall(qn("a:ea")):
        properties.remove(old)
    chinese = etree.SubElement(properties, qn("a:ea"))
    chinese.set("typeface", FONT)
    latin = properties.find(qn("a:latin"))
    latin.addnext(chinese)


def _describe(shape: Any, said: str) -> None:
    """Say in words what a shape shows, for those who do not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", plain(said))
