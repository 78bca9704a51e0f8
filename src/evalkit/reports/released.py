"""What a year's packet has released, noted in the log of releases."""

from __future__ import annotations

from pathlib import Path

from evalkit.privacy.log import has_line, log_file, record_new, released_file
from evalkit.reports.manifest import FILE, Manifest
from evalkit.workspace import Workspace

__all__ = ["UNLOGGED", "log_released", "witnesses"]

_LOGGED = "release_log"
"""Key in the manifest: digest of the log's last line when it was written."""
UNLOGGED = "release_log_open"
"""Key in the manifest while there may be files that the log does not know."""


def log_released(space: Workspace, manifest: Manifest) -> None:
    """Note in the log every file that a manifest says was made, unless it stands there already.

    So a run that made nothing new adds nothing, and what a run made that was killed before it came
    to this is noted by the next one. The manifest remembers the log's last line, so that cutting
    off the log's end is told by it.

    Raises
    ------
    LogError
        If the log's last line cannot be read.
    """
    # A manifest that remembers a line which is gone goes on telling so.
    remembered = manifest.facts.get(_LOGGED)
    follows = remembered is None or has_line(log_file(space.root), remembered)
    folder = manifest.path.parent
    together: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for entry in manifest.entries.values():
        if entry.status != "made":
            continue
        files = together.setdefault(tuple(sorted(entry.snapshots.items())), {})
        for output in entry.outputs:
            files[released_file(space.root, folder / output["file"])] = output["sha256"]
    for snapshots, files in together.items():
        last = record_new(
            log_file(space.root),
            f"{manifest.facts['academic_year']} 学年的报告",
            audience=str(manifest.facts["audience"]),
            snapshots=dict(snapshots),
            files=files,
        )
        if last is not None and follows:
            manifest.facts[_LOGGED] = last.digest
    manifest.facts.pop(UNLOGGED, None)


def witnesses(space: Workspace) -> dict[str, str]:
    """Return what the manifests of a workspace remember of the log: manifest → digest of a line."""
    found = {}
    for path in sorted(space.reports.rglob(FILE)):
        digest = Manifest.read(path.parent).facts.get(_LOGGED)
        if isinstance(digest, str):
            found[_shown(space, path)] = digest
    return found


def _shown(space: Workspace, path: Path) -> str:
    return path.relative_to(space.root).as_posix() if path.is_relative_to(space.root) else str(path)
