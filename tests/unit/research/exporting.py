"""Running ``evalkit research export`` as a user does, in this process."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalkit.cli.research import command

__all__ = ["hashes", "refusal", "run"]


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(command, ["export", *(str(argument) for argument in arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def refusal(kind: type[Exception], *arguments: object) -> str:
    with pytest.raises(kind) as caught:
        command.main(["export", *(str(a) for a in arguments)], standalone_mode=False)
    return getattr(caught.value, "message", None) or str(caught.value)


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
