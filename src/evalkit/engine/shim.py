"""What papermill's entry point ``evalkit`` names.

Papermill loads every engine's entry point whenever it is imported; so nothing is imported here
until a notebook is to be run.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["Engine"]


class Engine:
    """Stands for :class:`evalkit.engine.notebooks.InProcessEngine` until that is needed."""

    @classmethod
    def execute_notebook(cls, *args: Any, **options: Any) -> Any:
        """Execute a notebook; see papermill's ``Engine.execute_notebook``."""
        # Papermill's progress bar takes this for a notebook if ipykernel is there when it looks.
        import_module("tqdm.auto")
        from evalkit.engine.notebooks import InProcessEngine

        return InProcessEngine.execute_notebook(*args, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """Return the name of the notebook's kernel."""
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """Return the notebook's language."""
        from papermill.utils import nb_language

        return nb_language(nb, language)
