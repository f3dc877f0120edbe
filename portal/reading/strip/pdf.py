"""PDF without author, comments, attachments, scripts and earlier versions. Pages, tags and fields stay as they are."""

import io
import re
from collections import Counter
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from portal.reading.budget import CannotRead
from portal.reading.pdf.photos import filters_of, photo_in
from portal.reading.strip.pdf_details import AUTHOR, WRITTEN_BY, strip_details
from portal.reading.strip.stripped_pictures import strip_jpeg

_LOCKED: Final = "This PDF is locked. Save it without a password or restrictions and choose it again."
_DAMAGED: Final = "This PDF is damaged. Open it and print it to a new PDF, then choose that."
_FORM: Final = "This PDF is a form that few programs show. Print it to a new PDF and choose that."

SCRIPTS: Final = "scripts and actions"
VERSIONS: Final = "earlier versions"
TAIL: Final = "what stood after the end of the file"
SIGNATURE: Final = "a digital signature (any change makes it void)"
COMMENT: Final = "1 comment"
FILE: Final = "1 attached file"
PROGRAM: Final = "notes of the program for itself"
UNUSED: Final = "parts that nothing uses"
PICTURES: Final = "what cameras wrote into pictures"
BESIDE_PAGES: Final = frozenset((AUTHOR, WRITTEN_BY, VERSIONS, TAIL))
"""What is taken out without a change of anything that a page is drawn with, and leaves nothing else unused."""
_MORE: Final = {COMMENT: " comments", FILE: " attached files"}
_PACKED: Final = pikepdf.ObjectStreamMode.generate

_ROOT_KEPT: Final = frozenset(
    (
        "/Type", "/Version", "/Extensions", "/Pages", "/PageLabels", "/Names", "/Dests", "/ViewerPreferences",
        "/PageLayout", "/PageMode", "/Outlines", "/OpenAction", "/AcroForm", "/Metadata", "/StructTreeRoot",
        "/MarkInfo", "/Lang", "/OutputIntents", "/OCProperties", "/URI"
    )
)  # fmt: skip
_PAGE_KEPT: Final = frozenset(
    (
        "/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox",
        "/Contents", "/Rotate", "/Group", "/Annots", "/Tabs", "/StructParents", "/UserUnit", "/Dur", "/Trans",
        "/BoxColorInfo"
    )
)  # fmt: skip
_TRAILER: Final = frozenset(
    (
        "/Root", "/Info", "/Size", "/ID", "/Prev", "/XRefStm", "/Type", "/W", "/Index", "/Length", "/Filter",
        "/DecodeParms"
    )
)  # fmt: skip
_FORM_KEPT: Final = frozenset(("/Fields", "/NeedAppearances", "/DR", "/DA", "/Q"))
_SHOWN_MARKS: Final = frozenset(
    (
        "/FreeText", "/Stamp", "/Ink", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight",
        "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Watermark", "/Redact"
    )
)  # fmt: skip
"""Drawn on the page, so they stay as drawings: a letter may be signed by a stamp."""
_SAID_BY_MARKS: Final = ("/Contents", "/RC", "/T", "/Subj", "/Popup", "/IRT", "/NM", "/M", "/CreationDate", "/ExData")
_TRIES: Final = 3
_HIDDEN: Final = 0b10
_ACTIONS_KEPT: Final = frozenset(("/GoTo", "/URI", "/Named"))
_SCHEMES_KEPT: Final = frozenset(("http", "https", "mailto", "tel", "sms"))
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d)")
"""Not a host with its port, as some programs write one."""
_ANYWHERE: Final = ("/PieceInfo", "/LastModified", "/AF", "/CreatorInfo", "/OPI", "/SpiderInfo")
_CONTAINERS: Final = frozenset(("/ObjStm", "/XRef"))
_TOUCHED: Final = frozenset((*_ANYWHERE, "/Metadata", "/AA", "/JS", "/A", "/Subtype"))
"""What something is looked for under: most objects have none of it, and asking once is quick."""


def strip_pdf(data: bytes, *, is_read_next: bool = False) -> tuple[bytes, list[str]]:
    """Write the PDF anew from what its pages need. ISO 32000-2; tags, titles and languages stay (ISO 14289-1).

    It is written until nothing changes any more, which after the first time is the rule. Where only what stands beside
    the pages was taken out, nothing more can change: whoever reads next what is left sees whether it is whole.
    """
    data, removed, held = _written(data)
    if is_read_next and removed and BESIDE_PAGES.issuperset(removed):
        return data, _counted(removed)
    for _ in range(_TRIES):
        again, more, left = _written(data)
        removed += more if more or removed or left >= held else [UNUSED]
        if again == data:
            return data, _counted(removed)
        data = again
    raise CannotRead(_DAMAGED)


