r"""Words in formats of numbers: `0" Ana"` or `\A\n\a` shows a name that no cell holds (ECMA-376 part 1, 18.8.31)."""

import re
from typing import Final

from portal.reading.office.marked_up.row_blocks import as_cell

_SECTION: Final = re.compile(r'(?:"[^"]*"?|\\.|[^;"\\])+')
_PIECE: Final = re.compile(
    r'"([^"]*)"?|\\(.)|[_*].|( )|\[[^\]]*\]|(General|[#0?@](?:[#0?.,/%]*[#0?%])?)', re.IGNORECASE | re.DOTALL
)
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_VALUE: Final = "\t"
_TEXT: Final = "\v"
"""Stand where a number goes and where a text does."""
_GLUED: Final = re.compile(r"\w\v|\v\w")
"""Where a word of the format goes on in the value, or the value may be a word beside it."""
_SECTIONS: Final = 4
"""For what is more than nothing, less, nothing, and text."""


def words_of_format(code: str | None) -> tuple[str, ...]:
    """Return what each section of a format shows, with a tab where a number goes; nothing if it has no words."""
    if not code or ('"' not in code and "\\" not in code):
        return ()
    sections = tuple(_shown_by(section[0]) for section in _SECTION.finditer(code))
    return sections if any(map(_WORD.search, sections)) else ()


def _shown_by(section: str) -> str:
    shown = list[str]()
    for piece in _PIECE.finditer(section):
        quoted, escaped, blank, value = piece.groups()
        if value:
            mark = _TEXT if value == "@" else _VALUE
            shown += [] if mark in shown else [mark]
        else:
            shown.append(quoted or escaped or blank or ("" if piece[0][0] in '["' else " "))
    return "".join(shown)


def with_words(value: str, sections: tuple[str, ...]) -> str:
    """Return a number as a format of such sections shows it; where its section has no words, as it is."""
    at = 1 if value.startswith("-") else 2 if not value.strip("0.") else 0
    return _filled(sections[at if at < min(len(sections), _SECTIONS - 1) else 0], f" {value} ")


def text_with_words(value: str, sections: tuple[str, ...]) -> str:
    """Return a text as a format of such sections shows it: by the last of four, or by the only one it has."""
    is_for_text = len(sections) in {1, _SECTIONS} and _TEXT in sections[-1]
    shown = _filled(sections[-1], value) if is_for_text else value
    return f"{shown} {value}" if _GLUED.search(sections[-1]) and shown != value else shown


def _filled(section: str, value: str) -> str:
    return (
        as_cell(" ".join(section.replace(_VALUE, value).replace(_TEXT, value).split()))
        if _WORD.search(section)
        else value.strip()
    )
