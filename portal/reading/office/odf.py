"""OpenDocument (odt, ods, odp): every part of the container, tables cell by cell.

Source: ISO/IEC 26300 (ODF 1.2 and 1.3), parts 1 and 3.
"""

from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.kinds import is_font
from portal.reading.office.drawings.media import is_media, read_media
from portal.reading.office.marked_up.weave import weave_xml
from portal.reading.office.odf_content import ContentReader
from portal.reading.office.ole import is_ole, read_object
from portal.reading.office.text_in_bytes import refuse_object, sweep
from portal.reading.office.zip_container import Container
from portal.reading.reader import Kind
from portal.reading.texts.markup import read_packed

_LOCKED: Final = "This file is locked with a password. Save it without one and choose it again."
_MACRO: Final = f"This file holds a macro. {SAVE_AS_PDF}"
_PLACES: Final = (
    ("content.xml", "text"),
    ("styles.xml", "headers, footers and styles"),
    ("meta.xml", "properties"),
    ("settings.xml", "settings"),
    ("manifest", "list of parts"),
    ("configurations", "settings"),
)
_FONTS: Final = (".ttf", ".otf", ".ttc", ".woff")
_THUMBNAIL: Final = "thumbnails/thumbnail.png"
"""The program's own picture of the first page, new at each save."""
_THUMBNAIL_PIXELS: Final = 512
"""The longest side LibreOffice gives it; what is larger somebody else put there, and may be read."""
_SCRIPTS: Final = ("basic/", "scripts/", "dialogs/")
_LIBRARIES: Final = ("script-lb.xml", "script-lc.xml", "dialog-lb.xml", "dialog-lc.xml")


def read_odf(parts: Container, kind: Kind, to: Gathering) -> None:
    """Read every part into `to`. Raises `CannotRead` and `expat.ExpatError`."""
    if b"encryption-data" in parts.unpack("META-INF/manifest.xml"):
        raise CannotRead(_LOCKED)
    read = _Parts(parts, kind, to)
    for name in sorted(parts.names(), key=lambda name: name.lower() == _THUMBNAIL):  # last: others may show it
        read.part(name, parts.unpack(name))


class _Parts:
    def __init__(self, parts: Container, kind: Kind, to: Gathering) -> None:
        self._parts, self._kind, self._to = parts, kind, to
        self._pictures = 0
        self._shows_thumbnail = False

    def part(self, name: str, content: bytes) -> None:
        small = name.lower()
        if name == "mimetype" or not content:
            return
        if small.startswith(_SCRIPTS) and small.rpartition("/")[2] not in _LIBRARIES:
            raise CannotRead(_MACRO)
        if small.endswith((".xml", ".rdf")):
            self._shows_thumbnail = self._shows_thumbnail or (b"Thumbnails/" in content and "manifest" not in small)
            self._read_xml(name, content)
        elif small.endswith(_FONTS) and is_font(content):
            return
        elif is_ole(content):
            self._to.hidden += 1
            read_object(content, self._to, "file inside")
        elif is_media(name, content):
            self._pictures += 1
            exempt = _THUMBNAIL_PIXELS if small == _THUMBNAIL and not self._shows_thumbnail else None
            read_media(name, content, self._to, f"picture {self._pictures}", exempt=exempt)
        elif small == "layout-cache" or "printer" in small:
            self._to.say("settings", sweep(content))
        elif content.startswith((b"PK\x03\x04", b"%PDF-")):
            self._to.hidden += 1
            self._to.inside(content, "file inside")
        else:
            raise refuse_object("an object", SAVE_AS_PDF)

    def _read_xml(self, name: str, content: bytes) -> None:
        small = name.lower()
        place = next((place for mark, place in _PLACES if mark in small), "other parts")
        if "/" in name and place in {"text", "headers, footers and styles"}:
            place = f"object inside, {place}"
        if small.endswith(("content.xml", "styles.xml")):
            shown_as = self._kind if name == "content.xml" else None
            ContentReader(self._to, place, sheets=shown_as == "ods", slides=shown_as == "odp").read(content)
        else:
            woven = weave_xml(content, strange=place in {"properties", "other parts"})
            self._to.say(place, woven)
            read_packed(woven, self._to)
