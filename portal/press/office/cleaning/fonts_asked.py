"""Which fonts a letter asks for where it shows Latin text, and which of them did not come out. For the cage alone.

Source: ECMA-376 part 1, 17.3.2.26 and 17.7.2 (fonts and styles); ODF 1.3 part 3, 16.
"""

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from portal.press.office.cleaning.packages import Package
from portal.press.office.cleaning.visible import fonts_of_pdf, plain_font
from portal.press.office.cleaning.word_washing import W, value_of

STAND_IN: Final[Mapping[str, str]] = {
    "calibri": "carlito",
    "cambria": "caladea",
    "arial": "liberationsans",
    "helvetica": "liberationsans",
    "timesnewroman": "liberationserif",
    "times": "liberationserif",
    "couriernew": "liberationmono",
    "courier": "liberationmono",
    "calibrilight": "carlito",
}
"""Fonts of office programs, and those here whose letters are exactly as wide."""
_SIGNS: Final = frozenset(
    (
        "symbol",
        "wingdings",
        "wingdings2",
        "wingdings3",
        "webdings",
        "segoeuisymbol",
        "opensymbol",
        "msgothic",
        "segoeuiemoji",
    )
)
_LATIN: Final = re.compile(r"[A-Za-z]")
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO: Final = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_SVG: Final = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_ODF_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MOST_TOLD: Final = 5


def not_here(asked: list[str], pdf: bytes) -> list[str]:
    """Return those of the fonts asked for that no page is set in, nor their stand-in."""
    there = fonts_of_pdf(pdf)
    return [font for font in asked if not _came_out(plain_font(font), there)][:_MOST_TOLD]


def _came_out(font: str, there: set[str]) -> bool:
    wanted = (font, STAND_IN.get(font, font))
    return font in _SIGNS or not font or any(name.startswith(wanted) for name in there)


def asked_by_word(package: Package) -> list[str]:
    """Return the fonts of a Word letter's Latin text, by name."""
    styles = _WordStyles(package)
    found: dict[str, None] = {}
    body = package.tree("word/document.xml")
    for run in body.iter(f"{W}r"):
        if _LATIN.search("".join(text.text or "" for text in run.iter(f"{W}t"))):
            found.setdefault(styles.font_of(run))
    return sorted(name for name in found if name)


class _WordStyles:
    def __init__(self, package: Package) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._default: etree._Element | None = None
        self._first = ""
        if "word/styles.xml" in package.parts:
            root = package.tree("word/styles.xml")
            self._styles = {style.get(f"{W}styleId", ""): style for style in root.iter(f"{W}style")}
            self._default = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
            own = [name for name, style in self._styles.items() if style.get(f"{W}type") == "paragraph"]
            defaults = (name for name in own if self._styles[name].get(f"{W}default") in {"1", "true"})
            self._first = next(defaults, "")
        self._theme = _theme_fonts(package)

    def font_of(self, run: etree._Element) -> str:
        """Return the font of a run: its own, its style's, its paragraph's style's, or that of the letter."""
        own = run.find(f"{W}rPr")
        paragraph = next(run.iterancestors(f"{W}p"), None)
        style = paragraph.find(f"{W}pPr/{W}pStyle") if paragraph is not None else None
        places = (
            self._named(own),
            self._of_style(value_of(own.find(f"{W}rStyle")) if own is not None else ""),
            self._of_style(value_of(style) or self._first),
            self._named(self._default),
        )
        return next(filter(None, places), "")

    def _of_style(self, name: str) -> str:
        while name in self._styles:
            style = self._styles[name]
            if font := self._named(style.find(f"{W}rPr")):
                return font
            name = value_of(style.find(f"{W}basedOn"))
        return ""

    def _named(self, properties: etree._Element | None) -> str:
        fonts = properties.find(f"{W}rFonts") if properties is not None else None
        if fonts is None:
            return ""
        theme = fonts.get(f"{W}asciiTheme", "")
        return self._theme.get(theme[:5], "") if theme else str(fonts.get(f"{W}ascii", ""))


def _theme_fonts(package: Package) -> dict[str, str]:
    """Return the fonts of headings and text by the beginning of their names in styles."""
    name = next((name for name in package.parts if name.startswith("word/theme/theme")), "")
    if not name:
        return {}
    root = package.tree(name)
    fonts = {"major": root.find(f".//{_A}majorFont/{_A}latin"), "minor": root.find(f".//{_A}minorFont/{_A}latin")}
    return {kind: font.get("typeface", "") for kind, font in fonts.items() if font is not None}


def asked_by_odf(package: Package) -> list[str]:
    """Return the fonts of the styles that an OpenDocument letter's Latin text uses, by name."""
    content = package.tree("content.xml")
    roots = [content] + ([package.tree("styles.xml")] if "styles.xml" in package.parts else [])
    faces = {
        face.get(f"{_STYLE}name", ""): face.get(f"{_SVG}font-family", "").strip("'")
        for root in roots
        for face in root.iter(f"{_STYLE}font-face")
    }
    styles = {style.get(f"{_STYLE}name", ""): style for root in roots for style in root.iter(f"{_STYLE}style")}
    found: dict[str, None] = {}
    for element in content.iter(f"{_ODF_TEXT}p", f"{_ODF_TEXT}h", f"{_ODF_TEXT}span"):
        if _LATIN.search(element.text or ""):
            found.setdefault(_odf_font(element.get(f"{_ODF_TEXT}style-name", ""), styles, faces))
    return sorted(name for name in found if name)


def _odf_font(name: str, styles: Mapping[str, etree._Element], faces: Mapping[str, str]) -> str:
    seen: set[str] = set()
    while name in styles and name not in seen:
        seen.add(name)
        properties = styles[name].find(f"{_STYLE}text-properties")
        if properties is not None:
            face = str(properties.get(f"{_STYLE}font-name", ""))
            if font := faces.get(face, face) or properties.get(f"{_FO}font-family", "").strip("'"):
                return font
        name = str(styles[name].get(f"{_STYLE}parent-style-name", ""))
    return ""
