"""Every sentence that families read, as the code and the templates hold it.

`python -m tests.house.catalogues` adds new ones to the catalogues, empty, and takes out those that nothing says.
"""

from collections.abc import Iterator
from functools import cache
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from portal.words.catalogues import LOCALES
from portal.words.languages import ENGLISH, SHIPPED, Language
from tests.house.tree import HOUSE, modules, named

TEMPLATES = HOUSE / "portal" / "web" / "templates"
FAMILY_TEMPLATES = (TEMPLATES / "base.html", *sorted((TEMPLATES / "family").rglob("*.html")))
TRANSLATED = [language for language in SHIPPED if language != ENGLISH]
MACHINE_MADE = "# machine-made, not yet reviewed"
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
_HEADER = """{comment}
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _found() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    sources = [("python", path) for path in modules("portal")] + [("jinja2", path) for path in FAMILY_TEMPLATES]
    for method, path in sources:
        for _, message, _, _ in extract_from_file(method, path, keywords=_KEYWORDS):
            yield named(path), message


@cache
def said() -> Catalog:
    """Return all sentences that are said to families, with the files that say them."""
    catalogue = Catalog(fuzzy=False)
    for place, message in _found():
        catalogue.add(message, locations=[(place, 0)])
    return catalogue


def kept(language: Language) -> Catalog:
    """Return a language's catalogue as it is shipped."""
    with (LOCALES / f"{language.locale}.po").open("rb") as file:
        return read_po(file, locale=language.counted_as, abort_invalid=True)


def _renew(language: Language) -> None:
    path = LOCALES / f"{language.locale}.po"
    catalogue = kept(language) if path.exists() else Catalog(locale=language.counted_as, fuzzy=False)
    comment = catalogue.header_comment if path.exists() else f"# {language.name}\n{MACHINE_MADE}"
    catalogue.update(said(), no_fuzzy_matching=True)
    written = BytesIO()
    write_po(written, catalogue, width=100, omit_header=True, include_lineno=False, sort_by_file=True,
             ignore_obsolete=True)  # fmt: skip
    header = _HEADER.format(comment=comment, language=language.locale, plurals=catalogue.plural_forms.rstrip(";") + ";")
    path.write_text(header + written.getvalue().decode())


if __name__ == "__main__":
    for one in TRANSLATED:
        _renew(one)
        missing = [message for message in kept(one) if message.id and not all(message.string)]
        print(f"{one.locale}: {len(missing)} sentences to translate")  # noqa: T201 - it is a command
