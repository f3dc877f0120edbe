"""Fields of a Word letter: those that a page needs stay, others stay as they were last shown, some are refused.

Source: ECMA-376 part 1, 17.16.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from portal.press.office.cleaning.packages import NotWashed

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_KEPT: Final = frozenset(
    (
        "PAGE",
        "NUMPAGES",
        "SECTIONPAGES",
        "SECTION",
        "HYPERLINK",
        "PAGEREF",
        "TOC",
        "REF",
        "NOTEREF",
        "SEQ",
        "FORMTEXT",
        "FORMCHECKBOX",
        "FORMDROPDOWN",
        "SYMBOL",
        "EQ",
    )
)
_FETCHING: Final = frozenset(
    (
        "INCLUDETEXT",
        "INCLUDEPICTURE",
        "INCLUDE",
        "IMPORT",
        "LINK",
        "DDE",
        "DDEAUTO",
        "DATABASE",
        "RD",
        "EMBED",
    )
)
_MERGING: Final = frozenset(("MERGEFIELD", "ADDRESSBLOCK", "GREETINGLINE", "NEXT", "NEXTIF", "SKIPIF", "MERGEREC"))
_MARKS: Final = (f"{_W}fldChar", f"{_W}instrText", f"{_W}fldSimple")


@dataclass(slots=True)
class _Field:
    code: list[str] = field(default_factory=list)
    marks: list[etree._Element] = field(default_factory=list)
    is_result: bool = False


def freeze_fields(root: etree._Element, told: Counter[str]) -> None:
    """Leave of each field that a page does not need what it showed. Raises `NotWashed`."""
    opened: list[_Field] = []
    for element in list(root.iter(*_MARKS)):
        if element.tag == f"{_W}fldSimple":
            _end_simple(element, told)
        elif element.tag == f"{_W}instrText":
            if opened:
                opened[-1].code.append(element.text or "")
                opened[-1].marks.append(element)
        else:
            _take_mark(element, opened, told)


def name_of(code: str) -> str:
    """Return what a field is called: the first word of its code."""
    return next(iter(code.replace('"', " ").split()), "").upper()


def is_shown_anew(code: str) -> bool:
    """Whether what a field shows is worked out again by whoever draws the page."""
    return name_of(code) in _KEPT


def _take_mark(mark: etree._Element, opened: list[_Field], told: Counter[str]) -> None:
    kind = mark.get(f"{_W}fldCharType")
    if kind == "begin":
        opened.append(_Field(marks=[mark]))
    elif opened:
        opened[-1].marks.append(mark)
        if kind == "end":
            _end(opened.pop(), told)


def _end(ended: _Field, told: Counter[str]) -> None:
    if not _stays("".join(ended.code), told):
        for mark in ended.marks:
            parent = mark.getparent()
            if parent is not None:
                parent.remove(mark)


def _end_simple(element: etree._Element, told: Counter[str]) -> None:
    parent = element.getparent()
    if _stays(element.get(f"{_W}instr", ""), told) or parent is None:
        return
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at, child)
    parent.remove(element)


def _stays(code: str, told: Counter[str]) -> bool:
    """Whether a field stays one. Raises `NotWashed` for one that fetches something, or waits for a family's values."""
    name = name_of(code)
    if name in _FETCHING:
        raise NotWashed("fetched")
    if name in _MERGING:
        raise NotWashed("unmerged")
    told["dates"] += name in {"DATE", "TIME"}
    return name in _KEPT
