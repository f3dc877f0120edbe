"""PDF files: typeset as offices do, or written by hand where no program would do what a case needs."""

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

import pikepdf
import typst
from pikepdf import Dictionary, Name

FONT: Final = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>>>"
FIXED: Final = FONT.replace(b"Helvetica", b"Courier")
CATALOG: Final = b"<</Type/Catalog/Pages 2 0 R>>"
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "#": "\\#", "@": "\\@", "*": "\\*", "_": "\\_", "$": "\\$", "<": "\\<"})


def plain(text: str) -> str:
    """Return text that typst sets as it stands."""
    return text.translate(_ESCAPED)


def typeset(source: str, form: str = "pdf", ppi: float = 144.0, **files: bytes) -> bytes:
    """Typeset a page with the fonts that typst brings along; `files` are found as `{name}.png`."""
    if not files:
        return _typeset(source.encode(), form, ppi)
    with TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / f"{name}.png").write_bytes(data)
        (Path(folder) / "main.typ").write_text(source, encoding="utf-8")
        return _typeset(str(Path(folder) / "main.typ"), form, ppi)


def _typeset(source: bytes | str, form: str, ppi: float) -> bytes:
    compiler = typst.Compiler(source, ignore_system_fonts=True)
    made = compiler.compile(format=form, ppi=ppi if form == "png" else None)
    assert isinstance(made, bytes), "one page asked for, several made"
    return made


def packed(content: bytes, head: bytes = b"") -> bytes:
    """Return a compressed stream object."""
    held = zlib.compress(content)
    return b"<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream" % (len(held), head, held)


def literal(text: str) -> bytes:
    """Return text as a PDF string: for page content in WinAnsi, which is near enough to CP1252."""
    return b"<" + text.encode("cp1252").hex().encode() + b">"


def of_objects(*objects: bytes, info: bytes = b"") -> bytes:
    """A PDF of bare objects: 1 is the catalog, 2 the pages; `info` goes into the trailer."""
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return bytes(out) + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, info, start)


def by_hand(
    content: bytes, *more: bytes, page: bytes = b"", catalog: bytes = CATALOG, info: bytes = b"", font: bytes = FONT
) -> bytes:
    """One page: a line of welcome, then `content`. `more` are objects from 5 on; `page` is added to the page's own."""
    welcome = b"BT /F 12 Tf 30 360 Td (Welcome to the program. We begin on Monday.) Tj ET\n"
    head = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources" + font + page + b">>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 400 400]>>"
    return of_objects(catalog, pages, head, packed(welcome + content), *more, info=info)


def font_and(more: bytes) -> bytes:
    """Return the page's resources with others beside the font."""
    return FONT[:2] + more + FONT[2:]


def shown(text: str, at: str = "30 200", before: str = "") -> bytes:
    """Return the operators that show text somewhere on the page."""
    return f"q {before} BT /F 12 Tf {at} Td ".encode() + literal(text) + b" Tj ET Q\n"


def changed(pdf: bytes) -> "Changed":
    """Open a PDF to do something to it: `with changed(pdf) as it: it.pdf…`, then `it.bytes`."""
    return Changed(pdf)


class Changed:
    """A PDF being changed; its new bytes are there after the `with`."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf, self.bytes = pikepdf.open(io.BytesIO(pdf)), b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        held = io.BytesIO()
        self.pdf.save(held, static_id=True)
        self.bytes = held.getvalue()


def fonts_of(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Give every font object."""
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get(Name.Type) == Name.Font:
            yield thing


def attached(pdf: bytes, name: str, content: bytes) -> bytes:
    """The same PDF with a file attached."""
    with changed(pdf) as it:
        it.pdf.attachments[name] = pikepdf.AttachedFileSpec(it.pdf, content, filename=name)
    return it.bytes


def scanned(*pages: bytes, size: str = "21cm, 29.7cm") -> bytes:
    """A PDF of pages that are nothing but pictures (PNG)."""
    width, height = size.split(", ")
    files = {f"page{number}": page for number, page in enumerate(pages)}
    body = "#pagebreak()\n".join(f'#image("{name}.png", width: 100%, height: 100%)\n' for name in files)
    return typeset(f"#set page(width: {width}, height: {height}, margin: 0pt)\n{body}", **files)


_STEP: Final = re.compile(r"([A-Za-z])([^A-Za-z]*)")


def outlined(source: str) -> bytes:
    """Return the page's letters as PDF path operators, as programs do that "convert text to curves"."""
    drawing = typeset(source, "svg").decode()
    shapes = dict(re.findall(r'<symbol id="([^"]+)"[^>]*><path d="([^"]+)"', drawing))
    out = []
    for matrix, group in re.findall(r'<g transform="matrix\(([^)]+)\)">(.*?)</g>', drawing, re.DOTALL):
        a, b, c, d, e, f = map(float, matrix.split())
        out.append(f"q {a} {b} {c} {-d} {e} {400 - f} cm")  # an SVG's y goes down the page of 400 points
        for shape, x, y in re.findall(r'<use xlink:href="#([^"]+)" x="([^"]+)" y="([^"]+)"', group):
            out.append(f"q 1 0 0 1 {x} {y} cm {' '.join(_drawn(shapes[shape]))} f Q")
        out.append("Q")
    return "\n".join(out).encode()


def _drawn(path: str) -> Iterable[str]:
    """Translate an SVG path of relative steps into PDF operators."""
    x = y = 0.0
    start = (x, y)
    for letter, text in _STEP.findall(path):
        numbers = [float(number) for number in text.replace(",", " ").split()]
        if letter == "Z":
            x, y = start
            yield "h"
            continue
        if letter in "hv":
            numbers = [numbers[0], 0.0] if letter == "h" else [0.0, numbers[0]]
        steps = [value + (0 if letter.isupper() else (x if at % 2 == 0 else y)) for at, value in enumerate(numbers)]
        x, y = steps[-2:]
        if letter in "mM":
            start = (x, y)
        operator = "l" if letter in "hv" else letter.lower()
        yield f"{' '.join(f'{value:.3f}' for value in steps)} {operator}"
