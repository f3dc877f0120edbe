"""One spelling for many: text folded so that the same name, number or address always looks the same."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from portal.guard.text.alphabets import has_foreign, in_latin
from portal.guard.text.letter_tables import CodePoints, PlainLetters, in_western
from portal.guard.text.simplified import simplified

_RESPELLED: Final = {
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H", "ı": "i",
    "þ": "th", "Þ": "Th", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T",
    "ß": "ss", "ẞ": "SS", "ə": "a", "Ə": "A", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ⅼ": "l",
    "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "\u0640": "", "،": ",", "、": ",", "。": ". ", "؟": "?", "؛": ";",
    "\u2028": "\n", "\u2029": "\n\n", "\u0085": "\n", "\u2212": "-",
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u02bb\u02b9\u02bd\u0060\u2032\u05f3\ua78c", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
}  # fmt: skip
"""Letters without a decomposition in Unicode, stops, apostrophes and quotes. `´` is replaced before: it has one."""
_MORE_LATIN: Final = (range(0x180, 0x2B0), range(0x1D00, 0x1DC0), range(0x2C60, 0x2C80), range(0xA720, 0xA800))
_KINDS_OF_LETTER: Final = re.compile(
    "LATIN (?:(?P<size>SMALL|CAPITAL) )?LETTER (?:SMALL CAPITAL |OPEN |SCRIPT )?(?P<letter>[A-Z])(?: WITH .+)?"
)
"""What Unicode calls letters that are plain ones in another form: small capitals, with hooks, with bars."""
_UNSEEN: Final = frozenset((0x115F, 0x1160, 0x2065, 0x3164, 0xFFA0, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)))
"""What shows nothing beside marks and formats (Unicode UAX 44, Default_Ignorable_Code_Point)."""
_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_POSSESSIVE: Final = re.compile(r"'[sS]\b")
_IS_S: Final = np.array([chr(code) in "sS" for code in range(128)])
_IS_OF_WORD: Final = np.array([chr(code).isalnum() or chr(code) == "_" for code in range(128)])
_SHORT, _LONG = 200, 2_000  # characters up to which, and from which on, another way is faster; by eye
_LONGER_SMALL: Final = "\u0130"
"""The one capital that is two characters as a small letter."""
_LAST_ASCII: Final = 0x7F  # code point; Unicode
_LETTERS: Final = 26  # letters of the alphabet; by definition
_TO_SMALL: Final = ord("a") - ord("A")
_LAST_LETTER: Final = 0x323B0
"""Behind the last letter of Unicode 16 (CJK Extension H)."""
_ASCII_APART: Final = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_WESTERN_APART: Final = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
_WESTERN_SMALL: Final = bytes(ord(chr(code).lower()) for code in range(256))
_APART: Final = re.compile(r"[\W_]")
_BETWEEN: Final = "\x1f"
"""Stands between texts that are folded at once (ASCII's unit separator): it is of no word, and stays what it is."""
_CAPITAL: Final = "A"
"""Stands between texts that are folded already, none of which has a capital."""
_HALF: Final = re.compile("[\ud800-\udfff]")
"""Halves of a pair that stand alone; no library takes them."""
_HIGH: Final = re.compile("[\U00010000-\U0010ffff]")
_NOT_ASCII: Final = re.compile("[^\x00-\x7f]+")
_JAMO: Final = re.compile("[\u1100-\u11ff]+")
_BUILT: Final = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
"""Letters that are put together from others, and words written without blanks between."""
_SHORTEST_PIECE: Final = 2  # characters; by eye
_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


@cache
def _classes() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str], dict[str, str]]:
    """Return patterns for what vanishes (accents, zero-width and soft characters) by plane, dashes and respelled.

    One class over both planes would be searched a hundred times slower.
    """
    low, high = range(0xA0, 0x10000), (*range(0x10000, 0x20000), *range(0xE0000, 0xE1000))
    vanish = [
        "".join(chr(code) for code in codes if code in _UNSEEN or unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"})
        for codes in (low, high)
    ]
    dashes = "".join(chr(code) for code in low if unicodedata.category(chr(code)) == "Pd")
    respelled = dict(_in_other_forms()) | _RESPELLED
    classes = (f"[{vanish[0]}]", f"[{vanish[1]}]", f"[{dashes}]", f"[{''.join(respelled)}]")
    first, second, third, fourth = map(re.compile, classes)
    return first, second, third, fourth, respelled


def _in_other_forms() -> Iterator[tuple[str, str]]:
    """Yield the letters that Unicode calls a plain one in another form, with that."""
    for letter in map(chr, chain.from_iterable(_MORE_LATIN)):
        if found := _KINDS_OF_LETTER.fullmatch(unicodedata.name(letter, "")):
            yield letter, found["letter"].lower() if found["size"] == "SMALL" else found["letter"]


def _unmarked(text: str) -> str:
    low, high, *_ = _classes()
    text = low.sub("", unicodedata.normalize("NFKD", text))
    return high.sub("", text) if _HIGH.search(text) else text


def _plain(text: str, known: CodePoints | None) -> str:
    """Bring text that is not all ASCII to letters without marks, and to the plain dash, apostrophe and digit."""
    if "\u00ad" in text:  # one letter is found ten times as fast as two
        text = text.replace("\u00ad\n", "-\n")
    text = text.replace("\ufffe", "-")  # soft hyphens at a line's end, as both are
    if (western := _letters().of_western(text, known)) is not None:
        text = western
    elif len(text) >= _LONG and (plain := _letters().of(text)) is not None:
        text = plain
    elif len(text.encode("utf-8", "surrogatepass")) - len(text) < len(text) // 8:
        text = _NOT_ASCII.sub(lambda run: _plain_run(run[0]), text)  # few of them, and always the same
    else:
        text = _plain_letters(text)
    return in_latin(text) if has_foreign(text) else text


def _plain_letters(text: str) -> str:
    _, _, dashes, to_respell, respelled = _classes()
    text = to_respell.sub(lambda letter: respelled[letter[0]], _unmarked(text.replace("´", "'")))
    text = dashes.sub("-", text)
    if text.isascii():
        return text
    if _UNSPACED.search(text):
        text = simplified(text)
    text = _JAMO.sub(_in_syllables, text)  # again: 기 must not begin 김
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0], " ")), _HALF.sub(" ", text))


