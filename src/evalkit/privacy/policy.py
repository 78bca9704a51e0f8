"""The audience policy, read from ``resources/privacy.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evalkit.definitions import read_yaml, schema_faults
from evalkit.errors import DefinitionError, UnknownNameError

__all__ = ["Audience", "load_policy"]


class Audience(BaseModel):
    """Who reads, and from which numbers of students on.

    ``small``: counts of students above zero and below this are not shown. ``base``: with fewer
    students than this in the denominator no rate is given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str
    title: str
    small: int = Field(ge=2)
    base: int = Field(ge=2)


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    audiences: tuple[Audience, ...] = Field(min_length=1, strict=False)


@cache
def load_policy(audience: str = "internal") -> Audience:
    """Return the policy for an audience.

    Raises
    ------
    UnknownNameError
        If the policy does not name that audience.
    DefinitionError
        If the policy file has faults.
    """
    path = Path(str(files("evalkit").joinpath("resources", "privacy.yaml")))
    raw, faults = read_yaml(path)
    if faults:
        raise DefinitionError("隐私规则文件", path, faults)
    try:
        policy = _Policy.model_validate(raw)
    except ValidationError as error:
        raise DefinitionError("隐私规则文件", path, schema_faults(error)) from None
    for candidate in policy.audiences:
        if candidate.id == audience:
            return candidate
    raise UnknownNameError.of("读者类别", audience, [a.id for a in policy.audiences])
