"""Small numbers of students at risk, written as text or as a table: nobody released these.

Only what is said of a term of the policy counts (``small_counts`` in ``resources/privacy.yaml``):
“一级预警 3 人”, “3 名学生转介医院”, ``一级预警: 3``, or a 3 below a header of that name. What the
policy allows is not found: ranges (“1—4 例”), thresholds (“不足 5 人”, “3 人以上”), marks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache

from evalkit.audiences import small_count_terms
from evalkit.privacy.scan.folding import folded
from evalkit.privacy.scan.grids import COUNT, Table, begins_value, text_tables

__all__ = ["CountSeeker", "count_seeker"]

_NUMERALS = {each: value for value, each in enumerate("零一二三四五六七八九")} | {"两": 2}
_CELL = re.compile(f">{COUNT}<")
_TAG = re.compile(r"<[^>]*>")
_NUMBER_AT_END = re.compile(r"(?P<number>\d{1,3}|[一二两三四五六七八九])\s*$")
_NUMBER = r"(?P<{0}>\d{{1,3}}|[一二两三四五六七八九])"
_UNIT = r"(?:人次|人|名|例|位|(?<=\d)\s*起|个(?=学生|同学|个案|人))"
_BLANK = r"[^\S\n]"
_STOPS = r"\n。;!?、|"
_STAFF = (
    "教师|老师|辅导员|咨询师|心理师|专家|班主任|委员|骨干|观察员|人员|家长|医生|医师|站长|"
    "专干|专员|负责|联系人|干部|同志"
)
_EVENTS = "培训|演练|流程|讲座|研讨|督导|制度|预案|细则|参加|参与|参训|率"
_AT_LEAST = "不足|[少多低高大小]于|超过|不到|至[少多]|最[多少]"
_ASIDE = re.compile(f"{_STAFF}|{_EVENTS}|{_AT_LEAST}|每")
"""Between a term and a number: then the number counts something else, or is a bound."""
_OTHERS = re.compile(rf"\s*(?:{_STAFF})")
_BOUND = re.compile(rf"(?:[<>≤≥~～\-第每/.\d]|\d\s*[至到]|{_AT_LEAST})$")
_BEYOND = re.compile(r"\s*(?:[-~～至到]\s*\d|以[上下内]|及以|一\w)")
_LABEL_TAIL = re.compile(r"(?:的?学生)?(?:总?人数|人次|例数|总数|数|人)?(?:[(\[（].{0,6}[)\]）])?")
_LABEL_HEAD = re.compile(r"(?:其中|新增|现有|本学年|本学期|本月|全校|全院|本院|月末|合计|[:\s])+")
_COUNT = re.compile(COUNT)
_VALUES = re.compile(
    r"(?:总?人数|人次|例数|数量|数值|数|值|合计|总计|小计|计|人|例|全校|全院|本院|value|values|count|n|"
    r"[A-Z]\d{2}|.*(?:学院|系|专业|年级|级|班|学年|学期|年|月))?(?:[(（].{0,4}[)）])?"
)
"""Headers below which a row's name says what is counted."""


