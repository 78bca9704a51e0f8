"""Pictures in outputs: what they are, how large."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

__all__ = ["KINDS", "as_png", "size_of"]

KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""Media types that are read, the best first."""
LARGEST = 64_000_000
"""Pixels; a picture of more is not opened."""


def size_of(image: bytes, scale: float = 1) -> tuple[int, int]:
    """Return width and height in pixels, divided by `scale`.

    Raises
    ------
    ValueError
        If it is no picture that can be read, or one of absurd size.
    """
    try:
        with Image.open(io.BytesIO(image)) as opened:
            width, height = opened.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ValueError(str(error)) from None
    if not 0 < width * height <= LARGEST:
        raise ValueError(f"{width} x {height}")
    return max(round(width / scale), 1), max(round(height / scale), 1)


def as_png(image: bytes) -> bytes:
    """Return any picture that can be read as PNG without metadata.

    Raises
    ------
    ValueError
        If it cannot be read.
    """
    size_of(image)
    content = io.BytesIO()
    try:
        with Image.open(io.BytesIO(image)) as opened:
            opened.convert("RGBA" if "A" in opened.mode else "RGB").save(content, format="png")
    except OSError as error:
        raise ValueError(str(error)) from None
    return content.getvalue()
