"""What is worth telling of a file that is read all the same."""

from __future__ import annotations

from evalkit.findings import Finding, Location, Severity
from evalkit.spreadsheets.model import Format

__all__ = ["commented", "macros", "misnamed", "named"]

_NO_NAMES = "文件中不留个人姓名和批注"


def macros(where: Location) -> Finding:
    """The workbook holds macros."""
    return _told(
        "T08",
        where,
        "文件含有宏，宏没有运行，只读取了单元格中的内容",
        "不含宏的 .xlsx 文件",
        "无需处理；下次请另存为 .xlsx",
    )


def misnamed(where: Location, suffix: str, form: Format) -> Finding:
    """The name's ending says one thing, the content another."""
    name = f"文件名以 {suffix} 结尾" if suffix else "文件名没有扩展名"
    return _told(
        "T08",
        where,
        f"{name}，内容其实是 .{form} 格式，已按内容读取",
        "扩展名与内容一致的 .xlsx 文件",
        "无需处理；下次请用 Excel 或 WPS 另存为 .xlsx，不要直接改扩展名",
    )


def named(where: Location) -> Finding:
    """The file's properties name its author or last editor."""
    return _told(
        "P02",
        where,
        "文件属性中留有作者或最后修改者的姓名",
        _NO_NAMES,
        "本次无需处理；以后提交前，请在“文件—信息—检查文档”中删去个人信息",
    )


def commented(where: Location, count: int) -> Finding:
    """Cells of a sheet carry comments."""
    return _told(
        "P02",
        where,
        f"这张表有 {count} 处批注，批注没有读取",
        _NO_NAMES,
        "本次无需处理；批注中若有要上报的内容，请填入单元格，并删去批注",
    )


def _told(code: str, where: Location, what: str, rule: str, mend: str) -> Finding:
    return Finding(code, Severity.INFO, where, what, "", rule, mend)
