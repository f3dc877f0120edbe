import contextlib
import io
import struct
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pypdfium2 as pdfium
import pytest
import typst
from carriers import NAME, WELCOME, document, in_runs, png, simple_pdf, stream
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageOps, PngImagePlugin

from portal.reading.budget import CannotRead
from portal.reading.plain import PlainReader
from portal.reading.reader import Unreadable
from portal.reading.strip.strip import strip

KEY = NAME.encode()


def pages_of(data: bytes) -> list[bytes]:
    with pdfium.PdfDocument(data) as document:
        return [page.render(scale=1, may_draw_forms=True).to_numpy().tobytes() for page in document]


def everything_in(data: bytes) -> str:
    """The bytes, every stream unpacked, every string of every object, and what the reader finds."""
    found = [data.decode("latin-1"), data.decode("utf-16-be", "replace")]
    if data.startswith(b"%PDF"):
        with Pdf.open(io.BytesIO(data)) as pdf:
            for thing in pdf.objects:
                found.append(repr(thing))
                if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") != "/Image":
                    found.append(thing.read_bytes().decode("utf-8", "replace"))
    read = PlainReader().parse(data, "letter")
    assert not isinstance(read, Unreadable), read.reason
    return "\n".join(found + [part.text for part in read.reading.parts])


def stripped_of(data: bytes, shown: bytes | None = None) -> tuple[str, ...]:
    """Strip, and hold strip to its promises; it shows what `shown` does."""
    out, removed = strip(data)
    assert NAME not in everything_in(out)
    assert strip(out) == (out, ()), "stripped once more it is the same file"
    if data.startswith(b"%PDF"):
        assert pages_of(out) == pages_of(shown or data)
    return removed


def tagged(**kinds: object) -> bytes:
    text = f"""#set document(title: "Welcome letter", author: "{NAME}", keywords: ("{NAME}",), description: "{NAME}")
#set text(lang: "es")
= Welcome
Dear families, see #link("https://example.org")[our page] and @next.
#figure(image("dot.png", alt: "A dot"), caption: [Dot]) <next>
#lorem(300)"""
    with TemporaryDirectory() as folder:
        (Path(folder) / "dot.png").write_bytes(png(90, 90))
        (Path(folder) / "a.typ").write_text(text)
        made = typst.compile(str(Path(folder) / "a.typ"), **kinds)
    assert isinstance(made, bytes)
    return made


def changed(change: Callable[[Pdf], object]) -> bytes:
    """A letter after `change` has been at it in some program."""
    held = io.BytesIO()
    with Pdf.open(io.BytesIO(tagged())) as pdf:
        change(pdf)
        pdf.save(held)
    return held.getvalue()


def annotated(**keys: object):
    def change(pdf: Pdf) -> None:
        mark = Dictionary(Type=Name.Annot, Rect=[20, 20, 60, 60], **keys)
        pdf.pages[0].obj["/Annots"] = Array([*pdf.pages[0].obj.get("/Annots", []), pdf.make_indirect(mark)])

    return change


def attached(pdf: Pdf) -> None:
    pdf.attachments["list.txt"] = f"{NAME} and others".encode()
    pdf.attachments[f"{NAME}.txt"] = b"other"


def scripted(pdf: Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=f"app.alert('{NAME}')")
    pdf.Root["/OpenAction"] = script
    pdf.Root["/AA"] = Dictionary(WC=script)
    pdf.Root["/Names"] = Dictionary(JavaScript=Dictionary(Names=[NAME, script]))
    pdf.pages[0].obj["/AA"] = Dictionary(O=script)


def noted(pdf: Pdf) -> None:
    notes = Dictionary(Private=String(NAME))
    pdf.Root["/PieceInfo"] = Dictionary(App=notes)
    pdf.pages[0].obj["/PieceInfo"] = Dictionary(App=notes)
    pdf.pages[0].obj["/Thumb"] = pdf.make_stream(NAME.encode())
    pdf.pages[0].obj["/Metadata"] = pdf.make_stream(NAME.encode())
    pdf.Root["/Collection"] = Dictionary(Note=NAME)
    pdf.trailer["/DocChecksum"] = String(NAME)
    pdf.trailer["/AdditionalStreams"] = pdf.make_stream(NAME.encode())


def ending_in_a_program(pdf: Pdf) -> None:
    annotated(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String(NAME)))(pdf)
    annotated(
        Subtype=Name.Link,
        A=Dictionary(S=Name.URI, URI="https://example.org", Next=Dictionary(S=Name.JavaScript, JS=NAME)),
    )(pdf)
    for address in ("javascript:", "Java\nScript:", "file://server/", " smb://server/", "data:text/html,"):
        annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(address + NAME)))(pdf)


