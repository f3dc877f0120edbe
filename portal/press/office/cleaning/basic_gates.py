"""What the converter that comes along is known to draw wrongly: such letters it refuses. For the cage alone."""

import re
from collections import Counter
from typing import Final

from lxml import etree

from portal.press.office.cleaning.packages import NotWashed, Package
from portal.press.office.cleaning.word_washing import W, is_on, local, value_of

_SHOWN: Final = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml\Z")
_SCRIPTS: Final = re.compile("[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc]")
_PICTURES: Final = re.compile(r"word/media/.*\.(?:emf|wmf|svg|emz|wmz)\Z", re.IGNORECASE)
_NAMES: Final = {
    "pict": "drawing",
    "wgp": "drawing",
    "wpc": "drawing",
    "group": "drawing",
    "ffData": "form",
    "checkBox": "form",
    "checkbox": "form",
    "dropDownList": "form",
    "comboBox": "form",
    "oMath": "equation",
    "oMathPara": "equation",
    "chart": "chart",
    "relIds": "chart",
    "background": "background",
}


def check_gates(package: Package) -> None:
    """Raise `NotWashed` for a letter that would be drawn wrongly."""
    if package.names(_PICTURES):
        raise NotWashed("gate", "picture")
    for name in package.names(_SHOWN):
        _check_part(package.tree(name))
    if "word/styles.xml" in package.parts:
        _check_struck(package.tree("word/styles.xml"))
    _check_lists(package)


def _check_part(root: etree._Element) -> None:
    for element in root.iter():
        name = local(element)
        if name in _NAMES and not any(local(one) == "Fallback" for one in element.iterancestors()):
            raise NotWashed("gate", _NAMES[name])
        if name == "t" and _SCRIPTS.search(element.text or ""):
            raise NotWashed("gate", "script")
        if name == "tbl" and not _has_widths(element):
            raise NotWashed("gate", "table")
    _check_struck(root)


def _check_struck(root: etree._Element) -> None:
    if any(is_on(element) for element in root.iter(f"{W}strike", f"{W}dstrike")):
        raise NotWashed("gate", "strike")


def _has_widths(table: etree._Element) -> bool:
    columns = table.findall(f"{W}tblGrid/{W}gridCol")
    cells = (cell.find(f"{W}tcPr/{W}tcW") for cell in table.iterfind(f"{W}tr/{W}tc"))
    return all(_is_width(column.get(f"{W}w", "")) for column in columns) and all(
        cell is not None and cell.get(f"{W}type", "dxa") in {"dxa", "pct"} and _is_width(cell.get(f"{W}w", ""))
        for cell in cells
    )


def _is_width(text: str) -> bool:
    return text.rstrip("%").isdecimal() and int(text.rstrip("%")) > 0


def _check_lists(package: Package) -> None:
    """Refuse numbered lists that share their numbers, or begin at another one: they would be counted wrongly."""
    if "word/numbering.xml" not in package.parts:
        return
    used = {value_of(number) for name in package.names(_SHOWN) for number in package.tree(name).iter(f"{W}numId")}
    root = package.tree("word/numbering.xml")
    numbers = [number for number in root.iter(f"{W}num") if number.get(f"{W}numId") in used]
    shared = Counter(value_of(number.find(f"{W}abstractNumId")) for number in numbers)
    if any(count > 1 for count in shared.values()) or any(n.find(f"{W}lvlOverride") is not None for n in numbers):
        raise NotWashed("gate", "numbering")
