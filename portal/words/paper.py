"""The sentences of a notice on paper, for families without a mail address."""

from dataclasses import dataclass
from functools import cache

from portal.words.languages import Language


@dataclass(frozen=True, slots=True)
class PaperWords:
    """One page for one family; it says what a message by mail says, and how a phone gets there."""

    greeting: str
    free: str
    scan_title: str
    scan: str
    type_title: str
    place: str
    code: str
    for_child: str
    for_family: str
    expiry: str
    keep: str
    about_title: str
    about: str
    contact: str


@cache
def paper_words(language: Language) -> PaperWords:
    """Return the sentences of a notice on paper; what a message by mail says too is said in the same words."""
    _ = language.gettext
    return PaperWords(
        greeting=_("There is a letter for %(children)s."),
        free=_("You do not need an account or a password to read it."),
        scan_title=_("With a phone"),
        scan=_("Point the camera of your phone at the square and press the address that it shows."),
        type_title=_("Or by hand"),
        place=_("Open your browser and type this address: %(place)s"),
        code=_("Then type this code: %(code)s"),
        for_child=_("For %(child)s"),
        for_family=_("For the family of %(child)s"),
        expiry=_("You can open it until %(date)s."),
        keep=_("This page is for you only. Keep it in a safe place."),
        about_title=_("Is this really from the school?"),
        about=_("Ask the school office, or open your browser and type %(place)s as the address."),
        contact=_("Questions? %(contact)s"),
    )