def _in_syllables(jamo: re.Match[str]) -> str:
    """Return parts of Korean letters put together. Those of other scripts stay apart, whatever stands beside them."""
    return unicodedata.normalize("NFC", jamo[0])


@cache
def _letters() -> PlainLetters:
    return PlainLetters(_plain_letters, lambda letter: _BUILT.search(letter + unicodedata.normalize("NFKD", letter)))


_plain_run: Final = lru_cache(maxsize=20_000)(_plain_letters)


def fold_cased(text: str, known: CodePoints | None = None) -> str:
    """Do what `fold` does, but keep capitals: character by character the same length. Its codes may be `known`."""
    if text.isascii() and "'" not in text and "`" not in text and "\r" not in text:
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    text = text.replace("`", "'")
    text = text if text.isascii() else _plain(text, known)
    if "'" in text:
        text = _without_apostrophes(text)
    return text.lower() if _LONGER_SMALL in text else text


def _without_apostrophes(text: str) -> str:
    """Return text without apostrophes, with a blank for each possessive s; of a long one told for all at once."""
    if len(text) < _LONG or not text.isascii():
        return _POSSESSIVE.sub(" ", text).replace("'", "")
    letters = np.frombuffer(bytearray(f"{text}  ", "ascii"), np.uint8)
    behind = np.flatnonzero(letters == ord("'")) + 1
    is_possessive = _IS_S.take(letters.take(behind)) & ~_IS_OF_WORD.take(letters.take(behind + 1))
    letters[behind.compress(is_possessive)] = ord(" ")
    return letters[:-2].tobytes().replace(b"'", b"").decode("ascii")


