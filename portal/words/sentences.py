"""Sentences that staff read: written once in English, said in the language of whoever looks.

A `Sentence` is its English text, so commands, logs and messages need nothing. A page says it in its reader's language.
"""

from collections.abc import Callable, Mapping
from typing import Self, TypeVar

from markupsafe import Markup

from portal.kernel.errors import PortalError
from portal.words.languages import ENGLISH, Language


class Sentence(str):
    """An English text that knows how to be said in another language. Whatever is built from it by hand is English."""

    __slots__ = ("_say",)
    _say: Callable[[Language], str]

    def __new__(cls, say: Callable[[Language], str]) -> Self:
        """Make one of a function that says it."""
        made = super().__new__(cls, say(ENGLISH))
        made._say = say
        return made

    def said_in(self, language: Language) -> str:
        """Return it in a language; English where no catalogue has it."""
        return self._say(language)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Leave the process as the English text."""
        return str, (str(self),)

    def __copy__(self) -> "Sentence":
        return self

    def __deepcopy__(self, _memo: object) -> "Sentence":
        return self


def sentence(english: str, /, **facts: object) -> Sentence:
    """Return a sentence; `%(name)s` in it stands for the fact of that name, and `%%` for a percent sign.

    Numbers are written as the reader's language writes them, and sentences among the facts are said in it.
    """
    return Sentence(lambda language: filled(language.gettext(english), facts, language))


def numbered(one: str, many: str, number: int, /, **facts: object) -> Sentence:
    """Return a sentence about a number of things, which stands for `%(number)s` in it."""
    whole = {"number": number, **facts}
    return Sentence(lambda language: filled(language.ngettext(one, many, number), whole, language))


def one_after_another(*texts: str) -> Sentence:
    """Return whole sentences as one text."""
    return Sentence(lambda language: " ".join(said(text, language) for text in texts if text))


def said(text: str, language: Language) -> str:
    """Return a sentence in a language, and any other text as it is."""
    return text.said_in(language) if isinstance(text, Sentence) else text


def reason(error: PortalError) -> str:
    """Return what stopped somebody, for a page in their language."""
    given = error.sentence
    if isinstance(given, Sentence):
        return given
    return Sentence(lambda language: language.gettext(given) if given == error.default() else given)


Text = TypeVar("Text", str, Markup)


def filled(text: Text, facts: Mapping[str, object], language: Language) -> Text:
    """Put facts into a translated text; one that is markup escapes them."""
    return text % {name: _fact(fact, language) for name, fact in facts.items()}


def _fact(fact: object, language: Language) -> object:
    if isinstance(fact, Sentence):
        return fact.said_in(language)
    return language.number(fact) if isinstance(fact, int) and not isinstance(fact, bool) else fact
