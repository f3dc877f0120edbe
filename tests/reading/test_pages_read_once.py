"""A letter of which only details are taken out has its pages read once: as they are published."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from carriers import NAME, PAGE, simple_pdf, stream
from pdf_makers import DRAWS_NAME, attached, changed, drawn, form, image, later, picture
from pikepdf import Array, Dictionary

from portal.reading.cage.caged import CagedReader
from portal.reading.gathering import PagesRead
from portal.reading.parsing import parse
from portal.reading.reader import Paper, Part, Prepared, Reading, Unreadable
from portal.reading.strip.strip import strip

AUTHOR = b"/Info<</Author(The office)>>"
ELSEWHERE = "as it stands in the stripped file"


def authored(change: Callable[[pikepdf.Pdf], object]) -> bytes:
    def both(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Author"] = "The office"
        change(pdf)

    return changed(both)


def takes_pages_over(data: bytes) -> bool:
    """Whether the pages of a file are said as in the reading of the stripped one: here, of a stand-in."""
    known = PagesRead()
    assert not isinstance(parse(strip(data)[0], "a.pdf", pages_read=known), Unreadable)
    known.parts = (Part("page 1", ELSEWHERE),)
    read = parse(data, "a.pdf", pages_read=known)
    assert not isinstance(read, Unreadable)
    return ELSEWHERE in [part.text for part in read.reading.parts]


def nothing(_: pikepdf.Pdf) -> None:
    """Change nothing."""


def linked(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org"))
    link = Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[10, 10, 60, 40], A=action)
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


@pytest.mark.parametrize("change", [nothing, linked, lambda pdf: drawn(pdf, image(pdf))], ids=["text", "link", "logo"])
def test_pages_with_nothing_taken_out_are_read_once(change: Callable[[pikepdf.Pdf], object]):
    assert takes_pages_over(authored(change))


def _with(*more: bytes, page: bytes = PAGE) -> bytes:
    return simple_pdf(*more, page=page, info=AUTHOR)


def two_logos(pdf: pikepdf.Pdf) -> None:
    drawn(pdf, image(pdf), image(pdf, picture(300, 120)))


def with_unused_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Kept = pdf.make_indirect(form(pdf))


def with_hidden_page(pdf: pikepdf.Pdf) -> None:
    hidden = Dictionary(Type=pikepdf.Name.Page, Contents=pdf.pages[0].obj.Contents, Resources=Dictionary())
    pdf.Root.Kept = pdf.make_indirect(hidden)


OTHERWISE: dict[str, Callable[[], bytes]] = {
    "an earlier version": lambda: later(_with(), (4, stream(b"BT /F 12 Tf 20 200 Td (Ana Rivera) Tj ET"))),
    "a drawing that nothing uses": lambda: authored(with_unused_form),
    "a page that is not shown": lambda: authored(with_hidden_page),
    "a drawing that says it is properties": lambda: _with(stream(DRAWS_NAME * 3, b"/Type/Metadata")),
    "two pictures, numbered as they come": lambda: authored(two_logos),
    "an attachment": lambda: authored(attached),
    "a comment": lambda: authored(noted),
}


def noted(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[10, 10, 250, 90], F=2)
    note.AP = Dictionary(N=form(pdf))
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])


@pytest.mark.parametrize("what", OTHERWISE)
def test_what_may_be_drawn_otherwise_is_read_in_full(what: str):
    assert not takes_pages_over(OTHERWISE[what]())


@pytest.mark.parametrize("what", OTHERWISE)
def test_a_name_that_only_the_original_holds_is_read(what: str, cage: CagedReader, tmp_path: Path):
    (tmp_path / "x").write_bytes(OTHERWISE[what]())
    prepared = cage.prepare([Paper(tmp_path / "x", "a.pdf", tmp_path / "y")], frozenset())[0]
    assert isinstance(prepared, Prepared), prepared
    assert prepared.before == cage.read(tmp_path / "x", "a.pdf")
    after = cage.read(tmp_path / "y", "a.pdf")
    assert isinstance(after, Reading)
    assert (prepared.after or prepared.before).parts == after.parts


def test_the_name_in_a_drawing_that_says_it_is_properties_is_found():
    read = parse(OTHERWISE["a drawing that says it is properties"](), "a.pdf")
    assert not isinstance(read, Unreadable)
    assert NAME in " ".join(part.text for part in read.reading.parts)
