"""How one given name or family name may be written: its words, their variants, and whole or in parts."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from portal.guard.spellings.declension import declined
from portal.guard.spellings.romanisation import other_transliterations, spelled_otherwise
from portal.guard.spellings.variants import same_names
from portal.guard.text.alphabets import by_looks
from portal.guard.text.folding import at_once, words_of_each
from portal.guard.text.ordinary_words import is_common
from portal.guard.text.vocabulary import listed

PARTICLES: Final = listed("particles")
"""Words in front of a family name that people leave out."""
_MIDDLE: Final = frozenset(("thi", "van"))
"""What middle names of Vietnamese women and men begin with."""
_INSEPARABLE: Final = listed("inseparable-particles")
SUFFIXES: Final = listed("suffixes")

_EXPANDED: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "a", "œ": "o", "đ": "dj", "ð": "dh"}
)
_PLAIN_IN: Final = re.compile(r"aa|(?<![aeiou])ae(?!l?$)|(?<![aeiou])oe(?!l?$)|(?<![aeiouqg])ue(?!l?$)")

_FROM_YE: Final = re.compile(r"ye(?=[a-z]{2,}(?:[oe]va?|enko|sk[iy]y?|skaya)\Z)")
_LONG_VOWELS: Final = (
    (re.compile("ee"), "i"),
    (re.compile("oo"), "u"),
    (re.compile("(?<=[^aeiou])i(?=[^aeiou])"), "ee"),
)
_SOFT: Final = re.compile("(?<=[bdgklmnprstvz])y(?=e[vr])|(?<=[ksv])iy$")
"""Vasilyeva and Vasilieva."""
_LONG_MAC: Final = 7  # letters of a name that may begin with Mac; by eye
_PAIR: Final = 2  # words of a double family name; by definition
_LEFT: Final = 4  # letters; by eye
_LOST: Final = 2
"""Letters that stay, at the least, and that are gone, at the most, where a program drops those with marks; by eye."""
_INNER_KH: Final = re.compile("(?<=[aeiou])kh(?=[a-z])")
_LONG_ENOUGH: Final = 6  # letters of a word; by eye
_LAM_ALEF: Final = "\u0644\u0627"
"""Two letters drawn as one. A PDF's text, turned to run from right to left, has its halves the wrong way round."""


class Spelling(NamedTuple):
    """One name part. `words` as written, every variant of a word in `own`.

    `firsts` are the words it may go by alone; `others` those that tell less (a second given name). `whole` is
    all of it joined. `needed` must stand beside (the saint of St. John).
    """

    words: tuple[str, ...]
    own: tuple[str, ...]
    firsts: tuple[str, ...]
    others: tuple[str, ...]
    whole: tuple[str, ...]
    needed: tuple[str, ...] = ()

    def and_of(self, other: "Spelling") -> "Spelling":
        """Return how either of two name parts that have the same words may be written."""
        if other is self or other == self:
            return self
        own, firsts, others, whole = (
            _unique(chain(mine, theirs), mine) for mine, theirs in zip(self[1:5], other[1:5], strict=True)
        )
        return Spelling(self.words, own, firsts, others, whole, self.needed)

    def is_whole(self, written: frozenset[str]) -> bool:
        """Whether these words are all of this part: each of it, or all joined, or another spelling of its one word."""
        if written.issuperset(self.words) or not written.isdisjoint(self.whole):
            return True
        return len(self.words) == 1 and not written.isdisjoint(self.firsts)


@lru_cache(maxsize=1 << 12)
def variants(word: str) -> tuple[str, ...]:
    """Return a folded word and the other ways the same name is spelled in Latin letters."""
    plain = _PLAIN_IN.sub(lambda pair: pair[0][0], word)
    return tuple(dict.fromkeys((word, *same_names(word), plain, *_respelled(word), *spelled_otherwise(word))))


def _respelled(word: str) -> Iterator[str]:
    """Yield a name as it is brought from Cyrillic by other rules, Mac as Mc, and as a PDF gives lam with alef."""
    if _LAM_ALEF in word:
        yield word.replace(_LAM_ALEF, _LAM_ALEF[::-1])
    if "y" in word[1:] and (softened := _SOFT.sub("i", word)) != word:
        yield from (softened, _SOFT.sub("", word))
    if word.startswith("ye") and (hard := _FROM_YE.sub("e", word)) != word:
        yield hard
    if "kh" in word[1:] and len(word) >= _LONG_ENOUGH and (soft := _INNER_KH.sub("h", word)) != word:
        yield soft
    if word.startswith("mac") and len(word) > _LONG_MAC:
        yield f"mc{word[3:]}"
    if word.startswith("mc") and len(word) > _LONG_MAC - 1:
        yield f"mac{word[2:]}"


@lru_cache(maxsize=1 << 12)
def _of_family(word: str) -> tuple[str, ...]:
    """Return a folded word of a family name and the other ways it is spelled, also within a sentence."""
    return tuple(dict.fromkeys((*variants(word), *declined(word))))


