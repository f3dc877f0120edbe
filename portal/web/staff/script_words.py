"""What the scripts of the writing pages say: the page carries it, so a script knows no language."""

import json
from collections.abc import Mapping

from portal.words.languages import Language
from portal.words.sentences import said, sentence

_NUMBER, _MOST = "{number}", "{most}"
"""Places that a script fills in."""
_KEPT: Mapping[str, str] = {
    "signed_out": sentence("You are signed out. What you typed until a moment ago is kept."),
    "sign_in": sentence("Sign in and go on here"),
    "other": sentence("See the other text"),
    "letter": sentence("See the letter"),
    "no_answer": sentence(
        "The portal does not answer, so what you typed last is not kept yet. It tries again by itself."
    ),
}
_SHARED: Mapping[str, str] = {
    "too_long": sentence("Too long by %(number)s; %(most)s is the most.", number=_NUMBER, most=_MOST),
    "letters": sentence("%(number)s of %(most)s letters", number=_NUMBER, most=_MOST),
    "title": sentence("Title"),
    "message": sentence("Your message"),
    "file": sentence("Your PDF"),
    "too_large": sentence("This file is larger than 100 MB, which is the most. Choose a smaller one."),
}
_EACH: Mapping[str, str] = {
    "too_many": sentence("These are too many files at once. Put them into a zip and choose that."),
    "too_large": sentence("This is larger than 2 GB, which is the most."),
    "split": sentence("One PDF. It is cut into a letter for each child, by the number or name on its pages."),
    "zip": sentence("A zip. Each file in it goes to the child whose number stands in its name, or who is named in it."),
    "one": sentence("One file. It goes to the child whose number stands in its name, or who is named in it."),
    "many": sentence(
        "%(number)s files. Each goes to the child whose number stands in its name, or who is named in it.",
        number=_NUMBER,
    ),
}


def for_one_letter(language: Language) -> str:
    """Return the words for the page of a shared letter, as JSON."""
    return _as_json(_SHARED, language)


def for_each_child(language: Language) -> str:
    """Return the words for the page of a letter for each child, as JSON."""
    return _as_json(_EACH, language)


def _as_json(words: Mapping[str, str], language: Language) -> str:
    return json.dumps({name: said(text, language) for name, text in {**_KEPT, **words}.items()}, ensure_ascii=False)
