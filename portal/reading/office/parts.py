"""The parts of a docx, xlsx or pptx, each read as what it is; one of no known kind refuses the file."""

import binascii
import re
from collections.abc import Mapping
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.images.pictures import THUMBNAIL_PIXELS
from portal.reading.kinds import is_font
from portal.reading.office.drawings.media import is_media, read_media
from portal.reading.office.links import parse_starts, part_as, targets_of
from portal.reading.office.marked_up.row_blocks import Rows, as_cell
from portal.reading.office.marked_up.strict import bare, parse, strict_parser
from portal.reading.office.marked_up.weave import Weave, weave_into
from portal.reading.office.ole import is_ole, read_object
from portal.reading.office.pivot import read_pivot
from portal.reading.office.sheets import Formats, SheetReader, Strings, read_formats, read_strings
from portal.reading.office.slides import boxes_in_order
from portal.reading.office.text_in_bytes import refuse_object, sweep
from portal.reading.office.zip_container import Container
from portal.reading.reader import Kind
from portal.reading.texts.markup import read_packed

# The first that is in a part's name says where a person would look; whether nobody sees it at first sight.
_PLACES: Final[tuple[tuple[str, str, bool], ...]] = (
    ("_rels/", "links", False),
    ("word/document", "text", False),
    ("word/header", "headers", False),
    ("word/foot", "footers and notes", False),
    ("word/endnotes", "footers and notes", False),
    ("word/glossary/", "building blocks", False),
    ("comment", "comments", True),
    ("people", "names of authors", False),
    ("persons/", "names of authors", False),
    ("authors", "names of authors", False),
    ("docprops/", "properties", False),
    ("xl/workbook", "sheet and defined names", False),
    ("xl/tables/", "tables", False),
    ("xl/revisions/", "earlier versions", True),
    ("notesslides/", "speaker notes", True),
    ("notesmasters/", "slide masters", False),
    ("handoutmasters/", "slide masters", False),
    ("slidemasters/", "slide masters", False),
    ("slidelayouts/", "slide layouts", False),
    ("changesinfos/", "earlier versions", True),
    ("ppt/presentation", "slide order and sections", False),
    ("drawing", "drawings", False),
    ("diagrams/", "diagrams", False),
    ("chart", "charts", False),
    ("pivot", "pivot tables", False),
    ("externallinks/", "copies from other workbooks", True),
    ("customxml/", "custom data", True),
    ("theme/", "theme", False),
    ("styles", "styles", False),
    ("settings", "settings", False),
    ("numbering", "styles", False),
    ("[content_types]", "list of parts", False),
)
_DIGITS_COUNT: Final = ("chart", "xl/revisions/", "docprops/core")
_STRANGE: Final = ("customxml/", "docprops/custom", "tags/")
_SHAPES: Final = re.compile(rb"gfxdata\s*=\s*[\"']([^\"']+)")
_FONTS: Final = (".odttf", ".fntdata", ".ttf", ".otf")
_BREAK: Final = re.compile(rb"<br\s*>", re.IGNORECASE)


