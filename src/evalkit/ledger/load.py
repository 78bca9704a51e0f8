"""resources/ledger/*.yaml → :class:`Ledger`, with every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from evalkit.definitions import read_yaml, schema_faults
from evalkit.errors import DefinitionError
from evalkit.ledger.changes import Change, Changed, Dropped, changed, without_loose_ends
from evalkit.ledger.consistency import sheet_faults
from evalkit.ledger.model import Ledger, Sheet

__all__ = ["load_ledger"]

VERSION = "2025.1"

_COVER = "S00"
"""The sheet that says whose workbook it is; nothing can be read without it."""

_Part = Sheet | Change | Dropped


def load_ledger(overrides: Path | None = None) -> Ledger:
    """Read the ledger's definition.

    Parameters
    ----------
    overrides : Path, optional
        Folder with a school's own files (``*.yaml``), each of one kind:

        - a sheet with the id of a built-in one replaces it, another one adds a sheet;
        - ``change: S08`` changes a built-in sheet: ``rename`` (``{old header or column: new
          header}``; the old header stays as an alias), ``drop`` (columns), ``columns`` (added
          ones, or changed fields of those there, by ``name``), ``rules`` (added),
          ``drop_rules`` (by their ``must``), ``title``, ``note``, ``rows``, ``core``;
        - ``drop_sheet: S22`` leaves a sheet out.

        With a column or sheet go the rules, conditions and references that name it. A column by
        which alone rows are told apart cannot go.

    Returns
    -------
    Ledger
        Without `overrides` the same object each time.

    Raises
    ------
    DefinitionError
        Listing every fault of every file, each with its path.
    """
    if overrides is None:
        return _builtin()
    return _combined(_builtin(), overrides)


@cache
def _builtin() -> Ledger:
    folder = Path(str(files("evalkit").joinpath("resources", "ledger")))
    return _combined(Ledger(version=VERSION, sheets=()), folder)


def _combined(base: Ledger, folder: Path) -> Ledger:
    """Lay the files of a folder over a ledger."""
    if not folder.is_dir():
        raise DefinitionError(
            "台账定义", folder, ["文件夹不存在，请检查 evalkit.toml 中 paths.ledger 写的路径"]
        )
    paths = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    faults: dict[str, list[str]] = {path.name: [] for path in paths}
    parts: dict[str, _Part] = {}
    for path in paths:
        part, problems = _read(path)
        faults[path.name] += problems
        if part is not None:
            parts[path.name] = part
    sheets = _laid_over(base, parts, faults)
    if any(faults.values()):
        listed = [f"{name} › {fault}" for name, found in faults.items() for fault in found]
        raise DefinitionError("台账定义", folder, listed)
    return Ledger(version=VERSION, sheets=tuple(sheets))


def _read(path: Path) -> tuple[_Part | None, list[str]]:
    raw, problems = read_yaml(path)
    if problems:
        return None, problems
    try:
        return _kind(raw).model_validate(raw), []
    except ValidationError as error:
        return None, schema_faults(error)


def _kind(raw: Any) -> type[Sheet] | type[Change] | type[Dropped]:
    given: Iterable[object] = raw if isinstance(raw, dict) else ()
    if "change" in given:
        return Change
    return Dropped if "drop_sheet" in given else Sheet


def _laid_over(
    base: Ledger, parts: Mapping[str, _Part], faults: Mapping[str, list[str]]
) -> list[Sheet]:
    """Return the sheets in order, and note in `faults` what is wrong with each file."""
    sheets = {sheet.id: Changed(sheet) for sheet in base.sheets}
    sources: dict[str, str] = {}
    strays: list[tuple[str, Changed]] = []
    for file, part in parts.items():
        for sheet_id in _ids(part):
            made = _one(base, sheet_id, part, faults[file])
            if sheet_id in sources:
                faults[file].append(f"{_field(part)}: 表号 {sheet_id} 已被另一个文件使用")
                strays += [(file, made)] if made is not None else []
                continue
            sources[sheet_id] = file
            if made is not None:
                sheets[sheet_id] = made
            elif isinstance(part, Dropped):
                sheets.pop(sheet_id, None)
    whole = {sheet_id for sheet_id, file in sources.items() if isinstance(parts[file], Sheet)}
    everything = [found.sheet for found in sheets.values()]
    for sheet_id in sheets.keys() - whole:
        found = sheets[sheet_id]
        sheets[sheet_id] = without_loose_ends(found, _beside(found.sheet, everything))
    everything = [found.sheet for found in sheets.values()]
    for file, found in [*((f, sheets[i]) for i, f in sources.items() if i in sheets), *strays]:
        faults[file].extend(_faults(found, everything))
    return sorted(everything, key=lambda sheet: (not sheet.id.startswith("S"), sheet.id))


def _one(base: Ledger, sheet_id: str, part: _Part, faults: list[str]) -> Changed | None:
    """Return the sheet that a file makes, if it makes one."""
    if isinstance(part, Sheet):
        return Changed(part)
    known = {sheet.id: sheet for sheet in base.sheets}
    if sheet_id not in known:
        faults.append(f"{_field(part)}: 没有表号为 {sheet_id} 的内置表")
        return None
    if isinstance(part, Dropped):
        if sheet_id == _COVER:
            faults.append(f"drop_sheet: {_COVER} 说明是哪个学院的台账，不能停用")
        return None
    found, problems = changed(known[sheet_id], part)
    faults.extend(problems)
    return found


def _ids(part: BaseModel) -> tuple[str, ...]:
    if isinstance(part, Dropped):
        return part.drop_sheet
    return (str(getattr(part, _field(part))),)


def _field(part: BaseModel) -> str:
    return {Change: "change", Dropped: "drop_sheet"}.get(type(part), "id")


def _beside(sheet: Sheet, sheets: Iterable[Sheet]) -> list[Sheet]:
    return [other for other in sheets if other.workbook == sheet.workbook]


def _faults(made: Changed, sheets: Sequence[Sheet]) -> list[str]:
    sheet = made.sheet
    found = sheet_faults(sheet, _beside(sheet, sheets))
    found += [
        f"name: 表 {other.id} 已经叫“{sheet.name}”"
        for other in sheets
        if other.name == sheet.name and other.id != sheet.id
    ]
    return [made.at_home(fault) for fault in found] if made.places or made.own_rules else found
