"""Marked-up text as it reads: runs joined, cells of a row parted by tabs, rows by blank lines, and what attributes say.

A name may be cut in pieces by formatting (`<b>An</b>a`), which joining heals; or two words may stand in two runs
without a blank between them, so a block in which that seems so is given a second time with blanks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple
from urllib.parse import unquote

from portal.reading.merged import rows_with_cells_above, rows_with_first_cells
from portal.reading.office.marked_up.formats import words_of_format
from portal.reading.office.marked_up.records import Records
from portal.reading.office.marked_up.strict import bare, check_depth, parse, strict_parser

# Elements after which a reader sees a new line, in WordprocessingML, SpreadsheetML, DrawingML and ODF. Outside of
# paragraphs every other element that is no run ends one too.
_BLOCKS: Final = re.compile(
    r"p|h|si|comment|text|threadedcomment|table|tbl|title|desc|lpstr|lpwstr|definedname|annotation|pt|v|f|creator"
    r"|list-item|note-body|text-box"
).fullmatch
_CELLS: Final = frozenset(("tc", "table-cell", "covered-table-cell"))
_ROWS: Final = frozenset(("tr", "table-row"))
_COVERING: Final = frozenset(("vmerge", "covered-table-cell"))
_BREAKS: Final[dict[str, str]] = {
    "tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "s": " ", "nobreakhyphen": "-",
    "rubypr": " ", "rt": " ", "ruby-base": " ", "ruby-text": " ",
}  # fmt: skip
_PARAGRAPHS: Final = frozenset(("p", "h"))
_RUNS: Final = frozenset(("t", "r", "s", "deltext", "span", "a", "b", "i", "u", "em", "font", "ins", "del", "textpath"))
# The code of a field ("MERGEFIELD First") stands between the words it makes, so it is kept apart from them.
_ASIDE: Final = frozenset(("instrtext", "delinstrtext"))
_MEASURES: Final = frozenset(
    (
        "posoffset",
        "align",
        "pctwidth",
        "pctheight",
        "pctposhoffset",
        "pctposvoffset",
        "rowid",
        "colid",
        "tablestyleid",
        "trace",
    )
)
_OLD: Final = frozenset(("del", "movefrom"))
_NEW: Final = frozenset(("ins", "moveto"))
# Digits alone are a measure (offsets, counts, colours) unless one of these says that people wrote them.
_SAYS_DIGITS: Final = re.compile(
    r"t|p|h|a|span|deltext|text|lpstr|lpwstr|definedname|is|si|title|desc|user-defined|company|manager|hyperlinkbase"
).fullmatch
_SAYING: Final = frozenset(("alias", "default", "docvar", "listitem", "lvltext", "tag"))
"""Elements of which an attribute is what somebody wrote, be it a number."""
_FIELD_MARKS: Final = frozenset(("begin", "separate", "end"))
_MEASURE: Final = re.compile(r"[-+]?[\d.,]+%?")
_NAMED: Final = re.compile(
    r"name|descr|title|alias|tag|author|alt|value|string-value|content|placeholder|label|href|target|displayname|displaytext"
    r"|tooltip|prompt|prompttitle|error|errortitle|display"
).fullmatch
_NOISE: Final = re.compile(r"rsid|paraid|textid|guid|^u?id$|schemalocation|^class$|^style$|gfxdata|^ref$|^sqref$")
_TWO_WORDS: Final = re.compile(r"[^\W\d_]{2,}(?: |_x0020_)[^\W\d_]{2,}")
_TWO_NAMES: Final = re.compile(r"[^\W\d_]{2}[._-]?[A-Z]|[^\W\d_]{2}[._-][^\W\d_]{2}")
_REFERENCE: Final = re.compile(r"\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?").fullmatch
_TWO_LETTERS: Final = re.compile(r"[^\W\d_]{2}|(?:[^\W\d_][\s.*\u00b7_-]{1,3}){3}[^\W\d_]")
"""Two side by side, or four that stand apart: "A n a  R i v e r a"."""
_NUMBER: Final = re.compile(r"\d(?:[ ().+/-]{0,3}\d){4,}")
_PICTURES: Final = re.compile(r"(?:wing|web)dings.*|symbol|.*mt extra.*").fullmatch
_CELL, _ROW, _COVERED = (
    "\x1f",
    "\x1e",
    "\x1d",
)  # no XML holds these characters, so they can mark ends until all is joined
_CELL_ENDS: Final = re.compile("\n*\x1f")
_NO_FIRST_CELL: Final = re.compile("\x1e[^\\w\t\x1e]*\t")
_ROW_ENDS: Final = re.compile("[\t\n]*\x1e[\n\x1e]*")

_GUIDES: Final = frozenset(("rubypr", "rt", "ruby-text"))
_OF_RUBY: Final = _GUIDES | {"ruby-base"}
_ALTERNATIVES: Final = frozenset(("choice", "fallback"))
"""What programs show one of (ECMA-376 part 3, 7.6), the newest that they know."""


class _Node(NamedTuple):
    """A text of a paragraph: whether it was taken out or put in, and which one of some alternatives it is of.

    A guide tells how to say the letters below it.
    """

    text: str
    old: bool = False
    new: bool = False
    is_guide: bool = False
    alternative: tuple[int, ...] = ()


class Weave:
    """Collects the text; `says_text` once any stands outside of attributes.

    Element names are given in small letters without a prefix. With `digits` every text of digits counts; with
    `strange` (a vocabulary of somebody's own) every attribute too. With `apart` neighbours do not belong together,
    as the cells of a workbook in the order they are kept.
    """

    def __init__(self, *, digits: bool = False, strange: bool = False, apart: bool = False) -> None:
        """Start with nothing."""
        self._line = "\n\n" if apart else "\n"
        self._digits, self._strange = digits or strange, strange
        self._blocks: list[list[_Node]] = [[]]  # a text box stands in the middle of a paragraph and has its own
        self._out: list[str] = []
        self._spaced: list[str] = []
        self._former: list[str] = []
        self._aside: list[str] = []
        self._attributes: dict[str, None] = {}
        self._quiet: set[tuple[str, str]] = set()  # attributes that are told already, or say nothing
        self._records = Records() if strange else None
        self._old = self._new = self._rows = self._stops = self._guides = 0
        self._alternatives: list[int] = []
        self._is_covered = False  # the cell, by one above or, in ODF, beside: ECMA-376 part 1, 17.4.84 and 21.1.3.16
        self.says_text = False

    def start(self, element: str) -> None:
        """Take the start of `element`; formats whose starts are not told lose nothing but text boxes' order."""
        if self._records is not None:
            self._records.start(element)
        if element in _PARAGRAPHS:
            self._blocks.append([])
        elif element in _ROWS:
            self._rows += 1
            self._out.append(_ROW if self._rows == 1 else "")
        elif element == "tabs":
            self._stops += 1
        elif element in _OLD:
            self._old += 1
        elif element in _NEW:
            self._new += 1
        elif element in _GUIDES:
            self._guides += 1
        elif element == "alternatecontent":
            self._alternatives.append(0)
        elif element in _ALTERNATIVES and self._alternatives:
            self._alternatives[-1] += 1
        self._is_covered = self._is_covered or element in _COVERING

    def text(self, element: str, text: str) -> None:
        """Take a text node of `element`."""
        if self._records is not None:
            self._records.text(text)
        if element in _ASIDE:
            self._aside.append(text)
            return
        if element in _MEASURES or (not _SAYS_DIGITS(element) and text.isspace()):
            return
        if not (self._digits or _SAYS_DIGITS(element)) and _MEASURE.fullmatch(text.strip()):
            return
        is_guide, alternative = self._guides > 0, tuple(self._alternatives)
        self._blocks[-1].append(_Node(text, self._old > 0, self._new > 0, is_guide, alternative))

    def end(self, element: str) -> None:
        """Take the end of `element`."""
        if self._records is not None:
            self._attributes.update(dict.fromkeys(self._records.end()))
        if element in _BREAKS:
            if not self._stops:  # else it says where tabs stop
                is_guide, alternative = element in _OF_RUBY or self._guides > 0, tuple(self._alternatives)
                self._blocks[-1].append(_Node(_BREAKS[element], is_guide=is_guide, alternative=alternative))
            self._guides -= element in _GUIDES and self._guides > 0
        elif element in _PARAGRAPHS:
            self._flush(self._line)
            if len(self._blocks) > 1:
                self._blocks.pop()
        elif element in _CELLS:
            self._flush(_COVERED + _CELL if self._is_covered else _CELL)
            self._is_covered = False
        elif element in _ROWS:
            self._flush(_ROW if self._rows <= 1 else self._line)
            self._rows = max(self._rows - 1, 0)
        elif element in _OLD or element in _NEW or element in {"tabs", "alternatecontent"}:
            self._end_state(element)
        elif _BLOCKS(element) or (len(self._blocks) == 1 and element not in _RUNS):
            self._flush(self._line)

    def _end_state(self, element: str) -> None:
        if element == "tabs":
            self._stops = max(self._stops - 1, 0)
        elif element == "alternatecontent":
            del self._alternatives[-1:]
        elif element in _OLD:
            self._old = max(self._old - 1, 0)
        else:
            self._new = max(self._new - 1, 0)

    def _flush(self, end: str) -> None:
        block = self._blocks[-1]
        if self._aside:
            self._spaced.append("".join(self._aside))
            self._aside.clear()
        if len(block) > 1:
            kept = [node for node in block if not node.old]
            if spaced := _with_blanks([node.text for node in kept]):
                self._spaced.append(spaced)
            self._spaced += _versions(kept)
            if any(node.old or node.new for node in block):
                before = [node for node in block if not node.new]
                self._former += ["".join([node.text for node in before]), *_versions(before)]
                self._say_changes(block)
        elif block and block[0].old:
            self._former.append(block[0].text)
        if block or end != self._line:
            self._out += ["".join([node.text for node in block if not node.old]), end]
            self.says_text = self.says_text or bool(block)
            block.clear()

    def _say_changes(self, block: list[_Node]) -> None:
        """Say what was taken out or put in by itself as well: it may stand right behind a word that stayed."""
        for (old, new), nodes in groupby(block, key=attrgetter("old", "new")):
            if old or new:
                (self._former if old else self._spaced).append("".join(node.text for node in nodes))

    def attributes(self, pairs: Mapping[str, str], element: str = "") -> None:
        """Take what attributes (named as they are kept) say, such as alternative text, but not what they measure."""
        if element == "tc":
            self._is_covered = any(bare(name) == "vmerge" and value in {"1", "true"} for name, value in pairs.items())
        elif element == "vmerge" and "restart" in pairs.values():
            self._is_covered = False
        said = [value for value in pairs.values() if element in _SAYING and _NUMBER.search(value)]
        for pair in pairs.items():
            if pair in self._quiet:
                continue
            name, value = bare(pair[0]), pair[1]
            if not self._strange:  # else it may stand in another row
                self._quiet.add(pair)
            if self._is_said(name, value) and not pair[0].startswith("xmlns"):
                value = value.replace("_x0020_", " ")
                said += [value, unquote(value)] if "%" in value else [value]
                said += words_of_format(value) if name == "formatcode" else ()
        if self._records is not None:
            self._records.attributes(said)
        self._attributes.update(dict.fromkeys(said))
        if self._strange and len(said) > 1:  # <student first="Ana" last="Rivera"/> is a row
            self._attributes["\t".join(said)] = None

    def name(self, name: str) -> None:
        """Take the name of an element as it is written: in a vocabulary of somebody's own it may be anything."""
        if self._strange and ":" not in name and _TWO_NAMES.search(name):
            self._attributes[name] = None

    def _is_said(self, name: str, value: str) -> bool:
        if name == "fldchartype" and value in _FIELD_MARKS:
            return False  # it stood between the texts of two fields
        if self._strange:
            return bool(_TWO_LETTERS.search(value) or _NAMED(name) or _NUMBER.search(value))
        if name == "id" and _TWO_WORDS.search(value):  # what somebody called an old drawing
            return True
        return bool((_TWO_LETTERS.search(value) or _NAMED(name)) and not (_NOISE.search(name) or _REFERENCE(value)))

    def woven(self) -> str:
        """All of it, parted by blank lines."""
        self._flush(self._line)
        out = "".join(self._out)
        joined = _CELL_ENDS.sub("\t", out.replace(_COVERED, ""))
        read = _ROW_ENDS.sub("\n\n", joined).strip("\n")
        again = [*rows_with_first_cells(joined.split(_ROW))] if _NO_FIRST_CELL.search(joined) else []
        if _COVERED in out:
            rows = ([cell.strip(" \t\n") for cell in row.split(_CELL)] for row in out.split(_ROW) if _CELL in row)
            again += rows_with_cells_above(rows, _COVERED)
        return "\n\n".join(filter(None, [read, *again, *self._spaced, *self._attributes]))

    def former(self) -> str:
        """Return the paragraphs as they read before tracked changes, only those that changed."""
        return "\n\n".join(self._former)


def _versions(nodes: list[_Node]) -> Iterator[str]:
    """Yield a paragraph as each program shows it that knows other alternatives, and its guides and letters apart."""
    for shown in dict.fromkeys(node.alternative for node in nodes if node.alternative):
        version = [node for node in nodes if node.alternative[: len(shown)] == shown[: len(node.alternative)]]
        yield from _runs_of(version) if len(version) < len(nodes) else ()
    guides = [node.text.strip() for node in nodes if node.is_guide]
    if guides:
        yield from _runs_of([node for node in nodes if not node.is_guide])
        yield " ".join(filter(None, guides))
        yield "".join(guides)


def _runs_of(nodes: Iterable[_Node]) -> Iterator[str]:
    """Yield runs as they stand, and with blanks where one seems to be left out."""
    runs = [node.text for node in nodes]
    yield from filter(None, ("".join(runs), _with_blanks(runs)))


def _with_blanks(runs: list[str]) -> str:
    """Return the runs with a blank where one seems to end a word and the next to begin one; nothing if nowhere."""
    out, before, found = [], " ", False
    for run in runs:
        if run and before.isalnum() and run[0].isalnum() and _begins(before, run[0]):
            out.append(" ")
            found = True
        out.append(run)
        before = run[-1:] or before
    return "".join(out) if found else ""


def _begins(before: str, after: str) -> bool:
    return after.isupper() or before.isdigit() != after.isdigit()


def weave_into(weave: Weave, data: bytes) -> None:
    """Read an XML part. Raises `CannotRead` for entities, `expat.ExpatError` for what is not XML."""
    parser, open_elements = strict_parser(), [""]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        element = bare(name)
        open_elements.append(element)
        check_depth(open_elements)
        weave.start(element)
        weave.name(name)
        if attributes:
            weave.attributes(attributes, element)
            if element == "sym":
                weave.text("t", _sign({bare(key): value for key, value in attributes.items()}))

    def end(_name: str) -> None:
        weave.end(open_elements.pop())

    def aside(text: str) -> None:
        weave.text("instrtext", f"\n{text}\n")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: weave.text(open_elements[-1], text)
    parser.CommentHandler = aside
    parser.ProcessingInstructionHandler = lambda _target, text: aside(text)
    parse(parser, data)


def _sign(said: Mapping[str, str]) -> str:
    """Return the character a `sym` shows (ECMA-376 part 1, 17.3.3.30), unless its font has pictures for letters."""
    if _PICTURES(said.get("font", "").lower()):
        return ""
    try:
        code = int(said.get("char", ""), 16)
    except ValueError:
        return ""
    return chr(code - 0xF000 if 0xF020 <= code <= 0xF0FF else min(code, 0xFFFF))


def weave_xml(data: bytes, *, strange: bool = False) -> str:
    """Return the text of an XML part, tracked deletions too; memory grows with its text alone.

    Raises `CannotRead` for entities and `expat.ExpatError` for what is not XML.
    """
    weave = Weave(strange=strange)
    weave_into(weave, data)
    former = weave.former()
    return f"{weave.woven()}\n\n{former}" if former else weave.woven()
