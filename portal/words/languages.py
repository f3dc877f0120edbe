"""The languages that families read, and which of them somebody means."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from portal.words.catalogues import catalogue

_LONGEST_WISH = 400
_WISH = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?")


@dataclass(frozen=True, slots=True)
class Language:
    """A language with a complete catalogue; `tag` is BCP 47, `name` is what its readers call it."""

    tag: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"

    @property
    def locale(self) -> str:
        """The same language as CLDR and gettext spell it."""
        return self.tag.replace("-", "_")

    def gettext(self, sentence: str) -> str:
        """Return a sentence in this language; it is asked for in English."""
        return catalogue(self.locale).gettext(sentence)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return a sentence about a number of things, in the form this language has for that number."""
        return catalogue(self.locale).ngettext(one, many, number)


ENGLISH = Language("en", "English")
LANGUAGES = (
    ENGLISH,
    Language("es", "Español"),
    Language("fr", "Français"),
    Language("ht", "Kreyòl ayisyen"),
    Language("pt", "Português"),
    Language("so", "Soomaali"),
    Language("vi", "Tiếng Việt"),
    Language("zh-Hans", "简体中文"),
    Language("ar", "العربية", "rtl"),
)

_BY_TAG = {language.tag: language for language in LANGUAGES}
# Names as rosters write them, in English or in the language itself, and the three-letter codes of ISO 639. All
# Chinese is written in one way here: Cantonese and Taiwanese families read it more easily than English.
_NAMES = {
    "en": "en eng english inglés ingles anglais",
    "es": "es spa spanish español espanol castellano castilian",
    "fr": "fr fra fre french français francais",
    "ht": "ht hat haitian creole kreyòl kreyol ayisyen",
    "pt": "pt por portuguese português portugues brazilian",
    "so": "so som somali soomaali",
    "vi": "vi vie vietnamese tiếng tieng việt",
    "zh-Hans": "zh zho chi cmn yue chinese mandarin cantonese putonghua 中文 汉语 漢語 普通话 普通話 简体中文 繁體中文",
    "ar": "ar ara arb arabic العربية عربي",
}
_BY_NAME = {name: _BY_TAG[tag] for tag, names in _NAMES.items() for name in names.split()}


def with_tag(tag: str) -> Language | None:
    """Return the language with exactly this tag: what a cookie or a form of ours says."""
    return _BY_TAG.get(tag)


@lru_cache(maxsize=256)
def language_named(written: str) -> Language | None:
    """Return the language that a roster or a browser means, or None where no catalogue serves it.

    A tag (`es`, `es-MX`, `zh_Hant_TW`), a code (`spa`) or a name (`Spanish`, `Chinese (Mandarin)`, `Kreyòl`):
    the first word decides, and the second where the first says nothing (`Haitian Creole`, `Brazilian Portuguese`).
    """
    words = re.findall(r"[^\W\d_]+", written.casefold())[:2]
    return next((_BY_NAME[word] for word in words if word in _BY_NAME), None)


def reading_language(written: str) -> Language:
    """Return the language of a guardian's record; English where it names none that we have."""
    return language_named(written) or ENGLISH


def preferred(accept_language: str) -> Language:
    """Return the language that a browser asks for first among ours (RFC 9110 12.5.4); English where there is none.

    A header that is too long or makes no sense asks for nothing.
    """
    wishes: list[tuple[float, Language]] = []
    for wish in accept_language[:_LONGEST_WISH].split(","):
        found = _WISH.fullmatch(wish)
        weight = float(found[2] or 1) if found else 0.0
        language = language_named(found[1].partition("-")[0]) if found else None
        if language and weight > 0:
            wishes.append((min(weight, 1.0), language))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else ENGLISH
