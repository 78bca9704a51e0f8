"""Office files whose bytes follow from their content alone: no time, no machine."""

from __future__ import annotations

import io
import re
import zipfile

__all__ = ["fixed_package"]

_TIME = (2024, 1, 1, 0, 0, 0)
_MOMENT = b"2024-01-01T00:00:00Z"
_MOMENTS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_TYPES = "[Content_Types].xml"
_NESTED = (".xlsx", ".docx", ".pptx")
_COMPRESSED = (".png", ".jpg", ".jpeg")


def fixed_package(content: bytes) -> bytes:
    """Pack a .docx, .pptx or .xlsx file anew, without anything that changes from run to run.

    Workbooks inside (the data of a chart in a presentation) are packed anew too.

    Parameters
    ----------
    content : bytes
        The file, as a library has written it.

    Returns
    -------
    bytes
        The same parts, in the order of their names, with fixed times.

    Examples
    --------
    >>> import io, zipfile
    >>> file = io.BytesIO()
    >>> with zipfile.ZipFile(file, "w") as archive:
    ...     archive.writestr("part.xml", "<a/>")
    >>> again = fixed_package(file.getvalue())
    >>> zipfile.ZipFile(io.BytesIO(again)).infolist()[0].date_time
    (2024, 1, 1, 0, 0, 0)
    """
    done = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist(), key=lambda name: (name != _TYPES, name)):
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _MOMENTS.sub(rb"\g<1>" + _MOMENT, part)
            elif name.endswith(_NESTED):
                part = fixed_package(part)
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = 3  # else it would tell Windows from the others
            stored = name.endswith(_COMPRESSED)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            target.writestr(info, part)
    return done.getvalue()
