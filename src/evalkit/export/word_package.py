"""Packages of Office as they are written here: the same bytes from the same content."""

from __future__ import annotations

import io
import zipfile

__all__ = ["fixed_package"]

_TIME = (2024, 1, 1, 0, 0, 0)


def fixed_package(content: bytes) -> bytes:
    """Return a zip archive with all times set to one moment, its members in order."""
    done = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = 3  # else it would tell Windows from the others
            # Pictures are compressed already.
            stored = name.endswith((".png", ".jpg", ".jpeg"))
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return done.getvalue()
