"""evalkit: the yearly assessment of second-level psychological counselling stations."""

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    # Looking the version up takes longer than a reading process needs to start.
    if name == "__version__":
        from importlib.metadata import version

        return version("evalkit")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
