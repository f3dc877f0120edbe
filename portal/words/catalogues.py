"""The catalogues: sentences in English, and what they are in another language.

They are shipped as the text files that people review (gettext, `.po`) and read once, at the first sentence: there is
no compiled twin that could be older, and nothing to build before the first start.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locale"


@cache
def catalogue(locale: str) -> NullTranslations:
    """Return a language's catalogue, read in a few milliseconds the first time; English is the sentences themselves."""
    if locale == "en":
        return NullTranslations()
    with (LOCALES / f"{locale}.po").open("rb") as file:
        read = read_po(file, locale=locale, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return GNUTranslations(compiled)
