"""YAML → :class:`Scale`, with the disputed questions decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evalkit.definitions import read_yaml, schema_faults
from evalkit.errors import DefinitionError, UnknownNameError
from evalkit.scales.definition import Scale
from evalkit.scales.parts import Norm

__all__ = ["chosen", "load_scale", "norms", "scale_names"]


@lru_cache(maxsize=1)
def _paths() -> dict[str, Path]:
    folder = Path(str(files("evalkit").joinpath("resources", "scales")))
    return {_read(path)["name"]: path for path in sorted(folder.glob("*.yaml"))}


def scale_names() -> tuple[str, ...]:
    """Return the names of the scales that can be scored.

    Examples
    --------
    >>> scale_names()
    ('GAD-7', 'PHQ-9', 'SAS', 'SCL-90', 'SDS', 'UPI')
    """
    return tuple(sorted(_paths()))


def load_scale(name: str, **choices: str) -> Scale:
    """Return a scale's key and rules.

    Parameters
    ----------
    name : str
        ``"SCL-90"``, ``"UPI"``, ``"SDS"``, ``"SAS"``, ``"PHQ-9"``, ``"GAD-7"``. Case, hyphens and
        blanks do not matter; the Chinese title does as well.
    **choices : str
        Answers to the disputed questions of scoring, by name: ``rounding="truncate"``. Those that
        are not given keep their default. ``load_scale(name).choices`` lists them with their
        meaning and source.

    Raises
    ------
    UnknownNameError
        If there is no such scale, question or answer.
    DefinitionError
        If the scale's file has faults.

    Examples
    --------
    >>> scale = load_scale("phq9")
    >>> scale.title, scale.items, scale.band_names
    ('患者健康问卷抑郁量表', 9, ('无', '轻度', '中度', '中重度', '重度'))
    """
    paths = _paths()
    known = _known()
    found = known.get(_plain(name)) if isinstance(name, str) else None
    if found is None:
        raise UnknownNameError.of("量表", str(name), scale_names())
    return _scale(paths[found], tuple(sorted(choices.items())))


def chosen(scale: Scale, choices: Mapping[str, str]) -> dict[str, str]:
    """Return the answer to every disputed question, in the order of the file."""
    return {name: choices.get(name, choice.default) for name, choice in scale.choices.items()}


def norms(name: str) -> tuple[Norm, ...]:
    """Return what others scored on a scale, with the year of each; empty if none is recorded.

    Examples
    --------
    >>> [(norm.year, norm.n) for norm in norms("SCL-90")]
    [(1986, 1388), (1999, 47354), (2010, 1890), (2020, 7489)]
    """
    return load_scale(name).norms


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    known: dict[str, str] = {}
    for name, path in _paths().items():
        raw = _read(path)
        for alias in (name, raw["title"], *raw.get("aliases", ())):
            known[_plain(alias)] = name
    return known


@lru_cache(maxsize=128)
def _scale(path: Path, choices: tuple[tuple[str, str], ...]) -> Scale:
    raw = dict(_read(path))
    questions: dict[str, Any] = raw.get("choices", {})
    for question, answer in choices:
        if question not in questions:
            raise UnknownNameError.of(f"{raw['name']} 计分选项", question, questions)
        options = questions[question]["options"]
        if answer not in options:
            kind = f"{raw['name']} “{questions[question]['title']}”（{question}）取值"
            raise UnknownNameError.of(kind, str(answer), options)
        raw |= options[answer].get("set", {})
    try:
        return Scale.model_validate(raw)
    except ValidationError as error:
        raise DefinitionError("量表文件", path, schema_faults(error)) from None


@lru_cache(maxsize=16)
def _read(path: Path) -> dict[str, Any]:
    raw, faults = read_yaml(path)
    if not faults and not (isinstance(raw, dict) and {"name", "title"} <= set(raw)):
        faults = ["（文件开头）: 应为“名称: 值”的对照表，至少有 name 与 title"]
    if faults:
        raise DefinitionError("量表文件", path, faults)
    content: dict[str, Any] = raw
    return content


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-–—－]+", "", name).casefold()
