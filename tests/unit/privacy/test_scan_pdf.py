from __future__ import annotations

import zlib
from collections.abc import Mapping

import pytest

from evalkit.privacy.scan.pdf import pdf_pieces
from evalkit.privacy.scan.pdf_objects import PdfError, Reference, Unread, read_document
from evalkit.privacy.scan.pdf_strings import read_string

PROPERTIES = "属性、书签与替代文字"
LETTERS = (
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    b"2 beginbfchar <0001> <674E> <0002> <5C0F7EA2> endbfchar"
)


def stream(content: bytes, about: bytes = b"") -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (about, len(content), content)


def pdf(*more: bytes, page: bytes = b"") -> bytes:
    """A page with two fonts; further objects from number 10 on."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R/G 6 0 R>>>>>>",
        4: stream(page),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        6: b"<< /Type /Font /Subtype /Type0 /ToUnicode 7 0 R /DescendantFonts [8 0 R] >>",
        7: stream(LETTERS),
        8: b"<< /Type /Font /DW 1000 >>",
        **dict(enumerate(more, 10)),
    }
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % pair for pair in objects.items())
    return b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R >>\n%%EOF"


def said(content: bytes) -> Mapping[str, str]:
    return {place: piece for place, piece in pdf_pieces(content) if isinstance(piece, str)}


def properties(*objects: bytes) -> list[str]:
    return sorted(said(pdf(*objects))[PROPERTIES].split("\n"))


def text(page: bytes) -> str:
    return said(pdf(page=page))["第 1 页"]


class TestStrings:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            (b"(a)", b"a"),
            (b"()", b""),
            (b"(a\\(b\\)\\\\c)", b"a(b)\\c"),
            (b"(a(b)c)", b"a(b)c"),
            (b"(\\n\\r\\t\\b\\f\\q)", b"\n\r\t\b\fq"),
            (b"(\\0\\17\\1234\\777\\8)", b"\0\x0fS4\xff8"),
            (b"(a\\\nb\\\r\nc\\\rd)", b"abcd"),
            (b"<41 4>", b"A@"),
            (b"<\x0041\n42>", b"AB"),
        ],
    )
    def test_as_written(self, written: bytes, read: bytes) -> None:
        assert read_string(written) == read
        assert read_document(b"1 0 obj " + written + b" endobj").objects == {1: read}


class TestObjects:
    """Strings are found wherever they stand, also in objects that nothing is read of but these."""

    @pytest.mark.parametrize(
        "element",
        [
            b"<</Type/StructElem/S/TD/P 1 0 R/A[<</O/Table/Headers[(secret)]>>]/K[5]>>",
            b"<</Type/StructElem/Alt<736563726574>/K 5>>",
            b"[/XYZ (secret) <<>> 0]",
            b"<</A(a\\)\\\\)/B(x(y)z)/T(secret)>>",
            b"<</A<</B<</C(secret)>>>>>>",
            b"<</T(secret)>",  # broken
            b"<</T(secret",
            b"<</A(a(b(c)))/T(secret)>>",
            b"<</A(endobj)/T(secret)>>",
            b"<</A[1]/Blendobj 2/T(secret)>>",
            b"<</A(])/B(]endobj)/T(secret)>>",
            b"<</A/stream/T(secret)>>",
            b"<</A 1 % (comment\n/T(secret)>>",
            b"<</A/a#20b/T(secret)>>",
            b"(secret)",
        ],
    )
    def test_strings(self, element: bytes) -> None:
        found = properties(element)
        assert any("secret" in each for each in found)
        assert any("secret" in each for each in properties(element, b"<</A(b)>>", b"<<>>"))

    def test_only_strings_are_read(self) -> None:
        document = read_document(pdf(b"<</Type/StructElem/K[(a) 10 0 R]/B<</C true>>>>"))
        assert isinstance(document.objects[10], Unread)
        assert document.about(Reference(10)) == {
            "Type": "StructElem",
            "K": [b"a", Reference(10)],
            "B": {"C": None},
        }
        assert sorted(document.strings()) == [b"a"]

    def test_of_a_number_that_comes_twice_both_are_read(self) -> None:
        assert properties(b"<</T(new)>>\nendobj\n10 0 obj\n<</T(newer)>>") == ["new", "newer"]

    def test_of_a_packed_number_that_comes_twice_both_are_read(self) -> None:
        first = zlib.compress(b"20 0 21 9 <</T(a)>><</T(b)>>")
        second = zlib.compress(b"20 0 <</T(c)>>")
        packed = b"/Type /ObjStm /Filter /FlateDecode /First %d"
        found = properties(stream(first, packed % 10), stream(second, packed % 5))
        assert found == ["a", "b", "c"]

    def test_an_object_without_an_end(self) -> None:
        content = pdf(b"<</A(a)>>\n11 0 obj\n<</Type/Page/Contents 4 0 R/B(b)>>", page=b"(x) Tj")
        pieces = said(content)
        assert sorted(pieces[PROPERTIES].split("\n")) == ["a", "b"]
        assert pieces["第 2 页"] == "x"

    def test_a_stream_without_an_end(self) -> None:
        pieces = said(pdf(b"<</Subtype/Form>>\nstream\n(a) Tj [1]"))
        assert pieces["图形与批注"] == "a"

    def test_encrypted(self) -> None:
        with pytest.raises(PdfError, match="PDF 已加密"):
            list(pdf_pieces(pdf(b"<</Filter/Standard/Encrypt 3 0 R>>")))


class TestPages:
    @pytest.mark.parametrize(
        ("page", "shown"),
        [
            (b"BT /F 10 Tf 10 20 Td (abc) Tj ET", "abc"),
            # One after the other is one word, however it is drawn.
            (b"BT /F 10 Tf 10 20 Td (138) Tj 18 0 Td (001) Tj 18 0 Td[(38)]TJ ET", "13800138"),
            (b"BT /F 10 Tf 1 0 0 1 10 20 Tm (138) Tj ET BT 28 20 Td (001) Tj ET", "138001"),
            (b"q 1 0 0 1 10 20 cm BT /F 10 Tf (138)Tj ET Q q 1 0 0 1 28 20 cm BT (001)Tj ET Q",
             "138001"),
            (b"BT /F 10 Tf (138)Tj ET/P<</M 1>>BDC/c cs 1 scn 0 0 m 9 9 l S EMC BT 18 0 Td(001)Tj",
             "138001"),
            (b"BT /F 10 Tf [(1)0(38)-0.5(001)]TJ ET", "138001"),
            # Jumps are spaces and ends of lines.
            (b"BT /F 10 Tf (a) Tj 10 0 Td (b) Tj 0 -12 Td (c) Tj ET", "a b\nc"),
            (b"BT /F 10 Tf [(a)-400(b)]TJ ET", "a b"),
            (b"BT /F 10 Tf 12 TL (a) Tj T* (b) Tj (c) ' 1 0 (d) \" 0 -12 TD (e) Tj ET",
             "a\nb\nc\nd\ne"),
            (b"BT /F 10 Tf 0 -12 TD (a) Tj T* (b) Tj ET", "a\nb"),
            (b"q 2 0 0 2 0 0 cm BT /F 10 Tf (a) Tj ET Q BT 12 0 Td (b) Tj ET", "ab"),
            # Operators in an order of their own.
            (b"BT (a) /F 10 Tf Tj (b) Tj ET", "b"),
            (b"BT /F 10 Tf (z) Tj 7 1 0 0 1 10 20 Tm(a)Tj% (b)\nET", "z\na"),
            # Codes of two bytes, and what stands for them.
            (b"BT /G 10 Tf [<0001>(\\000\\002)]TJ ET", "李小红"),
            (b"BT /G 10 Tf <00010002>Tj /None 10 Tf 0 9 Td (a) Tj ET", "李小红\na"),
            # A picture between the texts, and words that only look like one.
            (b"BT /F 10 Tf (a) Tj BI /W 1 /H 1 ID \x00(z) Tj EI (b) Tj ET", "ab"),
            (b"BT /F 10 Tf (BI x) Tj (138 ID y) Tj ( EI ) Tj ET", "BI x138 ID y EI "),
        ],
    )  # fmt: skip
    def test_text(self, page: bytes, shown: str) -> None:
        assert text(page) == shown

    def test_hostile_pages_take_no_time(self) -> None:
        for part in (
            b"1 ",
            b"[1 ",
            b"/A ",
            b"q ",
            b"<<",
            b"(a ",
            b"1 0 0 1 5 5 ",
            b"/A<</B[/C ]>>",
            b"BI ",
            b"BI /W 1 ID ",
        ):
            assert text(part * 20_000) == ""

    def test_a_font_that_is_not_there_is_no_other(self) -> None:
        page = b"<</Type/Page/Contents 11 0 R/Resources<</Font<</X 99 0 R/H 12 0 R>>>>>>"
        shown = stream(b"/H 1 Tf <0001> Tj /X 1 Tf (a) Tj")
        font = b"<</Type/Font/Subtype/Type0/ToUnicode 7 0 R>>"
        assert said(pdf(page, shown, font))["第 2 页"] == "李a"

    def test_a_drawing_without_fonts_of_its_own_uses_the_pages(self) -> None:
        drawn = stream(b"BT /G 10 Tf <0001> Tj ET", b"/Type /XObject /Subtype /Form")
        assert said(pdf(drawn))["图形与批注"] == "李"

    def test_what_is_read_out_in_the_place_of_letters(self) -> None:
        page = b"/Span <</ActualText (13800138000)>> BDC BT /F 10 Tf (a) Tj ET EMC"
        found = said(pdf(page=page))
        assert (found["第 1 页"], found["第 1 页 › 替代文字"]) == ("a", "13800138000")

    def test_a_name_in_disguise(self) -> None:
        assert said(pdf(b"<</Type/P#61ge/Contents 11 0 R>>", stream(b"(a) Tj")))["第 2 页"] == "a"
