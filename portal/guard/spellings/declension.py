"""Names as they stand in a sentence of languages that decline them: Wojciechowi Szczepańskiemu, Ελένης Παπαδοπούλου."""

import re
from collections.abc import Iterator
from typing import Final

_ADJECTIVE: Final = re.compile(r"(?<=...(?:sk|ck|zk))[ia]\Z")
_RUSSIAN: Final = re.compile(r"(?<=...[oe]v)a?\Z")
_FLEETING: Final = re.compile(r"(?<=...[^aeiouy])ek\Z")
_UKRAINIAN: Final = re.compile(r"(?<=...k)o\Z")
"""Ends of Slavic family names of which one speaks in cases: Wojciechowska, Kuznetsova, Swiatek, Petrenko."""
_SLAVIC: Final = ("ski", "ska", "cki", "cka", "zki", "zka", "ov", "ova", "ev", "eva", "ek", "ko")
_OF_ADJECTIVE: Final = ("i", "a", "iego", "iemu", "im", "iej", "ich")
_OF_RUSSIAN: Final = ("", "a", "oi", "oy", "u", "ym")
_OF_FLEETING: Final = ("ka", "kowi", "kiem")
_OF_UKRAINIAN: Final = ("a", "u", "om", "ovi")
_DECLENSIONS: Final = (
    (_ADJECTIVE, _OF_ADJECTIVE),
    (_RUSSIAN, _OF_RUSSIAN),
    (_FLEETING, _OF_FLEETING),
    (_UKRAINIAN, _OF_UKRAINIAN),
)
_GREEK: Final = {
    "opoulos": ("opoulou", "opoulo", "opoule"),
    "opoulou": ("opoulos", "opoulo"),
    "akis": ("aki",),
    "akos": ("akou", "ako"),
    "atos": ("atou", "ato"),
    "idis": ("idi", "idou"),
    "idou": ("idis",),
    "adis": ("adi", "adou"),
    "adou": ("adis",),
    "ellis": ("elli",),
}
"""Ends of Greek ones: Papadopoulou is of Papadopoulos, and his daughter."""
_LONG_NAME: Final = 7  # letters; by eye
_AFTER: Final = frozenset(("a", "u", "owi", "ovi", "em", "iem", "om", "e", "ie", "y", "i", "ya", "yu", "yem"))
"""What Slavic languages put behind a given name that ends in a consonant."""
_INSTEAD: Final = {
    "a": frozenset(("y", "i", "ie", "e", "o", "u", "oi", "oy", "oyu", "ei", "ey", "eyu", "ou", "s")),
    "i": frozenset(("ya", "yu", "yem", "e", "is")),
    "y": frozenset(("ya", "yu", "ego", "emu", "ym")),
    "o": frozenset(("a", "u", "owi", "ovi", "em", "om")),
    "s": frozenset(("", "u")),
}
"""What stands instead of the last letter of others; in Greek as well: Elenis, Dimitri."""
_FEWEST: Final = 3  # letters of a given name; by eye


def declined(word: str) -> Iterator[str]:
    """Yield a Slavic or Greek family name as it stands in a sentence, and that of a sister or brother."""
    if word.endswith(_SLAVIC):  # told at once, as few are
        for ending, others in _DECLENSIONS:
            if found := ending.search(word):
                yield from (word[: found.start()] + other for other in others)
    for end, theirs in _GREEK.items() if len(word) >= _LONG_NAME else ():
        if word.endswith(end):
            yield from (word.removesuffix(end) + other for other in theirs)


def is_case_of(word: str, given: str) -> bool:
    """Whether a folded word is a given name as it stands in a Slavic or Greek sentence: Wojciechowi, Elenis."""
    if len(given) < _FEWEST or not word.startswith(given[:-1]):
        return False
    if word.startswith(given) and word[len(given) :] in _AFTER and given[-1] not in "aeiouy":
        return True
    return word[len(given) - 1 :] in _INSTEAD.get(given[-1], ())
