"""One spelling for many: text folded so that the same name, number or address always looks the same."""

import re
import unicodedata
from functools import cache
from typing import Final

BREAK: Final = "\x01"
"""Stands between words that do not belong together: after a sentence, at a blank line."""

_APOSTROPHES: Final = "\u2018\u2019\u201b\u02bc\u02bb\u02b9\u02bd\u00b4\u0060\u2032\u05f3\ua78c"
_RESPELLED: Final = {
    "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ħ": "h", "Ħ": "h", "ı": "i",
    "þ": "th", "Þ": "th", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ŋ": "n", "Ŋ": "n", "ŧ": "t", "Ŧ": "t",
    "\u0640": "", "،": ",", "、": ",", "。": ". ", "\u2028": "\n", "\u2029": "\n\n", "\u0085": "\n",
    "\u2212": "-", **dict.fromkeys(_APOSTROPHES, "'"),
}  # fmt: skip
_TO_RESPELL: Final = re.compile(f"[{''.join(_RESPELLED)}]")
_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_POSSESSIVE: Final = re.compile(r"'s\b")
_FLOAT: Final = re.compile(r"\.0(?<=\d..)(?!\d)")  # 100001.0: a number as some exports write it
_CENTS: Final = re.compile(r"\.(?<=\d.)(?=\d\d?\b)")
_BREAKS: Final = re.compile(r"[.!?\u2026](?=\s)(?<=[^\W_][^\W_].)|\n[^\S\n]*\n")
_ASCII_APART: Final = "".join(chr(code) if chr(code).isalnum() or chr(code) == BREAK else " " for code in range(128))
_APART: Final = re.compile(f"[^\\w{BREAK}]+")
_HIGH: Final = re.compile("[\U00010000-\U0010ffff]")
_UNSPACED: Final = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@cache
def _classes() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return patterns for what vanishes (accents, zero-width and soft characters), by plane, and for dashes.

    One class over both planes would be searched a hundred times slower.
    """
    low, high = range(0xA0, 0x10000), (*range(0x10000, 0x20000), *range(0xE0000, 0xE01F0))
    vanish = [
        "".join(chr(code) for code in codes if unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"})
        for codes in (low, high)
    ]
    dashes = "".join(chr(code) for code in low if unicodedata.category(chr(code)) == "Pd")
    return re.compile(f"[{vanish[0]}]"), re.compile(f"[{vanish[1]}]"), re.compile(f"[{dashes}]")


def _unmarked(text: str) -> str:
    low, high, _ = _classes()
    text = low.sub("", unicodedata.normalize("NFKD", text))
    return high.sub("", text) if _HIGH.search(text) else text


def fold(text: str) -> str:
    """Return `text` in small letters without accents, marks or invisible characters (Unicode NFKD).

    Dashes, apostrophes, blanks and digits of every script become their plain ones, and line ends one line feed.
    """
    if not text.isascii():
        text = _unmarked(_TO_RESPELL.sub(lambda letter: _RESPELLED[letter[0]], text))
        text = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), _classes()[2].sub("-", text))
        text = _unmarked(text.casefold())
    else:
        text = text.replace("`", "'").lower()
    return text.replace("\r\n", "\n").replace("\r", "\n").replace(BREAK, " ")


def words(folded: str) -> str:
    """Return the words of folded text, each with one blank before and after it, and a `BREAK` where none matches on.

    Hyphens part words, apostrophes do not, and a possessive s is gone.
    """
    text = _POSSESSIVE.sub(" ", folded).replace("'", "").replace("_", " ")
    text = _BREAKS.sub(f" {BREAK} ", _CENTS.sub("", _FLOAT.sub(" ", text)))
    text = text.translate(_ASCII_APART) if text.isascii() else _APART.sub(" ", text)
    return f" {' '.join(text.split())} "


def is_unspaced(folded: str) -> bool:
    """Whether text has letters of a script that puts no blanks between names (Han, kana, hangul)."""
    return not folded.isascii() and _UNSPACED.search(folded) is not None
