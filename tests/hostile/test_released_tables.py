"""Every table of counts of students that the sample's views release, against who reads them all."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.assessment import Assessment, CollegeView, SchoolView
from evalkit.privacy import Released
from evalkit.privacy.audit import audit
from evalkit.privacy.cells import TOTAL, Linked

ADDS = ("college", "grade")
SCHOOL = {
    "warnings": ({"college": "college"}, {"grade": TOTAL}, {"college": "全校"}),
    "warnings_by_grade": ({"grade": "grade"}, {"college": TOTAL}, {"grade": "全校"}),
    "trends": ({"year": "year"}, {"college": TOTAL, "grade": TOTAL}, {}),
    "trends_by_college": ({"year": "year", "college": "college"}, {"grade": TOTAL}, {}),
}
COLLEGE = {
    "warnings": ({"grade": "grade"}, {}, {"grade": "全院"}),
    "trends": ({"year": "year"}, {"grade": TOTAL}, {}),
    "priority_care": ({"year": "year"}, {"grade": TOTAL}, {}),
    "counselling": ({"year": "year"}, {"grade": TOTAL}, {}),
}
"""Where the rows of a table stand: columns of dimensions, where the table is, labels of totals."""


def released(view: CollegeView | SchoolView) -> Iterator[tuple[str, Released]]:
    """Yield every table that a view gives."""
    for name in dir(view):
        member = getattr(type(view), name, None)
        if callable(member) and "Released" in str(member.__annotations__.get("return")):
            yield name, getattr(view, name)()


def of_students(view: CollegeView | SchoolView) -> dict[str, Released]:
    return {n: table for n, table in released(view) if any(f.students for f in table.fields)}


def linked(assessment: Assessment, view: CollegeView | SchoolView) -> list[Linked]:
    college = view.name if isinstance(view, CollegeView) else None
    known = SCHOOL if college is None else COLLEGE
    found = []
    for name, table in of_students(view).items():
        by, at, totals = known[name]
        fixed = at if "year" in by else {**at, "year": assessment.year.name}
        found.append(
            Linked(table, by, fixed if college is None else {**fixed, "college": college}, totals)
        )
    return found


def views(assessment: Assessment) -> list[CollegeView | SchoolView]:
    return [assessment.school, *(assessment.college(c.code) for c in assessment.colleges)]


def test_place_of_every_table_is_known(assessment: Assessment) -> None:
    """A new table about students has to say where it stands, or this audit would not see it."""
    for view in views(assessment):
        known = COLLEGE if isinstance(view, CollegeView) else SCHOOL
        assert set(of_students(view)) == set(known), type(view).__name__
        assert len(list(released(view))) > 15


def test_one_document_gives_nothing_away(assessment: Assessment) -> None:
    for view in views(assessment):
        found = audit(linked(assessment, view), ADDS)
        assert found.leaks == (), str(found.leaks[:1])


def test_all_documents_together_give_nothing_away(assessment: Assessment) -> None:
    found = audit([each for view in views(assessment) for each in linked(assessment, view)], ADDS)
    assert found.hidden > 0
    assert found.leaks == (), str(found.leaks[:1])
