"""The whole data set: from a folder and a seed to workbooks, answer key and settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from evalkit.ledger import Ledger, Sheet, load_ledger
from evalkit.outputs import write_bytes, write_text
from evalkit.rubric import load_rubric
from evalkit.synthetic.centre import centre_rows
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.colleges import CENTRE
from evalkit.synthetic.dirty import centre, last_year
from evalkit.synthetic.dirty.answers import key_text, readme_text, settings_text
from evalkit.synthetic.dirty.book import Book, begin
from evalkit.synthetic.dirty.containers import (
    csv_parts,
    damaged,
    edited,
    encrypted_ods,
    named,
    wps,
)
from evalkit.synthetic.dirty.judges import judge_books
from evalkit.synthetic.dirty.people import AUTHOR, MOBILE
from evalkit.synthetic.dirty.plants import Answer
from evalkit.synthetic.dirty.recipes import RECIPES, Recipe
from evalkit.synthetic.dirty.school import COLLEGES, YEAR, college_years, true_rows

__all__ = ["KEY", "college_books", "generate_dirty", "is_ours"]

KEY = "expected_findings.csv"
_JUDGED = len(RECIPES)
_ERROR_CELL = (b' t="str"><f>F5-#REF!</f>', b' t="e"><f>F5-#REF!</f>')


def generate_dirty(folder: Path, *, seed: int = 2025) -> tuple[Path, ...]:
    """Write a workspace of an invented school whose workbooks are full of faults.

    The same arguments give the same bytes. ``expected_findings.csv`` says what must be found.

    Parameters
    ----------
    folder : Path
        Where to: ``evalkit.toml``, ``README.md``, ``expected_findings.csv``, and the files that
        came in below ``data``.
    seed : int
        Where the draws begin.

    Returns
    -------
    tuple of Path
        The files, in the order in which they were written.
    """
    files: dict[str, bytes] = {}
    answers: list[Answer] = []
    school = college_years(seed)
    for book in college_books(seed):
        _collect(book, files, answers)
    last = [history[-1] for history in school]
    for book in (*judge_books(last[:_JUDGED], load_rubric()), _centre(last)):
        files[book.file] = book.content()
        answers += book.answers
    for name, content, found in _others(school):
        files[name] = content
        answers += found
    # The line bears the name that the file would have had.
    missing = f"台账_{YEAR}_{COLLEGES[-1].code}.xlsx"
    answers.append(Answer(missing, "", "", "F03", "W", "planted", "没有交台账"))
    inputs = folder / "data" / YEAR.name
    written = [write_bytes(inputs / name, content) for name, content in sorted(files.items())]
    before = _last_year(school)
    written += [
        write_bytes(folder / "data" / YEAR.previous.name / before.file, before.content()),
        write_text(folder / KEY, key_text(answers)),
        write_text(folder / "evalkit.toml", settings_text()),
        write_text(folder / "README.md", readme_text(answers, seed)),
    ]
    return tuple(written)


def is_ours(settings: Path) -> bool:
    """Whether an evalkit.toml is the one that :func:`generate_dirty` writes."""
    return settings.read_bytes() == settings_text().encode("utf-8")


def college_books(seed: int = 2025) -> Iterator[Book]:
    """Yield the workbooks of the colleges whose files can be read, spoilt, with what is true."""
    ledger = load_ledger()
    for recipe, history in zip(RECIPES, college_years(seed), strict=False):
        yield _book(recipe, history, ledger)


def _book(recipe: Recipe, history: tuple[CollegeYear, ...], ledger: Ledger) -> Book:
    rows = true_rows(history)
    recipe.prepare(rows)
    heading = f"{history[-1].college.name} {YEAR} 学年"
    book = begin(recipe.file, [*ledger.of("college")], rows, recipe.plants, heading)
    book.plant(recipe.plants)
    for change in recipe.changes:
        change(book)
    return book


def _collect(book: Book, files: dict[str, bytes], answers: list[Answer]) -> None:
    """Save a college's workbook the way this college does."""
    if "C07" in book.file:
        stem = book.file.removesuffix(".xlsx")
        files |= {f"{stem}_{tab}.csv": content for tab, content in csv_parts(book.workbook)}
        answers += [replace(each, file=f"{stem}_{each.sheet}.csv") for each in book.answers]
        return
    content = book.content()
    if book.file.endswith(".xls"):
        content = named(edited(content, _show_errors), AUTHOR)
        book.expect("T08", "I", note="把 .xlsx 文件的扩展名改成了 .xls")
        book.expect("P02", "I", note="文件属性里留有作者的姓名")
    if not book.file.startswith("台账_"):
        book.expect("T08", "I", note="文件名不合规定")
    files[book.file] = content
    answers += book.answers


