"""``make audit``: are the dependencies those that were tested, unchanged, without known holes?

The first two questions are answered from this machine alone: versions against ``constraints.txt``,
and the digest of every installed file against its package's own list. The third needs pip-audit and
a network; where either is missing, that is said, and nothing else is claimed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
_NOT_PINNED = frozenset({"evalkit", "pip", "setuptools", "wheel", "pip-audit"})
"""Ours, and what installs the others."""
_SECONDS = 600


def pinned(path: Path = CONSTRAINTS) -> dict[str, str]:
    """Return the versions that were tested."""
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.split("==") for line in lines if "==" in line)
    return {plain(name): version for name, version in pairs}


def plain(name: str) -> str:
    """Return a package's name as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> dict[str, Distribution]:
    """Return the packages of this environment."""
    return {plain(each.metadata["Name"]): each for each in distributions()}


def differing() -> list[str]:
    """Return what is installed and is not what was tested."""
    known = pinned()
    return [
        f"{name} {each.version}: constraints.txt has {known.get(name, 'none')}"
        for name, each in sorted(installed().items())
        if name not in _NOT_PINNED and known.get(name) != each.version
    ]


def changed(each: Distribution) -> Iterator[str]:
    """Yield the files of a package that are missing, or not as it was built; "" for one that is."""
    for file in each.files or ():
        if file.hash is None or file.suffix == ".pyc":
            continue
        path = Path(str(file.locate()))
        if not path.is_file():
            yield f"{file}: missing"
            continue
        digest = hashlib.new(file.hash.mode, path.read_bytes()).digest()
        same = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == file.hash.value
        yield "" if same else f"{file}: changed"


def known_holes() -> tuple[bool | None, str]:
    """Return whether pip-audit finds none, and what it says; ``None`` if it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off"]
    command += ["--requirement", str(CONSTRAINTS), "--no-deps", "--disable-pip"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        return None, "the service does not answer"
    said = f"{done.stdout}\n{done.stderr}".strip()
    if "No module named pip_audit" in said:
        return None, "pip-audit is not installed (pip install pip-audit)"
    if done.returncode == 0:
        return True, said
    if "Found" in said and "vulnerabilit" in said:
        return False, said
    return None, said.splitlines()[-1] if said else "pip-audit could not ask"


def main() -> int:
    """Answer the three questions; return 1 if an answer is bad."""
    others = differing()
    files = [(name, file) for name, each in installed().items() for file in changed(each)]
    broken = [f"{name}: {file}" for name, file in files if file]
    clean, said = known_holes()
    answer = {True: "none", False: "FOUND", None: "NOT ASKED"}[clean]
    lines = [
        f"versions: {len(installed())} packages, {len(others)} not as in constraints.txt",
        *(f"  {each}" for each in others),
        f"files: {len(files)} compared with their packages' digests, {len(broken)} not as built",
        *(f"  {each}" for each in broken),
        f"known holes: {answer}: {said}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if others or broken or clean is False else 0


if __name__ == "__main__":
    sys.exit(main())
