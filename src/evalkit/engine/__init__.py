"""A notebook engine that starts once: papermill's contract, without a kernel for every notebook.

Nothing is imported here: papermill loads :mod:`evalkit.engine.shim` whenever it is imported itself.

- :mod:`evalkit.engine.warm`: many tasks, each in a process of its own, from a warm parent;
- :mod:`evalkit.engine.execute`: one notebook, here and now;
- :mod:`evalkit.engine.shim`: what ``papermill --engine evalkit`` finds.
"""
