"""Values behind keys, as links and settings carry them: "?first=Ana&grade=3&last=Rivera", "studentFirstName: Ana".

Rows of values as well that stand between the lines of a letter: "Ana,3,Oak,Rivera".
"""

import re
from collections.abc import Iterator
from typing import Final

from portal.guard.text.vocabulary import any_of

_VALUE: Final = r"[^&=\n\t<>\"]{0,80}"
_PAIR: Final = rf"[\w.%\[\]-]{{1,60}}={_VALUE}"
_QUERY: Final = re.compile(rf"(?<![\w.%\[\]-]){_PAIR}(?:&{_PAIR})+")
_KEY: Final = re.compile(
    r"(?<!\w)(?=[^\W\d]{0,40}(?:name|nom|apellido))([^\W\d]{5,40})[\d\]_]{0,4}[\"']?[ \t]{0,2}[:=]"
    r"[ \t]{0,2}[\"']?([^\t\n;|<>:={}&\"]{1,60})",
    re.IGNORECASE,
)
_TIGHT: Final = re.compile(r",[\w\"'][^,\n]{0,60},[\w\"']")
_OF_NAME: Final = re.compile(any_of("words-in-keys"), re.IGNORECASE)
_LONGEST_ROW: Final = 500  # characters; by eye
_WORD: Final = re.compile(r"[^\W_]+")
_CAMEL_CASE: Final = re.compile(
    r"(?<=[a-z\u00df-\u00ff])(?=[A-Z\u00c0-\u00de])|(?<=[a-z])(?=(?:first|last|given|fore|sur)name)"
)
_HINTS: Final = ("Name", "Nom", "Apellido", "tname", "nname")
"""One of these stands in every key that is looked for: told first, as that is much faster."""
_LONGEST_KEY: Final = 48  # characters; by eye
_FEW: Final = 1_000
"""Marks (colons, equals signs) of a text up to which it is faster to look only before them; by eye."""
_FARTHEST: Final = 1_000
"""Characters beyond which two fields are of two forms, however far apart they are; by eye."""


def key_value_rows(text: str) -> str:
    """Return the values of each link as a row of cells, and names behind keys of several words; empty if none."""
    rows = [row for query in _QUERY.findall(text) for row in _rows(query)] if "&" in text and "=" in text else []
    return "\n\n".join((*rows, *_fields(text)))


def comma_rows(text: str) -> str:
    """Return lines with commas that no blank follows, which prose does not write, as rows of cells; empty if none."""
    rows, done = list[str](), 0
    for found in _TIGHT.finditer(text):
        start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        end = end if end >= 0 else len(text)
        if start >= done and end - start <= _LONGEST_ROW:
            rows.append(text[start:end].replace(",", "\t"))
            done = end
    return "\n\n".join(rows)


def _rows(query: str) -> Iterator[str]:
    """Yield the names of a link as a form, each behind its key, and all its values as a row.

    The last value too if it ends at a blank, where other words may follow. But for bare numbers: those of a link are
    pages and forms.
    """
    parted = [pair.partition("=") for pair in query.split("&")]
    values = [value.replace("+", " ").strip() for _, _, value in parted]
    values = ["" if value.isdecimal() else value for value in values]
    named = [(key, value) for (key, _, _), value in zip(parted, values, strict=True) if _OF_NAME.search(key)]
    yield "\n".join(f"{' '.join(_WORD.findall(_CAMEL_CASE.sub(' ', key)))}: {value}" for key, value in named)
    yield "\t".join(values)
    if len(last := values[-1].split()) > 1:
        yield "\t".join((*values[:-1], last[0]))


def _fields(text: str) -> Iterator[str]:
    """Yield as one form, with all blanks between them, the fields whose keys are several words without blanks."""
    if not _may_have_keys(text):
        return
    lines, done = list[str](), 0
    for field in _KEY.finditer(text):
        if (key := _CAMEL_CASE.sub(" ", field[1])) != field[1]:
            lines += ["\n" * min(field.start() - done + 1, _FARTHEST), f"{key}: {field[2]}"]
            done = field.end()
    if lines:
        yield "".join(lines)


def _may_have_keys(text: str) -> bool:
    """Whether one of the hints stands in what a key has room in before a colon or equals sign."""
    pieces = text.replace("=", ":").split(":", _FEW)
    where = text if len(pieces) > _FEW else "\n".join([piece[-_LONGEST_KEY:] for piece in pieces[:-1]])
    return any(hint in where for hint in _HINTS)
