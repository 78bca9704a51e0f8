"""Office files whose bytes follow from their content alone: no time, no author, no machine."""

from __future__ import annotations

import io
import re
import zipfile

__all__ = ["packed"]

_ZIP_TIME = (2024, 1, 1, 0, 0, 0)
_MOMENT = b"2024-01-01T00:00:00Z"
_MOMENTS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_NESTED = (".xlsx", ".docx", ".pptx")


def packed(content: bytes) -> bytes:
    """Pack a .docx, .pptx or .xlsx file anew, without anything that changes from run to run.

    Workbooks inside (the data of a chart in a presentation) are packed anew too.

    Parameters
    ----------
    content : bytes
        The file, as a library has written it.

    Returns
    -------
    bytes
        The same parts in the same order, with fixed times.

    Examples
    --------
    >>> import io, zipfile
    >>> file = io.BytesIO()
    >>> with zipfile.ZipFile(file, "w") as archive:
    ...     archive.writestr("part.xml", "<a/>")
    >>> again = packed(file.getvalue())
    >>> zipfile.ZipFile(io.BytesIO(again)).infolist()[0].date_time
    (2024, 1, 1, 0, 0, 0)
    """
    done = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _MOMENTS.sub(rb"\g<1>" + _MOMENT, part)
            elif name.endswith(_NESTED):
                part = packed(part)
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # else it would tell Windows from the others
            target.writestr(info, part)
    return done.getvalue()
