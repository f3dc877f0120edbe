"""The languages that families read, and which of them somebody means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from portal.kernel.later import Later
from portal.words.catalogues import catalogue, has_staff_words

if TYPE_CHECKING:
    from babel import numbers
else:  # commands are in English, and need none
    numbers = Later("babel.numbers")

_LONGEST_WISH = 400
_WISH = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?")


@dataclass(frozen=True, slots=True)
class Language:
    """A language with a complete catalogue; `tag` is BCP 47, `name` is what its readers call it."""

    tag: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"
    cldr: str = ""
    """The language of CLDR that counts and writes numbers alike, for one that CLDR does not have."""

    @property
    def locale(self) -> str:
        """The same language as gettext spells it."""
        return self.tag.replace("-", "_")

    @property
    def counted_as(self) -> str:
        """The language of CLDR whose plurals and numbers this one has."""
        return self.cldr or self.locale

    def gettext(self, sentence: str) -> str:
        """Return a sentence in this language; it is asked for in English."""
        return catalogue(self.locale).gettext(sentence) if sentence else ""  # gettext keeps a catalogue's head there

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return a sentence about a number of things, in the form this language has for that number."""
        return catalogue(self.locale).ngettext(one, many, number)

    def number(self, value: float) -> str:
        """Return a number as its readers write it, with at most one decimal: “2,611”, “1.2”."""
        if self == ENGLISH and isinstance(value, int):
            return f"{value:,}"
        return numbers.format_decimal(value, "#,##0.#", locale=self.counted_as)


ENGLISH = Language("en", "English")
SHIPPED = (
    ENGLISH,
    Language("es", "Español"),
    Language("fr", "Français"),
    Language("hmn", "Hmoob", cldr="vi"),
    Language("ht", "Kreyòl ayisyen"),
    Language("pt", "Português"),
    Language("ru", "Русский"),
    Language("so", "Soomaali"),
    Language("tl", "Tagalog"),
    Language("vi", "Tiếng Việt"),
    Language("ko", "한국어"),
    Language("zh-Hans", "简体中文"),
    Language("zh-Hant", "繁體中文"),
    Language("ar", "العربية", "rtl"),
    Language("ur", "اردو", "rtl"),
)

# Names as rosters write them, in English or in the language itself, and the codes of ISO 639. Chinese of which nothing
# more is said is written in simplified signs; Cantonese and Taiwanese families read the traditional ones.
_NAMES = {
    "en": "en eng english inglés ingles anglais",
    "es": "es spa spanish español espanol castellano castilian",
    "fr": "fr fra fre french français francais",
    "hmn": "hmn mww hnj hmong hmoob",
    "ht": "ht hat haitian creole kreyòl kreyol ayisyen",
    "ko": "ko kor korean 한국어",
    "pt": "pt por portuguese português portugues brazilian",
    "ru": "ru rus russian русский",
    "so": "so som somali soomaali",
    "tl": "tl tgl fil tagalog filipino pilipino",
    "ur": "ur urd urdu اردو",
    "vi": "vi vie vietnamese tiếng tieng việt",
    "zh-Hans": "zh zho chi cmn chinese mandarin putonghua 中文 汉语 漢語 普通话 普通話 简体中文",
    "zh-Hant": "yue cantonese taiwanese 繁體中文 粵語 廣東話",
    "ar": "ar ara arb arabic العربية عربي",
}
_TRADITIONAL = {"hant", "tw", "hk", "mo", "traditional", "cantonese", "taiwanese", "taiwan"}
"""What says of Chinese, in a tag or in words, that its signs are the traditional ones."""


class _Spoken:
    """The languages of this process, by tag and by what rosters call them."""

    def __init__(self) -> None:
        self.by_tag: dict[str, Language] = {}
        self.by_name: dict[str, Language] = {}

    def learn(self, language: Language, names: str) -> None:
        self.by_tag[language.tag] = language
        self.by_name |= dict.fromkeys(names.split(), language)


_spoken = _Spoken()


def speak(added: Mapping[Language, str]) -> None:
    """Have this process speak the shipped languages and these, each with the names that rosters call it."""
    _spoken.by_tag, _spoken.by_name = {}, {}
    for language in SHIPPED:
        _spoken.learn(language, _NAMES[language.tag])
    for language, names in added.items():
        _spoken.learn(language, names)
    language_named.cache_clear()


def languages() -> tuple[Language, ...]:
    """Return every language that families can choose, English first."""
    return tuple(_spoken.by_tag.values())


def staff_languages() -> tuple[Language, ...]:
    """Return every language that staff can choose, English first: those with a catalogue of what staff read."""
    return tuple(language for language in languages() if language == ENGLISH or has_staff_words(language.locale))


def with_tag(tag: str) -> Language | None:
    """Return the language with exactly this tag: what a cookie or a form of ours says."""
    return _spoken.by_tag.get(tag)


@lru_cache(maxsize=256)
def language_named(written: str) -> Language | None:
    """Return the language that a roster or a browser means, or None where no catalogue serves it.

    A tag (`es`, `es-MX`, `zh_Hant_TW`), a code (`spa`) or a name (`Spanish`, `Chinese (Mandarin)`, `Kreyòl`):
    the first word decides, and the second where the first says nothing (`Haitian Creole`, `Brazilian Portuguese`).
    The second decides which Chinese is meant.
    """
    words = re.findall(r"[^\W\d_]+", written.casefold())[:2]
    found = next((_spoken.by_name[word] for word in words if word in _spoken.by_name), None)
    return with_tag("zh-Hant") if found and found.tag == "zh-Hans" and not _TRADITIONAL.isdisjoint(words) else found


def reading_language(written: str) -> Language:
    """Return the language of a guardian's record; English where it names none that we have."""
    return language_named(written) or ENGLISH


def preferred(accept_language: str, among: tuple[Language, ...] = ()) -> Language:
    """Return the language that a browser asks for first among some (RFC 9110 12.5.4); English where there is none.

    Without `among`, all that families can choose. A header that is too long or makes no sense asks for nothing.
    """
    wishes: list[tuple[float, Language]] = []
    for wish in accept_language[:_LONGEST_WISH].split(","):
        found = _WISH.fullmatch(wish)
        weight = float(found[2] or 1) if found else 0.0
        language = _wished(found[1]) if found else None
        if language and weight > 0 and (not among or language in among):
            wishes.append((min(weight, 1.0), language))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else ENGLISH


def _wished(tag: str) -> Language | None:
    """Return what a tag of a browser means: its regions are no languages (`de-AR` is not Arabic)."""
    first, _, rest = tag.partition("-")
    return language_named(tag if first.lower() == "zh" and rest else first)


speak({})
