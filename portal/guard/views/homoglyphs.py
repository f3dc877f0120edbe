"""Letters in disguise: of other scripts that look like Latin ones, turned round, or made of signs that nobody sees."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_LOOKS: Final = """
    ꭰDᎠD ᎡRᎢTᎥiᎩyᎪAᎫJᎬEᎳWᎷMᎻHᎽYᎾOᎿtᏀGᏂhᏃZᏎ4ᏏbᏒRᏔWᏕSᏙVᏚSᏞLᏟCᏢPᏦKᏧdᏮ6ᏴBᏵG
    ꭱRꭲTꭵiꭹyꭺAꭻJꭼEꮃWꮇMꮋHꮍYꮎOꮐGꮒhꮓZꮟbꮢRꮤWꮥSꮩVꮪSꮮLꮯCꮲPꮶKꮷd
    ԱUՍUՏSՕOԼLՅJՀCաwգqզqիhլlհhյjնuոnռnսuօoցgւiքpքfտmրn
    ꓐBꓑPꓒdꓓDꓔTꓖGꓗKꓙJꓚCꓜZꓝFꓟMꓠNꓡLꓢSꓣRꓦVꓧHꓪWꓫXꓬYꓮAꓰEꓲIꓳOꓴU
    ⲀAⲁaⲂBⲃbⲈEⲉeⲎHⲏhⲒIⲓiⲔKⲕkⲘMⲙmⲚNⲛnⲞOⲟoⲢPⲣpⲤCⲥcⲦTⲧtⲨYⲩyⲬXⲭxϨ2
    ᛖMᚠFᚱRᛁIᛒBᚷXᛕKᛗMᛚLᛏTᚺHᚢU
    ⵏIⵔOⵝXⵎCⴹEⵑ!
    𐊂B𐊆E𐊇F𐊊I𐊐X𐊒O𐊕P𐊖S𐊗T𐊡A𐊢B𐊣C𐊥F𐊫O𐊰M𐊱T𐊲Y𐊴X
"""
"""Letters of Cherokee, Armenian, Lisu, Coptic, runes, Tifinagh, Lycian and Carian, each with the Latin one it looks
like (Unicode UTS 39, confusables)."""
_CODES: Final = 0x110000
_LETTERS: Final = _LOOKS.split()
_LIKE: Final = {row[at]: row[at + 1] for row in _LETTERS for at in range(0, len(row), 2)} | {
    chr(first + at): chr(ord("A") + at) for first in (0x1F150, 0x1F170) for at in range(26)
}
"""With letters in black discs and squares, which Unicode does not take for these letters as it does white ones."""
_TABLE: Final = str.maketrans(_LIKE)
_FLAG: Final = "[\U0001f1e6-\U0001f1ff]"
_LONE_FLAG: Final = re.compile(rf"(?<!{_FLAG}){_FLAG}(?=[^\W\d_])")
"""Half of a flag right before a word: its first letter."""
_FIRST_FLAG: Final = 0x1F1E6
_OVERRIDDEN: Final = re.compile("[\u202d\u202e]([^\u202c\u2029\n]*)")
"""What is shown the other way round (Unicode UAX 9, explicit overrides)."""
_TAGS: Final = re.compile("[\U000e0020-\U000e007e]+")
_FIRST_TAG: Final = 0xE0000
_FILLERS: Final = re.compile("[\u115f\u1160\u3164\uffa0]+")
"""Letters of Korean that show nothing, or a blank."""
_FILLING, _SHOWN_BACK, _TAGGED, _ALIKE = 1, 2, 4, 8


@cache
def _kinds() -> NDArray[np.uint8]:
    """Tell of each letter of Unicode which disguises it may be part of."""
    kinds = np.zeros(_CODES, np.uint8)
    kinds[[0x115F, 0x1160, 0x3164, 0xFFA0]] = _FILLING
    kinds[[0x202D, 0x202E]] = _SHOWN_BACK
    kinds[0xE0020:0xE007F] = _TAGGED
    kinds[[ord(letter) for letter in _LIKE]] = _ALIKE
    kinds[_FIRST_FLAG : _FIRST_FLAG + 26] = _ALIKE
    return kinds


def undisguised(text: str, beyond: NDArray[np.integer[Any]]) -> Iterator[str]:
    """Yield how else a text may be read, if it has such letters. `beyond` are the codes of those beyond Latin-1."""
    held = int(np.bitwise_or.reduce(_kinds().take(beyond))) if len(beyond) else 0
    if held & _FILLING:
        yield _FILLERS.sub("", text)  # as a blank they are read in any case
    if held & _SHOWN_BACK:
        yield _OVERRIDDEN.sub(lambda shown: shown[1][::-1], text)
    if held & _TAGGED:
        yield _TAGS.sub(lambda tags: f" {''.join(chr(ord(tag) - _FIRST_TAG) for tag in tags[0])} ", text)
    if held & _ALIKE:
        text = _LONE_FLAG.sub(lambda flag: chr(ord(flag[0]) - _FIRST_FLAG + ord("A")), text)
        yield text.translate(_TABLE)
