"""Why a file cannot be read, as the reader says it in its cage, which knows no languages: recognised here."""

import re
from collections.abc import Callable
from typing import Final

from portal.words.languages import ENGLISH, Language
from portal.words.sentences import Sentence, numbered, sentence

REASONS: Final[tuple[str, ...]] = (
    sentence("A picture in this file is larger than any letter needs."),
    sentence("An administrator can register a logo, a seal or a photo as known."),
    sentence("Choose a smaller one."),
    sentence("Choose another one."),
    sentence("Choose it again."),
    sentence("Choose the PDF that holds all the letters."),
    sentence("Choose the file you meant."),
    sentence("Choose the zip you meant."),
    sentence("Divide it and choose a part."),
    sentence("Divide it and choose the parts."),
    sentence("Divide it, or save it with smaller pictures."),
    sentence("Do not open it, and choose the file you meant."),
    sentence("Do not open it."),
    sentence("Give it a shorter one."),
    sentence("Make it anew and choose it again."),
    sentence("Make it anew without one and choose it again."),
    sentence("Make it smaller and try again."),
    sentence("Open it and print it to a new PDF, then choose that."),
    sentence("Open it, save it as JPEG or PNG and choose it again."),
    sentence("Or type them into the letter."),
    sentence("Print it to a new PDF and choose that file."),
    sentence("Print it to a new PDF and choose that."),
    sentence("Put the documents into a zip, or choose them as they are."),
    sentence("Save it as PDF and choose it again."),
    sentence("Save it as UTF-8 text and choose it again."),
    sentence("Save it as xlsx and choose it again."),
    sentence("Save it without a password and choose it again."),
    sentence("Save it without a password or restrictions and choose it again."),
    sentence("Save it without one and choose it again."),
    sentence("Save the letter as PDF and choose it again."),
    sentence("Save the letter as a PDF from the program that made it: then its words are text."),
    sentence("Save the picture as JPEG or PNG and choose it again."),
    sentence("Tell the person who runs your computers."),
    sentence("The file is not there any more."),
    sentence("The portal cannot be sure of every word in this picture."),
    sentence("The portal cannot take out what is hidden in this file."),
    sentence("The virus scanner does not answer, so nothing can be published for now."),
    sentence("The virus scanner found something harmful in this file."),
    sentence("This PDF has layers that are not shown."),
    sentence("This PDF is a form with fields that are not drawn."),
    sentence("This PDF is damaged."),
    sentence("This PDF is locked."),
    sentence("This PDF still holds earlier versions that cannot be read."),
    sentence("This file cannot be read."),
    sentence("This file holds more pictures than the portal can check at once."),
    sentence("This file holds more text than the portal can check."),
    sentence("This file is empty."),
    sentence("This file is locked with a password."),
    sentence("This file is locked."),
    sentence("This file is not text in an encoding the portal knows."),
    sentence("This is a database, not a letter."),
    sentence("This is a file of an office program that the portal does not read."),
    sentence("This is a font, not a letter."),
    sentence("This is a picture of a kind the portal does not read."),
    sentence("This is a program, not a letter."),
    sentence("This is a saved e-mail, which may carry other files."),
    sentence("This is a sound or a film."),
    sentence("This is an archive of files."),
    sentence("This is an electronic book."),
    sentence("This is no PDF."),
    sentence("This is no zip."),
    sentence("This picture is damaged."),
    sentence("This workbook is of a very old Excel."),
    sentence("This zip holds no file."),
    sentence("This zip is damaged."),
    sentence("This zip is locked with a password."),
    sentence("Try again in a few minutes, or tell the person who runs the portal."),
    sentence("Unpack it and choose the letter itself."),
)
_WITH_FACTS: Final[tuple[Callable[[str], Sentence], ...]] = (
    lambda fact: sentence(
        "The roster, the staff, the known pictures or a setting has changed since this was checked, "
        "and the guard stops %(name)s now.",
        name=fact,
    ),
    lambda fact: sentence("The file's name is longer than %(fact)s characters.", fact=fact),
    lambda fact: sentence("The portal cannot be sure of every word in a picture (%(fact)s).", fact=fact),
    lambda fact: sentence("The portal reads a PDF of up to %(fact)s pages.", fact=fact),
    lambda fact: sentence("This PDF has more than %(fact)s pages.", fact=fact),
    lambda fact: sentence("This file is larger than %(fact)s MB.", fact=fact),
    lambda fact: sentence("This zip holds more than %(fact)s files.", fact=fact),
)
_MADE: Final = tuple((re.compile(re.escape(made("\0")).replace("\0", "(.+)")), made) for made in _WITH_FACTS)
_BETWEEN: Final = re.compile(r"(?<=\.) ")
_NUMBER: Final = re.compile(r"[0-9,]{0,15}[0-9]")
_PAGE: Final = re.compile(r"\bpage (\d+)")
_MORE: Final = re.compile(r"(.+) and ([0-9]{1,15}) more")
"""Somebody may have typed the text, so numbers have an end: what is longer is told as it stands."""


def in_their_words(text: str, language: Language) -> str:
    """Return a text that was made or stored in English; what is not known in all its sentences stays English."""
    if not text or language == ENGLISH:
        return text
    whole = language.gettext(text)
    if whole != text:
        return whole
    told = [_told(piece, language) for piece in _BETWEEN.split(text)]
    return " ".join(told) if all(told) else text


def _told(piece: str, language: Language) -> str:
    known = language.gettext(piece)
    if known != piece:
        return known
    for pattern, made in _MADE:
        if found := pattern.fullmatch(piece):
            return made(_fact(found[1], language)).said_in(language)
    return ""


def _fact(fact: str, language: Language) -> str:
    """Say a number, or the places of pictures: “page 3; page 4 and 2 more”."""
    if _NUMBER.fullmatch(fact):
        return language.number(int(fact.replace(",", "")))
    pages = _PAGE.sub(lambda found: sentence("page %(page)s", page=found[1]).said_in(language), fact)
    found = _MORE.fullmatch(pages)
    if not found:
        return pages
    more = numbered("%(count)s more", "%(count)s more", int(found[2]), count=int(found[2]))
    return sentence("%(before)s and %(last)s", before=found[1], last=more).said_in(language)
