"""Who is in post at a station (S06): its staff and its head. Article 3.

Staff of a year are those in post on any day of it, students left out. Rows of one name are one
person; rows without a name are each a person. Without a date of appointment somebody is taken to
have been there before the year, without a last day to be there still.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import flag, spelled
from evalkit.evidence.source import Frame, Source

__all__ = ["HEAD", "clean_staff", "members", "station_heads"]

HEAD, COUNSELLOR, STUDENT = "站长", "兼职心理咨询师", "学生干部"
FULL_TIME = "专职辅导员"
_DEDICATED = (HEAD, "副站长", COUNSELLOR, FULL_TIME, "兼职辅导员")
_BACKGROUNDS = ("心理学", "教育学", "医学")
_WITHDRAWN = ("国家二级心理咨询师", "国家三级心理咨询师")
_TRAITS = (
    "dedicated",
    "full_time",
    "counsellor",
    "is_counsellor",
    "qualified",
    "suited",
    "unsuited",
)


def clean_staff(source: Source) -> Frame:
    """Return the rows of S06 with the year's days, names without spaces, students left out."""
    role = nw.col("role")
    rows = source.dated("staff").filter(role.is_null() | (role != STUDENT))
    return rows.with_columns(name=spelled("name"))


def _in_post() -> nw.Expr:
    begun = nw.col("from_date").is_null() | (nw.col("from_date") <= nw.col("last_day"))
    staying = nw.col("to_date").is_null() | (nw.col("to_date") >= nw.col("first_day"))
    return begun & staying


def members(source: Source, rows: Frame) -> Frame:
    """Return the staff of the year, one row a person.

    Parameters
    ----------
    source : Source
        For its keys and terms.
    rows : frame
        As :func:`clean_staff` returns them.

    Returns
    -------
    frame
        The keys, name (without spaces; missing where the cell is), and as 1 or 0: dedicated (a
        role that is responsible for the work), full_time (role 专职辅导员), counsellor (role
        兼职心理咨询师, or certified), is_counsellor (that role), qualified (background in
        psychology, education or medicine, or certified), suited and unsuited (article 9:
        background or experience, and neither; both 0 where the cells do not say).
    """
    worthless = ("无", *(_WITHDRAWN if source.terms.withdrawn_certificates != "accepted" else ()))
    certificate, role = nw.col("certificate"), nw.col("role")
    background, years = nw.col("background"), nw.col("years")
    certified = ~certificate.is_null() & ~certificate.is_in(worthless)
    learned = background.is_in(_BACKGROUNDS)
    described = rows.filter(_in_post()).select(
        *source.keys,
        "name",
        dedicated=flag(role.is_in(_DEDICATED)),
        full_time=flag(role == FULL_TIME),
        counsellor=flag((role == COUNSELLOR) | certified),
        is_counsellor=flag(role == COUNSELLOR),
        qualified=flag(learned | certified),
        suited=flag(learned | (years > 0)),
        unsuited=flag(~background.is_null() & (years <= 0)),
    )
    named = described.filter(~nw.col("name").is_null())
    persons = named.group_by(*source.keys, "name").agg(nw.col(*_TRAITS).max())
    return nw.concat([persons, described.filter(nw.col("name").is_null())])


def station_heads(source: Source, rows: Frame) -> Frame:
    """Return each station's head: of those in post in the year, the last.

    Parameters
    ----------
    source : Source
        For its keys.
    rows : frame
        As :func:`clean_staff` returns them.

    Returns
    -------
    frame
        The keys, name, from_date, first_day and last_day of the year, lasting (the head's last day
        in post, at most the year's). Of two who were there at its end, the one who was appointed
        last. A head without a name has no row.
    """
    until = nw.col("to_date")
    lasting = nw.when(until < nw.col("last_day")).then(until).otherwise(nw.col("last_day"))
    named_head = (nw.col("role") == HEAD) & ~nw.col("name").is_null()
    heads = rows.filter(named_head & _in_post()).select(
        *source.keys,
        "name",
        "from_date",
        "first_day",
        "last_day",
        lasting=lasting,
    )
    keys = list(source.keys)
    for order in ("lasting", "from_date", "name"):
        most = heads.group_by(*keys).agg(nw.col(order).max().alias("most"))
        # An unknown date is the earliest: it counts only where nobody has another.
        last = nw.col("most").is_null() | (nw.col(order) == nw.col("most"))
        heads = heads.join(most, on=keys, how="inner").filter(last).drop("most")
    return heads.unique()
