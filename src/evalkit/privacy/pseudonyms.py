"""Keyed pseudonyms for students, and the file of keys that only its owner may read.

Student numbers can be counted through: a plain digest of one is found by trying them all. These
pseudonyms are made with a secret key (BLAKE2b in keyed mode), and say nothing to whoever does not
have it. They have the form that the ledger asks of a code, and stay the same as long as the key
does. The key lies in a file of the user's, outside the workspace, and is never copied into it.

References
----------
RFC 7693, *The BLAKE2 Cryptographic Hash and Message Authentication Code (MAC)*, 2015.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import stat
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from evalkit.errors import EvalkitError
from evalkit.outputs import owner_only, write_bytes

__all__ = [
    "Key",
    "KeyFileError",
    "Keys",
    "create_keys",
    "default_key_file",
    "ensure_keys",
    "load_keys",
    "plain_number",
    "pseudonyms",
    "rotate_keys",
]

_FORMAT = 1
_LENGTH = 32
"""Bytes of a key."""
_DIGEST = 5
"""Bytes of a pseudonym, as many as the ledger's codes have room for: two of 10,000 students agree
once in 20,000 schools, and then it is said."""
_PERSON = b"evalkit student"
_WINDOWS = os.name == "nt"


class KeyFileError(EvalkitError):
    """The file of keys cannot be used."""

    @classmethod
    def missing(cls, path: Path) -> KeyFileError:
        """No such file."""
        return cls(
            f"找不到假名密钥文件 {path}。需要：由 create_keys 生成的密钥文件，放在本人的文件夹里。"
            "请先生成；如果以前生成过，请从备份恢复，用新的密钥得不到同样的假名。"
        )

    @classmethod
    def open_to_others(cls, path: Path, mode: int) -> KeyFileError:
        """Others may read or write it."""
        return cls(
            f"假名密钥文件 {path} 的权限是 {mode:03o}，别人也能读写，因此没有使用。"
            f"允许：只有本人能读写（600）。请运行“chmod 600 {path}”；"
            "如果别人可能已经读过，请再用 rotate_keys 换一个新的密钥。"
        )

    @classmethod
    def of_another(cls, path: Path) -> KeyFileError:
        """Somebody else owns it."""
        return cls(
            f"假名密钥文件 {path} 属于另一个用户，因此没有使用。允许：属于本人的文件。"
            "请以密钥的所有者登录，或使用自己的密钥文件。"
        )

    @classmethod
    def broken(cls, path: Path, reason: str) -> KeyFileError:
        """It does not hold keys."""
        return cls(
            f"假名密钥文件 {path} 不能读取：{reason}。允许：由 create_keys 生成、没有改动过的文件。"
            "请从备份恢复。"
        )

    @classmethod
    def exists(cls, path: Path) -> KeyFileError:
        """It would be overwritten."""
        return cls(
            f"假名密钥文件 {path} 已经存在，没有覆盖：覆盖后以前的假名再也对不上。"
            "要换新的密钥，请用 rotate_keys，旧的密钥会一起保留。"
        )


@dataclass(frozen=True, slots=True)
class Key:
    """A key.

    Attributes
    ----------
    number : int
        From 1 on; pseudonyms say by which key they were made.
    created : str
        The day, ``YYYY-MM-DD``.
    secret : bytes
        Never shown.
    """

    number: int
    created: str
    secret: bytes = field(repr=False)

    def pseudonym(self, student: str) -> str:
        """Return the pseudonym of a student number, such as ``"KA-4GZ7QW2M"``: A for the first key.

        Parameters
        ----------
        student : str
            The number; width, case and spaces do not matter.

        Raises
        ------
        KeyFileError
            If the number is empty.
        """
        plain = plain_number(student)
        if not plain:
            raise KeyFileError("学号是空的，不能生成假名。允许：至少一个字符的学号。请补上学号。")
        digest = hashlib.blake2b(
            plain.encode("utf-8"), key=self.secret, digest_size=_DIGEST, person=_PERSON
        )
        return f"K{_letters(self.number)}-{base64.b32encode(digest.digest()).decode()}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a file, oldest first. New pseudonyms are made with the last."""

    path: Path
    every: tuple[Key, ...]

    @property
    def current(self) -> Key:
        """The newest key."""
        return self.every[-1]

    def number(self, number: int) -> Key:
        """Return the key of a number.

        Raises
        ------
        KeyFileError
            If there is none.
        """
        for key in self.every:
            if key.number == number:
                return key
        known = "、".join(str(key.number) for key in self.every)
        raise KeyFileError(
            f"假名密钥文件 {self.path} 中没有第 {number} 号密钥。现有：{known}。请从备份恢复。"
        )


def default_key_file() -> Path:
    """Return where a user's keys lie: as EVALKIT_KEYS says, else in the user's settings folder."""
    told = os.environ.get("EVALKIT_KEYS")
    if told:
        return Path(told)
    if _WINDOWS:
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "evalkit" / "pseudonym-keys.json"


