"""PDFs changed in one place, and what reading one gathers."""

import io
from collections.abc import Callable

import pikepdf
from carriers import NAME, simple_pdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

from portal.reading.budget import Budget, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.pdf.files import read_pdf

GENERATE = pikepdf.ObjectStreamMode.generate


DRAWS_NAME = b"BT /F 12 Tf 20 100 Td (Ana Rivera) Tj ET"


def gathered(data: bytes) -> Gathering:
    """Read a PDF; files inside it are PDFs or plain text here."""

    def inside(content: bytes, to: Gathering) -> None:
        if content.startswith(b"%PDF-"):
            read_pdf(content, to)
        elif content.startswith(b"PK"):
            raise CannotRead("The portal does not look into archives.")
        else:
            to.say("text", content.decode())

    to = Gathering(Budget(), inside)
    read_pdf(data, to)
    return to


def texts(data: bytes) -> str:
    return "\n\n".join(part.text for part in gathered(data).parts)


def says_name(data: bytes) -> bool:
    folded = texts(data).replace("\t", " ").replace("\r\n", " ").replace("\n", " ")
    return NAME in folded or "Rivera Ana" in folded or "Rivera, Ana" in folded


def changed(change: Callable[[pikepdf.Pdf], object], data: bytes | None = None, **save: object) -> bytes:
    """A simple letter after `change`, written by qpdf."""
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(data or simple_pdf())) as pdf:
        change(pdf)
        pdf.save(held, **save)  # type: ignore[arg-type] - options of pikepdf
    return held.getvalue()


def annotated(**keys: object) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Rect=[10, 10, 60, 40], **keys)
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    return change


def form(pdf: pikepdf.Pdf, content: bytes = DRAWS_NAME, **keys: object) -> pikepdf.Object:
    made = pdf.make_stream(content)
    made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, 300, 300])
    made.Resources = Dictionary(Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Times)))
    for key, value in keys.items():
        made[f"/{key}"] = value
    return made


def with_field(**keys: object) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=[10, 10, 90, 40], F=2, T=String("field"), **keys)
        )
        pdf.pages[0].Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    return change


def attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["list.txt"] = b"Rivera, Ana"


def attached_pdf(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["other.pdf"] = changed(attached)


def in_a_hidden_layer(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Notes")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    page = pdf.pages[0]
    page.Resources.Properties = Dictionary(L=layer)
    page.contents_add(b"/OC /L BDC " + DRAWS_NAME + b" EMC")


def outlined(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(NAME, 0))


def later(data: bytes, *objects: tuple[int, bytes]) -> bytes:
    """The file with a newer version behind it, in which some objects are others."""
    out = bytearray(data)
    table = b""
    for number, body in objects:
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    previous = data.rindex(b"xref\n0")
    at = len(out)
    return bytes(out) + b"xref\n%strailer<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        previous,
        at,
    )


def picture(width: int = 200, height: int = 100) -> Image.Image:
    made = Image.new("L", (width, height), 255)
    ImageDraw.Draw(made).rectangle((20, 20, width - 20, 40), fill=0)
    return made


def image(pdf: pikepdf.Pdf, shown: Image.Image | None = None, **keys: object) -> pikepdf.Object:
    shown = shown or picture()
    made = pdf.make_stream(shown.tobytes())
    made.Type, made.Subtype, made.Width, made.Height = Name.XObject, Name.Image, shown.width, shown.height
    made.BitsPerComponent, made.ColorSpace = (1 if shown.mode == "1" else 8), Name.DeviceGray
    for key, value in keys.items():
        made[f"/{key}"] = value
    return made


def drawn(pdf: pikepdf.Pdf, *images: pikepdf.Object) -> None:
    page = pdf.pages[0]
    page.Resources.XObject = Dictionary({f"/I{number}": each for number, each in enumerate(images)})
    for number, each in enumerate(images):
        page.contents_add(
            b"q %d 0 0 %d 10 %d cm /I%d Do Q" % (each.Width, each.Height, 20 + number * each.Height, number)
        )


def outlines() -> bytes:
    """Curves such as the outlines of ten letters, of different width."""
    letters = []
    for number in range(10):
        x, width = 20 + number * 12, 8 + number / 4
        curves = b"".join(
            b"%.2f %.2f %.2f %.2f %.2f %.2f c " % (x, 100 + step, x + width, 101 + step, x + 1, 102 + step)
            for step in range(8)
        )
        letters.append(b"%.2f 100 m " % x + curves + b"f\n")
    return b"".join(letters)
