"""Why a file or a sheet is not read, and what its sender can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings import Finding, Location, Severity
from evalkit.spreadsheets import bounds

__all__ = ["Refusal", "RefusedError"]

_RULE = "能用 Excel 或 WPS 打开、没有密码的 .xlsx 文件（也可以是 .xlsm、.xls、.ods 或 .csv）"
_SAVE_AS = "请用 Excel 或 WPS 打开它，选“另存为”，类型选 .xlsx，再重新提交"
_REPAIR = "请用 Excel 或 WPS 打开原文件检查，另存为 .xlsx 后重新提交；若打不开，请从备份中找回"
_SPLIT = "请删去与台账无关的工作表、图片和附件，另存为 .xlsx 后重新提交"
_MIB = bounds.MIB


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason not to read, without the place."""

    code: str
    what: str
    mend: str
    rule: str = _RULE

    def at(self, where: Location) -> Finding:
        """Return the finding for a place."""
        return Finding(self.code, Severity.ERROR, where, self.what, "", self.rule, self.mend)


class RefusedError(Exception):
    """The file or sheet at hand is not read."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.what)


MISSING = Refusal(
    "F01",
    "文件打不开，可能已被移走，或没有读取的权限",
    "请确认文件还在原处、没有被其他程序占用，再重新运行",
)
EMPTY = Refusal(
    "F01",
    "文件是空的，里面没有任何内容",
    "请检查原文件，重新保存并确认上传完整后再提交",
)
DAMAGED = Refusal("F01", "文件已损坏，无法读取", _REPAIR)
NO_SHEETS = Refusal("F01", "文件里没有可以读取的工作表", _REPAIR)
ENCODING = Refusal(
    "F01",
    "文件中的文字编码无法识别，无法读取",
    "请用 Excel 或 WPS 打开原文件，另存为 .xlsx，再重新提交",
    "UTF-8 或 GB18030（GBK）编码的 .csv 文件，最好是 .xlsx 文件",
)
DTD = Refusal(
    "F01",
    "文件内部含有工作簿里不会有的声明（DTD），为安全起见没有读取",
    _REPAIR,
)
SHEET_DAMAGED = Refusal(
    "F01",
    "工作表已损坏，无法读取",
    "请用 Excel 或 WPS 打开检查这张表，另存为 .xlsx 后重新提交",
)
CRASHED = Refusal("F01", "读取时程序异常中止，文件可能已损坏", _REPAIR)

FILE_TOO_LARGE = Refusal(
    "F06",
    f"文件超过 {bounds.MAX_FILE // _MIB} MiB，没有读取",
    _SPLIT,
    f"不超过 {bounds.MAX_FILE // _MIB} MiB 的文件",
)
UNPACKED_TOO_LARGE = Refusal(
    "F06",
    f"文件解压后超过 {bounds.MAX_UNPACKED // _MIB} MiB，没有读取",
    _SPLIT,
    f"解压后不超过 {bounds.MAX_UNPACKED // _MIB} MiB 的文件",
)
TOO_MANY_ENTRIES = Refusal(
    "F06",
    f"文件内部的部件超过 {bounds.MAX_ENTRIES} 个，没有读取",
    _SPLIT,
    f"内部部件不超过 {bounds.MAX_ENTRIES} 个的文件",
)
TOO_MANY_SHEETS = Refusal(
    "F06",
    f"工作表超过 {bounds.MAX_SHEETS} 张，没有读取",
    _SPLIT,
    f"不超过 {bounds.MAX_SHEETS} 张工作表",
)
SHEET_TOO_LARGE = Refusal(
    "F06",
    "工作表过大，没有读取",
    "请选中数据下方的全部空行，右键“删除”，再选中数据右侧的全部空列，同样“删除”"
    "（只按 Delete 键清除内容不够），保存后重新提交",
    f"至多 {bounds.MAX_ROWS} 行、{bounds.MAX_COLUMNS} 列",
)
TOO_MANY_CELLS = Refusal(
    "F06",
    "文件中的单元格过多，这张表没有读取",
    "请删去各表数据之外的行和列，以及与台账无关的工作表，保存后重新提交",
    f"一个文件的各张表合计不超过 {bounds.MAX_CELLS // 10_000} 万个单元格",
)
OUT_OF_MEMORY = Refusal("F06", "文件内容过多，读取时内存不足", _SPLIT, "与台账模板大小相近的文件")
TIME_OUT = Refusal(
    "F06",
    "读取超时，已停止读取这个文件",
    _SPLIT,
    f"{bounds.SECONDS:.0f} 秒内可以读完的文件",
)

PASSWORD = Refusal(
    "T08",
    "文件设了打开密码，无法读取",
    "请用 Excel 或 WPS 打开文件，在“文件—信息—保护工作簿”中去掉密码，保存后重新提交",
)
WPS = Refusal(
    "T08",
    "文件是 WPS 自有的格式（.et 或 .wps），无法读取",
    "请用 WPS 打开它，选“另存为”，类型选 .xlsx，再重新提交",
)
HTML = Refusal("T08", "文件其实是网页（HTML），不是工作簿，没有读取", _SAVE_AS)
XML_SPREADSHEET = Refusal("T08", "文件是“XML 表格”，不是工作簿，没有读取", _SAVE_AS)
PDF = Refusal(
    "T08",
    "文件其实是 PDF，不是工作簿，没有读取",
    "请提交填写台账的原工作簿（.xlsx），不要提交导出的 PDF",
)
WORD = Refusal(
    "T08",
    "文件其实是文字文稿（如 Word），不是工作簿，没有读取",
    "请把内容填入下发的 .xlsx 模板后提交",
)
SLIDES = Refusal(
    "T08",
    "文件其实是演示文稿（如 PowerPoint），不是工作簿，没有读取",
    "请把内容填入下发的 .xlsx 模板后提交",
)
PICTURE = Refusal(
    "T08",
    "文件其实是图片，不是工作簿，没有读取",
    "请提交填写台账的原工作簿（.xlsx），不要提交截图或照片",
)
ARCHIVE = Refusal(
    "T08",
    "文件其实是压缩包，没有读取",
    "请先解压，把里面的工作簿（.xlsx）单独提交",
)
OTHER = Refusal("T08", "文件不是工作簿，没有读取", "请提交填写台账的工作簿（.xlsx）")