class PartReader:
    """Reads all parts of one OOXML container into a gathering. Raises `CannotRead` and `expat.ExpatError`."""

    def __init__(self, container: Container, kind: Kind, to: Gathering) -> None:
        """Find out which part stands where; `read` does the rest."""
        self._parts, self._kind, self._to = container, kind, to
        self._places: dict[str, str] = {}
        self._pictures = 0

    def read(self) -> None:
        """Read every part once."""
        done = {"xlsx": self._read_workbook, "pptx": self._read_slides}.get(self._kind, set)()
        for name in self._parts.names():
            if name not in done:
                self._read_part(name, self._parts.unpack(name))

    def _read_workbook(self) -> set[str]:
        """Read sheets, pivot tables and copies of other workbooks: what stands in rows."""
        main = part_as("officeDocument", self._parts, "") or self._called("xl/workbook.xml")
        shared = part_as("sharedStrings", self._parts, main) or self._called("xl/sharedstrings.xml")
        strings = read_strings(self._parts.unpack(shared)) if shared in self._parts else Strings()
        sheets, since_1904 = self._sheets(main)
        styles = part_as("styles", self._parts, main) or self._called("xl/styles.xml")
        formats = read_formats(self._parts.unpack(styles), since_1904=since_1904)
        done = {shared}
        unlisted = [name for name in self._parts.names() if _is_sheet(name) and name not in sheets]
        for name, seen in [*sheets.items(), *((name, ("sheet no program shows (hidden)", "")) for name in unlisted)]:
            if name in self._parts:
                done.add(name)
                self._read_sheet(name, seen, strings, formats)
        for name in self._parts.names():
            if name.lower().startswith("xl/externallinks/") and name.endswith(".xml"):
                done.add(name)
                self._read_sheet(name, ("copies from other workbooks (hidden)", ""), strings, Formats())
        self._to.say("cell texts no sheet shows", strings.orphans())
        self._to.say("cell texts, how to read them", "\n\n".join(strings.readings))
        read_pivot(self._parts, self._to)
        return done

    def _called(self, small: str) -> str:
        return next((name for name in self._parts.names() if name.lower() == small), "")

    def _read_sheet(self, name: str, seen: tuple[str, str], strings: Strings, formats: Formats) -> None:
        place, title = seen
        hides = SheetReader(self._to, place, title, strings, formats).read(self._parts.unpack(name))
        self._to.sheets += _is_sheet(name)
        self._to.hidden += hides or place.endswith("(hidden)")

    def _sheets(self, main: str) -> tuple[dict[str, tuple[str, str]], bool]:
        """Return the place and the name of each sheet by its part, and whether days are counted from 1904."""
        found: list[tuple[str, bool, str]] = []
        since = [False]

        def start(name: str, attributes: Mapping[str, str]) -> None:
            element, said = bare(name), {bare(key): value for key, value in attributes.items()}
            if element == "sheet":
                found.append((said.get("id", ""), said.get("state", "visible") != "visible", said.get("name", "")))
            elif element == "workbookpr":
                since[0] = said.get("date1904", "") in {"1", "true"}

        parse_starts(self._parts.unpack(main), start)
        targets = targets_of(self._parts, main)
        return {
            targets.get(relation, ""): (f"sheet {number}{' (hidden)' if hidden else ''}", title)
            for number, (relation, hidden, title) in enumerate(found, start=1)
        }, since[0]

    def _read_slides(self) -> set[str]:
        """Find the number of each slide, and of each slide's notes and comments; read the slides in order."""
        order: list[str] = []

        def start(name: str, attributes: Mapping[str, str]) -> None:
            if bare(name) == "sldid":
                order.extend(value for key, value in attributes.items() if key.endswith(":id"))

        main = part_as("officeDocument", self._parts, "") or self._called("ppt/presentation.xml")
        parse_starts(self._parts.unpack(main), start)
        targets = targets_of(self._parts, main)
        shown = [targets[relation] for relation in order if targets.get(relation, "") in self._parts]
        done = set()
        for number, name in enumerate(shown, start=1):
            content = self._parts.unpack(name)
            done.add(name)
            hidden = _is_hidden_slide(content)
            place = f"slide {number}{' (hidden)' if hidden else ''}"
            self._to.hidden += hidden
            self._to.pages += 1
            for target in targets_of(self._parts, name).values():
                small = target.lower()
                for folder, what in (("notesslides/", "speaker notes"), ("comments/", "comments")):
                    if folder in small:
                        self._places[target] = f"{place}, {what}"
            self._weave(place, name, content)
            self._to.say(f"{place}, as it is seen", boxes_in_order(content))
        return done

    def _read_part(self, name: str, content: bytes) -> None:
        small = name.lower()
        place, is_hidden = next(
            ((place, hidden) for mark, place, hidden in _PLACES if mark in small), ("other parts", False)
        )
        place = self._places.get(name, place)
        if not content:
            return
        if small.endswith((".xml", ".rels", ".vml")):
            says_text = self._weave(place, name, content)  # on a line of its own: it counts hidden parts as well
            self._to.hidden += says_text and is_hidden and small.endswith(".xml")
        elif small.endswith(_FONTS) and is_font(content):
            return
        elif "/embeddings/" in small or is_ole(content):
            self._to.hidden += 1
            read_object(content, self._to, "file inside")
        elif is_media(name, content):
            self._pictures += 1
            exempt = THUMBNAIL_PIXELS if self._is_thumbnail(small) else None
            read_media(name, content, self._to, f"picture {self._pictures}", exempt=exempt)
        else:
            self._read_other(name, content)

    def _is_thumbnail(self, small: str) -> bool:
        """Whether this is the program's own picture of the first page, and no part shows it."""
        links = (name for name in self._parts.names() if name.endswith(".rels") and name != "_rels/.rels")
        return small.startswith("docprops/thumbnail.") and not any(
            b"thumbnail" in self._parts.unpack(name).lower() for name in links
        )

    def _read_other(self, name: str, content: bytes) -> None:
        small = name.lower()
        if "vba" in small:
            raise CannotRead(f"This file holds a macro. {SAVE_AS_PDF}")
        if "/model/" in small:
            raise CannotRead(f"This workbook holds a hidden store of data. Take it out, or: {SAVE_AS_PDF}")
        if "printersettings" in small or "customproperty" in small or not content.strip(b"\0"):
            self._to.say("printer settings", sweep(content))  # a printer's own state: no format, plain letters
        elif "/afchunk" in small or small.endswith((".htm", ".html", ".mht", ".txt", ".rtf")):
            self._to.inside(content, "file inside")
        else:
            raise refuse_object("an object", SAVE_AS_PDF)

    def _weave(self, place: str, name: str, content: bytes) -> bool:
        """Say an XML part. Returns whether it has text outside of attributes."""
        small = name.lower()
        if any("DataMashup".encode(coding) in content[:4096] for coding in ("utf-8", "utf-16-le")):
            raise CannotRead(f"This workbook holds a query to other data. Take it out, or: {SAVE_AS_PDF}")
        if "activex" in small and not small.endswith(".rels"):
            raise refuse_object("a control", SAVE_AS_PDF)
        if small.endswith(".vml"):
            content = _BREAK.sub(b"<br/>", content)  # Excel writes HTML there
        digits, strange = (any(mark in small for mark in marks) for marks in (_DIGITS_COUNT, _STRANGE))
        weave = Weave(digits=digits, strange=strange, apart=small.startswith("xl/"))
        weave_into(weave, content)
        self._to.say(place, woven := weave.woven())
        read_packed(woven, self._to)
        if former := weave.former():
            self._to.say(f"{place}, before tracked changes", former)
            self._to.hidden += 1
        if "chart" in small:
            self._say_levels(place, content)
        for packed in _SHAPES.findall(content):
            self._read_shape(packed)
        return weave.says_text

    def _read_shape(self, packed: bytes) -> None:
        """Read the container that Word packs into an attribute of a shape, for programs that know no better."""
        data = binascii.a2b_base64(packed.replace(b"&#xA;", b"").replace(b"&#xD;", b""))
        if data.startswith(b"PK\x03\x04"):
            self._to.budget.deeper()
            PartReader(Container(data, self._to.budget), self._kind, self._to).read()
            self._to.budget.shallower()

    def _say_levels(self, place: str, content: bytes) -> None:
        """Say the labels of an axis in several levels, which are kept level by level, as rows."""
        rows: dict[int, dict[int, str]] = {}
        state = {"level": 0, "point": 0}
        open_elements, text = [""], list[str]()

        def start(name: str, attributes: Mapping[str, str]) -> None:
            element = bare(name)
            open_elements.append(element)
            text.clear()
            if element == "multilvlstrcache":
                self._say_rows(place, rows)
                state["level"] = 0
            elif element == "lvl":
                state["level"] += 1
            elif element == "pt":
                number = attributes.get("idx", "")
                state["point"] = int(number) if number.isdigit() else 0

        def end(_name: str) -> None:
            if open_elements.pop() == "v" and "multilvlstrcache" in open_elements:
                rows.setdefault(state["point"] + 1, {})[-state["level"]] = as_cell("".join(text))

        parser = strict_parser()
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text.append
        parse(parser, content)
        self._say_rows(place, rows)

    def _say_rows(self, place: str, rows: dict[int, dict[int, str]]) -> None:
        told = Rows(self._to, f"{place}, labels")
        for number, cells in rows.items():
            told.add(number, cells)
        told.close()
        rows.clear()


def _is_sheet(name: str) -> bool:
    small = name.lower()
    return small.startswith("xl/worksheets/") and small.endswith(".xml") and "/_rels/" not in small


def _is_hidden_slide(content: bytes) -> bool:
    shown: list[bool] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if bare(name) == "sld":
            shown.append(attributes.get("show", "1") not in {"0", "false"})

    parse_starts(content, start)
    return shown == [False]
