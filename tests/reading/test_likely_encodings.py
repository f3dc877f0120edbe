"""A long text in an old encoding: read in those it may be in, and a line that fits none of these in all others."""

import random

import pytest

from portal.reading.budget import CannotRead
from portal.reading.texts.encodings import Decoded, decode

FRENCH = "Les élèves déjà à l’école où leur mère mangeait après la fête; garçon, noël, forêt, côté, août, ÉCOLE «été»"
GERMAN = "Grüße an alle Schüler für das schöne Mädchen größer müssen Übung Ärger Straße König Äpfel früh 5 § über"
POLISH = "Zażółć gęślą jaźń wszyscy uczniowie są już w szkole źródło łąka święto Łódź ćma więcej książka również"
RUSSIAN = "Дорогие родители школа начинается в понедельник утром ученики должны принести тетради Мария Иванова"
GREEK = "Αγαπητοί γονείς το σχολείο αρχίζει τη Δευτέρα το πρωί οι μαθητές πρέπει να φέρουν τετράδια μαζί"


def long(words: str, letters: int = 700_000) -> str:
    dice, lines, size = random.Random(7), list[str](), 0
    while size < letters:
        lines.append(" ".join(dice.choices(words.split(), k=12)))
        size += len(lines[-1]) + 1
    return "\n".join(lines)


def spelt(decoded: Decoded) -> dict[str, str]:
    return dict(decoded.spellings)


def test_a_novel_in_the_windows_encoding_is_read_in_a_few_ways():
    text = long(FRENCH, 3_000_000)
    found = decode(text.encode("cp1252"))
    assert found.text == text
    assert {name for name, _ in found.others} <= {"Windows Central European", "Windows Arabic", "Windows Baltic"}


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (FRENCH, "mac_roman"),
        (GERMAN, "cp850"),
        (GERMAN, "cp437"),
        (GERMAN, "iso8859-15"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (POLISH, "cp852"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-u"),
        (RUSSIAN, "cp866"),
        (GREEK, "cp1253"),
        (GREEK, "iso8859-7"),
    ],
)
def test_among_the_ways_in_which_a_long_text_is_read_is_the_right_one(words: str, encoding: str):
    data = long(words).encode(encoding, "ignore")
    assert any(data.decode(encoding).split("\n")[9] in text for text in spelt(decode(data)).values())


@pytest.mark.parametrize("encoding", ["cp437", "cp850", "mac_roman", "cp1251"])
def test_a_line_of_another_encoding_within_a_long_text_is_read_in_that_too(encoding: str):
    name = "Мария Иванова" if encoding == "cp1251" else "Zoë Müller-Böhm"
    lines = long(FRENCH).encode("cp1252").split(b"\n")
    lines[100] = f"Bring {name} along".encode(encoding)
    assert any(name in text for text in spelt(decode(b"\n".join(lines))).values())


def test_what_fits_no_encoding_well_is_refused_as_before_when_it_is_long():
    dice = random.Random(7)
    noise = bytes(dice.choices([*range(0xA1, 0x100), *b"abc \n"], k=40_000)) * 100
    with pytest.raises(CannotRead, match="in too many ways"):
        decode(noise)
