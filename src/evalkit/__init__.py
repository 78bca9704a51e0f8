"""evalkit: the yearly assessment of second-level psychological counselling stations."""

from importlib.metadata import version

__version__ = version("evalkit")
