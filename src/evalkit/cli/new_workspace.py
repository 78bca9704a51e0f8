"""Laying out a new workspace: settings, rubric, notebooks to edit, folders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from evalkit.errors import WorkspaceError
from evalkit.outputs import write_bytes, write_text
from evalkit.rubric import builtin_rubrics
from evalkit.workspace import FILE_NAME, College, YearStatus

__all__ = ["create_workspace"]

RUBRIC = "station-2024"
RESEARCH = "research"
"""Folder of the notebooks for researchers."""
EXAMPLE = """\
# [[colleges]]
# code = "C01"
# name = "××学院"
# aliases = ["××系"]
"""


def create_workspace(
    folder: Path,
    school: str,
    *,
    fictional: bool = False,
    years: Mapping[str, YearStatus] | None = None,
    colleges: Sequence[College] = (),
) -> tuple[Path, ...]:
    """Write a workspace into a folder.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    WorkspaceError
        If the folder is a workspace already, or one of the files to write exists.
    """
    resources = Path(str(files("evalkit").joinpath("resources")))
    template = (resources / "workspace" / FILE_NAME).read_text(encoding="utf-8")
    settings = template.format(
        school=json.dumps(school, ensure_ascii=False),
        fictional="true" if fictional else "false",
        years="".join(f'"{year}" = "{status}"\n' for year, status in (years or {}).items())
        or '# "2024-2025" = "assessed"\n',
        colleges="\n".join(_college(college) for college in colleges) or EXAMPLE,
    )
    contents = {
        folder / FILE_NAME: settings.encode("utf-8"),
        folder / "rubric.yaml": builtin_rubrics()[RUBRIC].read_bytes(),
    }
    notebooks = _notebooks(resources)
    for pattern in ("*.ipynb", f"{RESEARCH}/*.ipynb"):
        for notebook in sorted(notebooks.glob(pattern)):
            place = notebook.relative_to(notebooks)
            contents[folder / "notebooks" / place] = notebook.read_bytes()
    existing = [str(path) for path in contents if path.exists()]
    if existing:
        raise WorkspaceError(
            f"{folder} 中已有 {'、'.join(existing)}，没有改动任何文件。"
            "请换一个文件夹；要重建，请先把这些文件移走。"
        )
    for path, content in contents.items():
        write_bytes(path, content)
    for name in ("data", "reports"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        write_text(ignore, ".evalkit/\nreports/\n")
    return tuple(contents)


def _notebooks(resources: Path) -> Path:
    """Return the notebooks' folder: inside an installed package, or of a source checkout."""
    installed = resources / "notebooks"
    return installed if installed.is_dir() else resources.parents[2] / "notebooks"


def _college(college: College) -> str:
    lines = ["[[colleges]]", f'code = "{college.code}"']
    lines.append(f"name = {json.dumps(college.name, ensure_ascii=False)}")
    if college.aliases:
        aliases = ", ".join(json.dumps(alias, ensure_ascii=False) for alias in college.aliases)
        lines.append(f"aliases = [{aliases}]")
    return "\n".join(lines) + "\n"
