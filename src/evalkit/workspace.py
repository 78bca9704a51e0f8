"""The workspace: a folder with an evalkit.toml that says whose assessment this is."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import total_ordering
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from evalkit.definitions import schema_faults
from evalkit.errors import DefinitionError, NoDataError, UnknownNameError, WorkspaceError

__all__ = [
    "FILE_NAME",
    "FORMATS",
    "AcademicYear",
    "College",
    "Format",
    "Judge",
    "MailSettings",
    "ReportSettings",
    "ScheduleSettings",
    "Workspace",
    "YearStatus",
]

FILE_NAME = "evalkit.toml"
YearStatus = Literal["assessed", "partial", "baseline"]
_YEAR = re.compile(r"([0-9]{4})-([0-9]{4})")
_ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+", re.ASCII)
_MONTH_DAY = re.compile(r"[0-9]{2}-[0-9]{2}")
_SECRETS = ("pass", "pwd", "secret", "密码", "口令", "授权码")


@total_ordering
@dataclass(frozen=True, slots=True)
class AcademicYear:
    """An academic year (学年), 1 September to 31 August, named by its two calendar years.

    Examples
    --------
    >>> year = AcademicYear.parse("2024-2025")
    >>> year.first_day, year.previous.name, year.month_label(9)
    (datetime.date(2024, 9, 1), '2023-2024', '2024-09')
    """

    start: int

    @classmethod
    def parse(cls, text: str) -> AcademicYear:
        """Read a name such as ``"2024-2025"``.

        Raises
        ------
        ValueError
            If the text is not a year name, or its second year does not follow its first.
        """
        match = _YEAR.fullmatch(text)
        if match is None or int(match[2]) != int(match[1]) + 1:
            raise ValueError(text)
        return cls(int(match[1]))

    @property
    def name(self) -> str:
        """The name, ``"2024-2025"``."""
        return f"{self.start}-{self.start + 1}"

    @property
    def first_day(self) -> date:
        """1 September."""
        return date(self.start, 9, 1)

    @property
    def last_day(self) -> date:
        """31 August."""
        return date(self.start + 1, 8, 31)

    @property
    def previous(self) -> AcademicYear:
        """The academic year before."""
        return AcademicYear(self.start - 1)

    @property
    def next(self) -> AcademicYear:
        """The academic year after."""
        return AcademicYear(self.start + 1)

    @classmethod
    def of(cls, day: date) -> AcademicYear:
        """Return the academic year that a day lies in."""
        return cls(day.year if day.month >= 9 else day.year - 1)

    def day(self, month_day: str) -> date:
        """Return the day of this year that is written ``MM-DD``.

        Examples
        --------
        >>> AcademicYear(2024).day("09-30"), AcademicYear(2024).day("07-15")
        (datetime.date(2024, 9, 30), datetime.date(2025, 7, 15))
        """
        month, day = map(int, month_day.split("-"))
        return date(self.start if month >= 9 else self.start + 1, month, day)

    @property
    def months(self) -> tuple[int, ...]:
        """Calendar months in their order within the year: 9, 10, ..., 8."""
        return (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8)

    def month_label(self, month: int) -> str:
        """Return the calendar month as ``YYYY-MM``."""
        return f"{self.start if month >= 9 else self.start + 1}-{month:02d}"

    def __lt__(self, other: AcademicYear) -> bool:
        return self.start < other.start

    def __str__(self) -> str:
        return self.name


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class College(_Part):
    """A second-level college (二级学院) with its code and the other names that people use."""

    code: str = Field(pattern=r"^C\d{2,}$")
    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = Field(default=(), strict=False)


class Judge(_Part):
    """A member of the panel (评委), for the score sheets that go out.

    ``college`` is the college that the judge belongs to, ``recused`` are others that the judge
    stands back from. The name is for the centre's own use.
    """

    code: str = Field(pattern=r"^J\d{2,}$")
    type: Literal["校内", "校外"] | None = None
    college: str | None = None
    recused: tuple[str, ...] = Field(default=(), strict=False)
    name: str = ""


class _School(_Part):
    name: str = Field(min_length=1)
    centre: str = "心理健康教育与咨询中心"
    fictional: bool = False


class _Paths(_Part):
    data: str = "data"
    notebooks: str = "notebooks"
    reports: str = "reports"
    snapshots: str = ".evalkit/snapshots"
    rubric: str = "station-2024"
    ledger: str | None = None


Format = Literal["html", "pdf", "docx", "xlsx", "ipynb"]
FORMATS: tuple[Format, ...] = get_args(Format)
"""Page, for printing, for going on writing, the numbers, the executed notebook."""


class ReportSettings(_Part):
    """How reports are made: how many side by side, how long, with how much memory, as what."""

    jobs: int = Field(default=2, ge=1)
    seconds: int = Field(default=600, ge=1)
    memory_mb: int = Field(default=2048, ge=256)
    formats: tuple[Format, ...] = Field(default=("html", "ipynb"), min_length=1, strict=False)


def _month_day(text: str) -> str:
    try:
        # A year without 29 February: the day has to exist in every year.
        if _MONTH_DAY.fullmatch(text):
            AcademicYear(2001).day(text)
            return text
    except ValueError:
        pass
    raise ValueError("应为每年都有的一天，写作“月-日”，例如 09-30")


def _address(text: str) -> str:
    if _ADDRESS.fullmatch(text):
        return text
    raise ValueError("应为邮件地址，例如 xinli@example.edu.cn")


MonthDay = Annotated[str, AfterValidator(_month_day)]
Address = Annotated[str, AfterValidator(_address)]


class ScheduleSettings(_Part):
    """When what is due in a year; days are written ``MM-DD``.

    ``monthly_work_day``: the monthly reports are looked through on this work day after their
    deadline. ``semester_work_days``: work days after a semester's end until which it is to be
    looked through. The others are last days: for the head's registration form (article 9), the
    yearly plan and summary, sending out the templates, the yearly report, and signing off the
    improvements in the following September.
    """

    monthly_work_day: int = Field(default=3, ge=1, le=15)
    semester_work_days: int = Field(default=3, ge=0, le=15)
    head_forms: MonthDay = "09-30"
    plan: MonthDay = "09-30"
    templates: MonthDay = "06-30"
    summary: MonthDay = "07-15"
    yearly: MonthDay = "08-31"
    corrections: MonthDay = "09-30"


class MailSettings(_Part):
    """By which server and to whom mail goes, and on what. The password is not kept here."""

    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    sender: Address = Field(alias="from")
    to: tuple[Address, ...] = Field(min_length=1, strict=False)
    on: tuple[Literal["failure", "success", "reminder"], ...] = Field(
        default=("failure", "success", "reminder"), strict=False
    )

    @model_validator(mode="before")
    @classmethod
    def _refuse_secrets(cls, raw: Any) -> Any:
        for key in raw if isinstance(raw, dict) else ():
            if any(word in key.casefold() for word in _SECRETS):
                raise ValueError(
                    f"密码不能写在这个文件里，请删去“{key}”，改用环境变量 EVALKIT_SMTP_PASSWORD "
                    "或系统的密码库（keyring）"
                )
        return raw

    @model_validator(mode="after")
    def _never_in_the_open(self) -> Self:
        if self.security == "none" and self.user:
            raise ValueError(
                "security 为 none（不加密）时不能登录，密码会被旁人看到；"
                "请删去 user，或把 security 改为 starttls 或 tls"
            )
        return self


class _Content(_Part):
    school: _School
    paths: _Paths = _Paths()
    report: ReportSettings = ReportSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    mail: MailSettings | None = None
    years: dict[str, YearStatus] = {}
    colleges: tuple[College, ...] = Field(default=(), strict=False)
    judges: tuple[Judge, ...] = Field(default=(), strict=False)


@dataclass(frozen=True)
class Workspace:
    """A workspace, read from its evalkit.toml.

    Attributes
    ----------
    root : Path
        The folder; all paths of the file are relative to it.
    school, centre : str
        Names as printed.
    fictional : bool
        Whether the school is invented; reports then say so on every page.
    colleges : tuple of College
        Colleges that are expected to hand in; empty means whoever has.
    """

    root: Path
    content: _Content

    @classmethod
    def find(cls, start: Path | str = ".") -> Workspace:
        """Read the workspace that `start` lies in: its own evalkit.toml, or the nearest above.

        Raises
        ------
        WorkspaceError
            If there is none.
        DefinitionError
            Listing every fault of the evalkit.toml.
        """
        folder = Path(start).resolve()
        for candidate in (folder, *folder.parents):
            if (candidate / FILE_NAME).is_file():
                return cls.read(candidate / FILE_NAME)
        raise WorkspaceError.not_found(folder)

    @classmethod
    def read(cls, path: Path) -> Workspace:
        """Read an evalkit.toml.

        Raises
        ------
        DefinitionError
            Listing every fault.
        """
        title = "工作区设置"
        try:
            # Windows puts a mark before UTF-8 text, which TOML does not know.
            raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            raise DefinitionError(title, path, ["文件不是 UTF-8 编码，请另存为 UTF-8"]) from None
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"line (\d+), column (\d+)", str(error))
            where = f"第 {place[1]} 行第 {place[2]} 列" if place else "文件末尾"
            raise DefinitionError(
                title, path, [f"{where}：不是合格的 TOML，请检查引号、括号与等号"]
            ) from None
        faults = list(_disagreements(raw))
        try:
            content = _Content.model_validate(raw)
        except ValidationError as error:
            raise DefinitionError(title, path, [*schema_faults(error), *faults]) from None
        if faults:
            raise DefinitionError(title, path, faults)
        return cls(path.parent.resolve(), content)

    @property
    def school(self) -> str:
        """Name of the school."""
        return self.content.school.name

    @property
    def centre(self) -> str:
        """Name of the school's mental health centre."""
        return self.content.school.centre

    @property
    def fictional(self) -> bool:
        """Whether the school is invented."""
        return self.content.school.fictional

    @property
    def colleges(self) -> tuple[College, ...]:
        """The colleges listed in evalkit.toml."""
        return self.content.colleges

    @property
    def judges(self) -> tuple[Judge, ...]:
        """The judges listed in evalkit.toml; score sheets of others are read all the same."""
        return self.content.judges

    @property
    def report(self) -> ReportSettings:
        """How reports are made."""
        return self.content.report

    @property
    def schedule(self) -> ScheduleSettings:
        """When what is due."""
        return self.content.schedule

    @property
    def mail(self) -> MailSettings | None:
        """How mail is sent; ``None`` if none is."""
        return self.content.mail

    @property
    def jobs(self) -> int:
        """How many reports are made side by side."""
        return self.content.report.jobs

    @property
    def data(self) -> Path:
        """Folder of the inputs, with one folder a year."""
        return self.root / self.content.paths.data

    @property
    def notebooks(self) -> Path:
        """Folder of the notebooks."""
        return self.root / self.content.paths.notebooks

    @property
    def reports(self) -> Path:
        """Folder for what is made."""
        return self.root / self.content.paths.reports

    @property
    def snapshots(self) -> Path:
        """Folder of the frozen snapshots."""
        return self.root / self.content.paths.snapshots

    @property
    def locked_snapshots(self) -> Path:
        """File in which the snapshots lie while they are encrypted (``evalkit lock``)."""
        return self.snapshots.with_name(f"{self.snapshots.name}.age")

    @property
    def rubric(self) -> str | Path:
        """Name of a built-in rubric, or path of the school's own."""
        value = self.content.paths.rubric
        return self.root / value if value.endswith((".yaml", ".yml")) else value

    @property
    def ledger(self) -> Path | None:
        """Folder with the school's own ledger sheets, if it has any."""
        return self.root / self.content.paths.ledger if self.content.paths.ledger else None

    def years(self) -> tuple[AcademicYear, ...]:
        """Return the years that have a folder of inputs, oldest first.

        Raises
        ------
        NoDataError
            If there is none.
        """
        found = []
        for folder in self.data.iterdir() if self.data.is_dir() else ():
            try:
                year = AcademicYear.parse(folder.name)
            except ValueError:
                continue
            if folder.is_dir():
                found.append(year)
        if not found:
            raise NoDataError.empty_folder(self.data)
        return tuple(sorted(found))

    def year(self, name: str | None = None) -> AcademicYear:
        """Return the year of this name, or the latest if no name is given.

        Raises
        ------
        UnknownNameError
            If that year has no folder of inputs.
        NoDataError
            If no year has.
        """
        years = self.years()
        if name is None:
            return years[-1]
        for year in years:
            if year.name == name:
                return year
        raise UnknownNameError.of(
            "学年",
            name,
            [year.name for year in years],
            f"要新增学年，请在 {self.data} 下建立同名文件夹，并放入该学年的台账。",
        )

    def inputs(self, year: AcademicYear) -> Path:
        """Return the folder of a year's inputs."""
        return self.data / year.name

    def status(self, year: AcademicYear) -> YearStatus:
        """Return whether a year is assessed, assessed for a part of it, or only a baseline."""
        return self.content.years.get(year.name, "assessed")