def create_keys(path: Path | None = None) -> Keys:
    """Make a file with a first key, for its owner's eyes only.

    Parameters
    ----------
    path : Path, optional
        Where; :func:`default_key_file` if not given.

    Raises
    ------
    KeyFileError
        If the file exists.
    """
    path = default_key_file() if path is None else path
    if path.exists():
        raise KeyFileError.exists(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = Keys(path, (_new_key(1),))
    # Made for the owner alone, so that there is no moment in which others may read it, and whole
    # before it has its name, so that nobody reads a half one.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_content(keys))
            stream.flush()
            os.fsync(stream.fileno())
        _name_once(part, path)
    except FileExistsError:  # another process was quicker
        raise KeyFileError.exists(path) from None
    finally:
        part.unlink(missing_ok=True)
    return keys


def ensure_keys(path: Path | None = None) -> tuple[Keys, bool]:
    """Read a file of keys; make it if there is none.

    Parameters
    ----------
    path : Path, optional
        Where; :func:`default_key_file` if not given.

    Returns
    -------
    keys : Keys
        The keys.
    made : bool
        Whether they are new.

    Raises
    ------
    KeyFileError
        As for :func:`load_keys`, but for a missing file.
    """
    path = default_key_file() if path is None else path
    if not path.exists():
        with suppress(KeyFileError):  # made by another process meanwhile: then that one is used
            return create_keys(path), True
    return load_keys(path), False


def load_keys(path: Path | None = None) -> Keys:
    """Read a file of keys.

    Parameters
    ----------
    path : Path, optional
        Where; :func:`default_key_file` if not given.

    Raises
    ------
    KeyFileError
        If it is not there, belongs to another user, may be read or written by others, or does not
        hold keys. On Windows only the last is checked with the first: folders of users are closed
        to others there.
    """
    path = default_key_file() if path is None else path
    try:
        # What is checked is what is read: a file put in its place meanwhile would not be.
        with path.open("rb") as stream:
            about = os.fstat(stream.fileno())
            content = stream.read()
    except (FileNotFoundError, NotADirectoryError):
        raise KeyFileError.missing(path) from None
    if not _WINDOWS:
        if about.st_uid != os.geteuid():
            raise KeyFileError.of_another(path)
        mode = stat.S_IMODE(about.st_mode)
        if mode & 0o177:
            raise KeyFileError.open_to_others(path, mode)
    try:
        return Keys(path, _parsed(content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileError.broken(path, f"内容不是密钥（{type(error).__name__}）") from None


def rotate_keys(path: Path | None = None) -> Keys:
    """Add a new key, with which pseudonyms are made from now on; the old ones are kept.

    Old pseudonyms still name their key, and those who hold the student numbers can tell which
    belong together: see :func:`pseudonyms`.

    Raises
    ------
    KeyFileError
        As for :func:`load_keys`.
    """
    keys = load_keys(path)
    more = Keys(keys.path, (*keys.every, _new_key(keys.current.number + 1)))
    with owner_only():
        write_bytes(keys.path, _content(more))
    return more


def plain_number(student: str) -> str:
    """Return a student number as it is compared: width, case and spaces do not matter.

    Examples
    --------
    >>> plain_number(" ２０22 01a")
    '202201A'
    """
    return "".join(unicodedata.normalize("NFKC", student).split()).upper()


def pseudonyms(students: Iterable[str], keys: Keys, number: int | None = None) -> dict[str, str]:
    """Return the pseudonym of each student number.

    Parameters
    ----------
    students : iterable of str
        Student numbers.
    keys : Keys
        The keys.
    number : int, optional
        Which key; the newest if not given.

    Raises
    ------
    KeyFileError
        If there is no such key, a number is empty, or two numbers get one pseudonym.

    Examples
    --------
    >>> from pathlib import Path
    >>> key = Key(1, "2025-09-01", bytes(32))
    >>> pseudonyms(["2022010345"], Keys(Path("keys.json"), (key,)))
    {'2022010345': 'KA-Z2ZSJ6VA'}
    """
    key = keys.current if number is None else keys.number(number)
    found = {student: key.pseudonym(student) for student in students}
    plain = {plain_number(each) for each in found}
    if len(set(found.values())) != len(plain):
        raise KeyFileError("两个学号得到了同一个假名，没有使用。请用 rotate_keys 换一个新的密钥。")
    return found


def _name_once(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        if path.exists():
            raise FileExistsError(path) from None
        part.rename(path)


def _letters(number: int) -> str:
    """Return a number as letters, A for 1 and AA for 27: codes of the ledger begin with letters."""
    text = ""
    while number:
        number, digit = divmod(number - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def _new_key(number: int) -> Key:
    return Key(number, datetime.now(UTC).date().isoformat(), secrets.token_bytes(_LENGTH))


def _content(keys: Keys) -> bytes:
    plain = {
        "format": _FORMAT,
        "keys": [
            {"number": key.number, "created": key.created, "secret": key.secret.hex()}
            for key in keys.every
        ],
    }
    return (json.dumps(plain, indent=1) + "\n").encode()


def _parsed(content: bytes) -> tuple[Key, ...]:
    plain = json.loads(content)
    if plain["format"] != _FORMAT:
        raise ValueError("format")
    found = tuple(
        Key(int(each["number"]), str(each["created"]), bytes.fromhex(each["secret"]))
        for each in plain["keys"]
    )
    numbers = [key.number for key in found]
    if not found or numbers != sorted(set(numbers)) or any(len(k.secret) != _LENGTH for k in found):
        raise ValueError("keys")
    return found
