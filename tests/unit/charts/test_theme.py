"""The theme's colours: on a projector, in a grey print, for the colour-blind."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from evalkit.charts.theme import (
    ACCENT,
    BANDS,
    INK,
    LEVELS,
    MAIN,
    MUTED,
    PALE,
    STATUS,
    VERDICTS,
    ink_on,
)

SIGHT = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Machado, Oliveira and Fernandes (2009), IEEE Trans Vis Comput Graph 15:1291, severity 1."""
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # fmt: skip
WHITE = np.array([0.9505, 1.0, 1.089])

GROUPS = {
    "bands": BANDS,
    "levels": LEVELS,
    "reports": [STATUS[name][0] for name in ("on_time", "late", "missing", "undated", "exempt")],
    "verdicts": [VERDICTS[name] for name in ("达标", "部分达标", "未达标")],
    "roles": [MAIN, PALE, INK],
    "points": [MAIN, ACCENT],
}
"""Colours that stand beside one another and mean different things."""


def _linear(colour: str) -> NDArray[np.float64]:
    parts = np.array(to_rgb(colour))
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = XYZ @ np.clip(linear, 0, 1) / WHITE
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((float(XYZ[1] @ _linear(each)) for each in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [INK, MUTED, MAIN, ACCENT])
@pytest.mark.parametrize("ground", ["#ffffff", "#f6f8fa"])
def test_words_can_be_read(colour: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 for small type, on paper and on the shaded bands."""
    assert _contrast(colour, ground) >= 4.5


def test_words_on_colours_can_be_read() -> None:
    grounds = [*BANDS, *LEVELS, *VERDICTS.values(), *(colour for colour, _ in STATUS.values())]
    assert {ink_on(each) for each in grounds} == {"black", "white"}
    for ground in grounds:
        assert _contrast(ink_on(ground), ground) >= 4.5, ground
    for step in np.linspace(0, 1, 101):
        assert _contrast(ink_on((step, step, step)), str(step)) >= 4.5


@pytest.mark.parametrize("group", GROUPS)
def test_a_grey_print_tells_them_apart(group: str) -> None:
    lightness = [float(_lab(_linear(each))[0]) for each in GROUPS[group]]
    nearest = min(abs(one - other) for one, other in combinations(lightness, 2))
    assert nearest >= (9 if group == "points" else 10)  # points have shapes of their own too


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("group", [*GROUPS, "all verdicts"])
def test_the_colour_blind_tell_them_apart(group: str, sight: str) -> None:
    colours = GROUPS.get(group, list(VERDICTS.values()))
    seen = [_lab(np.asarray(SIGHT[sight]) @ _linear(each)) for each in colours]
    nearest = min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2))
    assert nearest >= 15