def _show_errors(_name: str, content: bytes) -> bytes:
    """Mark the kept result of a broken formula as an error, as spreadsheet programs do."""
    return content.replace(*_ERROR_CELL)


def _centre(colleges: Sequence[CollegeYear]) -> Book:
    rows = {
        name: [dict(record) for record in records]
        for name, records in centre_rows(colleges).items()
    }
    centre.prepare(rows)
    sheets = [sheet for sheet in load_ledger().of("centre") if sheet.name in rows]
    heading = f"{CENTRE} {YEAR} 学年"
    book = begin(f"校级_{YEAR}.xlsx", sheets, rows, centre.PLANTS, heading)
    book.plant(centre.PLANTS)
    return book


def _others(
    school: Sequence[tuple[CollegeYear, ...]],
) -> Iterator[tuple[str, bytes, list[Answer]]]:
    """Yield the files that are not read: name, content, what must be found."""

    def answer(file: str, code: str, severity: str, note: str, kind: str = "planted") -> Answer:
        return Answer(file, "", "", code, severity, kind, note)  # type: ignore[arg-type]

    codes = [college.code for college in COLLEGES]
    small = {code: _small(school[place], code) for place, code in enumerate(codes) if place > 7}
    twice, copy = f"台账_{YEAR}_C09.xlsx", "台账(1)(最终版).xlsx"
    note = "又交来一份“最终版”"
    yield twice, small["C09"], [answer(twice, "F02", "E", note)]
    yield (
        copy,
        small["C09"],
        [answer(copy, "F02", "E", note), answer(copy, "T08", "I", "文件名不合规定", "follows")],
    )
    name = f"台账_{YEAR}_C10.et"
    yield name, wps(), [answer(name, "T08", "E", "交来的是 WPS 的 .et 文件")]
    name = f"台账_{YEAR}_C11.ods"
    yield name, encrypted_ods(), [answer(name, "T08", "E", "文件设了密码")]
    name = f"台账_{YEAR}_C12.xlsx"
    yield name, damaged(small["C12"]), [answer(name, "F01", "E", "文件没有传完")]
    name = f"台账_{YEAR.previous}_C02.xlsx"
    yield name, small["C13"], [answer(name, "F04", "E", "上一学年的台账放错了文件夹")]
    yield (
        "会议照片说明.txt",
        "照片已发到群里。\n".encode(),
        [answer("会议照片说明.txt", "F05", "W", "放进了无关的文件")],
    )
    yield (
        f"联系人{MOBILE}.docx",
        b"PK",
        [answer("联系人******.docx", "F05", "W", "放进了无关的文件，文件名里还有手机号")],
    )


def _small(history: tuple[CollegeYear, ...], code: str) -> bytes:
    """Return a workbook with cover and classes only: nobody reads further."""
    ledger = load_ledger()
    sheets: list[Sheet] = [ledger["base_info"], ledger["class_base"]]
    rows = true_rows(history)
    heading = f"{history[-1].college.name} {YEAR} 学年"
    return begin(f"{code}.xlsx", sheets, rows, (), heading).content()


def _last_year(school: Sequence[tuple[CollegeYear, ...]]) -> Book:
    """Return the ledger of the year before of the college that is held against it."""
    place = next(n for n, recipe in enumerate(RECIPES) if last_year.expect in recipe.changes)
    rows = true_rows(school[place], YEAR.previous)
    last_year.prepare(rows)
    code = RECIPES[place].code
    heading = f"{school[place][-1].college.name} {YEAR.previous} 学年"
    file = f"台账_{YEAR.previous}_{code}.xlsx"
    return begin(file, [*load_ledger().of("college")], rows, (), heading)
