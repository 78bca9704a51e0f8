"""The document's properties: nobody's name, and no list of tabs that is no longer true."""

from __future__ import annotations

from evalkit.intake.annotate.package import Package

__all__ = ["forget_people", "forget_titles"]

_NAMES = ("creator", "lastModifiedBy")
_ANONYMOUS = "evalkit"


def forget_people(package: Package) -> None:
    """Put ``evalkit`` where the properties name who made the file and who changed it last."""
    part = package.related("", "core-properties")
    if part is None or part not in package:
        return
    for name in _NAMES:
        for element in package.tree(part).iter(f"{{*}}{name}"):
            if element.text and element.text != _ANONYMOUS:
                element.text = _ANONYMOUS
                package.edited(part)


def forget_titles(package: Package) -> None:
    """Take out the list of tabs, which spreadsheet programs make anew."""
    kinds = ("extended-properties", "extendedProperties")
    for part in filter(None, (package.related("", kind) for kind in kinds)):
        root = package.tree(part)
        for name in ("HeadingPairs", "TitlesOfParts"):
            for element in [*root.iterchildren(f"{{*}}{name}")]:
                root.remove(element)
                package.edited(part)
