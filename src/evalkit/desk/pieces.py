"""The pieces that a judge's screen is made of, each with the lines of code that give the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from evalkit import charts
from evalkit.assessment import Assessment, CollegeView
from evalkit.charts import Fragment, Picture
from evalkit.desk import views
from evalkit.desk.rows import behind, ledger_rows
from evalkit.privacy import Released

__all__ = ["Piece", "comparison", "pieces"]

_VIEWS = "from evalkit.desk import views"
Kind = Literal["table", "rows", "picture", "findings"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One view of a screen.

    Attributes
    ----------
    key : str
        Tells it from the others of the screen.
    title : str
        Heading.
    kind : {"table", "rows", "picture", "findings"}
        What it shows; ``rows`` are the ledger's, which one looks through with a filter.
    code : str
        Two or three lines of Python that give the same; ``assessment`` is the year's.
    make : callable
        Makes what is shown.
    note : str
        A sentence below.
    """

    key: str
    title: str
    kind: Kind
    code: str
    make: Callable[[], Released | Picture | Fragment]
    note: str = ""

    def lines(self, year: str) -> str:
        """Return the code with the line that loads the year, for where it is not loaded yet."""
        imports: list[str] = []
        rest: list[str] = []
        for line in self.code.splitlines():
            (imports if line.startswith("from ") else rest).append(line)
        if _VIEWS not in imports:
            imports.append(_VIEWS)
        return "\n".join([*imports, f'assessment = views.year("{year}")', *rest])

    def show(self) -> Picture | Fragment:
        """Return what is shown, ready to be the last value of a cell."""
        made = self.make()
        return charts.table(made, otherwise="没有记录") if isinstance(made, Released) else made


def pieces(assessment: Assessment, college: str, indicator: str) -> tuple[Piece, ...]:
    """Return what there is to see of a college under an indicator, in the order of reading.

    Parameters
    ----------
    assessment : Assessment
        The year, loaded for the panel.
    college : str
        Code, name or alias.
    indicator : str
        Number such as ``"2.4"``.

    Raises
    ------
    UnknownNameError
        If there is no such college or indicator.
    """
    views.wording(assessment, indicator)
    code = assessment.college(college).code
    called = f'(assessment, "{code}", "{indicator}")'

    def table(
        key: str, title: str, make: Callable[[], Released], call: str, note: str = ""
    ) -> Piece:
        return Piece(
            key, title, "table", f"from evalkit.desk import views\nviews.{call}", make, note
        )

    found = [
        table(
            "wording",
            "考评细则原文",
            lambda: views.wording(assessment, indicator),
            f'wording(assessment, "{indicator}")',
            "分数只打在考评要点上；考评细则没有单独的分值。",
        ),
        table(
            "verdicts",
            "佐证结论",
            lambda: views.verdicts(assessment, code, indicator),
            f"verdicts{called}",
            "佐证只列事实，不换算成分数。",
        ),
        table(
            "values",
            "数值：要求、全校中位数、上学年",
            lambda: views.values(assessment, code, indicator),
            f"values{called}",
        ),
        *_pictures(assessment, code, indicator),
        table(
            "contradictions",
            "前后不一致之处",
            lambda: views.contradictions(assessment, code, indicator),
            f"contradictions{called}",
        ),
        table(
            "daily_log",
            "校心理中心日常记录",
            lambda: views.daily_log(assessment, code, indicator),
            f"daily_log{called}",
        ),
        *_rows(assessment, code, indicator),
        Piece(
            "findings",
            "台账的数据问题",
            "findings",
            "from evalkit import charts\nfrom evalkit.desk import views\n"
            f"charts.findings(views.data_findings{called})",
            lambda: charts.findings(views.data_findings(assessment, code, indicator)),
        ),
    ]
    return tuple(found)


def comparison(
    assessment: Assessment, colleges: Sequence[str], indicator: str
) -> tuple[Piece, ...]:
    """Return two to four colleges side by side under an indicator, in no order of merit.

    Raises
    ------
    UnknownNameError
        As :func:`evalkit.desk.views.states`.
    """
    views.states(assessment, colleges, indicator)
    codes = [assessment.college(name).code for name in colleges]
    listed = "[" + ", ".join(f'"{code}"' for code in codes) + "]"
    return tuple(
        Piece(
            name,
            title,
            "table",
            f'from evalkit.desk import views\nviews.{name}(assessment, {listed}, "{indicator}")',
            lambda make=make: make(assessment, codes, indicator),  # type: ignore[misc]
        )
        for name, title, make in (
            ("states", "佐证结论并排", views.states),
            ("compare", "数值并排", views.compare),
        )
    )


def _pictures(assessment: Assessment, college: str, indicator: str) -> list[Piece]:
    view = assessment.college(college)
    return [
        Piece(
            f"picture:{drawn.table}",
            drawn.title,
            "picture",
            f'from evalkit import charts\nview = assessment.college("{college}")\n{drawn.call}',
            lambda drawn=drawn: drawn.draw(view),  # type: ignore[misc]
        )
        for sheet in behind(assessment, indicator)
        for drawn in _PICTURES.get(sheet.name, ())
    ]


@dataclass(frozen=True, slots=True)
class _Drawing:
    title: str
    chart: str
    table: str
    unit: str = ""

    @property
    def call(self) -> str:
        further = f', "{self.unit}"' if self.unit else ""
        return f"charts.{self.chart}(view.{self.table}(){further})"

    def draw(self, view: CollegeView) -> Picture:
        draw: Callable[..., Picture] = getattr(charts, self.chart)
        return draw(getattr(view, self.table)(), *([self.unit] if self.unit else []))


_PICTURES = {
    "screening": (
        _Drawing("参测率", "participation", "participation", "grade"),
        _Drawing("预警情况", "warnings", "warnings", "grade"),
    ),
    "activities": (
        _Drawing("活动按月分布", "activities_by_month", "activities_by_month"),
        _Drawing("活动按形式分布", "activities_by_form", "activities_by_form"),
    ),
    "individual": (_Drawing("个体辅导按月分布", "counselling_by_month", "counselling_by_month"),),
    "monthly": (_Drawing("月报报送", "monthly_calendar", "monthly_reports"),),
    "peer_training": (_Drawing("骨干培训", "training_matrix", "training_cells"),),
}
"""Sheet of the ledger → what is drawn of it."""


def _rows(assessment: Assessment, college: str, indicator: str) -> list[Piece]:
    found = []
    for sheet in behind(assessment, indicator):
        note = "台账中本表的全部有效行；可在表上方输入文字筛选。"
        if sheet.coded:
            note = "本表一行是一名学生，按隐私规则不逐行显示；汇总见上面的数值。"
        code = (
            "from evalkit.desk.rows import ledger_rows\n"
            f'ledger_rows(assessment, "{college}", "{sheet.id}").frame'
        )
        found.append(
            Piece(
                f"rows:{sheet.name}",
                f"台账 {sheet.id} {sheet.title}",
                "rows",
                code,
                lambda name=sheet.name: ledger_rows(assessment, college, name),  # type: ignore[misc]
                note,
            )
        )
    return found