CARRIERS = {
    "nothing but Info and XMP": (lambda _: None, "author and keywords"),
    "comments": (annotated(Subtype=Name.Text, Contents=NAME, T=NAME), "1 comment"),
    "a popup": (annotated(Subtype=Name.Popup, Contents=NAME), "author and keywords"),
    "a note on a marker": (
        annotated(Subtype=Name.Highlight, QuadPoints=[20, 60, 60, 60, 20, 20, 60, 20], Contents=NAME, T=NAME),
        "1 comment",
    ),
    "a hidden stamp": (annotated(Subtype=Name.Stamp, F=2, Contents=NAME), "1 comment"),
    "attached files": (attached, "2 attached files"),
    "a pinned file": (annotated(Subtype=Name.FileAttachment, F=2, FS=Dictionary(F=NAME)), "1 attached file"),
    "scripts": (scripted, "scripts and actions"),
    "notes of programs": (noted, "notes of the program for itself"),
    "links to programs": (ending_in_a_program, "scripts and actions"),
}  # fmt: skip


@pytest.mark.parametrize("carrier", CARRIERS)
def test_what_no_page_shows_is_gone_from_a_pdf(carrier: str):
    change, told = CARRIERS[carrier]
    data = changed(change)
    assert NAME in everything_in_objects(data)
    note_icons_go = changed(lambda _: None) if carrier == "comments" else None
    assert told in stripped_of(data, note_icons_go)


def everything_in_objects(data: bytes) -> str:
    with Pdf.open(io.BytesIO(data)) as pdf:
        return repr(pdf.trailer) + "".join(
            repr(thing) + (thing.read_raw_bytes().decode("latin-1") if isinstance(thing, pikepdf.Stream) else "")
            for thing in pdf.objects
        )


def test_three_comments_are_counted():
    def three(pdf: Pdf) -> None:
        for _ in range(3):
            annotated(Subtype=Name.Text, Contents=NAME)(pdf)

    assert "3 comments" in stripped_of(changed(three), changed(lambda _: None))


def test_earlier_versions_are_gone():
    first = simple_pdf(text=stream(f"BT /F 12 Tf 20 200 Td ({NAME}) Tj ET".encode()))
    at = len(first)
    update = b"4 0 obj\n" + WELCOME + b"\nendobj\n"
    table = b"xref\n4 1\n%010d 00000 n \ntrailer<</Size 5/Root 1 0 R/Prev %d>>\n" % (at, first.rindex(b"xref\n0"))
    newer = first + update + table + b"startxref\n%d\n%%%%EOF\n" % (at + len(update))
    assert stripped_of(newer) == ("earlier versions",)


def test_objects_that_belong_to_nothing_and_words_after_the_end_are_gone():
    data = simple_pdf(stream(KEY), b"(" + KEY + b")") + KEY
    assert stripped_of(data) == ("what stood after the end of the file",)


def test_a_file_made_for_the_web_is_not_called_an_earlier_version():
    held = io.BytesIO()
    with Pdf.open(io.BytesIO(simple_pdf())) as pdf:
        pdf.save(held, linearize=True)
    assert held.getvalue().count(b"%%EOF") == 2
    assert stripped_of(held.getvalue()) == ()


def test_a_signed_form_keeps_its_fields_and_loses_its_signature():
    def form(pdf: Pdf) -> None:
        script = Dictionary(K=Dictionary(S=Name.JavaScript, JS=NAME))
        box = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=[20, 20, 90, 40], AA=script)
        box.update({"/FT": Name.Tx, "/T": String("child"), "/TU": String("Child's name"), "/V": String("Somebody")})
        filled = pdf.make_indirect(box)
        value = Dictionary(Type=Name.Sig, Name=NAME, Reason=NAME)
        signed = pdf.make_indirect(Dictionary(FT=Name.Sig, T="signature", V=value))
        pdf.Root["/AcroForm"] = Dictionary(Fields=[filled, signed], SigFlags=3, XFA=pdf.make_stream(NAME.encode()))
        pdf.pages[0].obj["/Annots"] = Array([filled])

    data = changed(form)
    removed = stripped_of(data)
    assert {"a digital signature (any change makes it void)", "scripts and actions"} <= set(removed)
    with Pdf.open(io.BytesIO(strip(data)[0])) as pdf:
        field = pdf.Root["/AcroForm"]["/Fields"][0]
        assert (str(field["/V"]), str(field["/TU"])) == ("Somebody", "Child's name")
        assert "/AA" not in field


