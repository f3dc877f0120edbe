"""Title and message of a letter: what the texts of its messages have in common. What one alone says is for a page."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from portal.arrivals.rules import without_reply
from portal.documents.rules.titles import title_of
from portal.mail.arriving.bodies import common_body, without_signature
from portal.mail.arriving.message import Arrived
from portal.mailings.rules import MESSAGE_MOST, TITLE_MOST

_WORD: Final = re.compile(r"\w+")
_DANGLING: Final = frozenset({"a", "about", "an", "de", "del", "for", "für", "of", "para", "pour", "the", "to", "von"})
"""Words that a title does not end with once the name behind them is gone."""
_ALIKE: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(("mr", "mrs", "ms", "mx", "miss", "dr", "herr", "frau", "sr", "sra", "srta", "señor", "señora"), "")
    | dict.fromkeys(("m", "mme", "monsieur", "madame", "and", "y", "und", "et"), "")
    | {"geehrter": "geehrte", "lieber": "liebe", "estimado": "estimada", "querido": "querida", "cher": "chère"}
)
"""Words of a greeting that differ with the person greeted, and as what they count."""


_SENTENCE_END: Final = re.compile(r"[.!?؟。！？](?=\s)|\n")
_GREETING: Final = re.compile(r"[^\n]*[,،:!，：！]\s*")
_JOINERS: Final = "\u200c\u200d"
"""Signs that are not seen and shape the letters beside them, as in Persian."""
_GREETS: Final = 3
"""So many words a greeting has beside names."""
_SAYS_MORE: Final = 12
"""Words beside names from which on texts say something, although they differ in names alone."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a letter is called and says. `told` are keys of `arrivals.rules.reports.TOLD`.

    `pages` are texts that stand on a page before the letter, one for each message; '' where there is none. `said` is
    what each page says to its own family, without names: messages of one `said` have one page.
    """

    title: str
    message: str
    told: tuple[str, ...]
    pages: tuple[str, ...] = ()
    said: tuple[tuple[str, ...], ...] = ()


def wording_of(messages: Sequence[Arrived], names: Iterable[str], file_name: str, *, is_own: bool) -> Wording:
    """Return the words of a letter, or of letters that are each child's own; `names` are those of all they are for.

    Where texts differ in names or greetings alone, that is left out and told. What else an own letter says, and what
    is longer than a message may be, goes on a page before it; of a shared letter, a difference is told and left out.
    A message without a subject is called by its file.
    """
    known = _words(" ".join([*names, *(name for one in messages for name in one.names)]))
    split = cache(without_signature)
    texts = [split(one.text)[0] for one in messages]
    told = ["signature"] if any(split(one.text)[1] for one in messages) else []
    common, own = common_body(texts)
    frames = [_frame(text, known) for text in own]
    says_more = _say_more(own, frames)
    if any(text and not more for text, more in zip(own, says_more, strict=True)):
        told.append("names-left-out")
    if any(says_more):
        told.append("own-pages" if is_own else "texts-differ")
    message = _plain(common)
    is_long = len(message) > MESSAGE_MOST
    if is_long:
        told.append("long-page")
    if any(own):  # where the greeting is left out, what followed its comma begins the message
        message = message[:1].upper() + message[1:]
    title = _title([one.subject for one in messages], known) or title_of(file_name, most=TITLE_MOST)
    pages = [
        _shown(text if is_long else mine) if more and is_own else _shown(common) if is_long else ""
        for text, mine, more in zip(texts, own, says_more, strict=True)
    ]
    said = tuple(frame if more else () for frame, more in zip(frames, says_more, strict=True))
    return Wording(title, _cut(message) if is_long else message, tuple(told), tuple(pages), said)


def _say_more(own: Sequence[str], frames: Sequence[tuple[str, ...]]) -> list[bool]:
    """Tell of each text of one's own whether it says more than names and a greeting."""
    if len(set(frames)) == 1:
        return [len(frame) > _SAYS_MORE for frame in frames]
    return [
        bool(text) and not (_GREETING.fullmatch(text) and len(frame) <= _GREETS)
        for text, frame in zip(own, frames, strict=True)
    ]


def _title(subjects: Sequence[str], names: Collection[str]) -> str:
    """Return the words that all subjects have, in their order."""
    said = [" ".join(_plain(without_reply(one)).split()) for one in subjects]
    if len(set(said)) == 1:
        return said[0][:TITLE_MOST].rstrip()
    in_all = frozenset.intersection(*(_words(one) for one in set(said))) - frozenset(names)
    kept = [word for word in said[0].split() if _words(word) and _words(word) <= in_all]
    while kept and kept[-1].casefold() in _DANGLING:
        kept.pop()
    return " ".join(kept)[:TITLE_MOST].strip(" ,.:;–-")


def _frame(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Return what is left of a text without the names in it and the words that go with them."""
    words = (_ALIKE.get(word, word) for word in _WORD.findall(_folded(text)) if word not in names)
    return tuple(word for word in words if word)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_folded(text)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _plain(text: str, but: str = "") -> str:
    """Return a text without what no message may have: controls, and marks that turn the direction of a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one in f"\n\t{but}" or unicodedata.category(one) not in {"Cc", "Cf"}).strip()


def _shown(text: str) -> str:
    """Return a text as it stands on a page: lines and joiners as they were written, tabs as blanks."""
    return _plain(text.replace("\t", "    "), but=_JOINERS).strip("\n")


def _cut(message: str) -> str:
    """Return the beginning of a message, up to the end of a paragraph, a sentence or a word."""
    head = message[:MESSAGE_MOST]
    ends = (
        head.rfind("\n\n"),
        max((found.end() for found in _SENTENCE_END.finditer(head)), default=0),
        head.rfind(" "),
    )
    return head[: next((end for end in ends if end > MESSAGE_MOST // 4), MESSAGE_MOST)].rstrip()
