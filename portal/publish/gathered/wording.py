"""Title and message of a letter, from the texts of its messages: what all of them say, and not what is one family's."""

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


@dataclass(frozen=True, slots=True)
class Wording:
    """What a letter is called and says. `told` are keys of `arrivals.rules.reports.TOLD`."""

    title: str
    message: str
    told: tuple[str, ...]


def wording_of(messages: Sequence[Arrived], names: Iterable[str], file_name: str) -> Wording:
    """Return the words of a letter; `names` are those of all whom it is for.

    Where texts differ in names alone, that is left out and told. A message without a subject is called by its file.
    """
    known = _words(" ".join([*names, *(name for one in messages for name in one.names)]))
    split = cache(without_signature)
    texts = [split(one.text)[0] for one in messages]
    told = ["signature"] if any(split(one.text)[1] for one in messages) else []
    common, own = common_body(texts)
    if any(own):
        frames = {_frame(text, known) for text in own}
        told.append("names-left-out" if len(frames) == 1 else "texts-differ")
    message = _plain(common)
    if any(own):  # where the greeting is left out, what followed its comma begins the message
        message = message[:1].upper() + message[1:]
    if len(message) > MESSAGE_MOST:
        message, told = _cut(message), [*told, "too-long"]
    title = _title([one.subject for one in messages], known) or title_of(file_name, most=TITLE_MOST)
    return Wording(title, message, tuple(told))


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


def _plain(text: str) -> str:
    """Return a text without what no message may have: controls, and marks that turn the direction of a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cf"}).strip()


def _cut(message: str) -> str:
    """Return the beginning of a message, up to the end of a line or a word."""
    head = message[:MESSAGE_MOST]
    ends = (head.rfind("\n"), head.rfind(" "))
    return head[: next((end for end in ends if end > MESSAGE_MOST // 2), MESSAGE_MOST)].rstrip()
