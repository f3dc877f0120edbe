"""A page is put before a file, in one PDF: the file stays as it is, with all that is hidden in it, for the guard."""

import base64
import io
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, NumberTree, Object, Pdf
from PIL import Image, ImageOps

from portal.press import NotTypeset

_INCH: Final = 72.0
_WIDTH, _HEIGHT = 8.5, 11.0
_TURNS: Final = {1: 0, 3: 180, 6: 90, 8: 270}
"""How far a picture is turned, by what its camera noted (EXIF, Orientation); those that mirror it are drawn anew."""
_ORIENTATION: Final = 0x0112
_BROKEN: Final = "The page could not be put before this file. Save the file as PDF without a password and try again."


def put_before(told: Mapping[str, Any], data: bytes) -> Iterable[object]:
    """Give the PDF of a page and a file, one behind the other in `data`; `told` says where the file begins.

    With a `source`, which begins there, the file was made of that: it is enclosed for the guard, which reads all of it,
    and taken out before families get the PDF. Raises `NotTypeset`.
    """
    page, file, source = data[: told["file"]], data[told["file"] : told["source"]], data[told["source"] :]
    try:
        whole = file if file.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-") else _of_picture(file)
        return [{"data": base64.b64encode(_bound(page, whole, source)).decode()}]
    except (
        pikepdf.PdfError,
        pikepdf.PasswordError,
        AttributeError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        TypeError,
    ):
        raise NotTypeset(_BROKEN) from None


def _bound(page: bytes, file: bytes, source: bytes) -> bytes:
    with Pdf.open(io.BytesIO(file)) as pdf, Pdf.open(io.BytesIO(page)) as before:
        if pdf.is_encrypted:
            raise NotTypeset(_BROKEN)
        count = len(before.pages)
        pdf.pages[0:0] = list(before.pages)
        _tag(pdf, before, count)
        for key in ("/OpenAction", "/PageLabels"):  # it opens with the page, and counts from there
            if key in pdf.Root:
                del pdf.Root[key]
        if source:
            pdf.attachments["letter"] = source
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, fix_metadata_version=False)
        return out.getvalue()


def _tag(pdf: Pdf, before: Pdf, count: int) -> None:
    """Join the tags of both where the file has some (ISO 32000-2, 14.7); else the page has none either."""
    added = [one.obj for one in list(pdf.pages)[:count]]
    tree = pdf.Root.get("/StructTreeRoot")
    if isinstance(tree, Dictionary):
        _join_tags(pdf, tree, before, added)
        return
    for one in added:
        if "/StructParents" in one:
            del one["/StructParents"]


def _join_tags(pdf: Pdf, tree: Object, before: Pdf, added: Sequence[Object]) -> None:
    mine = pdf.copy_foreign(before.Root.StructTreeRoot)
    if "/ParentTree" not in tree:
        tree.ParentTree = pdf.make_indirect(Dictionary(Nums=Array()))
    parents, mine_of = NumberTree(tree.ParentTree), NumberTree(mine.ParentTree)
    first = max([*parents.keys(), -1]) + 1
    for key, held in mine_of.items():
        parents[first + key] = held
    for one in added:  # a page of text has no links, so nothing on it has a place of its own
        one.StructParents = first + int(one.StructParents)
    tree.ParentTreeNextKey = first + max([*mine_of.keys(), -1]) + 1
    held, mine_held = tree.get("/K", Array()), mine.K
    kids = [*(mine_held if isinstance(mine_held, Array) else [mine_held])]
    for kid in kids:
        kid.P = tree
    tree.K = Array([*kids, *(held if isinstance(held, Array) else [held])])


def _of_picture(file: bytes) -> bytes:
    """Return a picture as a page of its own, as it is; only what a PDF cannot hold is packed anew, without loss."""
    with Image.open(io.BytesIO(file), formats=("JPEG", "PNG")) as picture, Pdf.new() as pdf:
        turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
        if picture.format == "JPEG" and picture.mode in {"RGB", "L"} and turn is not None:
            drawn, filter_, mode = file, Name.DCTDecode, picture.mode
            width, height = picture.size
        else:
            turn, filter_, mode = 0, Name.FlateDecode, "RGB"
            flat = _without_holes(ImageOps.exif_transpose(picture))
            drawn, (width, height) = zlib.compress(flat.tobytes()), flat.size
        is_lying = turn in {90, 270}
        scale = min(_WIDTH / (height if is_lying else width), _HEIGHT / (width if is_lying else height)) * _INCH
        shown = (width * scale, height * scale)
        colours = Name.DeviceGray if mode == "L" else Name.DeviceRGB
        stream = pdf.make_stream(
            drawn, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, BitsPerComponent=8,
            ColorSpace=colours, Filter=filter_,
        )  # fmt: skip
        sheet = pdf.add_blank_page(page_size=shown).obj
        sheet.Resources = Dictionary(XObject=Dictionary(P=stream))
        sheet.Contents = pdf.make_stream(b"q %f 0 0 %f 0 0 cm /P Do Q" % shown)
        if turn:
            sheet.Rotate = turn
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, fix_metadata_version=False)
        return out.getvalue()


def _without_holes(picture: Image.Image) -> Image.Image:
    """Return a picture on white paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
