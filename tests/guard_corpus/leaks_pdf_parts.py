"""Leaks in what a PDF carries beside its pages: notes, fields, properties, attachments and what it was before."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String
from PIL import Image

from tests.guard_corpus.cases import NOTICE, Scene, leak
from tests.guard_corpus.packages import document, workbook
from tests.guard_corpus.papers import (
    FONT,
    attached,
    by_hand,
    changed,
    font_and,
    literal,
    packed,
    plain,
    scanned,
    shown,
    typeset,
)
from tests.guard_corpus.pictures import file_of, of_lines

PARTS, PICTURES, EARLIER, FILES = "PDF part", "PDF picture", "PDF before", "PDF attachment"
BODY = f"= Welcome\n{plain(' '.join(NOTICE))}\n\n"


@leak(PARTS, "letter.pdf")
def sticky_note(s: Scene) -> bytes:
    note = b"<</Type/Annot/Subtype/Text/Rect[0 0 20 20]/Contents" + literal(f"Ask about {s.name}") + b">>"
    return by_hand(b"", note, page=b"/Annots[5 0 R]")


@leak(PARTS, "letter.pdf")
def hidden_note_in_utf_16(s: Scene) -> bytes:
    told = b"<feff" + f"{s.last}, {s.given}".encode("utf-16-be").hex().encode() + b">"
    return by_hand(
        b"", b"<</Type/Annot/Subtype/FreeText/F 2/Rect[0 0 9 9]/Contents" + told + b">>", page=b"/Annots[5 0 R]"
    )


@leak(PARTS, "letter.pdf")
def rich_text_of_a_note(s: Scene) -> bytes:
    rich = f"<body xmlns='http://www.w3.org/1999/xhtml'><p>{s.given} <b>{s.last}</b></p></body>"
    note = b"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(See there)/RC" + literal(rich) + b">>"
    return by_hand(b"", note, page=b"/Annots[5 0 R]")


@leak(PARTS, "letter.pdf")
def look_of_a_stamp(s: Scene) -> bytes:
    look = packed(shown(s.name, "5 5"), b"/Type/XObject/Subtype/Form/BBox[0 0 200 30]/Resources" + FONT)
    note = b"<</Type/Annot/Subtype/Stamp/Rect[10 10 210 40]/AP<</N 6 0 R>>>>"
    return by_hand(b"", note, look, page=b"/Annots[5 0 R]")


@leak(PARTS, "letter.pdf")
def author_of_a_note(s: Scene) -> bytes:
    note = b"<</Type/Annot/Subtype/Highlight/Rect[0 0 9 9]/Contents(Nice)/T" + literal(s.name) + b">>"
    return by_hand(b"", note, page=b"/Annots[5 0 R]")


@leak(PARTS, "letter.pdf", "e-mail")
def link_to_a_mailbox(s: Scene) -> bytes:
    note = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI" + literal(f"mailto:{s.email}") + b">>>>"
    return by_hand(b"", note, page=b"/Annots[5 0 R]")


def _form(field: bytes) -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>"
    head = b"<</Type/Annot/Subtype/Widget/Rect[10 10 90 30]"
    return by_hand(b"", head + field + b">>", page=b"/Annots[5 0 R]", catalog=catalog)


@leak(PARTS, "form.pdf")
def value_of_a_field(s: Scene) -> bytes:
    return _form(b"/FT/Tx/T(who)/V" + literal(s.name))


@leak(PARTS, "form.pdf")
def earlier_value_of_a_field(s: Scene) -> bytes:
    return _form(b"/FT/Tx/T(who)/V()/DV" + literal(s.name))


@leak(PARTS, "form.pdf")
def choices_of_a_field(s: Scene) -> bytes:
    names = [f"{kid.family_name}, {kid.given_name}" for kid in (s.child, *(kid for kid, _ in s.others(4)))]
    return _form(b"/FT/Ch/Ff 131072/T(who)/V(Choose)/Opt[" + b" ".join(map(literal, names)) + b"]")


@leak(PARTS, "form.pdf")
def fields_of_given_and_family_name(s: Scene) -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 6 0 R]>>>>"
    head = b"<</Type/Annot/Subtype/Widget/FT/Tx"
    first = head + b"/Rect[10 10 90 30]/T(First name)/V" + literal(s.given) + b">>"
    last = head + b"/Rect[10 40 90 60]/T(Last name)/V" + literal(s.last) + b">>"
    return by_hand(b"", first, last, page=b"/Annots[5 0 R 6 0 R]", catalog=catalog)


@leak(PARTS, "letter.pdf")
def bookmark(s: Scene) -> bytes:
    with changed(typeset(BODY)) as it, it.pdf.open_outline() as outline:
        top = OutlineItem("Letters", 0)
        top.children.append(OutlineItem(s.name, 0))
        outline.root.append(top)
    return it.bytes


@leak(PARTS, "letter.pdf")
def named_destination(s: Scene) -> bytes:
    with changed(typeset(BODY)) as it:
        page = it.pdf.pages[0].obj
        dests = Dictionary(Names=Array([String(s.name), Array([page, Name.Fit])]))
        it.pdf.Root.Names = Dictionary(Dests=dests)
    return it.bytes


@leak(PARTS, "letter.pdf")
def label_of_a_page(s: Scene) -> bytes:
    with changed(typeset(BODY)) as it:
        it.pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(s.name))]))
    return it.bytes


@leak(PARTS, "letter.pdf", who="anyone")
def title_in_the_properties(s: Scene) -> bytes:
    with changed(typeset(BODY)) as it:
        it.pdf.docinfo[Name.Title] = f"Letter {s.name}"
    return it.bytes


@leak(PARTS, "letter.pdf")
def a_property_of_its_own(s: Scene) -> bytes:
    with changed(typeset(BODY)) as it:
        it.pdf.docinfo[Name("/MergeRecord")] = f"{s.last}|{s.given}|3"
    return it.bytes


@leak(PARTS, "letter.pdf", "student-number")
def name_of_a_property(s: Scene) -> bytes:
    with changed(typeset(BODY)) as it:
        it.pdf.docinfo[Name(f"/ID_{s.number}")] = "yes"
    return it.bytes


@leak(PARTS, "letter.pdf", who="anyone")
def xmp(s: Scene) -> bytes:
    with changed(typeset(BODY)) as it, it.pdf.open_metadata() as told:
        told["dc:description"] = f"For {s.name}"
    return it.bytes


@leak(PARTS, "letter.pdf")
def history_in_xmp_of_a_picture(s: Scene) -> bytes:
    told = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><h>{s.given} {s.last}.psd</h></x:xmpmeta>".encode()
    picture = packed(
        b"\xd0" * 64,
        b"/Type/XObject/Subtype/Image/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceGray/Metadata 6 0 R",
    )
    font = font_and(b"/XObject<</I 5 0 R>>")
    return by_hand(b"q 9 0 0 9 9 9 cm /I Do Q", picture, packed(told, b"/Type/Metadata/Subtype/XML"), font=font)


@leak(PARTS, "letter.pdf")
def comment_of_a_photo(s: Scene) -> bytes:
    photo = file_of(Image.new("RGB", (90, 90), "green"), "JPEG", comment=s.name.encode("utf-8"))
    head = b"<</Type/XObject/Subtype/Image/Width 90/Height 90/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode"
    picture = head + b"/Length %d>>\nstream\n%s\nendstream" % (len(photo), photo)
    return by_hand(b"q 90 0 0 90 9 9 cm /I Do Q", picture, font=font_and(b"/XObject<</I 5 0 R>>"))


@leak(PARTS, "letter.pdf", or_unreadable=True)
def script(s: Scene) -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS" + literal(f'app.alert("{s.name}")') + b">>>>"
    return by_hand(b"", catalog=catalog)


@leak(PARTS, "letter.pdf", or_unreadable=True)
def comment_between_objects(s: Scene) -> bytes:
    made = by_hand(b"")
    return made.replace(b"\n2 0 obj", f"\n% merged for {s.name}, grade 3\n2 0 obj".encode("cp1252"), 1)


@leak(PARTS, "letter.pdf", or_unreadable=True)
def after_the_end(s: Scene) -> bytes:
    return typeset(BODY) + f"\n{s.name}; {s.number}; grade 3\n".encode() * 3


@leak(PARTS, "letter.pdf", or_unreadable=True)
def before_the_beginning(s: Scene) -> bytes:
    return f"{s.name}; {s.number}\n".encode() + typeset(BODY)


@leak(PARTS, "letter.pdf", or_unreadable=True)
def an_object_that_nothing_uses(s: Scene) -> bytes:
    return by_hand(b"", b"<</Was " + literal(s.name) + b">>")


@leak(PARTS, "form.pdf", or_unreadable=True)
def xfa(s: Scene) -> bytes:
    told = (
        f"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><f><last>{s.last}</last><first>{s.given}</first></f></xdp:xdp>"
    )
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA 5 0 R>>>>"
    return by_hand(b"", packed(told.encode()), catalog=catalog)


@leak(EARLIER, "letter.pdf", or_unreadable=True)
def a_name_that_was_changed(s: Scene) -> bytes:
    """An editor saves by appending: what stood on the page before is in the file still."""
    first = by_hand(shown(f"Dear family of {s.name}"))
    anew = packed(shown("Dear families"))
    body = b"4 0 obj\n" + anew + b"\nendobj\n"
    start = len(first) + len(body)
    table = b"xref\n4 1\n%010d 00000 n \n" % len(first)
    before = first.rindex(b"xref\n0")
    return first + body + table + b"trailer<</Size 5/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (before, start)


@leak(EARLIER, "letter.pdf", or_unreadable=True)
def a_note_that_was_deleted(s: Scene) -> bytes:
    note = b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents" + literal(s.name) + b">>"
    first = by_hand(b"", note, page=b"/Annots[5 0 R]")
    table = b"xref\n5 1\n0000000000 00001 f \n"
    before = first.rindex(b"xref\n0")
    end = b"trailer<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (before, len(first))
    return first + table + end


@leak(FILES, "letter.pdf")
def a_text_file(s: Scene) -> bytes:
    return attached(typeset(BODY), "list.txt", f"{s.last}, {s.given}\n".encode())


@leak(FILES, "letter.pdf")
def a_workbook(s: Scene) -> bytes:
    return attached(typeset(BODY), "list.xlsx", workbook(lambda book: book.active.append([s.last, s.given, 3])))


@leak(FILES, "letter.pdf")
def an_attachment_of_an_attachment(s: Scene) -> bytes:
    inner = attached(typeset("Inner"), "letter.docx", document(lambda made: made.add_paragraph(s.name)))
    return attached(typeset(BODY), "more.pdf", inner)


@leak(FILES, "letter.pdf")
def name_of_an_attachment(s: Scene) -> bytes:
    return attached(typeset(BODY), f"{s.given}_{s.last}.txt", b"Welcome")


@leak(FILES, "letter.pdf", or_unreadable=True)
def a_note_with_a_file(s: Scene) -> bytes:
    with changed(typeset(BODY)) as it:
        spec = pikepdf.AttachedFileSpec(it.pdf, s.name.encode(), filename="a.txt")
        note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec.obj)
        it.pdf.pages[0].Annots = it.pdf.make_indirect(Array([it.pdf.make_indirect(note)]))
    return it.bytes


@leak(FILES, "letter.pdf", or_unreadable=True)
def a_zip_as_attachment(s: Scene) -> bytes:
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed_up:
        packed_up.writestr("a.txt", s.name)
    return attached(typeset(BODY), "a.zip", held.getvalue())


@leak(PICTURES, "scan.pdf", who="plain", or_unreadable=True)
def a_page_that_is_a_picture(s: Scene) -> bytes:
    picture = of_lines("Dear family,", f"{s.name} has a place in our program.", "We begin on Monday.")
    return scanned(file_of(picture), size="15cm, 5cm")


@leak(PICTURES, "scan.pdf", who="plain", or_unreadable=True)
def a_scan_with_a_text_layer_that_says_less(s: Scene) -> bytes:
    picture = of_lines("Dear family,", f"{s.name} has a place in our program.")
    source = '#set page(width: 15cm, height: 5cm, margin: 0pt)\n#place[#text(fill: white)[Dear family]]#image("p.png")'
    return typeset(source, p=file_of(picture))


@leak(PICTURES, "letter.pdf", who="plain", or_unreadable=True)
def a_picture_in_a_letter(s: Scene) -> bytes:
    picture = of_lines("Pupil of the week:", s.name, size=18)
    return typeset(f'{BODY}#image("p.png", width: 8cm)', p=file_of(picture))


@leak(PICTURES, "letter.pdf", who="plain", or_unreadable=True)
def a_picture_turned_by_a_quarter(s: Scene) -> bytes:
    picture = of_lines("Pupil of the week:", s.name, "of Maple School", size=18).rotate(90, expand=True)
    return typeset(f'{BODY}#rotate(90deg, reflow: true, image("p.png", height: 8cm))', p=file_of(picture))


@leak(PICTURES, "letter.pdf", who="plain", or_unreadable=True)
def light_letters_on_a_dark_picture(s: Scene) -> bytes:
    from PIL import ImageOps

    picture = ImageOps.invert(of_lines("Pupil of the week:", s.name, size=18))
    return typeset(f'{BODY}#image("p.png", width: 8cm)', p=file_of(picture))


@leak(PICTURES, "letter.pdf", who="plain", or_unreadable=True)
def a_picture_in_two_strips(s: Scene) -> bytes:
    """Programs cut large pictures into bands; a line of text may be cut in half."""
    picture = of_lines("Pupil of the week:", s.name, "of Maple School", size=18)
    cut = picture.height // 2
    above = file_of(picture.crop((0, 0, picture.width, cut)))
    below = file_of(picture.crop((0, cut, picture.width, picture.height)))
    body = '#stack(image("above.png", width: 10cm), image("below.png", width: 10cm))'
    return typeset(BODY + body, above=above, below=below)


@leak(PICTURES, "letter.pdf", who="plain", or_unreadable=True)
def an_inline_picture(s: Scene) -> bytes:
    grey = of_lines(s.name, "has a place", size=18, ppi=100).convert("L")
    head = f"q 300 0 0 60 30 100 cm BI /W {grey.width} /H {grey.height} /BPC 8 /CS /G ID ".encode()
    return by_hand(head + grey.tobytes() + b" EI Q")


@leak(PICTURES, "letter.pdf", who="plain", or_unreadable=True)
def a_mask_of_one_bit(s: Scene) -> bytes:
    bits = of_lines("Pupil of the week:", s.name, size=18, ppi=200).convert("1")
    head = f"/Type/XObject/Subtype/Image/ImageMask true/Width {bits.width}/Height {bits.height}/BitsPerComponent 1"
    font = font_and(b"/XObject<</I 5 0 R>>")
    return by_hand(b"q 340 0 0 80 30 100 cm /I Do Q", packed(bits.tobytes(), head.encode()), font=font)
