"""The other rules by which names are brought into Latin letters from Cyrillic and Arabic."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from portal.guard.text.alphabets import FOREIGN, SOUNDS

_INITIAL: Final = re.compile(r"(?<![^\W\d_])[єїйюя]")
_OF_UKRAINIAN: Final = str.maketrans(
    SOUNDS
    | {
        "г": "h",
        "ґ": "g",
        "и": "y",
        "є": "ie",
        "ї": "i",
        "й": "i",
        "ю": "iu",
        "я": "ia",
        "'": "",
        "\u2019": "",
        "ʼ": "",
    }
)
"""What differs from the letters' sounds elsewhere (resolution 55 of Ukraine's cabinet, 2010)."""
_AT_FIRST: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_OF_PASSPORTS: Final = str.maketrans(SOUNDS | {"й": "i", "ё": "e", "ю": "iu", "я": "ia", "ъ": "ie"})
"""What differs in a passport of Russia (ICAO 9303-3, section 6)."""
_UKRAINIAN: Final = re.compile("(?:[kt]o|uk|[iy]ak|[iy]ch|sk[iy]+)\\Z")
"""How family names of Ukraine end."""
_SHORTEST: Final = 7  # letters of a word; by eye
_SHORTEST_NIK: Final = 6  # letters of a word; by eye
_HARD: Final = re.compile("(?<=[bcdfghklmnprstvz])i(?=[bcdfghklmnprstvz])")
_SOFT: Final = re.compile("(?<=[bcdfghklmnprstvz])y(?=[bcdfghklmnprstvz])")
_NIK: Final = re.compile("(?<=n)[iy](?=k\\Z)")
_SLAVIC: Final = re.compile("(?P<stem>.{3,}[oe])(?:va?|ff|w|wa)\\Z|.{3,}enko\\Z")
"""How family names of Russia and Ukraine end."""
_MARKED_LETTERS: Final = re.compile("([csz])h")
"""Letters that scholars write with a mark, which folding takes away: Ševčenko."""
_GLIDE: Final = re.compile("(?<=[bdgklmnprstvzi])y(?=[au])")
_SERVANT: Final = re.compile(
    "abd(?:[aeou]+(?:l|r(?=r))|[iu](?=r[^r])|)(?P<rest>[bcdfghjkmnqrstwyz][a-z]{2,}|aziz|ilah|ahad)\\Z"
)
"""Names that begin "servant of": Abdulrahman, Abdelrahman, Abdurrahman."""


def other_transliterations(name: str) -> Iterator[str]:
    """Yield a name in Cyrillic as Ukraine writes it in Latin letters, and as Russia does in passports."""
    small = unicodedata.normalize("NFC", name.lower())
    if FOREIGN.search(small):
        yield _INITIAL.sub(lambda first: _AT_FIRST[first[0]], small).translate(_OF_UKRAINIAN)
        yield small.translate(_OF_PASSPORTS)


def spelled_otherwise(word: str) -> Iterator[str]:
    """Yield a folded name in Latin letters as other rules bring it there from Cyrillic or Arabic."""
    if "y" in word[1:] and (glided := _GLIDE.sub("i", word)) != word:
        yield glided
    if len(word) >= _SHORTEST and _UKRAINIAN.search(word):
        for one in (_HARD.sub("y", word), _SOFT.sub("i", word)):
            yield from (one, one.replace("g", "h"))
    if len(word) >= _SHORTEST_NIK and (nik := _NIK.search(word)):
        yield word[: nik.start()] + ("y" if nik[0] == "i" else "i") + word[nik.end() :]
    if slavic := _SLAVIC.fullmatch(word):
        yield from _of_slavs(word, slavic["stem"])
    if word.startswith("khw"):
        yield f"khaw{word[3:]}"
    if word.startswith("khaw"):
        yield f"khw{word[4:]}"
    if word.startswith("abd") and (servant := _SERVANT.fullmatch(word)):
        rest = servant["rest"]
        yield from (f"abd{of}{rest}" for of in ("ul", "el", "al", f"u{rest[0]}", f"e{rest[0]}", "i", ""))


def _of_slavs(word: str, stem: str | None) -> Iterator[str]:
    """Yield a family name as French, Germans and scholars write it: Smirnoff, Kowalenko, Ševčenko, Kuznecov."""
    if stem and word.endswith(("v", "ff", "w")):
        yield from (f"{stem}{end}" for end in ("v", "ff", "w"))
    yield from (word.replace("v", "w"), word.replace("w", "v"), word.replace("chenko", "tchenko"))
    yield from (_MARKED_LETTERS.sub(r"\1", word).replace("ts", "c"), word.replace("ts", "tz"))
    if "c" in word.replace("ch", ""):
        yield from (word.replace("cenko", "chenko"), re.sub("c(?!h)", "ts", word))
