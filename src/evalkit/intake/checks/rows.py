"""Each row against the rules of its sheet."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.findings import Finding, Severity
from evalkit.intake.checks.page import Book, Page, Place
from evalkit.intake.table import Row
from evalkit.ledger.model import Rule
from evalkit.ledger.rules import UNUSABLE, Expression, Scope, compile_rule, compile_text

__all__ = ["broken_rules", "conditionally_blank"]


def broken_rules(book: Book, page: Page) -> Iterator[tuple[Finding, set[Place]]]:
    """Yield a finding for each rule that a row breaks, with the cells that it spoils."""
    for rule in page.sheet.rules:
        yield from _Check(book, page, rule).findings()


class _Check:
    """One compiled rule."""

    def __init__(self, book: Book, page: Page, rule: Rule) -> None:
        sheet, sheets = page.sheet, book.sheets
        self._book, self._page, self._rule = book, page, rule
        self._must = compile_rule(rule.must, sheet, sheets, partial=True)
        self._when: Expression | None = None
        if rule.when:
            self._when = compile_rule(rule.when, sheet, sheets, partial=True)
        self._what, self._allowed, self._mend = (
            compile_text(text, sheet, sheets, partial=True)
            for text in (rule.what, rule.rule, rule.mend)
        )
        self._spoils = self._must.columns if rule.spoils is None else rule.spoils

    def findings(self) -> Iterator[tuple[Finding, set[Place]]]:
        for row, scope in self._book.scopes(self._page):
            if self._when is not None and self._when(scope) is not True:
                continue
            if self._must(scope) is False:
                yield self._finding(row, scope), self._spoilt(row)

    def _finding(self, row: Row, scope: Scope) -> Finding:
        hidden, elsewhere = self._page.hidden(row), self._book.private_elsewhere
        return self._page.finding(
            self._rule.code,
            Severity(self._rule.severity),
            row,
            self._at(row),
            what=self._what(scope, hidden, elsewhere),
            value=self._values(row, scope),
            rule=self._allowed(scope, hidden, elsewhere),
            mend=self._mend(scope, hidden, elsewhere),
        )

    def _at(self, row: Row) -> str:
        """Return the column whose cell gets the finding: one that is there."""
        wanted = [self._rule.at, *self._must.columns] if self._rule.at else self._must.columns
        return next((name for name in wanted if name in row.cells), "")

    def _values(self, row: Row, scope: Scope) -> str:
        hidden = self._page.hidden(row)
        return "，".join(
            f"{self._page.header(name)} {self._typed(row, scope, name)}"
            for name in self._must.columns
            if name not in hidden
        )

    def _typed(self, row: Row, scope: Scope, column: str) -> str:
        if scope.values.get(column) is UNUSABLE:
            return "（无法识别）"
        return self._page.shown(row, column) or "（空）"

    def _spoilt(self, row: Row) -> set[Place]:
        if self._rule.severity != "E":
            return set()
        return {(self._page.sheet.name, row.number, name) for name in self._spoils}


def conditionally_blank(book: Book, page: Page) -> Iterator[Finding]:
    """Yield V06 for each cell that its row requires and that is blank."""
    for column in page.sheet.columns:
        if not column.required_when:
            continue
        condition = compile_rule(column.required_when, page.sheet, book.sheets, partial=True)
        for row, scope in book.scopes(page):
            # A column that is not there at all has been told by the reader, once.
            if scope.values.get(column.name, UNUSABLE) is None and condition(scope) is True:
                yield page.finding(
                    "V06",
                    Severity.ERROR,
                    row,
                    column.name,
                    what=f"“{column.header}”没有填写",
                    value="",
                    rule=column.when or column.note or "这种情况下必须填写",
                    mend="请补填",
                )