def readings_of(names: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    """Return each name's words: as folded, with umlauts in two letters, and by the looks of its letters."""
    every = list(names)
    read = {name: [words] for name, words in zip(every, words_of_each(every), strict=True)}
    others = list(_written_otherwise([name for name in every if not name.isascii()]))
    for (name, _), words in zip(others, words_of_each([other for _, other in others]), strict=True):
        if words != read[name][0]:
            read[name].append(words)
    return read


def _written_otherwise(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield for each name that is not all ASCII how else it is written, told for all of them at once."""
    expanded, bare = at_once(_expanded, names), at_once(_bare, names)
    for name, spelled, plain in zip(names, expanded, bare, strict=True):
        yield name, spelled
        if (seen := by_looks(name)) is not None:
            yield name, seen
        yield from ((name, other) for other in other_transliterations(name))
        is_rest = len(plain) >= len(name) - _LOST and all(len(word) >= _LEFT for word in (plain.split() or ("",)))
        if is_rest and not is_common(plain.lower()):
            yield name, plain  # by programs that drop what they cannot write: "Muoz"


def _expanded(names: str) -> str:
    return unicodedata.normalize("NFC", names.lower()).translate(_EXPANDED)


def _bare(names: str) -> str:
    return unicodedata.normalize("NFC", names).encode("ascii", "ignore").decode("ascii")


def _unique(items: Iterable[str], *known: tuple[str, ...]) -> tuple[str, ...]:
    """Return each item once; one of the `known` tuples if it is the same, for memory's sake."""
    found = tuple(dict.fromkeys(items))
    for same in known:
        if same == found:
            return same
    return found


def _of_one_word(written: tuple[str, ...], spelled: tuple[str, ...]) -> Spelling:
    """Return what both functions below do for what nearly every name is: one word with one reading."""
    own = written if spelled == written else spelled
    return Spelling(written, own, own, (), written)


def _of_two_words(first: str, later: str) -> Spelling:
    """Return what the function below does for most others: a first and a middle name with one reading."""
    called, others = variants(first), variants(later)
    joined, both = first + later, called + others
    return Spelling(
        (first, later),
        both if len(both) == _PAIR and first != later else _unique(both),
        called if joined in called else (*called, joined),
        others if len(later) > 1 and later not in PARTICLES and later not in SUFFIXES else (),
        (joined,),
    )


def spell_given(name: str, readings: Sequence[tuple[str, ...]]) -> Spelling:
    """Return how a given name of these `readings` may be written: it goes by its first word, less by a later one."""
    firsts: list[str] = []
    others: list[str] = []
    whole: list[str] = []
    own: list[str] = []
    written = readings[0]
    if len(written) == len(readings) == 1:
        return _of_one_word(written, variants(written[0]))
    if len(readings) == 1 and len(written) == _PAIR and len(written[0]) > 1 and written[0] not in _MIDDLE:
        return _of_two_words(*written)
    for read in readings:
        main = next((at for at, word in enumerate(read) if len(word) > 1), 0)
        called = main + _is_middle(read[main:], name)
        for at, word in enumerate(read):
            spelled = variants(word)
            own += spelled
            if at in (main, called):
                firsts += spelled
            elif len(word) > 1 and word not in PARTICLES and word not in SUFFIXES:
                others += spelled
        if len(read) > 1:
            firsts.append("".join(read))
        whole.append("".join(read))
    first = _unique(firsts, written)
    return Spelling(written, _unique(own, written, first), first, _unique(others), _unique(whole, written, first))


def _is_middle(words: tuple[str, ...], name: str) -> bool:
    """Whether a given name begins with the middle name of Vietnamese women or men: Thị Hương is called Hương."""
    return len(words) > 1 and words[0] in _MIDDLE and (words[0] == "thi" or not name.isascii())


def spell_family(readings: Sequence[tuple[str, ...]]) -> Spelling:
    """Return how a family name of these `readings` may be written: of a double one each half serves."""
    firsts: list[str] = []
    whole: list[str] = []
    own: list[str] = []
    needed: tuple[str, ...] = ()
    written = readings[0]
    if len(written) == len(readings) == 1:
        return _of_one_word(written, _of_family(written[0]))
    for read in readings:
        kept = [word for word in read if word not in SUFFIXES] or list(read)
        cores = [word for word in kept if word not in PARTICLES] or kept[-1:]
        needed = tuple(word for word in cores[:-1] if word in _INSEPARABLE)
        for word in kept:
            own += _of_family(word)
        firsts += [spelled for word in cores if word not in needed for spelled in _of_family(word)]
        whole.append("".join(kept))
        if len(kept) > 1:
            firsts += variants("".join(kept))
            if kept[0] in {"al", "el"}:
                whole += [f"{article}{''.join(kept[1:])}" for article in ("al", "el")]
                firsts += whole[-2:]
                respelled = (long.sub(short, word) for word in cores for long, short in _LONG_VOWELS)
                firsts += [other for other in respelled if other not in cores]
    first = _unique(firsts, written)
    return Spelling(written, _unique(own, written, first), first, (), _unique(whole, written, first), needed)
