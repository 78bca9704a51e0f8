"""What all pages of a workbook have in common: title, note, protection, print set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from evalkit.ledger.styles import BORDER, HEAD, MISSING, MUTED, font, lines

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["mark_begun_rows", "mark_missing", "protect", "set_up_print", "tint", "title"]

_SCREEN = 150
"""How many characters of a note's line are on the screen at once."""


def title(page: Worksheet, text: str, note: str, last: int) -> None:
    """Write title and note into the first two rows; the columns must have their widths already.

    Parameters
    ----------
    page : Worksheet
        The page.
    text, note : str
        Title and note.
    last : int
        Number of columns.
    """
    widths = [page.column_dimensions[get_column_letter(n)] for n in range(1, last + 1)]
    shown = [0.0 if column.hidden else column.width for column in widths]
    span = max(1, sum(sum(shown[: n + 1]) <= _SCREEN for n in range(last)))
    if last > 1:
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    if span > 1:
        page.merge_cells(start_row=2, start_column=1, end_row=2, end_column=span)
    page["A1"], page["A2"] = text, note
    page["A1"].font, page["A2"].font = font(14, HEAD, bold=True), font(9, MUTED)
    page["A1"].alignment = Alignment(vertical="center")
    page["A2"].alignment = Alignment(vertical="center", wrap_text=True)
    page.row_dimensions[1].height = 26
    page.row_dimensions[2].height = max(30, 15 * lines(note, sum(shown[:span])))


def protect(page: Worksheet) -> None:
    """Lock what is not there to be filled; no password: it keeps from slips, not from intent."""
    guard = page.protection
    guard.sheet = True
    # In these, true means forbidden.
    guard.formatColumns = guard.formatRows = False
    guard.insertRows = guard.deleteRows = False
    guard.sort = guard.autoFilter = False


def set_up_print(page: Worksheet, footer: str, *, portrait: bool = False, pages: int = 0) -> None:
    """Print on A4, as wide as the paper, with the page's number in the footer.

    Parameters
    ----------
    page : Worksheet
        The page.
    footer : str
        Text at the left of the footer, such as school and year.
    portrait : bool
        Whether the paper stands upright.
    pages : int
        Number of sheets of paper to which the page is scaled; 0 for as many as it takes.
    """
    page.page_setup.orientation = "portrait" if portrait else "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, pages
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    for side in ("left", "right"):
        setattr(page.page_margins, side, 0.5)
    page.page_margins.top, page.page_margins.bottom = 0.6, 0.7
    page.page_margins.header = page.page_margins.footer = 0.3
    foot: Any = page.oddFooter
    foot.left.text, foot.right.text = (text.replace("&", "&&") for text in (footer, page.title))
    foot.center.text = "第 &P 页，共 &N 页"


def mark_begun_rows(page: Worksheet, first: int, last: int, right: str) -> None:
    """Draw lines around the cells of rows in which something stands."""
    begun = DifferentialStyle(border=Border(*(BORDER.left,) * 4))
    rule = Rule(type="expression", dxf=begun, formula=[f"COUNTA($A{first}:${right}{first})>0"])
    page.conditional_formatting.add(f"A{first}:{right}{last}", rule)


def mark_missing(page: Worksheet, cells: str, begun: str = "") -> None:
    """Colour cells that must be filled as long as they are blank.

    Parameters
    ----------
    page : Worksheet
        The page.
    cells : str
        A range or a cell.
    begun : str
        The first row's cells, such as ``"$A6:$N6"``: only rows in which something stands count.
    """
    first = cells.partition(":")[0]
    blank = f"LEN(TRIM({first}))=0"
    formula = f"AND(COUNTA({begun})>0,{blank})" if begun else blank
    tint(page, cells, formula, MISSING)


def tint(page: Worksheet, cells: str, formula: str, colour: str, *, last: bool = False) -> None:
    """Colour cells for which a formula holds; after the `last` no other colour applies."""
    # A conditional fill shows its background colour, other fills their foreground.
    style = DifferentialStyle(fill=PatternFill("solid", fgColor=colour, bgColor=colour))
    rule = Rule(type="expression", dxf=style, formula=[formula], stopIfTrue=last or None)
    page.conditional_formatting.add(cells, rule)
