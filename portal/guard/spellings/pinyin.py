"""Chinese characters as they sound: how a name in them is brought into Latin letters (Hanyu Pinyin, ISO 7098)."""

from typing import Final

from portal.guard.lexicon import entries, pairs, rows

SURNAMES: Final = entries("surname-characters")
"""What nearly all Chinese family names are written with."""
_OF_SURNAMES: Final = pairs("sounds-of-surnames")
"""Characters that sound otherwise as a family name."""
_SOUND_OF: Final = {letter: sound for sound, letters in rows("pinyin") for letter in letters}
_LONGEST: Final = 4  # characters of a Chinese name; by definition


def sound_of(letters: str, *, is_family: bool = False) -> str:
    """Return folded characters as they sound, in one word; empty if one is unknown."""
    sounds = [(is_family and _OF_SURNAMES.get(letter)) or _SOUND_OF.get(letter, "") for letter in letters]
    return "".join(sounds) if all(sounds) else ""


def romanised(given: tuple[str, ...], family: tuple[str, ...]) -> tuple[str, str] | None:
    """Return a folded name in Chinese characters in Latin letters; None for any other."""
    first, last = "".join(given), "".join(family)
    if first.isascii() or last.isascii() or len(first) + len(last) > _LONGEST:
        return None
    sounds = sound_of(first), sound_of(last, is_family=True)
    return sounds if all(sounds) else None
