"""Braille in Latin letters: as it is printed for the blind, or copied into a letter (Unicode 16, Braille Patterns)."""

from typing import Final

BRAILLE: Final = (0x2801, 0x28FF)
"""The patterns with any dot."""
_OF_DOTS: Final = dict(
    zip(
        (0x01, 0x03, 0x09, 0x19, 0x11, 0x0B, 0x1B, 0x13, 0x0A, 0x1A),
        zip("abcdefghij", "1234567890", strict=True),
        strict=True,
    )
)
_BELOW: Final = {0x04: "klmnopqrst", 0x24: "uvxyz"}
"""Letters that have dots of the first ten, and these below."""
_MARKS: Final = {0x3A: "w", 0x24: "-", 0x04: "'", 0x02: ",", 0x32: "."}
_OF_MARKS: Final = {
    0x3F: "é", 0x2E: "é", 0x37: "á", 0x3E: "ú", 0x0C: "í", 0x2C: "ó", 0x3B: "ñ", 0x1C: "ä", 0x2A: "ö", 0x33: "ü",
    0x2F: "ç",
}  # fmt: skip
"""Letters with marks, as Spanish, French and German have them."""
_CONTRACTED: Final = {
    0x2F: "and", 0x3F: "for", 0x37: "of", 0x2E: "the", 0x3E: "with", 0x21: "ch", 0x23: "gh", 0x29: "sh", 0x39: "th",
    0x31: "wh", 0x2B: "ed", 0x3B: "er", 0x33: "ou", 0x2A: "ow", 0x0C: "st", 0x1C: "ar", 0x2C: "ing", 0x22: "en",
    0x14: "in", 0x06: "bb", 0x12: "cc", 0x16: "ff", 0x36: "gg",
}  # fmt: skip
"""Letters that English joins in one pattern (Unified English Braille, grade 2)."""
_CAPITAL, _NUMBER = chr(0x2820), chr(0x283C)


def _letters(others: dict[int, str]) -> dict[str, str]:
    dots = {dots: letter for dots, (letter, _) in _OF_DOTS.items()} | others | _MARKS | {0: " "}
    for below, letters in _BELOW.items():
        dots |= {above + below: letter for above, letter in zip(_OF_DOTS, letters, strict=False)}
    return {chr(0x2800 + sign): letter for sign, letter in dots.items()}


_READINGS: Final = (_letters(_OF_MARKS), _letters(_CONTRACTED))
_FIGURES: Final = {chr(0x2800 + dots): figure for dots, (_, figure) in _OF_DOTS.items()}


def braille_in_latin(text: str) -> str:
    """Return a text with patterns of dots as what they are, words with a capital each: letter by letter, and joined."""
    return "\n\n".join(dict.fromkeys(_read(text, letters) for letters in _READINGS))


def _read(text: str, letters: dict[str, str]) -> str:
    read, is_number, begins = list[str](), False, True
    for sign in text:
        if sign in {_CAPITAL, _NUMBER}:
            is_number = sign == _NUMBER
            continue
        is_number = is_number and sign in _FIGURES
        letter = _FIGURES[sign] if is_number else letters.get(sign, sign)
        read.append(letter.capitalize() if begins else letter)
        begins = not letter.isalpha()
    return "".join(read)
