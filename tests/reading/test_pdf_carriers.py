"""A name in every place of a PDF that can hold one is among its parts."""

from collections.abc import Callable
from contextlib import suppress

import pikepdf
import pytest
from carriers import NAME, simple_pdf, stream
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pdf_makers import (
    DRAWS_NAME,
    GENERATE,
    annotated,
    attached,
    attached_pdf,
    changed,
    form,
    in_a_hidden_layer,
    outlined,
    says_name,
    texts,
    with_field,
)
from pikepdf import Array, Dictionary, Name, String

from portal.reading.budget import CannotRead


def two_fields(pdf: pikepdf.Pdf) -> None:
    fields = [
        pdf.make_indirect(Dictionary(FT=Name.Tx, T=String(name), V=String(value)))
        for name, value in (("given", "Ana"), ("family", "Rivera"))
    ]
    pdf.Root.AcroForm = Dictionary(Fields=Array(fields))


def attached_to_a_note(pdf: pikepdf.Pdf) -> None:
    file = pdf.make_stream(b"Ana Rivera")
    filespec = Dictionary(Type=Name.Filespec, F=String("a.txt"), EF=pdf.make_indirect(Dictionary(F=file)))
    annotated(Subtype=Name.FileAttachment, FS=pdf.make_indirect(filespec))(pdf)


def associated(pdf: pikepdf.Pdf) -> None:
    file = pdf.make_stream(b"Ana Rivera", Type=Name.EmbeddedFile)
    pdf.Root.AF = Array([Dictionary(Type=Name.Filespec, AFRelationship=Name.Data, EF=Dictionary(F=file))])


def in_xmp(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as meta:
        meta["dc:description"] = NAME


def in_broken_xmp(pdf: pikepdf.Pdf) -> None:
    told = "<x:xmpmeta><rdf:RDF><a>A\ufeffna Riv\ufeffera</a></rdf:RDF></x:xmpmeta>"
    pdf.Root.Metadata = pdf.make_stream(told.encode(), Type=Name.Metadata, Subtype=Name.XML)


def in_structure(**keys: str) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        item = Dictionary(
            Type=Name.StructElem, S=Name.Figure, P=root, **{key: String(text) for key, text in keys.items()}
        )
        root.K = pdf.make_indirect(item)
        pdf.Root.StructTreeRoot = root

    return change


def named_target(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String(NAME), Array([pdf.pages[0].obj, Name.Fit])])))


def old_named_target(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Dests = Dictionary({f"/{NAME}": Array([pdf.pages[0].obj, Name.Fit])})


def in_a_script(pdf: pikepdf.Pdf) -> None:
    script = pdf.make_stream(b"app.alert('Ana' + ' Rivera'); // Ana Rivera")
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=script)


def labelled(pdf: pikepdf.Pdf) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(NAME))]))


def replaced(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"/Span <</ActualText(Welcome)>> BDC " + DRAWS_NAME + b" EMC")