def _disagreements(raw: dict[str, Any]) -> list[str]:
    """Check what no single field can; passes over what the schema finds unusable."""
    faults = []
    years = raw.get("years")
    for name in years if isinstance(years, dict) else ():
        try:
            AcademicYear.parse(name)
        except ValueError:
            faults.append(f"years.{name}: 学年应写作“2024-2025”，后一年等于前一年加一")
    listed = raw.get("colleges")
    colleges = listed if isinstance(listed, list) else []
    codes = Counter(_texts(college, "code") for college in colleges)
    names = Counter(name for college in colleges for name in _texts(college, "name", "aliases"))
    for place, college in enumerate(colleges):
        code = _texts(college, "code")
        if code and codes[code] > 1:
            faults.append(f"colleges[{place}].code: 学院代码“{code[0]}”重复")
        faults += [
            f"colleges[{place}]: 名称或别名“{name}”被不止一个学院使用"
            for name in _texts(college, "name", "aliases")
            if names[name] > 1
        ]
    return [*faults, *_judge_faults(raw.get("judges"), {code for key in codes for code in key})]


def _judge_faults(listed: Any, colleges: set[str]) -> list[str]:
    faults = []
    judges = listed if isinstance(listed, list) else []
    codes = Counter(_texts(judge, "code") for judge in judges)
    for place, judge in enumerate(judges):
        code = _texts(judge, "code")
        if code and codes[code] > 1:
            faults.append(f"judges[{place}].code: 评委编号“{code[0]}”重复")
        faults += [
            f"judges[{place}].{key}: [[colleges]] 中没有代码为“{college}”的学院"
            for key in ("college", "recused")
            for college in _texts(judge, key)
            if college not in colleges
        ]
    return faults


def _texts(table: Any, *keys: str) -> tuple[str, ...]:
    """Return the different texts under these keys; what is no text or list of texts is not one."""
    values = [table.get(key) for key in keys] if isinstance(table, dict) else []
    parts = [part for value in values for part in (value if isinstance(value, list) else [value])]
    return tuple(dict.fromkeys(part for part in parts if isinstance(part, str)))
