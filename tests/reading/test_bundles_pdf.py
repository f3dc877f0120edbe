import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from carriers import pdf as typeset
from pdf_makers import image
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageDraw, ImageFont

from portal.kernel.cage.frames import COUNT, END, NAME, PARSED, TEXT, UNSEEN, CageBroken, Frame
from portal.reading.budget import MIB
from portal.reading.bundles.receiving import receive_cuts, receive_pictures, receive_texts
from portal.reading.cage.caged import CagedReader
from portal.reading.plain import PlainReader
from portal.reading.reader import Cut, Pages, Reader, Reading, Unreadable
from portal.reading.scripted import ScriptedReader
from portal.reading.strip.strip import strip

CHILDREN = ("Anabel", "Bertram", "Cosima", "Dagobert")


@pytest.fixture(params=["caged", "plain"])
def reader(request: pytest.FixtureRequest, cage: CagedReader) -> Reader:
    return {"caged": cage, "plain": PlainReader()}[request.param]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A tagged PDF of one page a child, with headings, and links from page to page and outside."""
    pages = "\n#pagebreak()\n".join(
        f"= Card of {child} <{child}>\nNumber {number}. #lorem(12) See @{CHILDREN[(number + 1) % 4]} "
        f'and #link("https://example.org/{child}")[more].'
        for number, child in enumerate(CHILDREN)
    )
    head = '#set document(title: "Cards of Anabel to Dagobert")\n#set text(lang: "en")\n#set heading(numbering: "1.")\n'
    return typeset(tmp_path_factory.mktemp("cards"), head + pages)


def changed(data: bytes, change: Callable[[Pdf], object]) -> bytes:
    held = io.BytesIO()
    with Pdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(held)
    return held.getvalue()


def cut(reader: Reader, data: bytes, groups: Sequence[Sequence[int]], folder: Path) -> list[bytes]:
    (folder / "x.pdf").write_bytes(data)
    answer = reader.cut(folder / "x.pdf", groups, folder / "into")
    assert isinstance(answer, Cut), answer
    assert len(answer.files) == len(groups)
    return [path.read_bytes() for path in answer.files]


def everything_in(data: bytes) -> str:
    """Every string and every stream, unpacked, of every object there is."""
    found = [data.decode("latin-1")]
    with Pdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            found.append(repr(thing))
            if isinstance(thing, pikepdf.Stream):
                found.append(thing.read_bytes().decode("latin-1"))
    document = pdfium.PdfDocument(data)
    found += [page.get_textpage().get_text_range() for page in document]
    reading = PlainReader().parse(data, "cut.pdf")
    assert not isinstance(reading, Unreadable), reading.reason
    return "\n".join(found + [part.text for part in reading.reading.parts])


def shown(data: bytes) -> list[bytes]:
    with pdfium.PdfDocument(data) as document:
        return [page.render(scale=1).to_numpy().tobytes() for page in document]


def named_in(data: bytes) -> set[str]:
    held = everything_in(data)
    return {child for child in CHILDREN if child in held}


def test_each_page_becomes_a_file_that_looks_the_same_and_names_nobody_else(
    reader: Reader, cards: bytes, tmp_path: Path
):
    files = cut(reader, cards, [[0], [1], [2], [3]], tmp_path)
    assert [named_in(data) for data in files] == [{child} for child in CHILDREN]
    assert [page for data in files for page in shown(data)] == shown(cards)
    for data, child in zip(files, CHILDREN, strict=True):
        with Pdf.open(io.BytesIO(data)) as pdf:
            assert [str(mark.A.URI) for mark in pdf.pages[0].Annots] == [f"https://example.org/{child}"]
            assert set(pdf.Root.keys()) <= {"/Type", "/Pages", "/Lang"}
            assert "/Info" not in pdf.trailer


def test_groups_may_be_of_any_pages_in_any_order(reader: Reader, cards: bytes, tmp_path: Path):
    files = cut(reader, cards, [[3, 0], [1], [1, 2]], tmp_path)
    before = shown(cards)
    assert [shown(data) for data in files] == [[before[3], before[0]], [before[1]], [before[1], before[2]]]
    assert named_in(files[0]) == {"Anabel", "Dagobert"}


def linked(pdf: Pdf) -> None:
    """What hangs on pages in programs of all kinds: threads, targets, fields, comments, thumbnails, notes."""
    pages = [page.obj for page in pdf.pages]
    parent = pdf.make_indirect(Dictionary(T=String("names"), Kids=Array()))
    for page, child in zip(pages, CHILDREN, strict=True):
        said = String(f"About {child}")
        font = Dictionary(Helv=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        drawing = pdf.make_stream(f"BT /Helv 10 Tf 0 0 Td (About {child}) Tj ET".encode())
        drawing.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 180, 20])})
        drawing.Resources = Dictionary(Font=font)
        field = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, V=said, T=said, Rect=[20, 20, 200, 40],
                       P=page, Parent=parent, AP=Dictionary(N=drawing))
        )  # fmt: skip
        parent.Kids.append(field)
        reply = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=[0, 0, 9, 9], P=page, Contents=said)
        )
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.Square, Rect=[9, 9, 60, 60], P=page, Contents=said, Popup=reply, C=[1, 0, 0]
        )
        reply.Parent = pdf.make_indirect(note)
        page.Annots = Array([*page.get("/Annots", []), field, note, reply])
        page.Thumb = pdf.make_stream(child.encode())
        page.Metadata = pdf.make_stream(child.encode())
        page.PieceInfo = Dictionary(App=Dictionary(Private=said))
    beads = [pdf.make_indirect(Dictionary(P=page, R=[0, 0, 9, 9])) for page in pages]
    for number, bead in enumerate(beads):
        bead.N, bead.V = beads[(number + 1) % 4], beads[number - 1]
        pages[number].B = Array([bead])
    pdf.Root.Threads = Array([pdf.make_indirect(Dictionary(F=beads[0], I=Dictionary(Title=String("Anabel"))))])
    pdf.Root.AcroForm = Dictionary(Fields=Array([parent]))
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=[String("x"), Dictionary(S=Name.JavaScript, JS=String("'Anabel'"))])
    )
    pdf.attachments["Cosima.txt"] = b"Dagobert"
    with pdf.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(child, number) for number, child in enumerate(CHILDREN))


def test_nothing_that_hangs_on_a_page_brings_another_one_along(reader: Reader, cards: bytes, tmp_path: Path):
    data = changed(cards, linked)
    files = cut(reader, data, [[0], [1], [2], [3]], tmp_path)
    assert [named_in(each) for each in files] == [{child} for child in CHILDREN]
    assert "About Anabel" in everything_in(files[0]), "what a field shows is drawn on the page"
    assert [strip(each)[1] for each in files] == [()] * 4, "nothing is left to take out"


def sharing(pdf: Pdf) -> None:
    """All pages, and a form they share, have all drawings of the file among their resources, as some programs do."""
    drawings = Dictionary()
    resources = pdf.make_indirect(Dictionary(XObject=drawings, Font=Dictionary()))
    for number, child in enumerate(CHILDREN):
        drawing = pdf.make_stream(f"BT /F{number} 20 Tf 40 40 Td (Seal of {child}) Tj ET".encode())
        drawing.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 300, 90])})
        drawings[f"/D#20{child}".replace("#20", " ")] = drawing
        resources.Font[f"/F{number}"] = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type1,
            BaseFont=Name(f"/Times-{['Roman', 'Bold', 'Italic', 'BoldItalic'][number]}"),
        )
    head = pdf.make_stream(b"0 0 1 rg 10 10 20 20 re f")
    head.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 90, 90]), "/Resources": resources})
    drawings.Head = pdf.make_indirect(head)
    for page, child in zip(pdf.pages, CHILDREN, strict=True):
        for kind, held in page.Resources.items():
            if isinstance(held, Dictionary):
                resources[kind] = Dictionary({**dict(resources.get(kind, Dictionary()).items()), **dict(held.items())})
        page.contents_add(f"q /Head Do /D#20{child} Do Q".encode())
    for page in pdf.pages:
        page.Resources = resources


def test_resources_that_all_pages_share_bring_no_drawing_of_another_page_along(
    reader: Reader, cards: bytes, tmp_path: Path
):
    data = changed(cards, sharing)
    files = cut(reader, data, [[0], [1], [2], [3]], tmp_path)
    assert [named_in(each) for each in files] == [{child} for child in CHILDREN]
    assert "Seal of Bertram" in everything_in(files[1])
    assert [page for each in files for page in shown(each)] == shown(data)


def test_a_page_that_takes_its_size_from_the_tree_keeps_it(reader: Reader, cards: bytes, tmp_path: Path):
    def inherit(pdf: Pdf) -> None:
        for page in pdf.pages:
            del page.obj["/MediaBox"]
        pdf.Root.Pages.MediaBox = Array([0, 0, 400, 300])
        pdf.Root.Pages.Rotate = 90

    data = changed(cards, inherit)
    assert [page for each in cut(reader, data, [[0], [2]], tmp_path) for page in shown(each)] == [
        shown(data)[0],
        shown(data)[2],
    ]


def test_what_cannot_be_cut_is_refused_and_leaves_nothing(reader: Reader, cards: bytes, tmp_path: Path):
    locked = io.BytesIO()
    with Pdf.open(io.BytesIO(cards)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user=""))

    def layered(pdf: Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Notes")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))

    def undrawn(pdf: Pdf) -> None:
        linked(pdf)
        del pdf.Root.AcroForm.Fields[0].Kids[2].AP

    def drawn_by_the_program(pdf: Pdf) -> None:
        linked(pdf)
        pdf.Root.AcroForm.NeedAppearances = True

    for data, groups in [
        (changed(cards, undrawn), [[0]]),
        (changed(cards, drawn_by_the_program), [[0]]),
        (locked.getvalue(), [[0]]),
        (b"%PDF-1.7\nnothing", [[0]]),
        (b"Dear families", [[0]]),
        (cards, [[0], [4]]),
        (cards, [[0], [-1]]),
        (changed(cards, layered), [[0]]),
    ]:
        (tmp_path / "x.pdf").write_bytes(data)
        answer = reader.cut(tmp_path / "x.pdf", groups, tmp_path / "into")
        assert isinstance(answer, Unreadable)
        assert answer.reason.endswith(".")
        assert list((tmp_path / "into").glob("*")) == []
    assert isinstance(reader.cut(tmp_path / "missing", [[0]], tmp_path / "into"), Unreadable)


def scan(text: str, width: int = 1100, height: int = 300) -> Image.Image:
    made = Image.new("L", (width, height), 255)
    ImageDraw.Draw(made).text((60, 60), text, fill=0, font=ImageFont.load_default(90))
    return made


def with_pictures(pdf: Pdf) -> None:
    """The second page is a scan, the third says its number as a picture alone, the fourth is blank."""
    for number, text in ((1, "Number 4711"), (2, "Number 8150")):
        page = pdf.pages[number]
        if number == 1:
            page.Contents = pdf.make_stream(b"")
        page.Resources.XObject = Dictionary(Scan=image(pdf, scan(text)))
        page.contents_add(b"q 440 0 0 120 60 60 cm /Scan Do Q")
    pdf.pages[3].Contents = pdf.make_stream(b" ")
    del pdf.pages[3].obj["/Annots"]


def pages(reader: Reader, data: bytes, folder: Path, **options: object) -> Pages:
    (folder / "x.pdf").write_bytes(data)
    answer = reader.pages(folder / "x.pdf", **options)
    assert isinstance(answer, Pages), answer
    return answer


def test_each_page_says_its_text_and_a_scanned_one_is_looked_at(reader: Reader, cards: bytes, tmp_path: Path):
    told = list[tuple[int, int]]()
    data = changed(cards, with_pictures)
    found = pages(reader, data, tmp_path, on_page=lambda done, count: told.append((done, count)))
    assert "Card of Anabel" in found.texts[0]
    assert "Number 0." in found.texts[0]
    assert found.texts[1].strip() == "Number 4711"
    assert "Card of Cosima" in found.texts[2]
    assert "8150" not in found.texts[2]
    assert found.blank == {3}
    assert not found.texts[3].strip()
    assert found.by_ocr == {1}
    assert told[-1] == (4, 4)
    assert [count for _, count in told] == [4] * len(told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_page_whose_number_is_a_picture_is_looked_at_when_asked(reader: Reader, cards: bytes, tmp_path: Path):
    found = pages(reader, changed(cards, with_pictures), tmp_path, look_at=frozenset({2, 3, 99}))
    assert "Card of Cosima" in found.texts[2]
    assert "Number 8150" in found.texts[2]
    assert found.by_ocr == {1, 2}


def moved(pdf: Pdf) -> None:
    """The fonts say other letters than they draw."""
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and "/ToUnicode" in thing:
            mapped = thing.ToUnicode.read_bytes()
            thing.ToUnicode = pdf.make_stream(
                re.sub(
                    rb"> <00([46][1-9a-f]|[57][0-8])>", lambda found: b"> <00%02x>" % (int(found[1], 16) + 1), mapped
                )
            )


def test_text_that_says_something_else_than_it_draws_is_not_believed(reader: Reader, cards: bytes, tmp_path: Path):
    data = changed(cards, moved)
    found = pages(reader, data, tmp_path)
    assert found.by_ocr == {0, 1, 2, 3}
    assert "Anabel" in found.texts[0]
    assert "Bnbcfl" not in found.texts[0]
    taken = pages(reader, data, tmp_path, at_their_word=True)
    assert taken.by_ocr == set()
    assert "Bnbcfl" in taken.texts[0], "whoever takes it at its word reads what is cut in full"


def test_what_is_no_pdf_of_pages_is_refused_with_a_sentence(reader: Reader, tmp_path: Path):
    for data in (b"Dear families", b"%PDF-1.7\nnothing", b""):
        (tmp_path / "x.pdf").write_bytes(data)
        answer = reader.pages(tmp_path / "x.pdf")
        assert isinstance(answer, Unreadable)
        assert answer.reason.endswith(".")
    assert isinstance(reader.pages(tmp_path / "missing"), Unreadable)


def test_thousands_of_pages_are_cut_one_by_one(cage: CagedReader, cards: bytes, tmp_path: Path):
    def many(pdf: Pdf) -> None:
        for _ in range(499):
            pdf.pages.extend([*pdf.pages[:4]])

    data = changed(cards, many) + b"%" * MIB + b"\n%%EOF\n"  # so large that both cells take a share
    files = cut(cage, data, [[number] for number in range(2000)], tmp_path)
    assert [named_in(files[number]) for number in (0, 1, 1998)] == [{"Anabel"}, {"Bertram"}, {"Cosima"}]
    told = list[tuple[int, int]]()
    found = pages(cage, data, tmp_path, on_page=lambda done, count: told.append((done, count)))
    assert [next(child for child in CHILDREN if f"Card of {child}" in text) for text in found.texts] == [
        CHILDREN[at % 4] for at in range(2000)
    ]
    assert told == [(done, 2000) for done in range(1, 2001)]


def test_a_cut_file_is_prepared_like_any(cage: CagedReader, cards: bytes, tmp_path: Path):
    (tmp_path / "y.pdf").write_bytes(cut(cage, cards, [[2]], tmp_path)[0])
    reading = cage.read(tmp_path / "y.pdf", "y.pdf")
    assert isinstance(reading, Reading)
    assert "Card of Cosima" in "".join(part.text for part in reading.parts)


def test_the_scripted_reader_cuts_and_reads_texts_of_pages(tmp_path: Path):
    (tmp_path / "x").write_text("Card of Anabel\fNumber \v4711\f\v8150\f")
    reader = ScriptedReader()
    told = list[tuple[int, int]]()
    found = reader.pages(tmp_path / "x", lambda done, count: told.append((done, count)))
    assert found == Pages(("Card of Anabel", "Number ", "8150"), frozenset({2}))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert reader.pages(tmp_path / "x", None, frozenset({1})) == Pages(
        ("Card of Anabel", "Number 4711", "8150"), frozenset({1, 2})
    )
    answer = reader.cut(tmp_path / "x", [[1], [2, 0]], tmp_path / "into")
    assert isinstance(answer, Cut)
    assert [path.read_text() for path in answer.files] == ["Number \v4711\f", "\v8150\fCard of Anabel\f"]
    assert isinstance(reader.cut(tmp_path / "x", [[3]], tmp_path / "into"), Unreadable)
    assert isinstance(reader.pages(tmp_path / "missing"), Unreadable)


@pytest.mark.parametrize("frames", [
    [],
    [Frame(COUNT, b"2"), Frame(TEXT, b"a"), Frame(END)],
    [Frame(COUNT, b"1"), Frame(TEXT, b"a"), Frame(TEXT, b"a"), Frame(END)],
    [Frame(TEXT, b"a"), Frame(END)],
    [Frame(COUNT, b"-1"), Frame(END)],
    [Frame(COUNT, b"99999999"), Frame(END)],
    [Frame(COUNT, b"1"), Frame(COUNT, b"1"), Frame(TEXT, b"a"), Frame(END)],
    [Frame(COUNT, b"1"), Frame(UNSEEN)],
])  # fmt: skip
def test_an_answer_about_pages_that_does_not_add_up_is_none(frames: list[Frame]):
    with pytest.raises(CageBroken):
        receive_texts(frames, None)


def test_an_answer_of_more_or_fewer_files_or_pictures_is_none(tmp_path: Path):
    with pytest.raises(CageBroken):
        receive_cuts([Frame(NAME), Frame(END)], tmp_path, 2)
    assert list(tmp_path.iterdir()) == []
    for frames in ([Frame(END)], [Frame(PARSED, b"nonsense"), Frame(END)], [Frame(NAME), Frame(END)]):
        with pytest.raises(CageBroken):
            receive_pictures(frames, 1)
