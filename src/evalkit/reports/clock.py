"""Times as people in China read them, wherever the program runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

__all__ = ["beijing", "duration", "now"]

_BEIJING = timezone(timedelta(hours=8))


def now() -> str:
    """Return the present time (UTC) as it is written down."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def beijing(moment: datetime) -> str:
    """Return a time as clocks in China show it.

    Examples
    --------
    >>> beijing(datetime(2025, 7, 15, 20, 5, tzinfo=UTC))
    '2025-07-16 04:05'
    """
    return f"{moment.astimezone(_BEIJING):%Y-%m-%d %H:%M}"


def duration(seconds: float) -> str:
    """Return a span of time in words.

    Examples
    --------
    >>> duration(0.84), duration(59.7), duration(135)
    ('0.8 秒', '1 分 0 秒', '2 分 15 秒')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} 秒"
    whole = round(seconds)
    return f"{whole} 秒" if whole < 60 else f"{whole // 60} 分 {whole % 60} 秒"