def strip_set_pdf(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Write a PDF of the press anew, once: it holds nothing whose leaving would leave something else unused."""
    data, removed, _ = _written(data)
    return data, tuple(dict.fromkeys(_counted(removed)))


def _written(data: bytes) -> tuple[bytes, list[str], int]:
    """Return the file written anew, what was taken out, and how many parts there were before."""
    removed = _before_and_after(data)
    try:
        with Pdf.open(io.BytesIO(data), access_mode=pikepdf.AccessMode.stream) as pdf:
            if pdf.is_encrypted:
                raise CannotRead(_LOCKED)
            if pdf.is_linearized:  # has two of everything from the start
                removed = [what for what in removed if what != VERSIONS or data.count(b"%%EOF") > 2]
            hints = 2 if pdf.is_linearized else 0  # how to send it, and where its pages are
            stripped, held = write_stripped(pdf, removed)
    except pikepdf.PasswordError:
        raise CannotRead(_LOCKED) from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        raise CannotRead(_DAMAGED) from None
    return stripped, removed, held - hints


def write_stripped(pdf: Pdf, removed: list[str]) -> tuple[bytes, int]:
    """Take out of an open PDF what no family is meant to get, and write it; return also how many parts it had."""
    held = _strip_objects(pdf, removed)
    _strip_root(pdf, removed)
    for page in pdf.pages:
        _strip_page(page.obj, removed)
    strip_details(pdf, removed)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=_PACKED, fix_metadata_version=False)
    return out.getvalue(), held


def _counted(removed: list[str]) -> list[str]:
    """Say "3 comments" instead of three times the same."""
    counts = Counter(removed)
    return [what if what not in _MORE or count == 1 else f"{count}{_MORE[what]}" for what, count in counts.items()]


def _before_and_after(data: bytes) -> list[str]:
    end = data.rfind(b"%%EOF")
    removed = [VERSIONS] if data.count(b"%%EOF") > 1 else []
    return [*removed, TAIL] if end >= 0 and data[end + 5 :].strip(b"\0 \r\n") else removed


def _drop(thing: Object, keys: tuple[str, ...]) -> int:
    """Delete keys, and return how many were there."""
    there = [key for key in keys if key in thing]
    for key in there:
        del thing[key]
    return len(there)


def _strip_objects(pdf: Pdf, removed: list[str]) -> int:
    """Take from every object what may hang on any: notes of programs, actions, and details of pictures; count them."""
    count = 0
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary | Stream):
            continue
        keys = thing.keys()
        count += "/Type" not in keys or thing.get("/Type") not in _CONTAINERS
        if _TOUCHED.isdisjoint(keys):
            continue
        if _drop(thing, _ANYWHERE):
            removed.append(PROGRAM)
        if "/Metadata" in thing and thing.objgen != pdf.Root.objgen:
            del thing["/Metadata"]
            removed.append(PICTURES)
        _strip_actions(thing, removed)
        if isinstance(thing, Stream) and thing.get("/Subtype") == "/Image":
            _strip_picture(thing, removed)
    return count


def _strip_actions(thing: Object, removed: list[str]) -> None:
    """Keep ways to a page and to the web; a link, field or heading that did anything else does nothing."""
    if _drop(thing, ("/AA", "/JS")):
        removed.append(SCRIPTS)
    action = thing.get("/A")
    if isinstance(action, Dictionary) and "/S" in action:
        if str(action["/S"]) not in _ACTIONS_KEPT or _leads_into_the_machine(action):
            del thing["/A"]
            removed.append(SCRIPTS)
        elif _drop(action, ("/Next",)):
            removed.append(SCRIPTS)


def _leads_into_the_machine(action: Object) -> bool:
    """Tell whether an address is a script, a file or a share: programs read it past blanks and line ends."""
    scheme = _SCHEME.match(re.sub(r"[\x00-\x20]", "", str(action.get("/URI", ""))))
    return scheme is not None and scheme[1].lower() not in _SCHEMES_KEPT


def _strip_picture(picture: Object, removed: list[str]) -> None:
    """Strip a JPEG where it is: its pixels are not packed anew."""
    if filters_of(picture)[-1:] != ["/DCTDecode"]:
        return
    try:
        photo = photo_in(picture, picture.read_raw_bytes())
        stripped, notes = strip_jpeg(photo or b"")
    except CannotRead:  # decoders show broken JPEGs as far as they go; the reader has judged all of it
        return
    if notes:
        parameters = picture.get("/DecodeParms")
        last = parameters[len(parameters) - 1] if isinstance(parameters, Array) else parameters
        last = last if isinstance(last, Dictionary) else None
        picture.write(stripped, filter=Name.DCTDecode, decode_parms=last)
        removed.append(PICTURES)


def _strip_root(pdf: Pdf, removed: list[str]) -> None:
    """Keep of the catalog and the trailer what pages, tags, fields and headings need."""
    root = pdf.Root
    if "/NeedsRendering" in root:
        raise CannotRead(_FORM)
    removed += [FILE] * len(pdf.attachments)
    names = root.get("/Names")
    if isinstance(names, Dictionary):
        if "/JavaScript" in names:
            removed.append(SCRIPTS)
        _drop(names, tuple(key for key in names.keys() if key != "/Dests"))  # noqa: SIM118 - iterating one gives pairs
    opens = root.get("/OpenAction")
    if isinstance(opens, Dictionary) and str(opens.get("/S")) != "/GoTo":
        del root["/OpenAction"]
        removed.append(SCRIPTS)
    if _drop(root, tuple(key for key in root.keys() if key not in _ROOT_KEPT)):  # noqa: SIM118 - iterating one gives pairs
        removed.append(PROGRAM)
    if root.get("/PageMode") == "/UseAttachments":
        del root["/PageMode"]
    _strip_fields(root.get("/AcroForm"), removed)
    if _drop(pdf.trailer, tuple(key for key in pdf.trailer.keys() if key not in _TRAILER)):  # noqa: SIM118 - iterating one gives pairs
        removed.append(PROGRAM)
    _drop(pdf.trailer, ("/ID",))  # qpdf makes one of the new content


def _strip_fields(form: Object | None, removed: list[str]) -> None:
    """Leave fields with what is filled in, without signatures and without the form's twin in XML (XFA)."""
    if not isinstance(form, Dictionary):
        return
    if _drop(form, ("/XFA",)):
        removed.append(SCRIPTS)
    _drop(form, tuple(key for key in form.keys() if key not in _FORM_KEPT))  # noqa: SIM118 - iterating one gives pairs
    waiting, seen = list(form.get("/Fields", Array())), set[tuple[int, int]]()
    while waiting:
        field = waiting.pop()
        if not isinstance(field, Dictionary) or (field.is_indirect and field.objgen in seen):
            continue
        seen.add(field.objgen)
        waiting += list(field.get("/Kids", Array()))
        if field.get("/FT") == "/Sig" and _drop(field, ("/V", "/Lock", "/SV")):
            removed.append(SIGNATURE)


def _strip_page(page: Object, removed: list[str]) -> None:
    """Keep what a page shows; of the marks on it, those that are drawn, without what was said with them."""
    if _drop(page, tuple(key for key in page.keys() if key not in _PAGE_KEPT)):  # noqa: SIM118 - iterating one gives pairs
        removed.append(PROGRAM)
    marks = page.get("/Annots")
    if not isinstance(marks, Array):
        return
    kept = Array([mark for mark in marks if _is_kept(mark, removed)])
    if len(kept) == 0:
        del page["/Annots"]
    elif len(kept) < len(marks):
        page["/Annots"] = kept


def _is_kept(mark: Object, removed: list[str]) -> bool:
    if not isinstance(mark, Dictionary):
        return False
    _strip_actions(mark, removed)
    kind = str(mark.get("/Subtype"))
    if kind in {"/Link", "/Widget"}:
        _drop(mark, ("/M", "/NM", "/PA"))
        return True
    if kind not in _SHOWN_MARKS or int(mark.get("/F", 0)) & _HIDDEN:
        if kind != "/Popup":
            removed.append(FILE if kind == "/FileAttachment" else COMMENT)
        return False
    said = tuple(key for key in _SAID_BY_MARKS if kind != "/FreeText" or key not in {"/Contents", "/RC"})
    if _drop(mark, said):
        removed.append(COMMENT)
    return True
