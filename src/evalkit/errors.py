"""The exceptions that evalkit raises on purpose.

Each message is Chinese and says what is wrong and what to do about it. Anything else that
escapes is a defect of the program.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from evalkit.findings import Finding

__all__ = [
    "AudienceError",
    "DataError",
    "DefinitionError",
    "EvalkitError",
    "IntakeError",
    "NoDataError",
    "PanelError",
    "SparkError",
    "StoreError",
    "UnknownNameError",
    "WorkspaceError",
]


class EvalkitError(Exception):
    """Base of all errors that evalkit raises on purpose."""


class DefinitionError(EvalkitError):
    """A file that defines rules (rubric, ledger, evalkit.toml) has faults.

    Attributes
    ----------
    source : str
        The file.
    faults : tuple of str
        Every fault at once, each as ``path: what is wrong``.
    """

    def __init__(self, title: str, source: str | Path, faults: Sequence[str]) -> None:
        self.source = str(source)
        self.faults = tuple(faults)
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(
            f"{title} {self.source} 有 {len(self.faults)} 处问题，请逐条改正：\n{lines}"
        )


class AudienceError(EvalkitError):
    """Something is asked for that this audience does not get."""


class WorkspaceError(EvalkitError):
    """The workspace is missing, or cannot be used."""

    @classmethod
    def not_found(cls, start: Path) -> WorkspaceError:
        """No evalkit.toml in `start` or above it."""
        return cls(
            f"在 {start} 及其上级文件夹中没有找到 evalkit.toml，这里还不是一个工作区。"
            f"请先运行“evalkit init {start}”建立工作区，或用 --workspace 指明工作区所在的文件夹。"
        )


class NoDataError(EvalkitError):
    """There is nothing to work on."""

    @classmethod
    def empty_folder(cls, folder: Path) -> NoDataError:
        """The data folder does not exist, or holds no year."""
        return cls(
            f"数据文件夹 {folder} 中没有任何学年的数据。"
            f"请按学年建立子文件夹（例如 {folder / '2024-2025'}），"
            "把各学院的台账和评委的评分表放进去；想先试用，可运行"
            f"“evalkit sample {folder}”生成虚构学校的数据。"
        )

    @classmethod
    def empty_year(cls, folder: Path) -> NoDataError:
        """The year's folder holds no workbook."""
        return cls(
            f"文件夹 {folder} 中没有可以读取的台账（文件名形如“台账_2024-2025_C01.xlsx”）。"
            "请把各学院交来的台账放进这个文件夹后再运行。"
        )


class UnknownNameError(EvalkitError):
    """A year, college, setting ... that does not exist was asked for."""

    @classmethod
    def of(cls, kind: str, name: str, known: Iterable[str], mend: str = "") -> UnknownNameError:
        """Name what was asked for, what there is, and what was probably meant."""
        options = list(known)
        # An option may be a code and a name ("C01 精细化工学院"): either may have been meant.
        words = {word: option for option in options for word in (option, *option.split())}
        close = difflib.get_close_matches(name, words, n=1, cutoff=0.8)
        guess = f"您要的是不是“{words[close[0]]}”？" if close else ""
        listed = f"现有：{'、'.join(options)}。" if options else f"现在还没有任何{kind}。"
        return cls(f"没有名为“{name}”的{kind}。{guess}{listed}{mend}")


class DataError(EvalkitError):
    """Numbers that a statistic cannot be computed from."""


class IntakeError(EvalkitError):
    """Inputs that cannot be used.

    Attributes
    ----------
    findings : tuple of Finding
        Every finding, each with file, sheet and cell.
    """

    def __init__(self, message: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join([message, *(f"  {finding}" for finding in self.findings)]))


class SparkError(EvalkitError):
    """Spark is not installed, or did not start."""


class StoreError(EvalkitError):
    """A store of many schools is not there, or cannot be opened."""


class PanelError(EvalkitError):
    """Score sheets that cannot be added up as asked.

    Attributes
    ----------
    findings : tuple of Finding
        Every finding, each with its place; empty if the question itself makes no sense.
    """

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join([message, *(f"  {finding}" for finding in self.findings)]))
