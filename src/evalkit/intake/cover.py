"""The cover sheet of a ledger, held against whose file it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.reads import TableRead
from evalkit.ledger.model import normalise
from evalkit.workspace import AcademicYear, College

__all__ = ["cover_findings"]


def cover_findings(
    tables: Mapping[str, TableRead],
    code: str,
    year: AcademicYear,
    colleges: Sequence[College],
    names: Mapping[str, str],
) -> list[Finding]:
    """Say where year, code or name on the cover sheet are not those of the file.

    Parameters
    ----------
    tables
        What was read from a college's workbook.
    code, year
        Whose workbook it is, by its name and folder.
    colleges
        The school's colleges.
    names : mapping
        Normalised code, name or alias of a college → its code.
    """
    full_name = {college.code: college.name for college in colleges}.get(code)
    wanted = {"academic_year": year.name, "college_code": code}
    return [
        finding
        for read in tables.values()
        if read.sheet.layout == "form"
        and any(column.name == "academic_year" for column in read.sheet.columns)
        for finding in _disagreements(read, wanted, full_name, names)
    ]


def _disagreements(
    read: TableRead, wanted: Mapping[str, str], full_name: str | None, names: Mapping[str, str]
) -> Iterator[Finding]:
    for row in read.rows:
        for name, right in wanted.items():
            given = row.values.get(name)
            if given is not None and given != right:
                where = Location(read.file, read.tab, row.cells[name])
                yield _mismatch(where, read.sheet.column(name).header, str(given), right)
        given = row.values.get("college_name")
        if given is None or full_name is None or normalise(str(given)) == normalise(full_name):
            continue
        where = Location(read.file, read.tab, row.cells["college_name"])
        header = read.sheet.column("college_name").header
        known = names.get(normalise(str(given))) == wanted["college_code"]
        tell = _by_alias if known else _other_name
        yield tell(where, header, str(given), full_name)


def _mismatch(where: Location, header: str, given: str, wanted: str) -> Finding:
    return Finding(
        "F04", Severity.ERROR, where, f"“{header}”与文件名不一致", given, wanted,
        "请核对是否拿错了文件，再改正这一格或文件名",
    )  # fmt: skip


def _by_alias(where: Location, header: str, given: str, wanted: str) -> Finding:
    return Finding(
        "K01", Severity.INFO, where, f"“{header}”不是学校公布的全称，已按{wanted}读取", given,
        wanted, "请改为全称",
    )  # fmt: skip


def _other_name(where: Location, header: str, given: str, wanted: str) -> Finding:
    return Finding(
        "K01",
        Severity.ERROR,
        where,
        f"“{header}”不是这个学院的名称，也不是已登记的别名",
        given,
        wanted,
        "请核对是否拿错了文件；确是本学院的，请改为全称，或请校心理中心登记别名",
    )
