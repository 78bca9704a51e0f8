"""What is planned for each college: its size, how good its work is, and the planted facts.

The numbers of the first eight colleges are a table; those of further ones follow from a drawn
quality. Each planted fact is a field of its own, so that a test can find it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from evalkit.synthetic.draws import Draws
from evalkit.workspace import College

__all__ = ["EXACT", "TIED", "Profile", "profile_of"]

EXACT = "C06"
"""The college whose final score is exactly 90.00."""

TIED = ("C01", "C04")
"""The two colleges whose final scores agree to the last place."""

CURRENT_INSTRUMENT = "中国大学生心理健康筛查量表"


@dataclass(frozen=True, slots=True)
class Profile:
    """What holds for one college in one year.

    Attributes
    ----------
    size : int
        Students in the last year.
    quality : float
        The panel's score towards which the judges' scores gather (points of 100).
    away : bool
        Third grade off campus in the second semester.
    participation : float
        Share of those required who end with a valid paper.
    absent : int, optional
        How many do not, as an exact number; goes before `participation`.
    level_rates : tuple of float
        Shares of valid papers in warning levels one to three.
    level_one : int, optional
        Exact number of level-one cases.
    interviewed : tuple of float
        Shares of levels one and two interviewed.
    instrument : str
        Screening instrument.
    spring_all : bool
        Whether the spring wave takes all grades or those above the first.
    on_time : int
        Monthly reports on time, of ten.
    flat_months : tuple of int
        Months whose reports are the same figure by figure.
    missing_month : int, optional
        Month whose report never came.
    training_gaps : int
        Cells of semester × grade × role without training of peers.
    bare_classes : int
        Classes without a class committee member.
    observer_cover, certified : float
        Shares of dorms with an observer, of peers with a certificate.
    activities : tuple of int
        Activities in either semester.
    themes : tuple of int
        Theme activities in either semester.
    forms : int
        How many of the nine forms of work are used.
    sessions, session_ratio : float
        Individual sessions a year for each 1,000 students; sessions a client.
    groups, crises, awards, research, highlights : int
        Counts of the year.
    spending, execution : float
        Yuan a student; spending over budget.
    own_funds, room : bool
        Whether the college adds money of its own; whether it has a room of its own.
    key_share : float
        Priority-care students among all students.
    checks, peer_work : bool
        Whether the optional sheets S12, S18 are filled.
    head_changes, form_late, head_untrained : bool
        Whether the head changes in September, whether the head's form comes after September,
        whether the head had no professional training in the year.
    visited : bool
        Whether the centre has notes of a site visit.
    strong, weak : tuple of str
        Indicators that stand out.
    """

    size: int
    quality: float
    away: bool
    participation: float
    level_rates: tuple[float, float, float]
    interviewed: tuple[float, float]
    on_time: int
    training_gaps: int
    observer_cover: float
    activities: tuple[int, int]
    sessions: float
    groups: int
    crises: int
    awards: int
    research: int
    spending: float
    execution: float
    key_share: float
    forms: int
    highlights: int
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    absent: int | None = None
    level_one: int | None = None
    instrument: str = CURRENT_INSTRUMENT
    spring_all: bool = False
    flat_months: tuple[int, ...] = ()
    missing_month: int | None = None
    bare_classes: int = 0
    certified: float = 0.8
    themes: tuple[int, int] = (2, 2)
    session_ratio: float = 2.3
    own_funds: bool = True
    room: bool = True
    checks: bool = True
    peer_work: bool = True
    head_changes: bool = False
    form_late: bool = False
    head_untrained: bool = False
    visited: bool = True
    earlier: dict[str, object] = field(default_factory=dict)
    """What was otherwise in the years before the last."""

    @property
    def merit(self) -> float:
        """Quality on a scale from 0 to 1, for everything that goes with it."""
        return min(max((self.quality - 62.0) / 33.0, 0.0), 1.0)

    @property
    def unfounded(self) -> frozenset[str]:
        """Indicators for which praise would contradict the ledger."""
        facts = {
            "1.2": not self.room or not self.own_funds,
            "1.3": self.head_untrained,
            "2.2": 0 in self.themes,
            "2.4": self.participation < 0.98 or self.missing_month or self.flat_months,
            "2.5": self.training_gaps > 1 or self.bare_classes,
            "2.6": self.research == 0,
            "3.1": self.awards == 0 or self.highlights == 0,
        }
        return frozenset(indicator for indicator, fact in facts.items() if fact)

    @property
    def flawless(self) -> frozenset[str]:
        """Indicators for which a complaint would contradict the ledger."""
        facts = {
            "2.4": self.absent == 0 and self.on_time == 10,
            "2.5": self.training_gaps == 0 and self.bare_classes == 0,
        }
        return frozenset(indicator for indicator, fact in facts.items() if fact)

    def years_before(self, age: int) -> Profile:
        """Return the profile of `age` years before the last one: a little less of everything.

        What is planted into the last year only is taken out.
        """
        if age == 0:
            return self
        cells = 10 if self.away else 12
        sooner = replace(
            self,
            quality=max(self.quality - 1.6 * age, 61.0),
            participation=max(min(self.participation, 0.9985) - 0.0035 * age, 0.905),
            absent=None,
            level_one=None,
            level_rates=(max(self.level_rates[0], 0.016), *self.level_rates[1:]),
            on_time=max(self.on_time - age, 6),
            flat_months=(),
            missing_month=None,
            training_gaps=min(self.training_gaps + (age + 1) // 2, cells // 2 - 1),
            observer_cover=max(self.observer_cover - 0.015 * age, 0.85),
            certified=max(self.certified - 0.05 * age, 0.35),
            activities=(max(self.activities[0] - age, 4), max(self.activities[1] - age, 4)),
            sessions=max(self.sessions * (1 - 0.06 * age), 15.5),
            groups=max(self.groups - age // 2, 2),
            awards=max(self.awards - (age + 1) // 2, 0),
            research=max(self.research - (age + 1) // 2, 0),
            crises=max(self.crises - age % 2, 0),
            spending=max(self.spending * (1 - 0.05 * age), 3.05),
            execution=max(min(self.execution - 0.02 * age, 0.99), 0.56),
            themes=(max(self.themes[0], 1), max(self.themes[1], 1)),
            head_changes=False,
            visited=True,
        )
        return replace(sooner, **self.earlier)  # type: ignore[arg-type]


_FIRST_EIGHT: dict[str, Profile] = {
    "C01": Profile(
        size=2240, quality=86.2, away=True, participation=0.9995, absent=1,
        level_rates=(0.034, 0.118, 0.205), interviewed=(1.0, 0.93), on_time=9, training_gaps=0,
        observer_cover=0.97, activities=(11, 13), sessions=48, groups=8, crises=5, awards=3,
        research=2, spending=8.62, execution=0.934, key_share=0.019, forms=9, highlights=3,
        strong=("2.2", "1.2"), weak=("2.3",), certified=0.86,
    ),
    "C02": Profile(
        size=1180, quality=82.6, away=False, participation=0.9884, level_one=0,
        level_rates=(0.021, 0.096, 0.172), interviewed=(1.0, 0.88), on_time=8, training_gaps=1,
        observer_cover=0.94, activities=(8, 9), sessions=36, groups=5, crises=1, awards=2,
        research=1, spending=6.40, execution=0.883, key_share=0.013, forms=8, highlights=2,
        strong=("1.1", "1.3"), weak=("2.6", "2.3"), head_changes=True, visited=False,
    ),
    "C03": Profile(
        size=1450, quality=93.2, away=True, participation=1.0, absent=0,
        level_rates=(0.038, 0.125, 0.222), interviewed=(1.0, 0.98), on_time=10, training_gaps=0,
        observer_cover=1.0, activities=(14, 15), sessions=72, groups=10, crises=3, awards=6,
        research=4, spending=13.80, execution=0.988, key_share=0.022, forms=9, highlights=3,
        strong=("2.4", "2.6", "3.1"), weak=("1.2",), certified=0.96, session_ratio=2.8,
    ),
    "C04": Profile(
        size=1860, quality=86.2, away=True, participation=0.9942,
        level_rates=(0.031, 0.108, 0.191), interviewed=(0.98, 0.91), on_time=9, training_gaps=0,
        observer_cover=0.98, activities=(10, 12), sessions=55, groups=7, crises=4, awards=3,
        research=3, spending=9.70, execution=0.951, key_share=0.017, forms=9, highlights=2,
        strong=("2.3", "2.6"), weak=("2.2",), certified=0.84, spring_all=True,
        earlier={"instrument": "SCL-90", "level_rates": (0.056, 0.151, 0.268)},
    ),
    "C05": Profile(
        size=1620, quality=75.4, away=True, participation=0.9861,
        level_rates=(0.036, 0.122, 0.214), interviewed=(0.97, 0.80), on_time=7, training_gaps=2,
        observer_cover=0.91, activities=(6, 6), sessions=28, groups=4, crises=2, awards=1,
        research=1, spending=5.20, execution=0.792, key_share=0.014, forms=6, highlights=1,
        strong=("1.3", "1.1"), weak=("2.2", "3.1"), bare_classes=1, certified=0.66,
        themes=(1, 0), session_ratio=2.0, checks=False,
    ),
    "C06": Profile(
        size=720, quality=90.0, away=False, participation=1.0, absent=0, level_one=2,
        level_rates=(0.017, 0.101, 0.187), interviewed=(1.0, 0.96), on_time=10, training_gaps=0,
        observer_cover=0.99, activities=(12, 12), sessions=62, groups=6, crises=0, awards=4,
        research=2, spending=14.60, execution=0.972, key_share=0.026, forms=9, highlights=3,
        strong=("2.4", "2.3"), weak=("2.1",), certified=0.92,
    ),
    "C07": Profile(
        size=1340, quality=68.6, away=False, participation=0.9313,
        level_rates=(0.044, 0.145, 0.249), interviewed=(0.95, 0.68), on_time=6, training_gaps=5,
        observer_cover=0.86, activities=(4, 4), sessions=17, groups=2, crises=3, awards=0,
        research=0, spending=3.30, execution=0.562, key_share=0.011, forms=4, highlights=0,
        strong=("1.1",), weak=("2.4", "2.5", "3.1"), missing_month=12, bare_classes=1,
        certified=0.45, themes=(1, 1), session_ratio=1.85, own_funds=False, room=False,
        peer_work=False, form_late=True, head_untrained=True,
    ),
    "C08": Profile(
        size=1090, quality=72.3, away=True, participation=0.9672,
        level_rates=(0.049, 0.148, 0.262), interviewed=(0.96, 0.74), on_time=7, training_gaps=3,
        observer_cover=0.89, activities=(5, 6), sessions=24, groups=3, crises=2, awards=1,
        research=0, spending=4.50, execution=1.037, key_share=0.015, forms=5, highlights=0,
        strong=("2.3",), weak=("2.6", "2.4"), flat_months=(3, 4, 5, 6), certified=0.58,
        themes=(1, 1), session_ratio=1.95,
    ),
}  # fmt: skip

_INDICATORS = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1")


def profile_of(college: College, *, seed: int, colleges: int) -> Profile:
    """Return a college's profile in the last year.

    Parameters
    ----------
    college : College
        The college.
    seed : int
        Seed of the school.
    colleges : int
        How many colleges the school has; in a school of one or two, every college is visited.
    """
    profile = _FIRST_EIGHT.get(college.code) or _drawn(Draws(seed, college.code, "profile"))
    return profile if colleges > 2 else replace(profile, visited=True)


def _drawn(draws: Draws) -> Profile:
    quality = round(draws.uniform(64.0, 93.0), 1)
    merit = (quality - 62.0) / 33.0
    away = draws.chance(0.6)

    def about(worst: float, best: float, spread: float = 0.12) -> float:
        """Go along with the quality, not slavishly."""
        place = min(max(merit + draws.normal(0.0, spread), 0.0), 1.0)
        return worst + (best - worst) * place

    participation = 1.0 if merit > 0.6 and draws.chance(0.4) else about(0.925, 0.9985)
    several = draws.several(_INDICATORS, 4)
    return Profile(
        size=draws.integer(720, 2240),
        quality=quality,
        away=away,
        participation=participation,
        absent=0 if participation == 1.0 else None,
        level_rates=(
            draws.uniform(0.017, 0.055),
            draws.uniform(0.085, 0.152),
            draws.uniform(0.158, 0.266),
        ),
        interviewed=(draws.uniform(0.955, 1.0), about(0.66, 0.98)),
        on_time=round(about(6, 10)),
        training_gaps=round(about(4, 0)),
        observer_cover=about(0.86, 1.0),
        activities=(round(about(4, 14)), round(about(4, 15))),
        sessions=about(16, 85),
        groups=round(about(2, 10)),
        crises=draws.integer(0, 6),
        awards=round(about(0, 5)),
        research=round(about(0, 4)),
        spending=round(about(3.2, 14.5), 2),
        execution=round(about(0.57, 1.0), 3),
        key_share=draws.uniform(0.011, 0.025),
        forms=round(about(4, 9)),
        highlights=round(about(0, 3)),
        strong=tuple(several[:2]),
        weak=tuple(several[2:]),
        spring_all=draws.chance(0.25),
        certified=about(0.4, 0.95),
        themes=(1, 1) if merit < 0.5 else (2, 2),
        session_ratio=about(1.85, 2.85),
        own_funds=draws.chance(0.6 + 0.4 * merit),
        room=draws.chance(0.5 + 0.5 * merit),
        checks=draws.chance(0.85),
        peer_work=draws.chance(0.85),
        form_late=draws.chance(0.3 * (1 - merit)),
        head_untrained=draws.chance(0.3 * (1 - merit)),
    )
