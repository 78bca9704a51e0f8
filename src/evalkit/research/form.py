"""The data-use form that goes with an extract, as a Word file to be signed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from evalkit.research.codebook import TABLE_TITLES
from evalkit.research.extract import LEVELS, Extract

__all__ = ["FormFacts", "form_bytes"]

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_ZIP_TIME = (2024, 1, 1, 0, 0, 0)
_TITLE, _BODY, _HEAD = "方正小标宋简体", "仿宋_GB2312", "黑体"
_BLANKS = ("研究课题", "课题负责人", "所在单位", "联系电话", "使用人员（全部列出）", "使用期限")
_PROMISES = (
    "只用于上述课题，不转交、不复制给未列出的人员，不上传到公共网络、网盘或在线人工智能服务。",
    (
        "不以任何方式识别或推断学生个人，不与其他数据相连以识别学生；无意中认出的，立即停止使用，"
        "报告校心理中心，不告诉他人。"
    ),
    "不推断或公布学院的名称，学院之间不排名次。",
    (
        "发表的表格和图中，任何学生人数不小于 {k}（0 除外），不由合计或相减得出更小的数；"
        "率的分母不足 20 的不写率。"
    ),
    "不把检出人数的多少当作学院工作的好坏；换了测评工具的年份之间不直接比较。",
    "注明数据来源、快照编号和人数下限，发表前把文稿送校心理中心核对第 4 条。",
    "数据加密保存，课题结束后或使用期限届满时删除，并书面告知校心理中心。",
    (
        "因使用不当造成的后果，依照《中华人民共和国个人信息保护法》《中华人民共和国精神卫生法》"
        "和学校的规定承担责任。"
    ),
)


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What the form says beside the extract: the school and the snapshots (year, id)."""

    school: str
    centre: str
    fictional: bool
    snapshots: Sequence[tuple[str, str]]


def form_bytes(extract: Extract, facts: FormFacts) -> bytes:
    """Return the form; the same bytes for the same extract, days are left to be written by hand."""
    file = docx.Document()
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _font(file.styles["Normal"], _BODY, 14)
    _heading(file, "学生心理普测数据使用承诺书", 0)
    if facts.fictional:
        _paragraph(file, "（虚构学校的示例数据）", centre=True)
    _heading(file, "一、申请", 1)
    _table(file, [(name, "") for name in _BLANKS])
    _heading(file, "二、提供的数据", 1)
    tables = "；".join(
        f"{TABLE_TITLES[name]}（{len(table):,} 行）" for name, table in extract.tables.items()
    )
    snapshots = "；".join(f"{year}：{name}" for year, name in facts.snapshots)
    _table(
        file,
        [
            ("提供单位", f"{facts.school}{facts.centre}"),
            ("学年", "、".join(extract.years)),
            ("级别", LEVELS[extract.level]),
            ("学院", "写明名称" if extract.named else "只有代码"),
            ("人数下限", f"k = {extract.k}"),
            ("数据表", tables),
            ("数据快照", snapshots or "无"),
        ],
    )
    _heading(file, "三、承诺", 1)
    _paragraph(file, "本课题负责人及全部使用人员承诺：")
    for number, promise in enumerate(_PROMISES, 1):
        _paragraph(file, f"{number}. {promise.format(k=extract.k)}")
    _heading(file, "四、签字", 1)
    signed = ("课题负责人（签字）：", "校心理中心审批（签字、盖章）：", "数据提供人（签字）：")
    _table(file, [(who, "　　　　年　　月　　日") for who in signed], right=True)
    said = file.core_properties
    said.title, said.author, said.language = "学生心理普测数据使用承诺书", "evalkit", "zh-CN"
    said.last_modified_by = "evalkit"
    said.subject = said.comments = said.keywords = said.category = ""
    said.created = said.modified = _EPOCH
    said.revision = 1
    raw = io.BytesIO()
    file.save(raw)
    return _fixed(raw.getvalue())


def _heading(file: Any, text: str, level: int) -> None:
    heading = file.add_paragraph(style="Heading 1") if level else file.add_paragraph()
    if not level:
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.paragraph_format.space_after = Pt(12)
    _font(heading.add_run(text), _HEAD if level else _TITLE, 16 if level else 22)


def _paragraph(file: Any, text: str, *, centre: bool = False) -> None:
    added = file.add_paragraph(text)
    added.paragraph_format.line_spacing = Pt(26)
    added.paragraph_format.space_after = Pt(0)
    if centre:
        added.alignment = WD_ALIGN_PARAGRAPH.CENTER
    else:
        added.paragraph_format.first_line_indent = Pt(28)


def _table(file: Any, rows: Sequence[tuple[str, str]], *, right: bool = False) -> None:
    table = file.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    widths = (Mm(72), Mm(84)) if right else (Mm(46), Mm(110))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for name, value in rows:
        row = table.add_row()
        row.height = Mm(11)
        for cell, text, width in zip(row.cells, (name, value), widths, strict=True):
            cell.text, cell.width = text, width
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
            for run in cell.paragraphs[0].runs:
                _font(run, _BODY, 12)
        if right:
            row.cells[1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _font(styled: Any, name: str, points: float) -> None:
    styled.font.name, styled.font.size = name, Pt(points)
    styled.font.color.rgb = RGBColor(0, 0, 0)
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(key), name)


def _fixed(content: bytes) -> bytes:
    """Pack the file anew with one moment for all of its parts."""
    done = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # else it would tell Windows from the others
            target.writestr(info, source.read(name))
    return done.getvalue()