def described(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(f"/Figure <</Alt ({NAME})>> BDC EMC".encode())


def replacing(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.Properties = Dictionary(P=Dictionary(ActualText=String(NAME)))
    pdf.pages[0].contents_add(b"/Span /P BDC BT /F 12 Tf 20 100 Td (Welcome) Tj ET EMC")


def replaced_by_name(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.Properties = Dictionary(P=Dictionary(ActualText=String("Welcome")))
    pdf.pages[0].Resources.XObject = Dictionary(X=form(pdf, b"/Span /P BDC " + DRAWS_NAME + b" EMC"))
    pdf.pages[0].Resources.XObject.X.Resources.Properties = pdf.pages[0].Resources.Properties
    pdf.pages[0].contents_add(b"/X Do")


def unused_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Spare = form(pdf)


def undrawn_form(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.XObject = Dictionary(X=form(pdf))


def form_in_a_form(pdf: pikepdf.Pdf) -> None:
    outer = form(pdf, b"/Y Do")
    outer.Resources.XObject = Dictionary(Y=form(pdf))
    pdf.pages[0].Resources.XObject = Dictionary(X=outer)
    pdf.pages[0].contents_add(b"/X Do")


def unused_contents(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Spare = pdf.make_stream(DRAWS_NAME)


def pattern(pdf: pikepdf.Pdf) -> None:
    made = form(pdf)
    del made.Subtype
    made.Type, made.PatternType, made.PaintType, made.TilingType = Name.Pattern, 1, 1, 1
    made.XStep = made.YStep = 300
    pdf.pages[0].Resources.Pattern = Dictionary(P=made)
    pdf.pages[0].contents_add(b"/Pattern cs /P scn 0 0 300 300 re f")


def soft_mask(pdf: pikepdf.Pdf) -> None:
    group = form(pdf, Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray))
    pdf.pages[0].Resources.ExtGState = Dictionary(G=Dictionary(SMask=Dictionary(S=Name.Luminosity, G=group)))
    pdf.pages[0].contents_add(b"/G gs 0 0 300 300 re f")


def dropped_page(pdf: pikepdf.Pdf) -> None:
    pdf.add_blank_page()
    page = pdf.pages[1]
    page.Resources = pdf.pages[0].Resources
    page.Contents = pdf.make_stream(DRAWS_NAME)
    pdf.Root.Spare = page.obj
    del pdf.pages[1]


def in_a_fixed_xfa_form(pdf: pikepdf.Pdf) -> None:
    data = pdf.make_stream(
        b"<xfa:datasets xmlns:xfa='x'><child><given>Ana</given> <family>Rivera</family></child></xfa:datasets>"
    )
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Array([String("datasets"), data]))


LEAKS: dict[str, Callable[[], bytes]] = {
    "a text note": lambda: changed(annotated(Subtype=Name.Text, Contents=String(NAME))),
    "a note's author": lambda: changed(annotated(Subtype=Name.Highlight, T=String(NAME))),
    "a note's rich text": lambda: changed(
        annotated(Subtype=Name.FreeText, RC=String("<body><p>A<b>na</b> Riv<i>era</i></p></body>"))
    ),
    "a popup": lambda: changed(annotated(Subtype=Name.Popup, Contents=String(NAME), Open=False)),
    "a link": lambda: changed(annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("mailto:Ana Rivera")))),
    "a note's appearance": lambda: changed(
        lambda pdf: annotated(Subtype=Name.Stamp, AP=Dictionary(N=form(pdf)))(pdf),
    ),
    "a hidden note's appearance": lambda: changed(
        lambda pdf: annotated(Subtype=Name.Stamp, F=2, AP=Dictionary(N=form(pdf)))(pdf),
    ),
    "a field's value": lambda: changed(with_field(FT=Name.Tx, V=String(NAME))),
    "a field's default": lambda: changed(with_field(FT=Name.Tx, DV=String(NAME))),
    "a field's hint": lambda: changed(with_field(FT=Name.Tx, TU=String(NAME))),
    "a choice": lambda: changed(with_field(FT=Name.Ch, Opt=Array([String("Tom Kim"), String(NAME)]))),
    "a box's name": lambda: changed(with_field(FT=Name.Btn, AS=Name("/Ana Rivera"))),
    "fields of their own": lambda: changed(two_fields),
    "a form kept twice": lambda: changed(in_a_fixed_xfa_form),
    "a bookmark": lambda: changed(outlined),
    "a named target": lambda: changed(named_target),
    "a named target of old": lambda: changed(old_named_target),
    "the title": lambda: changed(lambda pdf: pdf.docinfo.__setitem__("/Title", NAME)),
    "a property of one's own": lambda: changed(lambda pdf: pdf.docinfo.__setitem__("/Child", NAME)),
    "the metadata": lambda: changed(in_xmp),
    "the metadata, with marks of the order of bytes": lambda: changed(in_broken_xmp),
    "a script": lambda: changed(in_a_script),
    "alternative text": lambda: changed(in_structure(Alt=NAME)),
    "alternative text among what is drawn": lambda: changed(described),
    "actual text in the structure": lambda: changed(in_structure(ActualText=NAME)),
    "an abbreviation's meaning": lambda: changed(in_structure(E=NAME)),
    "a structure's title": lambda: changed(in_structure(T=NAME)),
    "a page label": lambda: changed(labelled),
    "text that another text replaces": lambda: changed(replaced),
    "text that replaces another": lambda: changed(replacing),
    "text in a form that a named text replaces": lambda: changed(replaced_by_name),
    "a hidden layer": lambda: changed(in_a_hidden_layer),
    "a layer's name": lambda: changed(
        lambda pdf: pdf.Root.__setitem__(
            "/OCProperties", Dictionary(OCGs=Array([pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(NAME)))]))
        )
    ),
    "an attached file": lambda: changed(attached),
    "an attached file's name": lambda: changed(lambda pdf: pdf.attachments.__setitem__("Ana Rivera.txt", b"Hello")),
    "a file attached to a note": lambda: changed(attached_to_a_note),
    "an associated file": lambda: changed(associated),
    "a file attached to an attached file": lambda: changed(attached_pdf),
    "a form no page uses": lambda: changed(unused_form),
    "a form a page knows and does not draw": lambda: changed(undrawn_form),
    "a form in a form": lambda: changed(form_in_a_form),
    "contents no page uses": lambda: changed(unused_contents),
    "a pattern": lambda: changed(pattern),
    "a soft mask": lambda: changed(soft_mask),
    "a page taken out": lambda: changed(dropped_page),
    "an object nothing refers to": lambda: simple_pdf(b"<</Old(Ana \\122ivera)>>"),
    "a packed object": lambda: changed(
        lambda pdf: pdf.Root.__setitem__("/Old", pdf.make_indirect(Dictionary(Old=String(NAME)))),
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    ),
    "a comment": lambda: simple_pdf().replace(b"endobj\n2 0", b"endobj\n% Ana Rivera\n2 0"),
    "words between objects": lambda: simple_pdf().replace(b"endobj\n2 0", b"endobj\nAna Rivera\n2 0"),
    "words after the end": lambda: simple_pdf() + b"Ana Rivera\n",
    "a stream nothing counts": lambda: simple_pdf().replace(
        b"xref\n0", b"77 0 obj\n" + stream(DRAWS_NAME) + b"\nendobj\nxref\n0"
    ),
    "what tells it apart": lambda: simple_pdf(info=b"/ID[<%s><00>]" % NAME.encode().hex().encode()),
    "what tells it apart, twice": lambda: simple_pdf(info=b"/ID[(Ana Rivera) (Ana Rivera)]"),
    "what tells it apart, half of it each time": lambda: simple_pdf(info=b"/ID[(Ana Rivera) (Ana Riverb)]"),
    "what tells it apart, as long as a hash": lambda: simple_pdf(info=b"/ID[(\\303\\211va, Ana Rivera)<00>]"),
    "what tells it apart, made to look like a hash": lambda: simple_pdf(
        info=b"/ID[<%s><%s>]" % (b"01ff9d0102ff".join((b"", NAME.encode().hex().encode())), b"01ff9d01" * 4)
    ),
    "UTF-16 in hexadecimal": lambda: simple_pdf(
        info=b"/Info<</Title<feff" + NAME.encode("utf-16-be").hex().encode() + b">>>"
    ),
}  # fmt: skip


