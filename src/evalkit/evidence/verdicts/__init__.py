"""Verdicts: the evidence held against what the rubric asks. Evidence never turns into points."""

from evalkit.evidence.verdicts.judge import Measured, decide, judge
from evalkit.evidence.verdicts.model import Item, Names, Passage, State, Verdict

__all__ = ["Item", "Measured", "Names", "Passage", "State", "Verdict", "decide", "judge"]
