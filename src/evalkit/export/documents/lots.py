"""The order in which colleges speak, drawn so that anybody can draw it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Lot", "draw_lots"]


@dataclass(frozen=True, slots=True)
class Lot:
    """A college's place in the order: 1 speaks first. ``digest`` is what decided."""

    place: int
    college: str
    digest: str


def draw_lots(colleges: Iterable[str], seed: str) -> tuple[Lot, ...]:
    """Draw the order of colleges from a seed that is said before the draw.

    Each college's lot is the SHA-256 of ``<seed>/<code>`` in UTF-8; the smallest comes first. No
    generator of a programming language is needed to repeat it: ``printf 'seed/C01' | sha256sum``.
    SHA-256 spreads evenly (FIPS 180-4), so that every order is equally likely over the seeds.

    Parameters
    ----------
    colleges : iterable of str
        Codes; their order does not matter.
    seed : str
        Any text, best one that is called out at the meeting.

    Returns
    -------
    tuple of Lot
        In the order of speaking.

    Examples
    --------
    >>> [lot.college for lot in draw_lots(["C01", "C02", "C03"], "2024-2025")]
    ['C03', 'C02', 'C01']
    """
    drawn = sorted((hashlib.sha256(f"{seed}/{code}".encode()).hexdigest(), code) for code in
                   sorted(set(colleges)))  # fmt: skip
    return tuple(Lot(place, code, digest) for place, (digest, code) in enumerate(drawn, 1))
