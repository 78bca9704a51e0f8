"""Who may see what on the page: a link of one's own, without which there is nothing.

A link holds a token that follows from a secret of the workspace, so that links stay valid when the
page is started again, and no list of tokens lies about.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.desk.sheet import CHAIR

__all__ = ["KEY_FILE", "Keys", "Visitor"]

KEY_FILE = Path(".evalkit") / "page.key"
"""Within the workspace; only its owner can read it."""
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whose token was right.

    Attributes
    ----------
    code : str
        The judge's code, or ``chair``.
    """

    code: str

    @property
    def is_chair(self) -> bool:
        """Whether it is the chair, who has no sheet of the own here."""
        return self.code == CHAIR


@dataclass(frozen=True)
class Keys:
    """The tokens of one year's page.

    Parameters
    ----------
    secret : bytes
        The workspace's secret.
    year : str
        Tokens of one year open no other.
    codes : sequence of str
        Who there is: the judges' codes and ``chair``.
    """

    secret: bytes
    year: str
    codes: Sequence[str]

    @classmethod
    def of(cls, root: Path, year: str, judges: Sequence[str], *, renew: bool = False) -> Keys:
        """Read the workspace's secret; make it if there is none, or another one.

        Parameters
        ----------
        renew : bool
            Make all links invalid that were given out before.
        """
        path = root / KEY_FILE
        if renew or not path.is_file() or len(path.read_bytes()) != _BYTES:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            stream = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(stream, "wb") as file:
                file.write(secrets.token_bytes(_BYTES))
            part.replace(path)
        return cls(path.read_bytes(), year, (*judges, CHAIR))

    def token(self, code: str) -> str:
        """Return the token of a judge or of the chair (26 letters and digits, 130 bits)."""
        message = f"page\n{self.year}\n{code}".encode()
        digest = hmac.new(self.secret, message, hashlib.sha256).digest()
        return base64.b32encode(digest).decode("ascii")[:26].lower()

    def visitor(self, code: str, token: str) -> Visitor | None:
        """Return who shows this token under this code; ``None`` if it is not theirs."""
        right = hmac.compare_digest(self.token(code).encode(), token.encode())
        return Visitor(code) if right and code in self.codes else None
