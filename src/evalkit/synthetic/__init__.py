"""An invented school: every workbook of it, of any size, the same from the same seed."""

from evalkit.synthetic.colleges import SCHOOL, invented_colleges
from evalkit.synthetic.school import generate

__all__ = ["SCHOOL", "generate", "invented_colleges"]