def test_a_stamp_with_a_drawing_is_still_shown():
    def stamp(pdf: Pdf) -> None:
        drawing = pdf.make_stream(b"1 0 0 rg 0 0 40 40 re f")
        drawing.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 40, 40])})
        annotated(Subtype=Name.Stamp, AP=Dictionary(N=pdf.make_indirect(drawing)), Contents=NAME)(pdf)

    data = changed(stamp)
    assert pages_of(data) != pages_of(changed(lambda _: None))
    assert "1 comment" in stripped_of(data)


def test_photos_in_a_pdf_lose_what_the_camera_wrote_and_no_pixel():
    photo = jpeg_with_everything()

    def place(pdf: Pdf) -> None:
        picture = pdf.make_stream(photo)
        size = {"/Width": 96, "/Height": 80, "/BitsPerComponent": 8, "/ColorSpace": Name.DeviceRGB}
        picture.update({"/Type": Name.XObject, "/Subtype": Name.Image, "/Filter": Name.DCTDecode, **size})
        picture["/Metadata"] = pdf.make_stream(NAME.encode())
        pdf.pages[0].obj["/Resources"]["/XObject"] = Dictionary(P=picture)
        pdf.pages[0].contents_add(b"q 96 0 0 80 50 300 cm /P Do Q")

    assert "what cameras wrote into pictures" in stripped_of(changed(place))


@pytest.mark.parametrize("standard", ["ua-1", "a-2a", "a-3b"])
def test_a_letter_for_everyone_stays_one(standard: str):
    data = tagged(pdf_standards=[standard])
    assert "author and keywords" in stripped_of(data)
    with Pdf.open(io.BytesIO(data)) as before, Pdf.open(io.BytesIO(strip(data)[0])) as after:
        assert "/StructTreeRoot" in after.Root or standard == "a-3b"
        assert str(after.Root["/Lang"]) == str(before.Root["/Lang"]) == "es"
        assert bool(after.Root["/MarkInfo"]["/Marked"])
        assert standard != "ua-1" or bool(after.Root["/ViewerPreferences"]["/DisplayDocTitle"])
        assert str(after.docinfo["/Title"]) == "Welcome letter"
        assert alternatives(after) == alternatives(before)
        assert len(after.pages[0].obj["/Annots"]) == len(before.pages[0].obj["/Annots"]) == 2
        with before.open_metadata() as old, after.open_metadata() as new:
            assert new["dc:title"] == "Welcome letter"
            assert new["dc:language"] == {"es"}
            assert "dc:creator" not in new
            for claim in ("pdfuaid:part", "pdfaid:part", "pdfaid:conformance"):
                assert new.get(claim) == old.get(claim)


def alternatives(pdf: Pdf) -> list[str]:
    return sorted(str(thing["/Alt"]) for thing in pdf.objects if isinstance(thing, Dictionary) and "/Alt" in thing)


