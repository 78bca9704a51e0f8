"""Privacy: what an audience may see. Charts and documents take released tables only."""

from evalkit.audiences import Audience, Level, Topic, load_policy
from evalkit.privacy.release import Field, Released, percent_text, release

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
