"""Guides that tell how to say the letters beside them: 王(wáng)小(xiǎo)明(míng), 王 wáng 小 xiǎo 明 míng."""

import re
from typing import Final

_LETTER: Final = "[\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
_SOUND: Final = "[A-Za-z\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]{1,8}[1-5]?"
_KANA: Final = "[\u3040-\u312f\u31a0-\u31bf\u02c7-\u02d9\uff66-\uff9f]{1,8}"
"""Kana, and the letters of Taiwan that tell sounds (Bopomofo)."""
_IN_BRACKETS: Final = re.compile(
    rf"(?<={_LETTER})[ \t]?[(\uff08\[\u3014\u3010][ \t]?({_SOUND}|{_KANA})[ \t]?[)\uff09\]\u3015\u3011]"
)
_BESIDE: Final = re.compile(rf"(?:{_LETTER}[ \t]?{_SOUND}[ \t]{{0,3}}){{2,40}}{_LETTER}?")
_BARE: Final = re.compile(_SOUND)


def without_guides(text: str) -> str:
    """Return a text without such guides, and then the guides of each line; empty if it has none."""
    letters = _BESIDE.sub(lambda run: "".join(_BARE.sub("", run[0]).split()), _IN_BRACKETS.sub("", text))
    if letters == text:
        return ""
    guides = (
        " ".join(
            [*_IN_BRACKETS.findall(line), *(sound for run in _BESIDE.findall(line) for sound in _BARE.findall(run))]
        )
        for line in text.split("\n")
    )
    return "\n\n".join((letters, *filter(None, guides)))
