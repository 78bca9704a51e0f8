"""What the parts of a rubric file have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = ["Id", "Part", "Points", "Text", "exact"]


def exact(value: object) -> object:
    """Take a YAML number as it was typed: 0.1 is one tenth, not the nearest binary fraction."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


Points = Annotated[Decimal, BeforeValidator(exact)]
"""An exact number of points."""

Text = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*$")]


class Part(BaseModel):
    """A part of a rubric file: frozen, and strict about what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