def test_locked_damaged_and_foreign_files_are_refused_with_a_sentence():
    locked = io.BytesIO()
    with Pdf.open(io.BytesIO(simple_pdf())) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user=""))
    half = jpeg_with_everything()
    for data, sentence in [
        (locked.getvalue(), "locked"),
        (b"%PDF-1.7\nnothing", "damaged"),
        (half[: len(half) // 2], "damaged"),
        (png(90, 90)[:60], "damaged"),
        (document(in_runs), "save the letter as PDF"),
        (b"Dear families", "save the letter as PDF"),
        (b"%!PS", "PostScript"),
    ]:
        with pytest.raises(CannotRead, match=sentence):
            strip(data)


# --- pictures ---------------------------------------------------------------------------------------------------------


def exif(orientation: int = 6, *, place: bool = True) -> Image.Exif:
    told = Image.Exif()
    told[0x0112], told[0x010E], told[0x013B] = orientation, NAME, NAME
    if place:
        told.get_ifd(0x8825)[1] = "N"
        told.get_ifd(0x8825)[2] = (35.0, 13.0, 37.0)
    return told


def drawn(mode: str = "RGB") -> Image.Image:
    return Image.effect_mandelbrot((96, 80), (-2, -1, 1, 1), 60).convert(mode)


def jpeg_with_everything(**options: object) -> bytes:
    held = io.BytesIO()
    drawn().save(held, "JPEG", exif=exif(), comment=NAME, xmp=b"<x>" + KEY + b"</x>", icc_profile=b"p" * 300, **options)
    iptc = b"\xff\xed" + struct.pack(">H", 20 + len(KEY)) + b"Photoshop 3.0\0 " + KEY + b"xxx"
    return held.getvalue()[:2] + iptc + held.getvalue()[2:] + b"second picture: " + KEY


def pixels(data: bytes) -> list[tuple[bytes, object]]:
    with Image.open(io.BytesIO(data)) as opened:
        frames = []
        for number in range(getattr(opened, "n_frames", 1)):
            opened.seek(number)
            frames.append((ImageOps.exif_transpose(opened).convert("RGBA").tobytes(), opened.info.get("icc_profile")))
        return frames


def saved(kind: str, mode: str = "RGB", **options: object) -> bytes:
    held = io.BytesIO()
    drawn(mode).save(held, kind, **options)
    return held.getvalue()


def png_with_everything() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", NAME)
    words.add_text("Comment", NAME, zip=True)
    words.add_itxt("XML:com.adobe.xmp", NAME)
    return saved("PNG", pnginfo=words, exif=exif(), dpi=(300, 300), icc_profile=b"p" * 300) + KEY


def webp_with_everything() -> bytes:
    return saved("WEBP", lossless=True, exif=exif(), xmp=KEY, icc_profile=b"p" * 300)


def gif_with_everything() -> bytes:
    more = drawn("P").rotate(90, expand=False)
    made = saved("GIF", "P", comment=KEY, save_all=True, append_images=[more], loop=0)
    return made + b"hidden " + KEY


def tiff_with_everything() -> bytes:
    return saved("TIFF", tiffinfo={270: NAME, 315: NAME}, save_all=True, append_images=[drawn("L").rotate(180)])


MAKERS = {
    "jpeg": jpeg_with_everything, "png": png_with_everything, "webp": webp_with_everything, "gif": gif_with_everything,
    "pdf": simple_pdf,
}  # fmt: skip
PLACE, CAMERA = "the place where the photo was taken", "camera and time of the photo"
WORDS, TAIL = "words that came with the picture", "what stood after the end of the picture"


@pytest.mark.parametrize(("make", "told"), [
    (jpeg_with_everything, {PLACE, CAMERA, WORDS, TAIL}),
    (lambda: jpeg_with_everything(progressive=True, subsampling=2, quality=30), {PLACE, CAMERA, WORDS, TAIL}),
    (png_with_everything, {PLACE, CAMERA, WORDS, TAIL}),
    (webp_with_everything, {PLACE, CAMERA, WORDS}),
    (gif_with_everything, {WORDS, TAIL}),
    (tiff_with_everything, {WORDS}),
], ids=["jpeg", "progressive jpeg", "png", "webp", "gif", "tiff"])  # fmt: skip
def test_pictures_lose_their_words_and_no_pixel(make: Callable[[], bytes], told: set[str]):
    data = make()
    assert KEY in data
    assert set(stripped_of(data)) == told
    out = strip(data)[0]
    assert KEY not in out
    assert pixels(out) == pixels(data)


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_taken_sideways_stays_upright(kind: str, turned: int):
    data = saved(kind, exif=exif(turned, place=False))
    assert stripped_of(data) == (CAMERA,)
    out = strip(data)[0]
    assert pixels(out) == pixels(data)
    assert (b"Exif" in out or b"eXIf" in out or b"EXIF" in out) is (turned != 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_picture_that_says_nothing_stays_byte_for_byte(kind: str):
    once = strip(saved(kind, "L"))[0]
    assert strip(once) == (once, ())
    if kind != "TIFF":
        assert once == saved(kind, "L")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(MAKERS)), st.integers(0, 10**6), st.binary(max_size=5), st.sampled_from(["cut", "whole"]))
def test_no_damage_makes_it_do_anything_but_strip_or_say_no(kind: str, at: int, patch: bytes, rest: str):
    whole = MAKERS[kind]()
    at = 12 + at % (len(whole) - 12)
    with contextlib.suppress(CannotRead):
        out, _ = strip(whole[:at] + patch + (b"" if rest == "cut" else whole[at + len(patch) :]))
        assert strip(out) == (out, ())


def test_a_page_is_stripped_in_a_few_milliseconds():
    data = tagged(pdf_standards="ua-1")
    started = time.process_time()
    for _ in range(20):
        strip(data)
    assert (time.process_time() - started) / 20 < 0.02
