"""What number each word for one is, or some words in a row: "nine" is 9, "sixty-two" 62, "quatre-vingt-seize" 96."""

from functools import cache
from typing import Final

from portal.guard.words import words_of

SHORTEST: Final = 3
_DIGITS: Final = """
    zero one two three four five six seven eight nine
    nought one two three four five six seven eight nine
    oh one two three four five six seven eight nine
    cero uno dos tres cuatro cinco seis siete ocho nueve
    zero un deux trois quatre cinq six sept huit neuf
    zero une deux trois quatre cinq six sept huit neuf
    null eins zwei drei vier funf sechs sieben acht neun
    null ein zwo drei vier fuenf sechs sieben acht neun
    zero um dois tres quatro cinco seis sete oito nove
    zero uma duas tres quatro cinco meia sete oito nove
    zero uno due tre quattro cinque sei sette otto nove
    khong mot hai ba bon nam sau bay tam chin
    khong mot hai ba tu lam sau bay tam chin
    zero jeden dwa trzy cztery piec szesc siedem osiem dziewiec
    nol odin dva tri chetyre pyat shest sem vosem devyat
    eber kow laba saddex afar shan lix toddoba siddeed sagaal
    sero isa dalawa tatlo apat lima anim pito walo siyam
    zewo youn de twa kat senk sis set uit nef
    صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة
"""
"""A line holds the digits from zero on: English, Spanish, French, German, Portuguese, Italian, Vietnamese, Polish,
Russian, Somali, Tagalog, Haitian Creole, Arabic."""
_TENS: Final = """
    ten twenty thirty forty fifty sixty seventy eighty ninety
    diez veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa
    dix vingt trente quarante cinquante soixante - - -
    dez vinte trinta quarenta cinquenta sessenta setenta oitenta noventa
"""
_TEENS: Final = """
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
    once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve
    onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf
    onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove
"""
_UNITS: Final = """
    one two three four five six seven eight nine
    uno dos tres cuatro cinco seis siete ocho nueve
    un deux trois quatre cinq six sept huit neuf
    um dois tres quatro cinco seis sete oito nove
"""
_AND: Final = (("",), ("y ",), ("", "et "), ("e ",))
_TWENTIES: Final = words_of("""
    veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve
""")


@cache
def figures_of_words() -> dict[str, str]:
    """Return the figures that each word is, or some words in a row are."""
    found = {word: str(at) for line in _lines(_DIGITS) for at, word in enumerate(line)}
    units, tens, teens = _lines(_UNITS), _lines(_TENS), _lines(_TEENS)
    for of_language, ones, later, ands in zip(tens, units, teens, _AND, strict=True):
        found |= {word.replace("-", " "): str(11 + at) for at, word in enumerate(later)}
        for at, ten in enumerate(of_language, 1):
            if ten != "-":
                found[ten] = f"{at}0"
                if at > 1:
                    found |= {f"{ten} {a}{one}": f"{at}{unit}" for a in ands for unit, one in enumerate(ones, 1)}
    found |= {word: f"2{unit}" for unit, word in enumerate(_TWENTIES, 1)}
    french, from_ten = units[2], ["dix", *(word.replace("-", " ") for word in teens[2])]
    for unit, word in enumerate(from_ten):
        found |= {f"soixante {word}": f"7{unit}", f"soixante et {word}": f"7{unit}", f"quatre vingt {word}": f"9{unit}"}
    found |= {f"quatre vingt {word}": f"8{unit}" for unit, word in enumerate(french, 1)}
    return found | {"quatre vingts": "80", "quatre vingt": "80"}


def _lines(table: str) -> list[list[str]]:
    return [[word if "-" in word else words_of(word)[0] for word in line.split()] for line in table.strip().split("\n")]


FIGURES: Final = frozenset(word for phrase in figures_of_words() for word in phrase.split() if len(word) >= SHORTEST)
"""Words of which every number told in words has some; those of two letters are of every other sentence."""
