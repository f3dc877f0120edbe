"""Names of which letters were lost: a program that has no "ñ" writes a mark instead: "Mu?oz"."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from ahocorasick_rs import AhoCorasick

from portal.guard.text.folding import fold_each, words_of_each
from portal.guard.views.passages import Passage

_MARK: Final = "?"
_MARKS: Final = ("?", "_", "#", "*", "\u00bf", "\u00a4", "\u25a1", "\u25a0", "\u25af", "\ufffd")
"""What stands for a letter that an encoding or a typeface does not have, and for one that no file name may have."""
_ENCODINGS: Final = ("ascii", "latin-1", "cp1252", "cp1250", "cp437", "cp850")
"""What exports are written in, as far as letters are lost in them."""
_FEWEST_LEFT: Final = 2  # letters; by eye
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_NOT_ASCII: Final = re.compile("[^\x00-\x7f]")
_APOSTROPHES: Final = str.maketrans("'\u2019", _MARK * 2)


class LostLetters:
    """The words of names by what is left of them where letters are lost."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take given and family names as they are written."""
        meant: dict[str, dict[str, None]] = defaultdict(dict)
        marked = "\n".join(name for name in names if not name.isascii() or "'" in name)
        words = tuple(dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", marked))))
        lost = [
            (form, whole[0])
            for forms, whole in zip(_forms(words), words_of_each(words), strict=False)  # one empty line of no words
            if whole  # a mark alone is a letter of a word, and none that is folded
            for form in forms
        ]
        for form, (_, whole) in zip(fold_each([form for form, _ in lost]), lost, strict=True):
            if sum(map(str.isalpha, form)) >= _FEWEST_LEFT and form.rstrip(_MARK) != whole:  # "Jose?" is a question
                meant[form][whole] = None
        self._forms, self._meant = list(meant), [tuple(words) for words in meant.values()]
        self._search = AhoCorasick(self._forms)

    def restored(self, passage: Passage) -> Iterator[str]:
        """Yield the text of a passage with these words whole again, once for each word that one of them may be."""
        text, cased = passage.folded, passage.cased
        marks = [mark for mark in _MARKS if mark in text]
        if not marks or not self._forms or passage.focus:
            return
        for mark in marks:
            text = text.replace(mark, _MARK)
        found = [
            (start, end, self._meant[form])
            for form, start, end in self._search.find_matches_as_indexes(text, overlapping=True)
            if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
        ]
        found.sort(key=lambda one: (one[0], -one[1]))
        for turn in range(max((len(words) for *_, words in found), default=0)):
            yield _rewritten(cased, ((start, end, words[min(turn, len(words) - 1)]) for start, end, words in found))


def _forms(words: Iterable[str]) -> Iterator[list[str]]:
    """Yield for each of some words how programs write it that have not all of its letters; told for all at once."""
    text = "\n".join(words)
    bare, apart = (one.translate(_APOSTROPHES) for one in (text, unicodedata.normalize("NFD", text)))
    lost = [bare.encode(encoding, "replace").decode(encoding) for encoding in _ENCODINGS]
    lost.append(apart.encode("ascii", "replace").decode("ascii"))
    lost.append(_NOT_ASCII.sub(lambda letter: _MARK * len(letter[0].encode()), bare))
    for forms in zip(*(one.split("\n") for one in lost), strict=True):
        yield [form for form in dict.fromkeys(forms) if _MARK in form]


def _rewritten(text: str, words: Iterable[tuple[int, int, str]]) -> str:
    pieces, done = list[str](), 0
    for start, end, word in words:
        if start >= done:
            is_capital = text[start].isupper() or not text[start].isalpha()
            pieces += [text[done:start], word.capitalize() if is_capital else word]
            done = end
    return "".join((*pieces, text[done:]))
