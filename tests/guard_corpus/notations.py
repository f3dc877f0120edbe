"""The many ways to write down one person: every function takes a scene and returns a few words."""

import unicodedata
from collections.abc import Callable
from typing import Final

from tests.guard_corpus.cases import Scene, listed

Words = Callable[[Scene], str]

CYRILLIC: Final = str.maketrans("ABCEHKMOPTXaceopxyi", "АВСЕНКМОРТХасеорхуі")
_GREEK: Final = str.maketrans("ABEHIKMNOPTXYZo", "ΑΒΕΗΙΚΜΝΟΡΤΧΥΖο")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_SOUNDS: Final = listed("a b v g d e z i y k l m n o p r s t u f kh ts ch sh shch y _ e yu ya")
_RUSSIAN: Final = dict(zip("абвгдезийклмнопрстуфхцчшщыьэюя", _SOUNDS, strict=True))


def _apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _bold(text: str) -> str:
    """Mathematical letters, as people paste them from "fancy text" pages."""
    return "".join(
        chr(0x1D400 + ord(letter) - 65) if "A" <= letter <= "Z"
        else chr(0x1D41A + ord(letter) - 97) if "a" <= letter <= "z" else letter
        for letter in unicodedata.normalize("NFD", text)
    )  # fmt: skip


def bare(text: str) -> str:
    """Return text without its marks, as a keyboard without them writes it."""
    letters = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d").replace("Ł", "L").replace("ł", "l"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _latin(text: str) -> str:
    """Russian in Latin letters, after BGN/PCGN as passports had it."""
    return "".join(_RUSSIAN.get(letter, letter) for letter in text.casefold()).replace("_", "").title()


def _half(s: Scene, at: int) -> str:
    return s.last.replace("-", " ").split()[at]


