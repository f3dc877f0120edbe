"""A letter in several languages, as one family reads it: theirs, and the English beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session, col

from portal.mailings.tables import MailingWords
from portal.overviews.family.letters import Letter
from portal.words.languages import ENGLISH, Language, with_tag

_BASE = ""

Words = dict[tuple[str, str], tuple[str, str]]
"""Title and message by mailing and the tag of a language."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter with title and message in the language that it is read in, and the same letter in another one.

    `spoken` is that language, None where nobody has said which it is. `beside` is the English letter beside one in
    another language, and the reader's own beside the English. `enclosed` is what comes with it, in its order. Of an
    enclosed file `whole` is the letter that it is enclosed with; where that is open no more, the first of its files is.
    """

    letter: Letter
    spoken: Language | None
    beside: Letter | None = None
    enclosed: tuple[Letter, ...] = ()
    whole: Letter | None = None

    @property
    def beside_in(self) -> Language:
        """The language of the letter beside."""
        return _language_of(self.beside) if self.beside else ENGLISH


def _language_of(letter: Letter) -> Language:
    return with_tag(letter.language) or ENGLISH


def words_of(session: Session, mailing_ids: Sequence[str]) -> Words:
    """Return what these mailings say in other languages than English."""
    query = select(
        col(MailingWords.mailing_id), col(MailingWords.language), col(MailingWords.title), col(MailingWords.message)
    ).where(col(MailingWords.mailing_id).in_(mailing_ids))
    return {(mailing, language): (title, message) for mailing, language, title, message in session.execute(query)}


def letters_in(session: Session, live: Sequence[Letter], reader: Language) -> list[Shown]:
    """Return the letters that a family may open, in the language they read; of each the others are not listed.

    Their order stays. A letter that is not there in their language is the English one. What is enclosed with a letter
    is not listed beside it.
    """
    words = words_of(session, list({letter.link.mailing_id for letter in live}))
    groups: dict[tuple[str, str], dict[str, Letter]] = {}
    for letter in live:
        groups.setdefault((letter.link.child_id, letter.link.mailing_id), {}).setdefault(letter.copy_id, letter)
    return [
        _shown(letter, list(group.values()), words, reader)
        for group in groups.values()
        for letter in _theirs(list(group.values()), reader)
    ]


def _theirs(group: Sequence[Letter], reader: Language) -> list[Letter]:
    letters, wanted = [one for one in group if not one.place], (reader.tag, _BASE)
    if not letters:  # the letter was taken back, and what came with it was not
        return _in_order(group)[:1]
    return next((found for tag in wanted if (found := [one for one in letters if one.language == tag])), letters)


def _in_order(group: Iterable[Letter]) -> list[Letter]:
    """Return what is enclosed with a letter, once a file however often its link was opened."""
    files = {one.copy_id or one.document_id: one for one in group if one.place}
    return sorted(files.values(), key=lambda one: one.place)


def letter_in(session: Session, letter: Letter, live: Sequence[Letter], reader: Language) -> Shown:
    """Return one letter as its page shows it; `live` are all that this browser may open."""
    same = (letter.link.mailing_id, letter.link.child_id)
    group = [one for one in live if (one.link.mailing_id, one.link.child_id) == same]
    return _shown(letter, group, words_of(session, same[:1]), reader)


def _shown(letter: Letter, group: Sequence[Letter], words: Words, reader: Language) -> Shown:
    enclosed, head = _in_order(group), next(iter(_theirs(group, reader)), letter)
    whole = head if letter.place and head.copy_id != letter.copy_id else None
    enclosed = [one for one in enclosed if one.copy_id != letter.copy_id or not one.copy_id]
    letters = [] if letter.place else [one for one in group if not one.place]
    other = reader.tag if letter.language == _BASE else _BASE
    beside = next((one for one in letters if one.language == other), None) if other != letter.language else None
    # who reads the English letter beside their own reads its English words; who has no other reads it in theirs
    tag = letter.language or (_BASE if beside else reader.tag)
    said = words.get((letter.link.mailing_id, tag))
    spoken = with_tag(tag) if said or letter.language else (ENGLISH if beside else None)
    if beside is not None:
        title, message = words.get((beside.link.mailing_id, beside.language), (beside.title, beside.message))
        beside = replace(beside, title=title, message=message)
    if said is not None:
        letter = replace(letter, title=said[0], message=said[1])
    return Shown(letter, spoken, beside, tuple(enclosed) if whole is None else (), whole)