BESIDE_THE_TABLE = frozenset(("a comment", "words between objects", "a stream nothing counts"))
"""Put in by hand, so that the file's table of objects is off: damaged, and refused where it has to be mended."""


@pytest.mark.parametrize("place", [place for place in LEAKS if place not in BESIDE_THE_TABLE])
def test_a_name_is_found_in(place: str):
    assert says_name(LEAKS[place]())


@pytest.mark.parametrize("place", sorted(BESIDE_THE_TABLE))
def test_a_file_whose_table_is_off_is_refused_as_damaged(place: str):
    with pytest.raises(CannotRead, match="damaged"):
        says_name(LEAKS[place]())


def test_a_link_with_a_name_in_its_address_is_read():
    link = annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("mailto:a@b.test?subject=Ana%20Rivera")))
    assert says_name(changed(link))


def test_the_hash_that_tells_a_file_apart_spells_nobody():
    """These sixteen bytes were read as “wù×ýùÚÚ”, and stopped a child's report card: Wu and Yu are on the roster."""
    spelt = b"w\xf9\xd7\xfd\xf9\xda\xda\x02\x8d\x13\x9e\x07\x84\x1b\x90\x05"
    for written in (b"<%s>" % spelt.hex().encode(), b"(%s)" % spelt):
        assert "w\xf9" not in texts(simple_pdf(info=b"/ID[%s%s]" % (written, written)))


def test_what_tells_a_file_apart_is_said_once_where_it_is_twice_the_same():
    assert texts(simple_pdf(info=b"/ID[(v3E2+Eph)(v3E2+Eph)]")).count("v3E2+Eph") == 1
    assert texts(simple_pdf(info=b"/ID[<76334532><76334532>]/Info<</Title(Ana)>>")).count("v3E2") == 1


def is_utf_8_by_chance(kept: bytes) -> bool:
    """Tell whether a PDF's own encoding could be taken for UTF-8, as programs write it that know no other."""
    with suppress(UnicodeDecodeError):
        return not kept.isascii() and bool(kept.decode("utf-8"))
    return False


@given(st.text(st.characters(codec="utf-16", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_whatever_a_note_says_is_among_the_parts(said: str):
    words = String(f"x{said}x")
    assume(not is_utf_8_by_chance(bytes(words)))
    note = changed(annotated(Subtype=Name.Text, Contents=words), object_stream_mode=GENERATE)
    assert f"x{said}x" in texts(note)
