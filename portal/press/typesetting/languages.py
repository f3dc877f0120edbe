"""How a language is written: from which side, and in which of the press's fonts."""

import re
from typing import Final, Literal

from portal.press import NotTypeset
from portal.press.typesetting.fonts import FAMILIES, families

Direction = Literal["ltr", "rtl"]
_TAG: Final = re.compile(r"(?P<lang>[a-z]{2,3})(-[A-Z][a-z]{3})?(-(?P<region>[A-Z]{2}))?")
_RIGHT_TO_LEFT: Final = frozenset(("ar", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"))
_FIRST_FONT: Final = {"ar": "Amiri", "ur": "Amiri", "zh": "Noto Sans SC", "ko": "Noto Sans KR"}


def direction_of(language: str) -> Direction:
    """Return which way a language (BCP 47) is written. Raises `NotTypeset` for what is no language."""
    return "rtl" if code_of(language) in _RIGHT_TO_LEFT else "ltr"


def text_rules(language: str) -> str:
    """Return the Typst arguments that set text in a language: its code, and its fonts first. Raises `NotTypeset`."""
    region = _read(language)["region"]
    where = f'region: "{region.lower()}", ' if region else ""
    return f'lang: "{code_of(language)}", {where}font: {families(*fonts_of(language)[:1])}'


def code_of(language: str) -> str:
    """Return a language's code of ISO 639. Raises `NotTypeset`."""
    return _read(language)["lang"]


def fonts_of(language: str) -> tuple[str, ...]:
    """Return the fonts to try for a language, the best first. Raises `NotTypeset`."""
    first = _FIRST_FONT.get(code_of(language), FAMILIES[0])
    return (first, *(family for family in FAMILIES if family != first))


def _read(tag: str) -> re.Match[str]:
    found = _TAG.fullmatch(tag)
    if not found:
        raise NotTypeset(f"“{tag[:40]}” is not the code of a language.")
    return found
