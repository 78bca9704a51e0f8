"""What the desk refuses, and why; each message says what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evalkit.errors import EvalkitError
from evalkit.findings import Finding

__all__ = [
    "AccessError",
    "ChangedError",
    "DeskError",
    "EntryError",
    "HistoryError",
    "SealedError",
    "SheetBusyError",
    "SheetFormError",
    "UnfinishedError",
]

_SHOWN = 20
"""Characters of a refused text that are repeated."""


class DeskError(EvalkitError):
    """Base of what the desk refuses."""


class AccessError(DeskError):
    """Somebody asked for what is not theirs, or for a file outside the workspace."""

    @classmethod
    def outside(cls, path: Path, root: Path) -> AccessError:
        """Refuse a path that leads out of the workspace."""
        return cls(
            f"路径 {path} 不在工作区 {root} 之内，没有打开。"
            "评分表只能放在工作区的数据文件夹里；若用了快捷方式或链接，请改为直接存放。"
        )

    @classmethod
    def no_such_judge(cls, judge: str, known: Sequence[str]) -> AccessError:
        """Refuse a code that is no judge's."""
        listed = f"现有评委：{'、'.join(known)}。" if known else ""
        return cls(
            f"没有编号为“{judge}”的评委。{listed}"
            "评委编号写作“J01”；要新增评委，请写进 evalkit.toml 的 [[judges]]。"
        )


class EntryError(DeskError):
    """What was entered cannot stand in a score sheet."""

    @classmethod
    def unreadable(cls, text: str) -> EntryError:
        """Refuse a comment that the centre would read as something else."""
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        return cls(
            f"评语“{shown}”写进评分表会被当作空白或合计行，没有保存。"
            "没有评语请留空；有评语请写成一句话。"
        )


class ChangedError(DeskError):
    """The entry has been changed elsewhere since it was shown.

    Attributes
    ----------
    present : str or None
        What stands there now.
    """

    def __init__(self, where: str, present: str | None) -> None:
        self.present = present
        shown = "空白" if present in (None, "") else f"“{present}”"
        super().__init__(
            f"{where}已在别处（Excel 或另一个窗口）改为{shown}，这里的修改没有保存。"
            "请核对后重新填写。"
        )


class SealedError(DeskError):
    """The sheet has been submitted."""

    @classmethod
    def of(cls, judge: str) -> SealedError:
        """Say that nothing more can be changed, and who can open the sheet again."""
        return cls(
            f"评委 {judge} 的评分表已经提交并封存，不能再改。"
            "确需更正的，请组长写明理由退回这份评分表，改后重新提交；退回和修改都会留下记录。"
        )


class UnfinishedError(DeskError):
    """The sheet cannot be submitted yet.

    Attributes
    ----------
    findings : tuple of Finding
        What is missing or wrong, each with its place.
    """

    def __init__(self, judge: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        lines = "\n".join(f"  {finding}" for finding in self.findings)
        super().__init__(
            f"评委 {judge} 的评分表还有 {len(self.findings)} 处没有完成，没有提交：\n{lines}"
        )


class SheetFormError(DeskError):
    """The judge's workbook cannot be gone on with."""

    @classmethod
    def of(cls, file: str, what: str, mend: str) -> SheetFormError:
        """Name the file, what is wrong with it and what to do."""
        return cls(f"评分表 {file} {what}。{mend}。")


class SheetBusyError(DeskError):
    """Another program holds the workbook."""

    @classmethod
    def by_process(cls, judge: str) -> SheetBusyError:
        """Another process is writing into the same sheet and does not let go."""
        return cls(f"另一个程序正在写评委 {judge} 的评分表，这次修改没有保存。请稍候片刻再试。")

    @classmethod
    def by_office(cls, file: str, mark: str) -> SheetBusyError:
        """An office program has the workbook open and would write over what is entered here."""
        return cls(
            f"评分表 {file} 正在 Excel、WPS 或 LibreOffice 中打开，为免互相覆盖，这次修改没有保存。"
            f"请在那里保存并关闭后再试；如果并没有打开，请删除同一文件夹里的“{mark}”。"
        )

    @classmethod
    def by_system(cls, file: str, error: OSError) -> SheetBusyError:
        """The system does not let the workbook be written; what was entered is noted."""
        return cls(
            f"现在写不进评分表 {file}（{error.strerror or '原因不明'}），"
            "填写的内容已经记录，能写时会自动写入。请检查文件是否被别的程序打开、磁盘是否已满。"
        )


class HistoryError(DeskError):
    """The record of changes does not hold together."""

    @classmethod
    def broken(cls, path: Path, line: int) -> HistoryError:
        """Name the first line that does not follow from the one before."""
        return cls(
            f"评分记录 {path} 第 {line} 行与前文不衔接，可能被改动过，没有继续写入。"
            "请保留这个文件，并请校心理中心核查；需要重新开始时，把它移到别处再打开评分表。"
        )
