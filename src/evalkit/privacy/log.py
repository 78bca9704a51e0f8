"""Who released what, when, from which snapshot: an append-only log, chained by digests.

Every line holds the digest of the line before, so that none can be changed, left out or put in
without all that follow telling. A log that was cut off at its end is told from a whole one by the
last digest alone, which whoever wants to be sure keeps elsewhere.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from evalkit.errors import EvalkitError

__all__ = [
    "FILE",
    "Check",
    "Entry",
    "LogError",
    "has_line",
    "log_file",
    "read_log",
    "record",
    "record_files",
    "record_new",
    "released_file",
    "verify_log",
]

FILE = Path(".evalkit", "release-log.jsonl")
"""Where the log of a workspace lies."""
START = "0" * 64
"""What the first line has in place of the digest of the one before."""


class LogError(EvalkitError):
    """The log cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One release.

    Attributes
    ----------
    number : int
        From 1 on.
    time : str
        When, ISO 8601 with the zone.
    who, host : str
        Which user on which machine.
    what : str
        What was released, in words.
    audience : str
        For whom.
    snapshots : mapping of str to str
        Academic year → id of the snapshot.
    files : mapping of str to str
        File → SHA-256 of its bytes.
    previous : str
        Digest of the line before.
    digest : str
        SHA-256 of all of the above, as canonical JSON.
    """

    number: int
    time: str
    who: str
    host: str
    what: str
    audience: str
    snapshots: Mapping[str, str]
    files: Mapping[str, str]
    previous: str
    digest: str = ""

    def sealed(self) -> str:
        """Return the digest that the entry should have."""
        plain = {name: value for name, value in asdict(self).items() if name != "digest"}
        return hashlib.sha256(_canonical(plain)).hexdigest()


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a log is whole.

    Attributes
    ----------
    entries : int
        How many lines there are.
    faults : tuple of str
        What is wrong with it, in Chinese; empty if all is well.
    notes : tuple of str
        What is not wrong, and yet to be known.
    last : str
        Digest of the last line; to be kept elsewhere.
    """

    entries: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    last: str


def log_file(root: Path) -> Path:
    """Return where the log of a workspace lies."""
    return root / FILE


