"""What people type, as it is kept; what cannot stand is refused, never bent to fit."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation

from evalkit.desk.refusals import EntryError
from evalkit.intake.seals import points_text
from evalkit.personal_data import has_personal_number
from evalkit.rubric import Indicator

__all__ = ["LONGEST", "clean_text", "score_text"]

LONGEST = 2000
"""Characters of a comment or a note."""
_LONGEST_NUMBER = 12


def score_text(
    value: str | Decimal | int | float | None, indicator: Indicator, step: Decimal
) -> str | None:
    """Return a score as it is kept; ``None`` for a blank.

    Raises
    ------
    EntryError
        If it is no number, out of range or off the step.

    Examples
    --------
    >>> point = Indicator(id="1.1", name="制度建设", points=Decimal(9))
    >>> score_text("８.5 ", point, Decimal("0.5")), score_text("", point, Decimal("0.5"))
    ('8.5', None)
    >>> score_text("8.3", point, Decimal("0.5"))
    Traceback (most recent call last):
    ...
    evalkit.desk.refusals.EntryError: “1.1 制度建设”填的是“8.3”，不在 0.5 分的档上，没有保存。允许：0 至 9 分，以 0.5 分为一档。请改为最接近本意的一档。
    """  # noqa: E501 -- a message is one line
    typed = "" if value is None else unicodedata.normalize("NFKC", str(value)).strip()
    if not typed:
        return None
    allowed = f"允许：0 至 {indicator.points} 分，以 {step} 分为一档"
    shown = typed if len(typed) <= _LONGEST_NUMBER else f"{typed[:_LONGEST_NUMBER]}…"

    def refused(what: str, mend: str) -> EntryError:
        return EntryError(
            f"“{indicator.label}”填的是“{shown}”，{what}，没有保存。{allowed}。请{mend}。"
        )

    try:
        points = Decimal(typed)
    except InvalidOperation:
        raise refused("不是数字", "只填数字，例如八分半写作 8.5") from None
    if len(typed) > _LONGEST_NUMBER or not points.is_finite():
        raise refused("不是可以用的数字", "只填数字，例如八分半写作 8.5")
    if points > indicator.points:
        raise refused(f"超过满分 {indicator.points} 分", "重新评定这一项")
    if points < 0:
        raise refused("低于 0 分", "重新评定这一项")
    if points % step:
        raise refused(f"不在 {step} 分的档上", "改为最接近本意的一档")
    return points_text(abs(points))


def clean_text(text: str, what: str) -> str | None:
    """Return a text as it is kept: without what cannot be seen; ``None`` for a blank.

    Raises
    ------
    EntryError
        If it is too long, or a person's number stands in it.
    """
    kept = "".join(c for c in text.replace("\r\n", "\n").replace("\t", " ") if _is_kept(c)).strip()
    if len(kept) > LONGEST:
        raise EntryError(f"{what}有 {len(kept)} 字，超过 {LONGEST} 字，没有保存。请写得短一些。")
    if has_personal_number(kept):
        raise EntryError(f"{what}里有身份证号或手机号，没有保存。请删去个人信息，只写工作。")
    return kept or None


def _is_kept(character: str) -> bool:
    return character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