NAMES: Final[dict[str, tuple[str, Words]]] = {
    "as it stands": ("anyone", lambda s: s.name),
    "family name first": ("latin", lambda s: f"{s.last}, {s.given}"),
    "family name first without a comma": ("latin", lambda s: f"{s.last} {s.given}"),
    "family name in capitals": ("accented", lambda s: f"{s.last.upper()}, {s.given}"),
    "all capitals": ("latin", lambda s: s.name.upper()),
    "no capitals": ("latin", lambda s: s.name.lower()),
    "decomposed accents": ("accented", lambda s: _apart(s.name)),
    "without accents": ("accented", lambda s: bare(s.name)),
    "accents as letters after": ("accented", lambda s: _apart(s.name).replace("\u0301", "\u0301\u034f")),
    "soft hyphens": ("latin", lambda s: "\u00ad".join(s.name)),
    "zero width joiners": ("latin", lambda s: "\u200d".join(s.name)),
    "zero width spaces within": ("latin", lambda s: f"{s.given} {s.last[:2]}\u200b{s.last[2:]}"),
    "a word joiner between": ("latin", lambda s: f"{s.given}\u2060 \u2060{s.last}"),
    "a byte order mark within": ("latin", lambda s: f"{s.given} {s.last[:2]}\ufeff{s.last[2:]}"),
    "Cyrillic look-alikes": ("latin", lambda s: s.name.translate(CYRILLIC)),
    "one Cyrillic look-alike": ("plain", lambda s: s.name.translate(CYRILLIC)[:1] + s.name[1:]),
    "Greek look-alikes": ("latin", lambda s: s.name.translate(_GREEK)),
    "wide letters": ("ascii", lambda s: wide(s.name)),
    "mathematical letters": ("ascii", lambda s: _bold(s.name)),
    "a no-break space": ("latin", lambda s: f"{s.given}\u00a0{s.last}"),
    "a narrow no-break space": ("latin", lambda s: f"{s.given}\u202f{s.last}"),
    "an ideographic space": ("latin", lambda s: f"{s.given}\u3000{s.last}"),
    "many spaces": ("latin", lambda s: f"{s.given}      {s.last}"),
    "a tab": ("latin", lambda s: f"{s.given}\t{s.last}"),
    "an underscore": ("latin", lambda s: f"{s.given}_{s.last}"),
    "a dot": ("latin", lambda s: f"{s.given}.{s.last}"),
    "a slash": ("latin", lambda s: f"{s.last}/{s.given}"),
    "a bar": ("latin", lambda s: f"{s.last}|{s.given}"),
    "brackets": ("latin", lambda s: f"{s.given} ({s.last})"),
    "run together": ("plain", lambda s: f"{s.given}{s.last}"),
    "letters apart": ("plain", lambda s: " ".join(s.name)),
    "letters apart in capitals": ("plain", lambda s: "  ".join(" ".join(word) for word in s.name.upper().split())),
    "a line break between": ("latin", lambda s: f"We welcome {s.given}\n{s.last} to the program."),
    "a hyphen at the line's end": ("plain", lambda s: f"We welcome {s.given} {s.last[:3]}-\n{s.last[3:]} to us."),
    "an initial between": ("latin", lambda s: f"{s.given} M. {s.last}"),
    "two initials between": ("latin", lambda s: f"{s.given} J. R. {s.last}"),
    "a middle name": ("latin", lambda s: f"{s.given} Alexander {s.last}"),
    "family name first with a middle name": ("latin", lambda s: f"{s.last}, {s.given} Alexander"),
    "a suffix": ("latin", lambda s: f"{s.given} {s.last}, Jr."),
    "family name, suffix, given name": ("latin", lambda s: f"{s.last} III, {s.given}"),
    "a nickname between": ("latin", lambda s: f"{s.given} \u201cBuddy\u201d {s.last}"),
    "a title": ("latin", lambda s: f"Miss {s.given} {s.last}"),
    "a possessive": ("latin", lambda s: f"{s.given} {s.last}\u2019s place"),
    "fields": ("latin", lambda s: f"First name: {s.given}\nLast name: {s.last}"),
    "fields the other way round": ("latin", lambda s: f"Last name: {s.last}\nFirst name: {s.given}\nGrade: 3"),
    "fields in Spanish": ("latin", lambda s: f"Nombre: {s.given}\nApellidos: {s.last}"),
    "of the family": ("latin", lambda s: f"{s.given}, of the {s.last} family"),
    "first half of a double surname": ("two surnames", lambda s: f"{s.given} {_half(s, 0)}"),
    "second half of a double surname": ("two surnames", lambda s: f"{s.given} {_half(s, 1)}"),
    "a double surname with a hyphen": ("two surnames", lambda s: f"{s.given} {_half(s, 0)}-{_half(s, 1)}"),
    "a double surname with y": ("two surnames", lambda s: f"{s.given} {_half(s, 0)} y {_half(s, 1)}"),
    "halves of a double surname around": ("two surnames", lambda s: f"{_half(s, 0)}, {s.given} {_half(s, 1)}"),
    "umlauts spelled out": ("german", lambda s: s.name.translate(_UMLAUTS)),
    "umlauts left out": ("german", lambda s: bare(s.name).replace("ß", "ss")),
    "Vietnamese without marks": ("vietnamese", lambda s: bare(s.name)),
    "Vietnamese family name first": ("vietnamese", lambda s: f"{s.last} {s.given}"),
    "Vietnamese with a middle name": ("vietnamese", lambda s: f"{s.last} Thị {s.given}"),
    "Russian": ("russian", lambda s: f"Здравствуйте, {s.name}!"),
    "Russian in Latin letters": ("russian", lambda s: _latin(s.name)),
    "Chinese in a sentence": ("chinese", lambda s: f"欢迎{s.last}{s.given}同学"),
    "Chinese with a blank": ("chinese", lambda s: f"{s.last} {s.given}"),
    "Chinese letters apart": ("chinese", lambda s: " ".join(s.last + s.given)),
    "Korean letters apart": ("korean", lambda s: " ".join(s.last + s.given)),
    "Korean in a sentence": ("korean", lambda s: f"{s.last}{s.given} 학생을 환영합니다"),
    "Arabic in a sentence": ("arabic", lambda s: f"مرحبا بالطالبة {s.name} في البرنامج"),
    "Arabic with vowel marks": ("arabic", lambda s: "\u064e".join(s.given) + f" {s.last}"),
    "a typewriter's apostrophe": ("latin", lambda s: s.name.replace("'", "\u02bc")),
    "in a list of favours": ("latin", lambda s: f"Thanks to Ms. Lane, Mr. Poole, {s.name} and the kitchen."),
}  # fmt: skip


