"""What the reports of a year are made from, known without opening a workbook if nothing changed.

The answer is kept in ``<snapshots>/<year>/reports.json`` (for other audiences than those within the
school in ``reports-<audience>.json``) together with a key: a hash of all that it hangs on, namely
the bytes of the inputs of this year and those before, the settings, the rules, the program and its
packages. While the key stays the same, neither pandas nor a snapshot is touched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.audiences import INTERNAL
from evalkit.intake.files import list_files
from evalkit.outputs import write_text
from evalkit.reports.plan import COLLEGE_NOTEBOOK
from evalkit.reports.program import RESOURCES, digest_of_files, program_digest, versions
from evalkit.reports.scope import scope_of
from evalkit.workspace import AcademicYear, College, Workspace

__all__ = [
    "SCHOOL_READS",
    "Material",
    "digest",
    "ledger_digest",
    "read_material",
    "rubric_digest",
]

FILE = "reports{}.json"
SCHOOL_READS = "school"
"""Key of what the reports on the whole school read, beside the colleges' codes."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a year's reports are made from.

    Attributes
    ----------
    year : AcademicYear
        The year.
    snapshots : mapping
        Year → id of its snapshot, for all years that the reports look at.
    colleges : tuple of College
        The assessed colleges.
    reads : mapping
        What each report reads: code of a college, or ``school`` → named part → hash
        (see :mod:`evalkit.reports.reads`).
    inputs : tuple of dict
        Files: year, file, kind, code, sha256.
    errors : int
        Number of errors in this year's inputs.
    returned : tuple of (judge, college)
        Score sheets that went back.
    """

    year: AcademicYear
    snapshots: Mapping[str, str]
    colleges: tuple[College, ...]
    reads: Mapping[str, Mapping[str, str]]
    inputs: tuple[Mapping[str, str], ...]
    errors: int
    returned: tuple[tuple[str, str], ...]


def read_material(space: Workspace, year: AcademicYear, audience: str = INTERNAL) -> Material:
    """Return what a year's reports are made from, as its inputs are now.

    For which audience counts, because what is hidden from it hangs on other colleges too.

    If anything has changed since this was last asked, the inputs are read and frozen first.

    Raises
    ------
    EvalkitError
        If there is no data, or a file with rules has faults.
    """
    compares = scope_of(space.notebooks / COLLEGE_NOTEBOOK) == "compared"
    key = _key(space, year, compares)
    path = space.snapshots / year.name / FILE.format("" if audience == INTERNAL else f"-{audience}")
    known = _known(path, key, year)
    if known is not None:
        return known
    from evalkit.assessment import load_assessment  # needs pandas
    from evalkit.reports.reads import material_of

    assessment = load_assessment(year.name, workspace=space, audience=audience)
    material = material_of(assessment, compares=compares)
    if _key(space, year, compares) == key:  # else a file was changed while it was read
        write_text(path, json.dumps(_plain(material, key), ensure_ascii=False) + "\n")
    return material


def digest(content: object) -> str:
    """Return the hash of what JSON can hold."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def rubric_digest(space: Workspace) -> str:
    """Return the hash of the rubric that the workspace names."""
    named = space.rubric
    path = RESOURCES / "rubrics" / f"{named}.yaml" if isinstance(named, str) else named
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # whoever reads it says why it cannot be read
        return ""


def ledger_digest(space: Workspace) -> str:
    """Return the hash of the ledger's definition."""
    folders = [RESOURCES / "ledger", *([space.ledger] if space.ledger is not None else [])]
    return digest(
        [digest_of_files(each, [*each.glob("*.yaml"), *each.glob("*.yml")]) for each in folders]
    )


def _key(space: Workspace, year: AcademicYear, compares: bool) -> str:
    years = [other for other in space.years() if other <= year]
    inputs = {}
    for each in years:
        candidates, others = list_files(space, each)
        files = {item.path.name: item.sha256 for item in candidates}
        inputs[each.name] = [files, [str(finding) for finding in others]]
    facts = {
        "year": year.name,
        "compares": compares,
        "inputs": inputs,
        "settings": space.content.model_dump(mode="json", exclude={"report", "mail", "schedule"}),
        "rubric": rubric_digest(space),
        "ledger": ledger_digest(space),
        "program": program_digest(),
        "versions": versions(),
    }
    return digest(facts)


def _plain(material: Material, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "snapshots": material.snapshots,
        "colleges": [college.model_dump(mode="json") for college in material.colleges],
        "reads": material.reads,
        "inputs": material.inputs,
        "errors": material.errors,
        "returned": material.returned,
    }


def _known(path: Path, key: str, year: AcademicYear) -> Material | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["key"] != key:
            return None
        return Material(
            year,
            kept["snapshots"],
            tuple(College.model_validate(college) for college in kept["colleges"]),
            kept["reads"],
            tuple(kept["inputs"]),
            kept["errors"],
            tuple((judge, college) for judge, college in kept["returned"]),
        )
    except (OSError, ValueError, KeyError, TypeError):  # absent, or torn
        return None
