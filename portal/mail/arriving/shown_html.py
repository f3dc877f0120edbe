"""HTML as a mail program shows it, as plain text: no script, no style, nothing hidden, each link behind its words.

Tags are found one after another, as WHATWG HTML 13.2.5 reads them. No tree is made and no library in C sees the text,
so that one process may read many messages.
"""

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from portal.mail.arriving.web_links import unwrapped

_REST: Final = r"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+(?:>|\Z)"""
_TAG: Final = re.compile(r"<([a-zA-Z/][^\s>]*+)(" + _REST + ")")
_NOT_SHOWN: Final = re.compile(
    r"<!--.*?(?:--!?>|\Z)|<(script|style|title|xml|template)\b[^>]*+(?:>|\Z).*?(?:</\1\s*+>|\Z)|<[!?][^>]*+(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_VALUE: Final = re.compile(r"""(?<![\w:-])([\w:-]++)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>=<]+)))?""")
_HIDES: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0|opacity\s*:\s*0\s*(?:;|$)", re.IGNORECASE
)
_ONE_POINT: Final = re.compile(r"(?<![\w-])(?:width|height)\s*:\s*[0-2](?:\.\d+)?(?:px|pt)?\s*(?:;|$)", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_LINES: Final = re.compile(r"\n{3,}")
_NOT_TEXT: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ue000\ue001]"
)
_EMPTY: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_LINE: Final = frozenset(
    [
        "div",
        "tr",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "tbody",
        "thead",
        "form",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "address",
        "figure",
        "figcaption",
        "fieldset",
        "center",
        "hr",
        "pre",
        "body",
        "blockquote",
    ]
)
_PARAGRAPH: Final = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6"])
_CELL: Final = frozenset({"td", "th"})
_TIGHT: Final = re.compile(r"MsoNormal|MsoListParagraph|margin\s*:\s*0", re.IGNORECASE)
_FAR: Final = re.compile(r"(?i)[a-z][a-z0-9+.-]{1,30}://\S")
MOST_TAGS: Final = 100_000
MARK: Final = "\ue000%d\ue001"
"""Stands where a picture does, until it is known whether that is the signature."""
_MARKS: Final = re.compile("\ue000(\\d+)\ue001")


class TooMuch(Exception):
    """No letter has so many tags."""


@dataclass(slots=True)
class Page:
    """What a page shows: its text with a mark for each picture, and the addresses of these, by their marks."""

    text: str
    pictures: list[str] = field(default_factory=list)
    pixels: int = 0


def without_marks(text: str) -> str:
    """Return a text without the marks of pictures."""
    return _MARKS.sub("", text)


def without_unseen(text: str) -> str:
    """Return a text without controls and marks that nobody sees."""
    return _NOT_TEXT.sub("", text)


def marked(text: str) -> set[int]:
    """Return the numbers of the pictures whose marks stand in a text."""
    return {int(number) for number in _MARKS.findall(text)}


def shown(page: str) -> Page:
    """Return what a page shows. Raises `TooMuch`."""
    pieces = _TAG.split(_NOT_SHOWN.sub("", _NOT_TEXT.sub(_instead, page)))
    if len(pieces) > 3 * MOST_TAGS:
        raise TooMuch
    writing = _Writing()
    writing.say(pieces[0])
    for at in range(1, len(pieces), 3):
        name = pieces[at].lower()
        if name.startswith("/"):
            writing.ends(name[1:])
        else:
            writing.begins(name.rstrip("/"), pieces[at + 1])
        writing.say(pieces[at + 2])
    return Page(writing.text(), writing.pictures, writing.pixels)


def _instead(found: re.Match[str]) -> str:
    return " " if found[0] in "\x0b\x0c\x1f" else ""


class _Writing:
    """A page while it is written down."""

    def __init__(self) -> None:
        self.pictures: list[str] = []
        self.pixels = 0
        self._out: list[str] = []
        self._open: list[str] = []
        self._counts: Counter[str] = Counter()
        self._hidden = 0  # how many were open when what is hidden began, and one
        self._breaks = 0  # line ends that are due
        self._lines = 2  # line ends just written; before the first word none is due
        self._links: list[tuple[int, str, int]] = []
        self._numbers: list[int] = []

    def text(self) -> str:
        """Return all that was written, its lines without blanks around them."""
        whole = "".join(self._out).replace("\xa0", " ")
        lines = (" ".join(line.split()) for line in whole.split("\n"))
        return _LINES.sub("\n\n", "\n".join(lines)).strip("\n")

    def say(self, raw: str) -> None:
        """Write words."""
        if not raw or self._hidden:
            return
        words = _BLANKS.sub(" ", html.unescape(raw) if "&" in raw else raw)
        if "&" in raw:
            words = _NOT_TEXT.sub("", words)
        if words == " " and (self._breaks or self._lines):
            return
        if words:
            self._put(words)

    def begins(self, name: str, rest: str) -> None:
        """Begin an element."""
        hides = False
        told: dict[str, str] = {}
        if len(rest) > 3:
            told = {key.lower(): html.unescape("".join(value)) for key, *value in _VALUE.findall(rest)}
            hides = "hidden" in told or ("style" in told and _HIDES.search(told["style"]) is not None)
        if name == "img":
            self._picture(told, hides=hides)
        elif name == "br" and not self._hidden:
            self._flush()
            self._out.append("\n")
            self._lines += 1
        if name in _EMPTY:
            self._due(int(name == "hr"))
            return
        if name == "a" and self._counts[name]:  # none stands in another
            self.ends(name)
        self._open.append(name)
        self._counts[name] += 1
        if hides and not self._hidden:
            self._hidden = len(self._open)
        if not self._hidden:
            self._enter(name, told)

    def _enter(self, name: str, told: dict[str, str]) -> None:
        if name in _CELL:
            self.say(" ")
        elif name in _PARAGRAPH:
            tight = _TIGHT.search(f"{told.get('class', '')} {told.get('style', '')}")
            self._due(1 if tight else 2)
        elif name in _LINE:
            self._due(1)
        if name in {"ul", "ol"}:
            self._numbers.append(0 if name == "ul" else 1)
        elif name == "li":
            self._item()
        elif name == "a" and told.get("href"):
            self._links.append((len(self._open), told["href"], len(self._out)))

    def _item(self) -> None:
        number = self._numbers[-1] if self._numbers else 0
        if number:
            self._numbers[-1] += 1
        self._put(f"{number}. " if number else "- ")

    def ends(self, name: str) -> None:
        """End an element, and those in it that were left open; one that never began is passed over."""
        if name == "p" and not self._counts[name]:
            self._due(2)
        if not self._counts[name]:
            return
        while True:
            last = self._open.pop()
            self._counts[last] -= 1
            self._leave(last)
            if last == name:
                return

    def _leave(self, name: str) -> None:
        depth = len(self._open) + 1
        if self._hidden:
            self._hidden = 0 if depth == self._hidden else self._hidden
            return
        if name in {"ul", "ol"} and self._numbers:
            self._numbers.pop()
        if self._links and self._links[-1][0] == depth:
            self._link(*self._links.pop()[1:])
        if name in _PARAGRAPH or name in _LINE:
            self._due(1)

    def _link(self, href: str, begin: int) -> None:
        url = unwrapped(re.sub(r"\s+", "", href))
        if url.startswith("//"):
            url = f"https:{url}"
        elif url.lower().startswith("www."):
            url = f"https://{url}"
        words = without_marks("".join(self._out[begin:])).replace("\xa0", " ").strip()
        if _FAR.match(url) and _bare(unwrapped(words)) != _bare(url):
            self._put(f" ({url})" if words else f"({url})")

    def _picture(self, told: dict[str, str], *, hides: bool) -> None:
        source = told.get("src", "").strip()
        sizes = {told.get(side, "").strip().removesuffix("px") for side in ("width", "height")}
        if sizes & {"0", "1", "2"} or hides or self._hidden or _ONE_POINT.search(told.get("style", "")):
            self.pixels += not source.lower().startswith("cid:")
        elif source:
            self._put(MARK % len(self.pictures))
            self.pictures.append(source)

    def _due(self, breaks: int) -> None:
        self._breaks = max(self._breaks, breaks)

    def _flush(self) -> None:
        if self._breaks > self._lines:
            self._out.append("\n" * (self._breaks - self._lines))
            self._lines = self._breaks
        self._breaks = 0

    def _put(self, words: str) -> None:
        self._flush()
        self._out.append(words)
        self._lines = 0


def _bare(url: str) -> str:
    return re.sub(r"(?i)^https?://", "", url.strip()).rstrip("/").casefold()
