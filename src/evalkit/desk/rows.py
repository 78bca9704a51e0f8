"""The ledger's rows behind a verdict, as the panel may see them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd

from evalkit.assessment import Assessment
from evalkit.errors import UnknownNameError
from evalkit.ledger import Ledger, load_ledger
from evalkit.ledger.model import Column, Sheet
from evalkit.privacy import Field, Released, release

__all__ = ["STUDENTS", "behind", "ledger_rows", "sheet_of"]

STUDENTS: Mapping[str, frozenset[str]] = {
    "screening": frozenset(
        {"n_l1", "n_l2", "n_l3", "n_l1_interviewed", "n_l2_interviewed", "n_to_key"}
    ),
    "checks": frozenset({"n_talked", "n_new"}),
    "individual": frozenset({"n_clients", "n_new", "n_ref_centre", "n_ref_hospital"}),
    "monthly": frozenset(
        {
            *("n_study", "n_relation", "n_love", "n_mood", "n_family", "n_other"),
            "n_key_end",
        }
    ),
}
"""Sheet → columns that count students about whom something sensitive is said."""
_LEFT_OUT: Mapping[str, frozenset[str]] = {
    "screening": frozenset({"exempt_reason"}),
    "individual": frozenset({"topics"}),
    "monthly": frozenset({"n_key_new", "n_key_closed"}),
}
"""What would say of single students what the counts hide: free text beside small counts, and flows
that follow from the stock of one month and the next."""
_KINDS = {"int": "count", "dec": "number", "money": "money", "date": "date", "bool": "flag"}


def sheet_of(assessment: Assessment, name: str) -> Sheet:
    """Return a sheet's definition by its number, machine name or title.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    sheets = _ledger(assessment).sheets
    for sheet in sheets:
        if name in (sheet.id, sheet.name, sheet.title, sheet.tab):
            return sheet
    raise UnknownNameError.of("表", name, [f"{sheet.id} {sheet.title}" for sheet in sheets])


def behind(assessment: Assessment, indicator: str) -> tuple[Sheet, ...]:
    """Return the ledger's sheets that speak to an indicator, in the order of its criteria."""
    point = assessment.rubric.indicator(indicator)
    names = dict.fromkeys(name for criterion in point.criteria for name in criterion.sheets)
    known = {key for sheet in _ledger(assessment).sheets for key in (sheet.id, sheet.name)}
    return tuple(sheet_of(assessment, name) for name in names if name in known)


def ledger_rows(assessment: Assessment, college: str, sheet: str) -> Released:
    """Return a college's accepted rows of a sheet.

    Rows of coded sheets, which hold a row a student, are never shown; neither are private columns.
    Small counts of students are hidden, and with them what they could be worked out from.

    Parameters
    ----------
    assessment : Assessment
        The year, loaded for the audience that looks.
    college : str
        Code, name or alias.
    sheet : str
        Number, machine name or title, such as ``"S08"``.

    Returns
    -------
    Released
        ``row`` (where it stands in the file) and the sheet's columns that are filled at all, in its
        order; no rows where the sheet is coded, or was not handed in.

    Raises
    ------
    UnknownNameError
        If there is no such college or sheet.
    """
    definition, view = sheet_of(assessment, sheet), assessment.college(college)
    table = assessment.snapshot.tables.get(definition.name)
    if table is None:
        table = pd.DataFrame(columns=["college_code", "source_row"])
    own = table[table["college_code"] == view.code].reset_index(drop=True)
    own = own.iloc[:0] if definition.coded else own
    columns = [
        column
        for column in definition.columns
        if column.name in own.columns
        if column.name != "college_code"
        if column.name not in _LEFT_OUT.get(definition.name, ())
        if not len(own) or own[column.name].notna().any()
    ]
    frame = own[[column.name for column in columns]].assign(
        row=[f"第 {number} 行" if not pd.isna(number) else "" for number in own["source_row"]]
    )
    fields = [Field("row", "位置"), *(_field(definition, column, own) for column in columns)]
    return release(frame, fields, assessment.audience)


def _field(sheet: Sheet, column: Column, rows: pd.DataFrame) -> Field:
    students = column.name in STUDENTS.get(sheet.name, ())
    kind = _KINDS.get(column.type, "text")
    if column.type == "dec" and (rows[column.name].dropna() % 1 == 0).all():
        kind = "count"
    return Field(column.name, column.header, column.unit, kind, students=students)  # type: ignore[arg-type]


def _ledger(assessment: Assessment) -> Ledger:
    return _load(str(assessment.workspace.ledger or ""))


@lru_cache(maxsize=4)
def _load(folder: str) -> Ledger:
    return load_ledger(Path(folder) if folder else None)
