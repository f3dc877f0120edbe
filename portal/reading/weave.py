"""Three views of marked-up text: as it reads with its runs joined, node by node, and its attributes.

A name may be cut in pieces by formatting (`<b>An</b>a`), which only the joined view heals, or stand in two
neighbouring nodes without a blank, which only the second view parts.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote
from xml.parsers import expat

from portal.reading.budget import CannotRead

# Elements after which a reader sees a new line, in WordprocessingML, SpreadsheetML, DrawingML and HTML.
_BLOCKS: Final = re.compile(
    r"p|tr|row|si|comment|text|br|cr|tab|tc|td|th|li|div|h[1-6]|dt|dd|table|ul|ol|title|option|section|article|header"
    r"|footer|label|button|textarea|pre|blockquote|figcaption|caption|lpstr|lpwstr|definedname"
).fullmatch
# A node of digits alone is a measure (offsets, counts, colours) unless one of these says that people wrote it.
_SAYS_DIGITS: Final = re.compile(r"t|deltext|instrtext|text|lpstr|lpwstr|definedname|is|si").fullmatch
_NAMED: Final = re.compile(r"name|descr|title|alias|tag|author|alt|value|content|placeholder|label|href").fullmatch
_NOISE: Final = re.compile(r"rsid|paraid|textid|xmlns|guid|^uid$|schemalocation|^class$|^style$")
_TWO_LETTERS: Final = re.compile(r"[^\W\d_]{2}")


class Weave:
    """Collects the views. Element and attribute names are given in small letters without a prefix.

    With `digits` every text of digits counts, as in a page of HTML where no measures stand between tags.
    With `apart` neighbours do not belong together, as the cells of a workbook in the order they are kept.
    """

    def __init__(self, *, digits: bool = False, apart: bool = False) -> None:
        """Start with nothing."""
        self._joined: list[str] = []
        self._nodes: list[str] = []
        self._attributes: list[str] = []
        self._line = "\n\n" if apart else "\n"
        self._digits = digits

    def text(self, element: str, text: str) -> None:
        """Take a text node of `element`."""
        bare = text.strip()
        if bare and not (self._digits or _SAYS_DIGITS(element) or _TWO_LETTERS.search(text)) and bare.isdigit():
            return
        self._joined.append(text)
        if bare:
            self._nodes.append(bare)

    def end(self, element: str) -> None:
        """Take the end of `element`."""
        if _BLOCKS(element):
            self._joined.append(self._line)

    def attributes(self, pairs: Mapping[str, str]) -> None:
        """Take what attributes say, such as alternative text, but not what they measure."""
        for name, value in pairs.items():
            if _NOISE.search(name) or not (_NAMED(name) or _TWO_LETTERS.search(value)):
                continue
            self._attributes.append(value)
            if "%" in value:
                self._attributes.append(unquote(value))

    def woven(self) -> str:
        """All views, parted by blank lines."""
        return "\n\n".join(["".join(self._joined).strip(), self._line.join(self._nodes), *self._attributes])


def bare(name: str) -> str:
    """Return an element or attribute name in small letters without its namespace."""
    return name.rpartition("}")[2].rpartition(":")[2].lower()


def weave_xml(data: bytes, *, apart: bool = False) -> str:
    """Return the views of an XML part; memory grows with its text alone.

    Raises `CannotRead` for a document type or entity declaration (no office program writes one; they are
    what entity bombs are made of) and `expat.ExpatError` for what is not XML.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    weave, open_elements = Weave(apart=apart), [""]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        open_elements.append(bare(name))
        weave.attributes({bare(key): value for key, value in attributes.items()})

    def end(_name: str) -> None:
        weave.end(open_elements.pop())

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: weave.text(open_elements[-1], text)
    parser.CommentHandler = lambda text: weave.text("text", text)
    parser.ProcessingInstructionHandler = lambda _target, text: weave.text("text", text)
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.Parse(data, True)  # noqa: FBT003 - expat takes its last-piece flag by position
    return weave.woven()


def _refuse(*_declaration: object) -> None:
    raise CannotRead("A part of this file declares things no letter needs. Save it as PDF and choose it again.")
