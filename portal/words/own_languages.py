"""A district's own languages: a folder of catalogues, each checked before anybody reads a sentence of it.

A file `pl.po` adds Polish; `es.po` corrects the shipped Spanish; `staff/pl.po` adds it to the staff pages. What a file
does not say, the shipped catalogue says, else English. A sentence that could break a page is refused at the start,
never at a family's request.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from portal.kernel.errors import StartRefused
from portal.kernel.later import Later
from portal.words import catalogues
from portal.words.languages import SHIPPED, Language, speak

if TYPE_CHECKING:
    from babel import core
    from babel.messages import pofile
    from babel.messages.catalog import Catalog, Message
else:  # where a district has no languages of its own, nothing is checked
    core, pofile = Later("babel.core"), Later("babel.messages.pofile")

_PLACE = re.compile(r"%\(\w+\)s")
_UNSAFE = re.compile(r'[<>&"\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""Sentences also stand in attributes of pages, which a straight quotation mark ends, and in headers of messages."""
_TAG = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")
_RIGHT_TO_LEFT = "right-to-left"


def use_folder(folder: Path | None) -> None:
    """Speak the shipped languages and those of a folder, from now on in this process.

    Raises `StartRefused` with the file and the sentence that is wrong; then nothing has changed.
    """
    added: dict[Language, str] = {}
    for path in _files(folder) if folder else ():
        _check(path)
        if all(language.locale != path.stem for language in SHIPPED):
            language, names = _described(path, path.stem)
            added[language] = names
    for path in _files(folder / catalogues.OF_STAFF) if folder and (folder / catalogues.OF_STAFF).is_dir() else ():
        _check(path)
        if all(language.locale != path.stem for language in (*SHIPPED, *added)):
            raise StartRefused(f"{path}: families have no {path.stem}.po yet. Add it first, beside the staff folder.")
    catalogues.read_from(folder)
    speak(added)


def said_by(folder: Path | None) -> dict[str, int]:
    """Return how many sentences a folder says in each language, to families and to staff."""
    if folder is None:
        return {}
    files = {path.stem: (path, folder / catalogues.OF_STAFF / path.name) for path in _files(folder)}
    return {
        locale: sum(len(list(_sentences(_read(path)))) for path in paths if path.exists())
        for locale, paths in files.items()
    }


def faults_of(message: "Message") -> list[str]:
    """Return what of a translated sentence could break a page: other places than the English, and marks of a page."""
    ids, forms = (list(given) if isinstance(given, list | tuple) else [given] for given in (message.id, message.string))
    places, found = sorted(_PLACE.findall(str(ids[-1]))), []
    for form in (str(form) for form in forms if form):
        kept = sorted(_PLACE.findall(form))
        counts_itself = isinstance(message.id, list | tuple) and kept == []  # a form for one number may be a word
        if not (kept == places or counts_itself):
            found.append(f"it has to keep {', '.join(places) or 'no place'}")
        if "%" in _PLACE.sub("", form):
            found.append("it has a % that stands for nothing")
        if _UNSAFE.search(form):
            found.append('it holds <, >, &, a straight ", a line break or an invisible mark of direction')
    return found


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise StartRefused(f"PORTAL_LOCALE_DIR: {folder} is not a folder. Make it, or take the setting away.")
    return sorted(folder.glob("*.po"))


def _read(path: Path) -> "Catalog":
    try:
        return catalogues.catalogue_in(path)
    except (pofile.PoFileError, OSError, ValueError, core.UnknownLocaleError) as error:
        raise StartRefused(f"{path} is not a catalogue of sentences (gettext .po, UTF-8): {error}") from None


def _check(path: Path) -> None:
    if not _TAG.fullmatch(path.stem):
        raise StartRefused(f"{path}: name the file by its language, such as pl.po or zh_Hant.po.")
    catalogue = _read(path)
    for message in _sentences(catalogue):
        if faults := faults_of(message):
            sentence = message.id if isinstance(message.id, str) else message.id[0]
            raise StartRefused(f"{path}: the sentence for “{sentence}” cannot be used: {faults[0]}.")


def _sentences(catalogue: "Catalog") -> "Iterator[Message]":
    for message in catalogue:
        forms = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and not message.fuzzy and any(forms):
            yield message


def _described(path: Path, locale: str) -> tuple[Language, str]:
    """Return a language that is not shipped as CLDR describes it, and what rosters may call it."""
    try:
        found = core.Locale.parse(locale)
    except (core.UnknownLocaleError, ValueError):
        raise StartRefused(f"{path}: no language is known as “{locale}”. Name the file as CLDR does.") from None
    name = found.get_display_name(locale) or locale
    direction = "rtl" if found.character_order == _RIGHT_TO_LEFT else "ltr"
    named = (locale.partition("_")[0], (found.english_name or "").split(" ")[0], name.split(" ")[0])
    language = Language(locale.replace("_", "-"), name[:1].upper() + name[1:], "rtl" if direction == "rtl" else "ltr")
    return language, " ".join(filter(None, named)).casefold()
