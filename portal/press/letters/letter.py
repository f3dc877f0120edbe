"""A letter written in the portal: from Markdown, a title and a letterhead to one template for paper and page."""

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from portal.press import NotTypeset
from portal.press.letters.fields import Piece, fields_of, pieces_of, value_in
from portal.press.letters.letter_html import filled, html_of, html_text, joined
from portal.press.letters.letter_text import LetterText
from portal.press.letters.letter_typst import SHOWN, quoted, typst_of, typst_string, typst_text
from portal.press.letters.reading import read_letter
from portal.press.typesetting.fonts import MONOSPACED, families
from portal.press.typesetting.languages import Direction, direction_of, text_rules

Paper = Literal["us-letter", "a4"]
MAX_PICTURE: Final = 256 * 1024
_MAX_PIXELS: Final = 4_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class WrongLetterhead(NotTypeset):
    """A letterhead's picture has to be a PNG of at most 256 kB and 4 million pixels."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes. `contact` and `signer` may have lines; the pictures are PNG files, or None."""

    organisation: str
    contact: str = ""
    logo_png: bytes | None = None
    signature_png: bytes | None = None
    signer: str = ""


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """One letter for many children: `typst` for the press, `html` for a page, both from one text.

    `fields` are the rows' keys it needs; `links` the addresses it sends people to.
    """

    fields: tuple[str, ...]
    links: tuple[str, ...]
    language: str
    direction: Direction
    typst: str
    _pieces: tuple[Piece, ...]

    def values(self, row: Mapping[str, str]) -> dict[str, str]:
        """Return what the press needs of a child's row. Raises `WrongField` for a field that is empty."""
        return {name: value_in(row, name) for name in self.fields}

    def html(self, row: Mapping[str, str]) -> str:
        """Return the child's letter as part of a page whose title is its `h1`. Raises `WrongField` as `values` does."""
        return filled(self._pieces, row)


@dataclass(frozen=True, slots=True)
class _Draft:
    text: LetterText
    title: tuple[Piece, ...]
    dated: tuple[Piece, ...]
    head: Letterhead
    language: str
    paper: Paper


def compose_letter(
    markdown: str,
    *,
    title: str,
    letterhead: Letterhead,
    language: str,
    dated: str = "",
    paper: Paper = "us-letter",
) -> LetterTemplate:
    """Parse a letter once, for all children. `language` is BCP 47; title and `dated` may hold fields too.

    Raises `NotTypeset` (`WrongLetter`, `WrongField`, `WrongLetterhead`) with the line and what to do.
    """
    if not title.strip():
        raise NotTypeset("A letter needs a title.")
    draft = _Draft(read_letter(markdown), pieces_of(title), pieces_of(dated), letterhead, language, paper)
    return LetterTemplate(
        fields=tuple(dict.fromkeys((*fields_of(title), *fields_of(dated), *draft.text.fields))),
        links=draft.text.links,
        language=language,
        direction=direction_of(language),
        typst=_typst(draft),
        _pieces=_html(draft),
    )


def _typst(draft: _Draft) -> str:
    name, head = quoted(draft.head.organisation), draft.head
    logo = _picture(head.logo_png, f"Logo: {head.organisation}", "1.8cm")
    sender = "".join(f"#linebreak();#shown({quoted(line)});" for line in head.contact.splitlines())
    return f"""#set document(title: {typst_string(draft.title)}, author: {name})
#set text({text_rules(draft.language)}, size: 11pt)
#set page(
  paper: "{draft.paper}", margin: (x: 2.4cm, top: 2.4cm, bottom: 2.2cm), numbering: "1 / 1",
  header: context if counter(page).get().first() > 1 {{ text(size: 9pt, {name}) }},
)
#set par(leading: 0.75em, spacing: 1.15em)
#set table(stroke: 0.5pt + luma(120), inset: 6pt)
#show raw: set text(font: {families(MONOSPACED)}, size: 1em)
#show link: underline
#show heading: set block(above: 1.4em, below: 0.9em)
{SHOWN[direction_of(draft.language)]}
#block(
  below: 1.6em,
  grid(columns: (1fr, auto), column-gutter: 1cm, text(size: 9.5pt)[#strong[#{name};];{sender}], [{logo}]),
)
{f"#par[{typst_text(draft.dated)}]" if draft.dated else ""}
#heading(level: 1)[{typst_text(draft.title)}]
{typst_of(draft.text.blocks)}{_signature(head)}"""


def _signature(head: Letterhead) -> str:
    whose = ", ".join(head.signer.splitlines()) or head.organisation
    picture = _picture(head.signature_png, f"Signature: {whose}", "1.6cm")
    name = "#linebreak();".join(f"#{quoted(line)};" for line in head.signer.splitlines())
    return f"#block(breakable: false, above: 1.8em)[{picture}\n#par[{name}]]" if picture or name else ""


def _picture(png: bytes | None, words: str, height: str) -> str:
    """Return Typst for a PNG, wrapped in SVG: the one way to hand a picture over as text, and the quickest."""
    if png is None:
        return ""
    if not png.startswith(_PNG) or len(png) > MAX_PICTURE or png[12:16] != b"IHDR":
        raise WrongLetterhead
    width, tall = struct.unpack_from(">II", png, 16)
    if not 0 < width * tall <= _MAX_PIXELS:
        raise WrongLetterhead
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{tall}"><image width="{width}" '
        f'height="{tall}" href="data:image/png;base64,{base64.b64encode(png).decode()}"/></svg>'
    )
    return f'#image(bytes({quoted(drawn)}), format: "svg", alt: {quoted(words)}, height: {height}, fit: "contain");'


def _html(draft: _Draft) -> tuple[Piece, ...]:
    def paragraph(kind: str, lines: list[str]) -> str:
        return f'<p class="{kind}">{"<br>".join(map(escape, lines))}</p>' if lines else ""

    head = draft.head
    return joined(
        (
            f'<div class="letter" lang="{draft.language}" dir="{direction_of(draft.language)}">',
            paragraph("letter-sender", [head.organisation, *head.contact.splitlines()]),
            *(('<p class="letter-date">', *html_text(draft.dated), "</p>") if draft.dated else ()),
            *html_of(draft.text.blocks),
            paragraph("letter-signer", head.signer.splitlines()),
            "</div>",
        )
    )
