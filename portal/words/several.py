"""Several sentences or names as one text that is said in the language of whoever looks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial, reduce
from typing import Any

from portal.words.languages import ENGLISH, Language, staff_languages
from portal.words.reader_reasons import in_their_words
from portal.words.saying import calendar_day, listed
from portal.words.sentences import Sentence, said, sentence


def with_commas(parts: Sequence[str]) -> Sentence:
    """Return a list without a last word between: “page 3, page 5”."""
    return _joined(parts, lambda said_parts, _language: ", ".join(said_parts))


def with_semicolons(parts: Sequence[str]) -> Sentence:
    """Return a list whose parts hold commas: “Ana, grade 2; Ben, grade 3”."""
    return _joined(parts, lambda said_parts, _language: "; ".join(said_parts))


def all_of(parts: Sequence[str]) -> Sentence:
    """Return names as a person lists them: “Ana, Ben and Cleo”."""
    return _joined(parts, lambda said_parts, language: listed(said_parts, language, at_most=len(said_parts)))


def one_of(parts: Sequence[str]) -> Sentence:
    """Return what one may choose from, as a person lists it: “Ana, Ben or Cleo”."""
    return _joined(parts, _either)


def any_of(parts: Sequence[str]) -> Sentence:
    """Return what it may be, each with the same word between: “100 or 101 or 102”."""
    return _joined(parts, lambda said_parts, language: reduce(partial(_or, language), said_parts or [""]))


def kept(text: str) -> Sentence:
    """Return a sentence that was stored in English; what no catalogue has, such as a name, stays as it is."""
    if isinstance(text, Sentence):
        return text
    return Sentence(lambda language: in_their_words(text, language))


def to_keep(**sentences: str) -> dict[str, Any]:
    """Return sentences as they are stored in JSON: the English ones, and what they are in the languages of staff."""
    others = [language for language in staff_languages() if language != ENGLISH]
    told = {one.tag: {name: said(text, one) for name, text in sentences.items()} for one in others}
    return {name: str(text) for name, text in sentences.items()} | {"said": told}


def in_words(stored: Mapping[str, Any], name: str) -> Sentence:
    """Return one of the sentences that were stored with `to_keep`, or in English alone."""
    told, english = stored.get("said", {}), kept(stored.get(name, ""))
    return Sentence(lambda language: told.get(language.tag, {}).get(name) or english.said_in(language))


def calendar_day_words(moment: datetime) -> Sentence:
    """Return the day of a moment with its year: “05 September 2026”."""
    return Sentence(lambda language: calendar_day(moment.date(), language))


def _either(parts: list[str], language: Language) -> str:
    if len(parts) < 2:
        return "".join(parts)
    between = language.gettext("%(before)s, %(next)s")
    before = parts[0]
    for part in parts[1:-1]:
        before = between % {"before": before, "next": part}
    return _or(language, before, parts[-1])


def _or(language: Language, before: str, last: str) -> str:
    return sentence("%(before)s or %(last)s", before=before, last=last).said_in(language)


def _joined(parts: Sequence[str], join: Callable[[list[str], Language], str]) -> Sentence:
    return Sentence(lambda language: join([said(part, language) for part in parts], language))
