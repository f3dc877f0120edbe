"""A Typst template from staff: the fields it reads, what it may not say, and what stands before it for its use.

Its author finds `child` and `value` (dictionaries: `#child.given_name`, `#value.amount_due`, `#value.at("…")`),
`organisation`, `contact` and `today`, all of them texts, and the same under `sys.inputs`. What is empty for a child is
not there for that child, so asking for it is an error, unless the author says what to show instead
(`#value.at("note", default: "")`). Title, language and fonts are set and may be set again. It has to pass PDF/UA-1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from portal.press import OURS_ENDS
from portal.press.letters.fields import PLAIN_FIELDS, WrongTemplate, fields_of, pieces_of, says_something
from portal.press.letters.letter_typst import quoted, typst_string
from portal.press.letters.reading import template_fields
from portal.press.typesetting.fonts import MONOSPACED, families
from portal.press.typesetting.languages import text_rules

MAX_TEMPLATE: Final = 200_000
# A `plugin` is a program that remembers from one letter to the next (WebAssembly keeps its memory while the compiler
# keeps the module); `eval` and `std` are the two ways to reach it under another name. Neighbours are ASCII on purpose:
# to Typst a letter like ² ends a name.
_FORBIDDEN: Final = re.compile(r"(?<![A-Za-z0-9_])(plugin|eval|std)(?![A-Za-z0-9_])")
_UNDER: Final = (
    "let under(prefix) = sys.inputs.pairs().filter(((key, _)) => key.starts-with(prefix))"
    ".fold((:), (found, (key, text)) => found + ((key.slice(prefix.len())): text))"
)
# It may stand in a variable that nobody uses; shown, it stops the letter.
_NOTHING: Final = 'context panic("The letter asks for “" + name + "”, which is not given.")'


@dataclass(frozen=True, slots=True)
class StaffTemplate:
    """A template that was looked through; `fields` are the rows' keys that it names."""

    fields: tuple[str, ...]
    typst: str

    def values(self, row: Mapping[str, str]) -> dict[str, str]:
        """Return one child's row for the press, without what is empty in it."""
        return {name: text for name, text in row.items() if says_something(text)}


def read_template(source: str, *, title: str, language: str) -> StaffTemplate:
    """Look a template through and put before it what it may use; `title` may hold fields. Raises `WrongTemplate`."""
    if len(source) > MAX_TEMPLATE:
        raise WrongTemplate(f"This template is longer than {MAX_TEMPLATE:,} characters.")
    source = source.removeprefix("\ufeff").replace("\r\n", "\n")
    if found := _FORBIDDEN.search(source):
        line = source.count("\n", 0, found.start()) + 1
        raise WrongTemplate(
            f"Line {line}: a template may not use “{found[0]}”, as one child's letter could then show another's."
        )
    fields = tuple(dict.fromkeys((*fields_of(title), *template_fields(source))))
    return StaffTemplate(fields, _before(title, language) + source)


def _before(title: str, language: str) -> str:
    plain = "".join(f"#let {name} = plain({quoted(name)});" for name in PLAIN_FIELDS)
    return (
        f"#let (child, value) = {{ {_UNDER}; (under({quoted('child.')}), under({quoted('value.')})) }};"
        f"#let plain(name) = sys.inputs.at(name, default: {_NOTHING});{plain}"
        f"#set document(title: {typst_string(pieces_of(title))});#set text({text_rules(language)});"
        f"#show raw: set text(font: {families(MONOSPACED)});{OURS_ENDS}"
    )
