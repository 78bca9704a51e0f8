"""By what reports are made: this package's own files, and the versions of those it builds on."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import evalkit

__all__ = [
    "PACKAGES",
    "RESOURCES",
    "digest_of_files",
    "policy_digest",
    "program_digest",
    "versions",
]

RESOURCES = Path(evalkit.__file__).parent / "resources"

PACKAGES = (
    "fonttools",
    "ipykernel",
    "ipython",
    "jinja2",
    "matplotlib",
    "mistune",
    "narwhals",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "openpyxl",
    "pandas",
    "papermill",
    "pyarrow",
    "pylopdf-fonts-zh-cn",
    "python-calamine",
    "python-docx",
    "typst",
)
"""Those whose version can change what a report looks like."""


@cache
def program_digest() -> str:
    """Return the hash of this package's code and resources.

    The version alone would not do: a checkout changes without it.
    """
    root = RESOURCES.parent
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return digest_of_files(root, files)


@cache
def versions() -> Mapping[str, str]:
    """Return the version of each of `PACKAGES`, and of Python, by name."""
    major, minor, _ = platform.python_version_tuple()
    return {"Python": f"{major}.{minor}", **{name: version(name) for name in PACKAGES}}


def policy_digest() -> str:
    """Return the hash of the rules on what each audience may see."""
    return hashlib.sha256((RESOURCES / "privacy.yaml").read_bytes()).hexdigest()


def digest_of_files(root: Path, files: Iterable[Path]) -> str:
    """Return one hash of several files, with their places below `root`."""
    total = hashlib.sha256()
    for path in sorted(files):
        name = path.relative_to(root).as_posix()
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