class CountSeeker:
    """Finds counts of students at risk from 1 to below a threshold.

    Parameters
    ----------
    small : int
        The threshold.
    """

    def __init__(self, small: int) -> None:
        self.small = small
        policy = small_count_terms()
        self._labels = frozenset(map(_bare, (*policy.terms, *policy.columns)))
        ordered = sorted(policy.terms, key=len, reverse=True)
        terms = "|".join(map(re.escape, ordered))
        gap = rf"[^{_STOPS}]{{0,16}}?"
        separator = (
            rf"(?:的?学生)?(?:总?人数|人次|例数|总数|数)?{_BLANK}*(?:[(\[（](?:人次|人|例|名)[)\]）])?"
            rf"[\"']?(?:{_BLANK}*(?:[:=|]|为|是|有|共){_BLANK}*|{_BLANK}*)"
        )
        self._text = re.compile(
            rf"(?P<term>{terms})(?:(?P<gap>{gap}){_NUMBER.format('after')}\s*{_UNIT}|"
            rf"{separator}(?P<alone>\d{{1,3}})(?=\s*(?:[,;。、()\[\]}}（）|/\"'\n]|$)))"
        )
        # Found by the unit: in a page with charts digits are most of what there is.
        self._before = re.compile(rf"{_UNIT}(?P<gap>[^{_STOPS},:\d]{{0,12}}?)(?P<term>{terms})")
        self._any = re.compile(terms)
        self._lists = re.compile(rf"(?:{terms})[^\n:=\[]{{0,8}}[:=]\s*\[(?P<list>[\d,.\s]+)\]")
        words = sorted({*policy.terms, *policy.columns}, key=len, reverse=True)
        self._mentioned = re.compile("|".join(map(re.escape, words)))

    def in_lines(self, plain: str) -> Iterator[tuple[int, str]]:
        """Yield where in a folded text a table begins that has a small count; label and number."""
        for start, table in text_tables(plain, self._mentioned, self._is_label):
            yield from ((start, said) for _, said in self.in_table(table))

    def may_stand_in(self, raw: str) -> bool:
        """Whether a table can have a small count, by how it stands in its file."""
        if _CELL.search(raw) is None and "&#" not in raw:
            return False
        bare = _TAG.sub("", raw)
        return self._mentioned.search(folded(html.unescape(bare))) is not None

    def in_table(self, table: Table) -> Iterator[tuple[str, str]]:
        """Yield in which cell of a table a small count stands, and label and number."""
        headers: dict[int, list[str]] = {}
        below: set[int] = set()
        for number, row in enumerate(table.rows):
            label = ""
            for column, cell in enumerate(row):
                text = folded(cell).strip()
                if not begins_value(text):
                    stack = headers.setdefault(column, [])
                    if column in below:
                        stack.clear()
                        below.discard(column)
                    stack[:] = [*stack[-1:], text]
                    label = text
                    continue
                if text:
                    below.add(column)
                if not self._is_small(text):
                    continue
                stack = headers.get(column, [])
                above = stack[-1] if stack else ""
                if self._is_label(above) or self._is_label("".join(stack)):
                    yield table.address(number, column), f"{above} {text}"
                elif self._is_label(label) and _VALUES.fullmatch(above):
                    yield table.address(number, column), f"{label} {text}"

    def in_text(self, plain: str) -> Iterator[tuple[int, str]]:
        """Yield where in a folded text a small count is said, and the words that say it."""
        if self._any.search(plain) is None:
            return
        place = 0
        while (match := self._text.search(plain, place)) is not None:
            place = match.end("term")  # another term may stand before the same number
            if self._counts(plain, match, match.span("after" if match["after"] else "alone")):
                place = match.end()
                yield match.start(), match[0].strip()
        for match in self._before.finditer(plain):
            number = _NUMBER_AT_END.search(plain, max(0, match.start() - 5), match.start())
            if number is not None and self._counts(plain, match, number.span("number")):
                yield number.start("number"), plain[number.start("number") : match.end()]
        for match in self._lists.finditer(plain):
            if any(self._is_small(each.strip()) for each in match["list"].split(",")):
                yield match.start(), match[0].strip()

    def _counts(self, plain: str, match: re.Match[str], span: tuple[int, int]) -> bool:
        """Whether a number is small, and neither a bound nor one of something else."""
        start, end = span
        number = plain[start:end]
        value = int(number) if number.isdecimal() else _NUMERALS[number]
        if not 0 < value < self.small or _ASIDE.search(match["gap"] or ""):
            return False
        if _OTHERS.match(plain, match.end()):
            return False
        if _BOUND.search(plain[max(0, start - 6) : start].rstrip()):
            return False
        return _BEYOND.match(plain, end) is None and _BEYOND.match(plain, match.end()) is None

    def _is_small(self, text: str) -> bool:
        match = _COUNT.fullmatch(text)
        return match is not None and 0 < int(match[1]) < self.small

    def _is_label(self, text: str) -> bool:
        return is_label(text, self._labels)


def is_label(text: str, labels: frozenset[str]) -> bool:
    """Whether a header, a row's name or a key is one of the labels, however it is dressed."""
    if not text or len(text) > 24:
        return False
    bare = _bare(text)
    if bare in labels:
        return True
    bare = _LABEL_HEAD.sub("", bare, count=1) if _LABEL_HEAD.match(bare) else bare
    return any(
        bare[:end] in labels and _LABEL_TAIL.fullmatch(bare, end)
        for end in range(min(len(bare), 12), 1, -1)
    )


@cache
def count_seeker(small: int) -> CountSeeker:
    """Return the seeker for a threshold; it is made once."""
    return CountSeeker(small)


def _bare(text: str) -> str:
    return "".join(text.split()).lower()
