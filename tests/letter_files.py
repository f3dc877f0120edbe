"""Small letters as files: PDFs with a page for each text, and a picture."""

import io

import pikepdf
from pikepdf import Dictionary, Name, String
from PIL import Image


def pdf_of(*pages: str, size: tuple[float, float] = (612, 792), language: str = "") -> bytes:
    """Return a PDF with these words on its pages, in plain Latin letters; a page without words is a drawing."""
    held = io.BytesIO()
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for words in pages:
            lines = b"".join(b"(%s) Tj T* " % line.encode() for line in words.splitlines())
            drawn = b"BT /F 14 Tf 20 TL 72 700 Td " + lines + b"ET" if words else b"72 600 100 40 re f"
            page = pdf.add_blank_page(page_size=size)
            page.obj.Resources = Dictionary(Font=Dictionary(F=font))
            page.obj.Contents = pdf.make_stream(drawn)
        if language:
            pdf.Root.Lang = String(language)
        pdf.save(held, static_id=True)
    return held.getvalue()


def png_of(width: int, height: int) -> bytes:
    """Return a picture that tells left from right."""
    held = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(held, "PNG")
    return held.getvalue()
