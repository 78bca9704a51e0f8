"""The invented school, dirty: workbooks as people fill them, with an answer key to every fault."""

from evalkit.synthetic.dirty.generate import KEY, generate_dirty, is_ours

__all__ = ["KEY", "generate_dirty", "is_ours"]
