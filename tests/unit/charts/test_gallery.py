"""The gallery shows every chart as it is drawn now, with words, and is small."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from evalkit import charts
from evalkit.assessment import load_assessment
from evalkit.charts import Picture
from evalkit.charts import epidemiology as of_rates
from evalkit.charts import raters as of_raters


@pytest.fixture(scope="module")
def gallery(repository: Path) -> Any:
    spec = importlib.util.spec_from_file_location("gallery", repository / "docs" / "gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def public_charts(module: ModuleType) -> set[str]:
    """Functions of a module that return a picture."""
    return {
        name
        for name in module.__all__
        if inspect.isfunction(made := getattr(module, name))
        and inspect.signature(made, eval_str=True).return_annotation is Picture
    }


def test_every_public_chart_is_in_the_gallery(gallery: Any, repository: Path) -> None:
    shown = {module: set(group) for _, module, group in gallery.GROUPS}
    assert shown == {module: public_charts(module) for module in (charts, of_raters, of_rates)}
    page = (repository / "docs" / "gallery.md").read_text("utf-8")
    names = [name for group in shown.values() for name in group]
    assert len(names) >= 31
    assert sorted(re.findall(r"\]\(gallery/(\w+)\.png\)", page)) == sorted(names)
    assert sorted(p.stem for p in (repository / "docs" / "gallery").iterdir()) == sorted(names)


def test_every_chart_has_its_words(repository: Path) -> None:
    page = (repository / "docs" / "gallery.md").read_text("utf-8")
    parts = page.split("\n### ")[1:]
    for part in parts:
        found = re.search(r"\*\*看什么\*\*：(.+)\n\n!\[(.+)\]\(.+\n\n\*\*图注\*\*：(.+)\n\n\*\*替代文字\*\*：(.+)\n", part)  # fmt: skip  # noqa: E501
        assert found is not None, part
        purpose, shown, caption, alt = found.groups()
        assert len(purpose) >= 8
        assert shown == alt
        assert re.search(r"\d|[一二三四五六七八九]", alt), alt  # says something of what it shows
        assert len(alt) >= 12
        assert caption


def test_the_gallery_is_small(repository: Path) -> None:
    files = [repository / "docs" / "gallery.md", *(repository / "docs" / "gallery").iterdir()]
    assert sum(path.stat().st_size for path in files) < 1_500_000


@pytest.mark.slow
def test_the_gallery_is_current(gallery: Any, repository: Path) -> None:
    """Drawn again, words are the same and pictures too, but for what a library does otherwise."""
    pictures = gallery.drawn(gallery.Data(load_assessment("2024-2025", workspace=repository)))
    folder = repository / "docs"
    assert (folder / "gallery.md").read_text("utf-8") == gallery.page(pictures)
    for name, picture in pictures.items():
        now = np.asarray(gallery.small(picture).convert("L"), dtype=float)
        with Image.open(folder / "gallery" / f"{name}.png") as kept:
            assert kept.size == now.shape[::-1], name
            assert np.abs(np.asarray(kept.convert("L"), dtype=float) - now).mean() < 2, name
