"""Drawings come into pages and papers without anything that could run or reach out."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from evalkit.export.drawings import drawing_size, inlined, pixels, safe_drawing

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
SIZE = 'width="72pt" height="36pt" viewBox="0 0 72 36">'
GOOD = (
    f'{HEAD}{SIZE}<defs><clipPath id="a"><rect width="5" height="5"/></clipPath></defs>'
    '<g clip-path="url(#a)" style="fill: #112233"><use xlink:href="#a" x="1"/></g>'
    '<text style="font-size: 9px; font-family: \'Noto Sans SC\'" x="3" y="9">学院 &lt;甲&gt;</text>'
    "</svg>"
)


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<style>@import url(http://example.org/x.css)</style>",
        '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/></foreignObject>',
        '<a xlink:href="javascript:alert(1)"><text>按</text></a>',
        '<image xlink:href="http://example.org/x.png" width="1" height="1"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zz4=" width="1" height="1"/>',
        '<rect width="1" height="1" onclick="alert(1)" ONLOAD="alert(1)"/>',
        '<rect width="1" height="1" style="fill: url(http://example.org/#x)"/>',
        '<use href="http://example.org/x.svg#a"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        "<!-- a comment --><?xml-stylesheet href='http://example.org/x.css'?>",
    ],
)
def test_what_could_run_or_reach_out_is_gone(evil: str) -> None:
    safe = safe_drawing(f"{HEAD}{SIZE}<g>{evil}<circle r='2'/></g></svg>")
    for sign in ("script", "example.org", "alert", "iframe", "import", "svg+xml", "comment"):
        assert sign not in safe.replace("http://www.w3.org/2000/svg", "")
    assert "<circle" in safe


def test_entities_are_not_read() -> None:
    text = (
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f"{HEAD}{SIZE}<text>&x;</text></svg>"
    )
    assert "root" not in safe_drawing(text)


@pytest.mark.parametrize("text", ["", "学院", "<svg/>", "<html><svg/></html>", f"{HEAD}{SIZE}<g>"])
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        safe_drawing(text)


def test_sizes() -> None:
    assert drawing_size(GOOD) == (96, 48)
    assert drawing_size(f'{HEAD}viewBox="0 0 30 20"/>') == (30, 20)
    assert drawing_size(f'{HEAD}width="1in" height="25.4mm"/>') == (96, 96)
    for absurd in (f"{HEAD}/>", f'{HEAD}width="0" height="3"/>', f'{HEAD}width="9e9" height="1"/>'):
        with pytest.raises(ValueError, match="width"):
            drawing_size(absurd)


def test_several_on_a_page_keep_their_own_names_and_take_the_pages_font() -> None:
    page = inlined(safe_drawing(GOOD), "f3-", '甲 "乙"', "evalkit")
    for part in (
        'id="f3-a"', "url(#f3-a)", 'xlink:href="#f3-a"', "font-family: evalkit", 'role="img"',
        'aria-label="甲 &quot;乙&quot;"', "学院 &lt;甲&gt;", 'width="96"', 'height="48"',
    ):  # fmt: skip
        assert part in page
    assert "Noto" not in page


def test_pixels_are_twice_the_screens_and_the_same_each_time() -> None:
    first, second = pixels([safe_drawing(GOOD), safe_drawing(GOOD)])
    assert first == second == pixels([safe_drawing(GOOD)])[0]
    with Image.open(io.BytesIO(first)) as image:
        assert image.size == (192, 96)
    assert pixels([]) == []
