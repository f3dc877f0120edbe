"""The catalogues: sentences in English, and what they are in another language.

They are shipped as the text files that people review (gettext, `.po`) and read once, at the first sentence: there is
no compiled twin that could be older, and nothing to build before the first start.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from portal.kernel.later import Later

if TYPE_CHECKING:
    from babel.messages import mofile, pofile
    from babel.messages.catalog import Catalog
else:  # English has no catalogue
    mofile, pofile = Later("babel.messages.mofile"), Later("babel.messages.pofile")

LOCALES = Path(__file__).parent / "locale"
OF_STAFF = "staff"
"""The folder inside a folder of catalogues for what staff alone read."""


class _Sources:
    """Where catalogues lie besides the shipped ones: a district's own folder, or nowhere."""

    own: Path | None = None


def read_from(own: Path | None) -> None:
    """Have catalogues of a district's own folder stand before the shipped ones. None: the shipped ones alone."""
    if own != _Sources.own:
        _Sources.own = own
        catalogue.cache_clear()


@cache
def catalogue(locale: str) -> NullTranslations:
    """Return a language's catalogue, read in a few milliseconds the first time; English is the sentences themselves.

    What a district's own catalogue does not say, the shipped one says, and else English.
    """
    if locale == "en":
        return NullTranslations()
    found: NullTranslations = NullTranslations()
    for folder in _folders():
        path = folder / f"{locale}.po"
        if path.exists():
            newer = _compiled(path)
            newer.add_fallback(found)
            found = newer
    return found


def has_staff_words(locale: str) -> bool:
    """Tell whether a language has a catalogue of what staff read."""
    return any((folder / f"{locale}.po").exists() for folder in _folders() if folder.name == OF_STAFF)


def _folders() -> list[Path]:
    """Return where catalogues lie; what a later one says stands before the earlier ones."""
    roots = [root for root in (LOCALES, _Sources.own) if root]
    return [folder for root in roots for folder in (root / OF_STAFF, root)]


def catalogue_in(path: Path) -> "Catalog":
    """Read one file. Raises what Babel raises at a file that is no catalogue."""
    with path.open("rb") as file:
        return pofile.read_po(file, abort_invalid=True)


def _compiled(path: Path) -> NullTranslations:
    compiled = BytesIO()
    mofile.write_mo(compiled, catalogue_in(path))
    compiled.seek(0)
    return GNUTranslations(compiled)
