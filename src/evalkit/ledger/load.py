"""resources/ledger/*.yaml → :class:`Ledger`, with every fault at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from evalkit.definitions import read_yaml, schema_faults
from evalkit.errors import DefinitionError
from evalkit.ledger.model import Column, Ledger, Sheet

__all__ = ["load_ledger"]

VERSION = "2025.1"

_NOT_IN_TABS = frozenset("[]:*?/\\")
"""Characters that spreadsheet programs refuse in the name of a sheet."""


def load_ledger(overrides: Path | None = None) -> Ledger:
    """Read the ledger's definition.

    Parameters
    ----------
    overrides : Path, optional
        Folder with a school's own sheet files (``*.yaml``). A file with the id of a built-in
        sheet replaces it; another one adds a sheet.

    Raises
    ------
    DefinitionError
        Listing every fault of every file.
    """
    sheets = dict(_builtin())
    if overrides is not None:
        sheets |= _read_folder(overrides, sheets)
    return Ledger(version=VERSION, sheets=tuple(sheets[key] for key in sorted(sheets, key=_order)))


def _order(sheet_id: str) -> tuple[bool, str]:
    return (not sheet_id.startswith("S"), sheet_id)


@cache
def _builtin() -> dict[str, Sheet]:
    return _read_folder(Path(str(files("evalkit").joinpath("resources", "ledger"))))


def _read_folder(folder: Path, replaced: Mapping[str, Sheet] | None = None) -> dict[str, Sheet]:
    """Read every file of a folder whose sheets go over those of `replaced`."""
    if not folder.is_dir():
        raise DefinitionError(
            "台账定义", folder, ["文件夹不存在，请检查 evalkit.toml 中 paths.ledger 写的路径"]
        )
    sheets: dict[str, Sheet] = {}
    faults: list[str] = []
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        raw, problems = read_yaml(path)
        faults += [f"{path.name} › {problem}" for problem in problems]
        if problems:
            continue
        try:
            sheet = Sheet.model_validate(raw)
        except ValidationError as error:
            faults += [f"{path.name} › {fault}" for fault in schema_faults(error)]
            continue
        faults += [f"{path.name} › {fault}" for fault in _disagreements(sheet)]
        if sheet.id in sheets:
            faults.append(f"{path.name} › id: 表号 {sheet.id} 已被另一个文件使用")
        others = {**(replaced or {}), **sheets}
        faults += [
            f"{path.name} › name: 表 {other.id} 已经叫“{sheet.name}”"
            for other in others.values()
            if other.name == sheet.name and other.id != sheet.id
        ]
        sheets[sheet.id] = sheet
    if faults:
        raise DefinitionError("台账定义", folder, faults)
    return sheets


def _disagreements(sheet: Sheet) -> list[str]:
    faults = []
    if not _NOT_IN_TABS.isdisjoint(sheet.title):
        faults.append("title: 表名会写在工作表的标签上，不能含有 [ ] : * ? / \\")
    names = Counter(column.name for column in sheet.columns)
    recognised = Counter(name for column in sheet.columns for name in column.names)
    for place, column in enumerate(sheet.columns):
        where = f"columns[{place}]"
        if names[column.name] > 1:
            faults.append(f"{where}.name: 列名“{column.name}”重复")
        elif any(recognised[name] > 1 for name in column.names):
            faults.append(f"{where}.header: 表头或别名与同表的另一列相同")
        faults += [f"{where}.{fault}" for fault in _contradictions(column)]
    faults += [f"key: 没有名为“{name}”的列" for name in sheet.key if name not in names]
    faults += [
        f"columns[{place}].private_where: 没有名为“{name}”的列"
        for place, column in enumerate(sheet.columns)
        for name in column.private_where
        if name not in names
    ]
    return faults


def _contradictions(column: Column) -> Iterator[str]:
    if column.type in ("enum", "enums") and not column.allowed:
        yield "allowed: 选项列缺少可选值"
    if column.required == "conditional" and not column.when:
        yield "when: 条件必填的列要写明什么情况下必填"
    low, high = column.minimum, column.maximum
    if low is not None and high is not None and low > high:
        yield "minimum: 下限大于上限"
    if column.pattern is not None:
        try:
            re.compile(column.pattern)
        except re.error:
            yield "pattern: 不是合格的正则表达式"
