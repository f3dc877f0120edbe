"""What schools write home, in nine languages, by language and topic. Nobody's family is in it."""

from pathlib import Path
from typing import Final


def _letters() -> dict[str, dict[str, str]]:
    by_language: dict[str, dict[str, str]] = {}
    written = (Path(__file__).parent / "letters.txt").read_text(encoding="utf-8")
    for letter in written.removeprefix("## ").split("\n## "):
        head, _, words = letter.partition("\n")
        language, _, topic = head.partition(" ")
        by_language.setdefault(language, {})[topic] = words.strip()
    return by_language


LETTERS: Final = _letters()
