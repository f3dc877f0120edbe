"""Every sentence that families or staff read, as the code and the templates hold it.

`python -m tests.house.catalogues` adds new ones to the catalogues, empty, and takes out those that nothing says.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from portal.kernel.errors import PortalError
from portal.words.catalogues import LOCALES, OF_STAFF
from portal.words.languages import ENGLISH, SHIPPED, Language, with_tag
from tests.house.tree import HOUSE, modules, named, parsed

MACHINE_MADE = "# machine-made, not yet reviewed"
_TEMPLATES = HOUSE / "portal" / "web" / "templates"
_MARKS = {"_": None, "gettext": None, "ngettext": (1, 2)}
_OF_STAFF_IN_CODE = {"sentence": None, "numbered": (1, 2)}
_HEADER = """{comment}
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _templates(*rooms: str) -> tuple[Path, ...]:
    return tuple(path for room in rooms for path in sorted((_TEMPLATES / room).rglob("*.html")))


@dataclass(frozen=True, eq=False)
class Readers:
    """Who reads some catalogues: their templates, how code marks their sentences, and their languages."""

    name: str
    folder: Path
    templates: tuple[Path, ...]
    marks_in_code: dict[str, tuple[int, ...] | None]
    languages: tuple[Language, ...]

    def file(self, language: Language) -> Path:
        """Return where a language's catalogue is shipped."""
        return self.folder / f"{language.locale}.po"


def _spoken(*tags: str) -> tuple[Language, ...]:
    return tuple(language for tag in tags if (language := with_tag(tag)))


FAMILIES = Readers(
    "families",
    LOCALES,
    (_TEMPLATES / "base.html", *_templates("family")),
    _MARKS,
    tuple(language for language in SHIPPED if language != ENGLISH),
)
STAFF = Readers(
    "staff", LOCALES / OF_STAFF, _templates("staff", "admin", "signin"), _OF_STAFF_IN_CODE, _spoken("es", "fr")
)
ALL = (FAMILIES, STAFF)


def _found(readers: Readers) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    sources = [("python", path, readers.marks_in_code) for path in modules("portal")]
    sources += [("jinja2", path, _MARKS) for path in readers.templates]
    for method, path, marks in sources:
        for _, message, _, _ in extract_from_file(method, path, keywords=marks):
            yield named(path), message
    if readers is STAFF:
        yield from _errors()


def _errors() -> Iterator[tuple[str, str]]:
    """Give what errors say of themselves: the docstring of every class that comes of `PortalError`."""
    classes = [
        (path, node) for path in modules("portal") for node in parsed(path).body if isinstance(node, ast.ClassDef)
    ]
    errors, known = {PortalError.__name__}, 0
    while len(errors) > known:
        known = len(errors)
        errors |= {node.name for _, node in classes if errors & {ast.unparse(base) for base in node.bases}}
    for path, node in classes:
        if node.name == PortalError.__name__ or errors & {ast.unparse(base) for base in node.bases}:
            yield named(path), (ast.get_docstring(node, clean=False) or "").strip()


@cache
def said(readers: Readers = FAMILIES) -> Catalog:
    """Return all sentences that are said to some readers, with the files that say them.

    What families read too stands in their catalogues alone: staff read those as well.
    """
    catalogue = Catalog(fuzzy=False)
    known = {str(message.id) for message in said(FAMILIES)} if readers is STAFF else set()
    for place, message in _found(readers):
        if str(message) not in known:
            catalogue.add(message, locations=[(place, 0)])
    return catalogue


def kept(language: Language, readers: Readers = FAMILIES) -> Catalog:
    """Return a language's catalogue as it is shipped."""
    with readers.file(language).open("rb") as file:
        return read_po(file, locale=language.counted_as, abort_invalid=True)


def renew(language: Language, readers: Readers, catalogue: Catalog) -> None:
    """Write a catalogue with every sentence that is said now, and no other."""
    path = readers.file(language)
    comment = catalogue.header_comment if path.exists() else f"# {language.name}\n{MACHINE_MADE}"
    catalogue.update(said(readers), no_fuzzy_matching=True)
    written = BytesIO()
    write_po(written, catalogue, width=100, omit_header=True, include_lineno=False, sort_by_file=True,
             ignore_obsolete=True)  # fmt: skip
    header = _HEADER.format(comment=comment, language=language.locale, plurals=catalogue.plural_forms.rstrip(";") + ";")
    path.parent.mkdir(exist_ok=True)
    path.write_text(header + written.getvalue().decode())


def _as_kept(language: Language, readers: Readers) -> Catalog:
    there = readers.file(language).exists()
    return kept(language, readers) if there else Catalog(locale=language.counted_as, fuzzy=False)


if __name__ == "__main__":
    for some in ALL:
        for one in some.languages:
            renew(one, some, _as_kept(one, some))
            missing = [message for message in kept(one, some) if message.id and not all(message.string)]
            print(f"{some.name}, {one.locale}: {len(missing)} sentences to translate")  # noqa: T201 - it is a command