def in_small(text: str) -> str:
    """Return text in small letters; a long one in which only plain letters have capitals at once for all."""
    if text.isascii() or len(text) < _LONG:
        return text.lower()
    if (western := in_western(text)) is not None:
        return western.translate(_WESTERN_SMALL).decode("latin-1")
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    beyond = codes[codes > _LAST_ASCII]
    if _changes().take(np.minimum(beyond, _LAST_LETTER)).any():
        return text.lower()
    capitals = codes - np.uint32(ord("A")) < _LETTERS  # what is less wraps around
    return (codes + capitals * np.uint32(_TO_SMALL)).tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _changes() -> NDArray[np.bool_]:
    """Tell of each character whether it is another one in small letters."""
    return np.fromiter((chr(code).lower() != chr(code) for code in range(_LAST_LETTER + 1)), np.bool_, _LAST_LETTER + 1)


def fold(text: str) -> str:
    """Return `text` in small Latin letters without accents, marks or invisible characters (Unicode NFKD).

    Dashes, blanks and digits of every script become their plain ones, line ends one line feed; apostrophes go,
    with a possessive s. Greek and Cyrillic are written in Latin letters, look-alikes in a Latin word too; Chinese
    in the simplified script.
    """
    return in_small(fold_cased(text))


def apart(folded: str) -> str:
    """Return folded text with one blank for every character that is neither letter nor digit: the same length."""
    if folded.isascii():
        return folded.translate(_ASCII_APART)
    if len(folded) < _SHORT:
        return _APART.sub(" ", folded)
    if (western := in_western(folded)) is not None:
        return western.translate(_WESTERN_APART).decode("latin-1")
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
    kept = np.where(_is_letter()[np.minimum(codes, _LAST_LETTER)], codes, np.uint32(ord(" ")))
    return kept.tobytes().decode("utf-32-le")


@cache
def _is_letter() -> NDArray[np.bool_]:
    return np.fromiter((chr(code).isalnum() for code in range(_LAST_LETTER + 1)), np.bool_, _LAST_LETTER + 1)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text that is not folded yet. Hyphens part words, apostrophes do not."""
    return tuple(apart(fold(text)).split())


def at_once(change: Callable[[str], str], texts: Sequence[str]) -> list[str]:
    """Return each of many short texts changed, in a fifth of the time.

    By a function that leaves control characters as they are, and letters beside them as if they stood alone.
    """
    changed = change(_BETWEEN.join(texts)).split(_BETWEEN)
    return changed if len(changed) == len(texts) else list(map(change, texts))  # one of them holds it


def fold_each(texts: Sequence[str]) -> list[str]:
    """Return each of many short texts folded, as `fold` does."""
    return at_once(fold, texts)


def words_of_each(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the words of each of many short texts, as `words_of` does."""
    return [(one,) if one.isalnum() else tuple(one.split()) for one in apart_each(fold_each(texts))]


def apart_each(folded: Sequence[str]) -> list[str]:
    """Return each of many short folded texts as `apart` does."""
    return apart(_CAPITAL.join(folded)).split(_CAPITAL) if folded else []


@lru_cache(maxsize=1 << 12)
def unspaced_of(*names: str) -> tuple[str, ...]:
    """Return the folded words of names that are of a script which `is_unspaced`: 小明 and 王, as one writes them."""
    return tuple(word for name in names if not name.isascii() for word in words_of(name) if is_unspaced(word))


def pieces_of(words: Iterable[str]) -> set[str]:
    """Return what may be a name in words that run on without blanks, as 小明 in 小明生于: two or three letters each."""
    runs = [word for word in words if not word.isascii() and len(word) > _SHORTEST_PIECE and is_unspaced(word)]
    return {run[at : at + size] for run in runs for size in (2, 3) for at in range(len(run) - size + 1)}


def is_unspaced(folded: str) -> bool:
    """Whether text has letters of a script that puts no blanks between names (Han, kana, hangul)."""
    return not folded.isascii() and _UNSPACED.search(folded) is not None
