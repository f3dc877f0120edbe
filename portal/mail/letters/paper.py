"""The HTML a message is written on: one column, light and dark, nothing fetched from anywhere.

Everything given to these functions as `text` is escaped here; `html` is what these functions made.
"""

import re
from collections.abc import Iterable
from html import escape

_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_SANS = "-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"
_SERIF = "'Iowan Old Style',Palatino,'Noto Serif',Georgia,serif"
_NOTHING_MORE = "&#847;&zwnj;&nbsp;" * 40
# Mail programs that know dark mode read this; the others keep the light colours written on each element.
_DARK = (
    "@media (prefers-color-scheme:dark){"
    ".g{background:#151a1f!important}.p{background:#1f262c!important;border-color:#364049!important}"
    ".i{color:#ece8df!important}.s{color:#a9b0b6!important}"
    ".b{background:#8fd0d9!important;color:#151a1f!important}.a{color:#8fd0d9!important}"
    ".n{border-color:#364049!important}.w{background:#3a2f14!important;color:#f0d48a!important}}"
)


def page_start(title: str, *, language: str = "en", direction: str = "ltr") -> str:
    """Return everything before the first paragraph; `title` is text."""
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{_DARK}</style></head>\n"
        '<body class="g" style="margin:0;background:#f3f0e8">\n'
        '<div class="g" style="background:#f3f0e8;padding:16px 8px">\n'
        '<div class="p i" style="max-width:560px;margin:0 auto;padding:24px 16px;background:#fffdf8;color:#1c2630;'
        f"border:1px solid #d8d2c4;border-radius:10px;font:17px/1.5 {_SANS};"
        'overflow-wrap:break-word;word-break:break-word">\n'
    )


PAGE_END = "</div></div></body></html>\n"


def preview(text: str) -> str:
    """Return what an inbox shows beside the subject. The page does not show it; the blanks keep the rest out."""
    hidden = (
        "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all"
    )
    return f'<div aria-hidden="true" style="{hidden}">{escape(text)}{_NOTHING_MORE}</div>\n'


def heading(text: str) -> str:
    """Return the one heading of the page; it reads in its own direction."""
    style = f"margin:0 0 16px;font:600 24px/1.3 {_SERIF};color:#1c2630"
    return f'<h1 class="i" dir="auto" style="{style}">{escape(text)}</h1>\n'


def part_heading(text: str) -> str:
    """Return the heading of a part."""
    return part_heading_of(escape(text))


def part_heading_of(html: str) -> str:
    """Return the heading of a part that holds somebody's name."""
    return f'<h2 class="i" style="margin:24px 0 8px;font:600 18px/1.3 {_SERIF};color:#1c2630">{html}</h2>\n'


def paragraph(html: str, *, direction: str = "") -> str:
    """Return a paragraph."""
    reads = f' dir="{direction}"' if direction else ""
    return f'<p class="i"{reads} style="margin:0 0 16px;color:#1c2630">{html}</p>\n'


def aside(html: str) -> str:
    """Return a paragraph in softer ink."""
    return f'<p class="s" style="margin:0 0 16px;font-size:15px;color:#56606b">{html}</p>\n'


def warning(text: str) -> str:
    """Return a line nobody overlooks."""
    return (
        '<p class="w" style="margin:0 0 16px;padding:8px 16px;background:#f7e9c3;color:#5c4300;border-radius:10px">'
        f"<strong>{escape(text)}</strong></p>\n"
    )


def button(url: str, html: str) -> str:
    """Return a link that is at least 48 px high; `url` is escaped here."""
    return (
        f'<p style="margin:0 0 8px"><a class="b" href="{escape(url)}" style="display:inline-block;padding:12px 20px;'
        'background:#0b4f5c;color:#fffdf8;border-radius:10px;text-decoration:none;font-weight:600">'
        f"{html}</a></p>\n"
    )


def code(text: str) -> str:
    """Return a code to be typed, kept on one line."""
    return f'<strong class="i" style="color:#1c2630;font-size:17px;white-space:nowrap">{place(text)}</strong>'


def digits(text: str) -> str:
    """Return a code of digits that is read at arm's length and copied with one press."""
    style = "margin:0 0 16px;font-size:32px;font-weight:700;letter-spacing:4px;color:#1c2630"
    return f'<p class="i" style="{style}">{place(text)}</p>\n'


def place(text: str) -> str:
    """Return what is typed as it stands, an address or a code: left to right in every language."""
    return f'<bdi dir="ltr">{escape(text)}</bdi>'


def name(text: str) -> str:
    """Return a name that keeps its own reading direction."""
    return f"<bdi>{escape(text)}</bdi>"


def below(title: str, html: str, *, language: str) -> str:
    """Return the same once more, shorter and in another language that is read left to right, under a rule."""
    rule = '<hr class="n" style="margin:24px 0;border:0;border-top:1px solid #d8d2c4">\n'
    return f'{rule}<div lang="{language}" dir="ltr">\n{part_heading(title)}{html}</div>\n'


def quotation(paragraphs: Iterable[Iterable[str]]) -> str:
    """Return somebody's own words; an address in them is a link to exactly what it shows."""
    inner = "".join(paragraph("<br>\n".join(_linked(line) for line in lines), direction="auto") for lines in paragraphs)
    return (
        '<blockquote class="n" style="margin:0 0 16px;padding:0 16px;border-inline-start:3px solid #d8d2c4">\n'
        f"{inner}</blockquote>\n"
    )


def _linked(line: str) -> str:
    parts, at = [], 0
    for found in _URL.finditer(line):
        url = escape(found[0])
        parts += [escape(line[at : found.start()]), f'<a class="a" href="{url}" style="color:#0b4f5c">{url}</a>']
        at = found.end()
    return "".join([*parts, escape(line[at:])])
