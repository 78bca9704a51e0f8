"""Files and folders at rest, encrypted with age: a passphrase, or a key file, opens them.

What is encrypted lies beside what it was made from, with the ending ``.age``, and can be opened by
any other program for age too. A file is there as itself or encrypted, never half: the new one is
whole on the disk before the old one goes.

References
----------
https://age-encryption.org/v1: the format; X25519 keys, scrypt for passphrases, ChaCha20-Poly1305.
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path, PurePosixPath
from secrets import token_hex
from types import ModuleType

from evalkit.errors import EvalkitError
from evalkit.outputs import owner_only, write_bytes

__all__ = ["ENDING", "Lock", "VaultError", "lock_path", "locked", "unlock_path"]

ENDING = ".age"
_MARK = b"age-encryption.org/v1"
_FOLDER = ".evalkit-folder"
"""First member of the archive that stands for a folder."""


class VaultError(EvalkitError):
    """Something cannot be encrypted or opened."""

    @classmethod
    def missing_package(cls) -> VaultError:
        """No library for age."""
        return cls("加密要用 pyrage，还没有安装。请运行 pip install 'evalkit[vault]' 后再试。")

    @classmethod
    def wrong_key(cls, path: Path) -> VaultError:
        """The passphrase or the key does not fit, or the file was changed."""
        return cls(
            f"打不开 {path}：口令或密钥不对，或文件损坏。允许：加密时所用的口令或密钥。"
            "原文件没有改动，请再试；忘记口令就无法恢复。"
        )

    @classmethod
    def not_locked(cls, path: Path) -> VaultError:
        """It is no encrypted file."""
        return cls(f"{path} 不是加密的文件。允许：evalkit lock 写出的 {ENDING} 文件。请检查路径。")

    @classmethod
    def in_the_way(cls, path: Path) -> VaultError:
        """What it would be opened to is there already."""
        return cls(f"{path} 已经存在，没有解密，以免覆盖。请先把它移走，或确认后删去。")

    @classmethod
    def both(cls, path: Path, target: Path) -> VaultError:
        """There is an encrypted file already, and it is not what would be encrypted now."""
        return cls(
            f"{target} 已经存在，其中的内容与现在的 {path.name} 不同，或无法核对，没有覆盖。"
            "请先把其中一个移走，再运行一次。"
        )

    @classmethod
    def bad_key(cls, text: str, what: str) -> VaultError:
        """A recipient or an identity that is none."""
        return cls(f"“{text}”不是合格的{what}。允许：age-keygen 生成的{what}。请检查后重试。")


@dataclass(frozen=True, slots=True)
class Lock:
    """What encrypts and opens: a passphrase, or keys.

    Attributes
    ----------
    passphrase : str
        Empty if keys are used.
    recipients : tuple of str
        Public keys, ``age1…``: whoever has one of their secret keys can open what is encrypted.
    identities : tuple of str
        Secret keys, ``AGE-SECRET-KEY-1…``; to open.
    """

    passphrase: str = field(default="", repr=False)
    recipients: tuple[str, ...] = ()
    identities: tuple[str, ...] = field(default=(), repr=False)

    def sealed(self, content: bytes) -> bytes:
        """Return a content encrypted.

        Raises
        ------
        VaultError
            If there is no library for it, or a public key is none.
        """
        age = _age()
        if self.recipients:
            known = [
                _key(age, age.x25519.Recipient.from_str, text, "公钥（age1…）")
                for text in self.recipients
            ]
            return bytes(age.encrypt(content, known))
        return bytes(age.passphrase.encrypt(content, self.passphrase))

    def opened(self, content: bytes, path: Path) -> bytes:
        """Return what a content was before it was encrypted; `path` is for the message.

        Raises
        ------
        VaultError
            If there is no library for it, this opens it not, or it is not encrypted.
        """
        age = _age()
        if not content.startswith(_MARK):
            raise VaultError.not_locked(path)
        known = [
            _key(age, age.x25519.Identity.from_str, text, "私钥（AGE-SECRET-KEY-1…）")
            for text in self.identities
        ]
        try:
            if known:
                return bytes(age.decrypt(content, known))
            return bytes(age.passphrase.decrypt(content, self.passphrase))
        except age.DecryptError:
            raise VaultError.wrong_key(path) from None


def locked(path: Path) -> Path:
    """Return where a file or folder lies when it is encrypted."""
    return path.with_name(f"{path.name}{ENDING}")


def lock_path(path: Path, lock: Lock) -> Path:
    """Encrypt a file or folder, and remove it as it was.

    A passphrase is tried on what was written before anything is removed. If this is cut off, what
    was to be encrypted is still there, and is encrypted by the next call.

    Parameters
    ----------
    path : Path
        The file or folder.
    lock : Lock
        With a passphrase or recipients.

    Returns
    -------
    Path
        The encrypted file.

    Raises
    ------
    VaultError
        If it cannot be encrypted.
    """
    _sweep(path)
    content, target = _content_of(path), locked(path)
    if target.exists():
        if lock.recipients or not _same(lock.opened(target.read_bytes(), target), content):
            raise VaultError.both(path, target)
    else:
        with owner_only():
            write_bytes(target, lock.sealed(content))
        if not lock.recipients and lock.opened(target.read_bytes(), target) != content:
            target.unlink()
            raise VaultError(f"{path} 加密后核对不符，没有加密，原来的内容都在。请检查磁盘后重试。")
    _remove(path)
    return target


def unlock_path(target: Path, lock: Lock) -> Path:
    """Open an encrypted file or folder, and remove the encrypted file.

    Parameters
    ----------
    target : Path
        The encrypted file.
    lock : Lock
        With the passphrase or identities.

    Returns
    -------
    Path
        What it was made from, its owner's alone.

    Raises
    ------
    VaultError
        If it is no encrypted file, this does not open it, or something else is in the way.
    """
    if target.suffix != ENDING:
        raise VaultError.not_locked(target)
    path = target.with_suffix("")
    _sweep(path)
    content = lock.opened(target.read_bytes(), target)
    if path.exists():
        if not _same(content, _content_of(path)):
            raise VaultError.in_the_way(path)
        target.unlink()
        return path
    with owner_only():
        if _is_folder(content):
            part = _part(path)
            _unpack(content, part)
            part.rename(path)
        else:
            write_bytes(path, content)
    target.unlink()
    return path


def _age() -> ModuleType:
    try:
        return import_module("pyrage")  # an extra: who does not encrypt does not need it
    except ImportError:
        raise VaultError.missing_package() from None


def _key(age: ModuleType, parse: Callable[[str], object], text: str, what: str) -> object:
    try:
        return parse(text)
    except (age.RecipientError, age.IdentityError):
        # A secret key must not be repeated on a screen.
        raise VaultError.bad_key(f"{text[:6]}…", what) from None


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.{token_hex(4)}.part")


def _sweep(path: Path) -> None:
    """Remove what a call that was cut off has left half made or half removed."""
    for part in path.parent.glob(f".{path.name}.*.part"):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink()


def _remove(path: Path) -> None:
    # In one step out of sight, so that no folder is taken for whole that is half removed.
    part = _part(path)
    path.rename(part)
    if part.is_dir():
        shutil.rmtree(part)
    else:
        part.unlink()


def _content_of(path: Path) -> bytes:
    return _packed(path) if path.is_dir() else path.read_bytes()


def _same(one: bytes, other: bytes) -> bool:
    """Whether two contents are the same file, or folders with the same files."""
    if not (_is_folder(one) and _is_folder(other)):
        return one == other
    return _files(one) == _files(other)


def _files(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        streams = {m.name: archive.extractfile(m) for m in archive.getmembers()}
        return {name: b"" if stream is None else stream.read() for name, stream in streams.items()}


def _packed(folder: Path) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo(_FOLDER))
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                archive.add(path, path.relative_to(folder).as_posix(), recursive=False)
    return made.getvalue()


def _is_folder(content: bytes) -> bool:
    return content.startswith(_FOLDER.encode() + b"\0")


def _unpack(content: bytes, folder: Path) -> None:
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        for member in archive:
            inner = PurePosixPath(member.name)
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is None or member.name == _FOLDER:
                continue
            if inner.is_absolute() or ".." in inner.parts:
                raise VaultError(f"加密文件里有不该有的路径，没有解开：{inner.name}。请勿使用它。")
            path = folder / inner
            write_bytes(path, stream.read())
            os.utime(path, (member.mtime, member.mtime))
