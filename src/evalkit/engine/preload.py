"""What a warm parent can do ahead for the notebooks of its children.

``evalkit.engine.preload:figures`` is for the ``warm`` argument of :func:`evalkit.engine.warm.run`;
:func:`notebooks` is called by the warm parent itself when tasks execute notebooks.
"""

from __future__ import annotations

import importlib
import io
from contextlib import suppress

import nbformat

__all__ = ["figures", "notebooks"]

_LATE = (
    "IPython.core.application",
    "IPython.core.completerlib",
    "IPython.core.crashhandler",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "tornado.locks",
    "tornado.platform.asyncio",
)
"""Imported by a shell when it starts."""


def notebooks() -> None:
    """Import what a shell imports when it starts, and compile nbformat's rules."""
    for name in _LATE:
        with suppress(ImportError):  # another IPython has it elsewhere
            importlib.import_module(name)
    for minor in (4, 5):
        notebook = nbformat.from_dict(
            {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": minor}
        )
        nbformat.validate(notebook)


def figures() -> None:
    """Draw once, so that matplotlib has its fonts and its backend."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    with mpl.rc_context():
        figure, axes = plt.subplots()
        axes.plot([0, 1])
        axes.set_title("0")
        figure.savefig(io.BytesIO(), format="png")
        plt.close(figure)