def record_files(
    root: Path,
    paths: Iterable[Path],
    what: str,
    *,
    audience: str,
    snapshots: Mapping[str, str],
    now: datetime | None = None,
) -> Entry | None:
    """Add to a workspace's log the files that were just written, if it does not hold them yet.

    Parameters
    ----------
    root : Path
        Folder of the workspace.
    paths : iterable of Path
        The files.
    what, audience, snapshots, now
        As for :func:`record`.

    Returns
    -------
    Entry, optional
        As :func:`record_new`.

    Raises
    ------
    LogError
        If the log's last line cannot be read.
    """
    files = {
        released_file(root, path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }
    return record_new(
        log_file(root), what, audience=audience, snapshots=snapshots, files=files, now=now
    )


def released_file(root: Path, path: Path) -> str:
    """Return how the log calls a file: by its way from the workspace, if it lies in there.

    Examples
    --------
    >>> released_file(Path("/w"), Path("/w/reports/2024-2025/通报.docx"))
    'reports/2024-2025/通报.docx'
    """
    there, here = path.absolute(), root.absolute()
    return (there.relative_to(here) if there.is_relative_to(here) else there).as_posix()


def record(
    path: Path,
    what: str,
    *,
    audience: str,
    snapshots: Mapping[str, str],
    files: Mapping[str, str],
    now: datetime | None = None,
) -> Entry:
    """Add a release to a log.

    The line is written in one piece and reaches the disk before this returns. What a process that
    was killed has left of a line is taken off first: it was never a release.

    Parameters
    ----------
    path : Path
        The log; made if there is none.
    what : str
        What is released, in words.
    audience : str
        For whom.
    snapshots : mapping of str to str
        Academic year → id of the snapshot.
    files : mapping of str to str
        File → SHA-256 of its bytes.
    now : datetime, optional
        The time, with its zone; the present if not given.

    Raises
    ------
    LogError
        If the log's last line cannot be read: nothing can be chained to it.
    """
    with _opened(path) as stream:
        last = _last(_whole_lines(stream), path)
        return _append(stream, last, what, audience, snapshots, files, now)


def record_new(
    path: Path,
    what: str,
    *,
    audience: str,
    snapshots: Mapping[str, str],
    files: Mapping[str, str],
    now: datetime | None = None,
) -> Entry | None:
    """Add to a log those of some files that it does not hold yet, as they are now.

    Parameters
    ----------
    path, what, audience, snapshots, files, now
        As for :func:`record`.

    Returns
    -------
    Entry, optional
        The last line of the log: the new one, or the one before if all files are in the log with
        the same digests. ``None`` if the log is empty and there are no files.

    Raises
    ------
    LogError
        If the log's last line cannot be read: nothing can be chained to it.
    """
    with _opened(path) as stream:
        lines = _whole_lines(stream)
        last = _last(lines, path)
        known: dict[str, str] = {}
        for line in lines:
            # A line that is no entry is told by the check; what it held counts as not released.
            if (entry := _parsed(line)) is not None:
                known |= entry.files
        new = {file: digest for file, digest in files.items() if known.get(file) != digest}
        return _append(stream, last, what, audience, snapshots, new, now) if new else last


def read_log(path: Path) -> list[Entry]:
    """Return the entries of a log, oldest first; none if there is no log.

    Raises
    ------
    LogError
        If a line is no entry.
    """
    found = []
    for number, line in enumerate(_lines(path), 1):
        entry = _parsed(line)
        if entry is None:
            raise LogError(
                f"发布日志 {path} 的第 {number} 行不能读取。允许：由程序写入、没有改动过的记录。"
                "请运行 evalkit log verify 查看，并从备份恢复。"
            )
        found.append(entry)
    return found


def has_line(path: Path, digest: str) -> bool:
    """Whether a log has a line with this digest."""
    return f'"digest":"{digest}"'.encode() in (path.read_bytes() if path.exists() else b"")


def verify_log(
    path: Path, last: str | None = None, witnesses: Mapping[str, str] | None = None
) -> Check:
    """Check that no line of a log was changed, left out, put in or moved.

    Parameters
    ----------
    path : Path
        The log. A log that does not exist is whole, and has no entry.
    last : str, optional
        The digest of the last line known from elsewhere; it has to be that of a line.
    witnesses : mapping of str to str, optional
        Who else remembers the log, such as a packet's manifest → the digest of the last line then.
    """
    faults: list[str] = []
    notes: list[str] = []
    previous, time, digests = START, "", []
    lines = _lines(path)
    for number, line in enumerate(lines, 1):
        entry = _parsed(line)
        if entry is None:
            torn = number == len(lines) and not _ends_whole(path)
            text = "没有写完（程序可能被强行结束）" if torn else "不是发布记录"
            (notes if torn else faults).append(f"第 {number} 行{text}")
            continue
        if entry.sealed() != entry.digest:
            faults.append(f"第 {number} 行被改动过（{entry.time}，{entry.what}）")
        if entry.previous != previous:
            faults.append(f"第 {number} 行与前一行接不上，其间有记录被删去、插入或调换")
        if entry.number != number:
            faults.append(f"第 {number} 行的序号是 {entry.number}")
        if entry.time < time:
            notes.append(f"第 {number} 行的时间早于前一行，电脑的时钟可能调整过")
        previous, time = entry.digest, entry.time
        digests.append(entry.digest)
    if last is not None and last not in digests:
        faults.append("没有摘要与所给的相同的记录，末尾可能被截去，或整个日志被换过")
    for witness, digest in (witnesses or {}).items():
        if digest not in digests:
            faults.append(
                f"{witness} 所指的发布记录不在日志里，末尾可能被截去，或整个日志被删去、换过"
            )
    return Check(len(digests), tuple(faults), tuple(notes), previous)


def _append(
    stream: BinaryIO,
    last: Entry | None,
    what: str,
    audience: str,
    snapshots: Mapping[str, str],
    files: Mapping[str, str],
    now: datetime | None,
) -> Entry:
    moment = datetime.now(UTC) if now is None else now
    entry = _with_digest(
        Entry(
            number=1 if last is None else last.number + 1,
            time=moment.isoformat(timespec="seconds"),
            who=_user(),
            host=socket.gethostname(),
            what=what,
            audience=audience,
            snapshots=dict(sorted(snapshots.items())),
            files=dict(sorted(files.items())),
            previous=START if last is None else last.digest,
        )
    )
    stream.write(_canonical(asdict(entry)) + b"\n")
    stream.flush()
    os.fsync(stream.fileno())
    return entry


def _canonical(plain: Mapping[str, object]) -> bytes:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _with_digest(entry: Entry) -> Entry:
    plain = asdict(entry)
    return Entry(**{**plain, "digest": entry.sealed()})


def _parsed(line: bytes) -> Entry | None:
    try:
        plain = json.loads(line)
        if set(plain) != {each.name for each in fields(Entry)}:
            return None
        entry = Entry(**plain)
        texts = (entry.time, entry.who, entry.host, entry.what, entry.audience, entry.digest)
        kinds = all(isinstance(text, str) for text in (*texts, entry.previous))
        tables = all(isinstance(each, dict) for each in (entry.snapshots, entry.files))
    except (ValueError, TypeError, RecursionError):
        return None
    return entry if kinds and tables and type(entry.number) is int else None


def _lines(path: Path) -> Sequence[bytes]:
    return path.read_bytes().splitlines() if path.exists() else ()


def _ends_whole(path: Path) -> bool:
    return path.read_bytes()[-1:] in (b"", b"\n")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a log for this process alone, made for its owner's eyes if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b", opener=_private) as stream, _alone(stream):
        yield stream


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _whole_lines(stream: BinaryIO) -> list[bytes]:
    """Return the lines of a log; what a killed process has left of one is taken off."""
    stream.seek(0)
    content = stream.read()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        stream.truncate(whole)
    return content[:whole].splitlines()


def _last(lines: Sequence[bytes], path: Path) -> Entry | None:
    if not lines:
        return None
    entry = _parsed(lines[-1])
    if entry is None:
        raise LogError(
            f"发布日志 {path} 的最后一行不能读取，不能接着写。允许：由程序写入、没有改动过的记录。"
            "请运行 evalkit log verify 查看，并从备份恢复。"
        )
    return entry


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name in the environment or the system's list
        return str(os.getuid()) if hasattr(os, "getuid") else "?"


@contextmanager
def _alone(stream: BinaryIO) -> Iterator[None]:
    """Hold the log for this process; the system lets go of it with the process."""
    if os.name == "nt":  # pragma: no cover -- Windows only
        import msvcrt

        stream.seek(1 << 30)
        msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
        try:
            yield
        finally:
            stream.seek(1 << 30)
            with contextlib.suppress(OSError):
                msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return
    import fcntl

    fcntl.flock(stream, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(stream, fcntl.LOCK_UN)
