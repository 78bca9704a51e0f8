"""Privacy: what an audience may see. Charts and documents take released tables only."""

from importlib import import_module
from typing import TYPE_CHECKING

from evalkit.audiences import Audience, Level, Topic, load_policy

if TYPE_CHECKING:
    from evalkit.privacy.released import Field, Released, percent_text, release

__all__ = [
    "Audience",
    "Field",
    "Level",
    "Released",
    "Topic",
    "load_policy",
    "percent_text",
    "release",
]


def __getattr__(name: str) -> object:
    # These need pandas, and whoever only looks into files does not.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module("evalkit.privacy.released"), name)
    globals()[name] = value
    return value