def _phone(s: Scene) -> tuple[str, str, str]:
    _, area, first, rest = s.phone.split()
    return area, first, rest


PHONES: Final[dict[str, Words]] = {
    "in brackets": lambda s: "({}) {}-{}".format(*_phone(s)),
    "with dots": lambda s: "{}.{}.{}".format(*_phone(s)),
    "with dashes": lambda s: "{}-{}-{}".format(*_phone(s)),
    "with en dashes": lambda s: "{}\u2013{}\u2013{}".format(*_phone(s)),
    "digits alone": lambda s: "{}{}{}".format(*_phone(s)),
    "with a country code": lambda s: "+1 ({}) {} {}".format(*_phone(s)),
    "from abroad": lambda s: "001 {} {} {}".format(*_phone(s)),
    "as a link": lambda s: "tel:+1{}{}{}".format(*_phone(s)),
    "with an extension": lambda s: "{}/{}-{} ext. 4".format(*_phone(s)),
    "in wide digits": lambda s: wide("{}-{}-{}".format(*_phone(s))),
    "in Arabic digits": lambda s: "{} {} {}".format(*_phone(s)).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "digits in pairs": lambda s: " ".join("".join(_phone(s))[at : at + 2] for at in range(0, 10, 2)),
    "broken across lines": lambda s: "({}) {}-\n{}".format(*_phone(s)),
    "with no-break spaces": lambda s: "{}\u00a0{}\u00a0{}".format(*_phone(s)),
}
NUMBERS: Final[dict[str, Words]] = {
    "after a label": lambda s: f"Student no. {s.number}",
    "alone": lambda s: s.number,
    "in brackets": lambda s: f"({s.number})",
    "after a hash": lambda s: f"#{s.number}",
    "in wide digits": lambda s: wide(s.number),
    "in small letters": lambda s: s.number.lower(),
    "as a float": lambda s: f"{s.number}.0" if s.number.isdigit() else s.number,
    "in quotes": lambda s: f"'{s.number}'",
    "before a sum in the next cell": lambda s: f"Student\tBalance\n{s.number}\t$12.50",
    "in a file's path": lambda s: f"letters/2026/{s.number}/welcome",
}
EMAILS: Final[dict[str, Words]] = {
    "in pointed brackets": lambda s: f"<{s.email}>",
    "in capitals": lambda s: s.email.upper(),
    "as a link": lambda s: f"mailto:{s.email}?subject=Hello",
    "at a sentence's end": lambda s: f"We wrote to {s.email}.",
    "with a soft hyphen": lambda s: s.email.replace("@", "\u00ad@"),
    "in wide letters": lambda s: wide(s.email),
    "in quotes": lambda s: f"'{s.email}';",
}
BIRTHS: Final[dict[str, Words]] = {
    "with the given name": lambda s: f"{s.given}, born {s.born:%Y-%m-%d}",
    "with the family name": lambda s: f"{s.last} ({s.born:%m/%d/%Y})",
    "day first": lambda s: f"{s.given} *{s.born.day}.{s.born.month}.{s.born.year}",
    "in words": lambda s: f"{s.given} was born on {s.born:%B} {s.born.day}, {s.born.year}.",
    "in Spanish": lambda s: f"{s.given}, {s.born.day} de {_MESES[s.born.month - 1]} de {s.born.year}",
    "with a short year": lambda s: f"{s.given}\tDOB {s.born:%m/%d/%y}",
    "as digits alone": lambda s: f"{s.last}\t{s.born:%Y%m%d}",
}
_MESES: Final = listed("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
