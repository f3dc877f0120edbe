"""A made-up roster, the same for the same seed: families as a school has them, in seven languages of names.

In it are siblings, children with two homes, children with one name, shared mailboxes, guardians who may not
receive anything (some of them at a mailbox they share with one who may), and families without e-mail. All
addresses are under `example.org`, all phones in the range kept for stories (555-0100 to 555-0199).
"""

import csv
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from portal.rosters.flat import COLUMNS

_SITES = (
    "Amber Creek Elementary", "Birchfield School", "Cedar Hollow Elementary", "Dunmore Primary",
    "Eastbrook Academy", "Fern Hill Elementary", "Gullwing Middle", "Harbor Lane School",
)  # fmt: skip
_PROGRAMS = ("After School Enrichment", "Morning Care", "Homework Club")
_GRADES = ("K", "1", "2", "3", "4", "5", "6", "7", "8")
_FIRST_SCHOOL_DAY = date(2026, 8, 24)


@dataclass(frozen=True, slots=True)
class _Tongue:
    """Names of one language, how many in a hundred families have them, and how two given names are written."""

    tag: str
    share: int
    between: str
    given: tuple[str, ...]
    family: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


_TONGUES = (
    _Tongue(
        "en",
        40,
        " ",
        _words("Alice Owen Grace Henry Nora Caleb Ruth Miles Ivy Jonah Hazel Felix Daisy Simon Kate Tobias Elsie "
               "Rufus Wren D'Arcy Bartholomew Clementine"),
        _words("Whitlock Harper O'Neill Marsh Fenwick Tolliver Granger St._John Ashby-Crane Pruitt Holloway D'Angelo "
               "Kettering Lockwood Featherstonehaugh-Cavendish Sutter Bramble Quill"),
    ),
    _Tongue(
        "es",
        28,
        " ",
        _words("Lucía Mateo Sofía Diego Valentina Andrés Camila Joaquín Ximena Luis Inés Ramón María Íñigo "
               "Guadalupe Emiliano Belén Tomás"),
        _words("Núñez García_Márquez Peña Rivera Ibáñez de_la_Cruz Fuentes Zúñiga Ocampo López-Herrera Quiñones Salas "
               "Villanueva Ordóñez Treviño"),
    ),
    _Tongue(
        "vi",
        7,
        " ",
        _words("Ánh Bảo Châu Đức Giang Hằng Khánh Linh Minh Ngọc Phương Quân Thảo Tuấn Xuân"),
        _words("Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ"),
    ),
    _Tongue("zh", 4, "", _words("伟 芳 秀 静 磊 涵 浩 然 雨 晨"), _words("王 李 张 刘 陈 欧阳 杨 黄")),
    _Tongue(
        "zh",
        3,
        " ",
        _words("Mei Jian Xiao Yu Yichen Ruoxi Hao Lin Jing"),
        _words("Zhang Liu Huang Zhao Ouyang Chen Wu Lin"),
    ),
    _Tongue(
        "ar",
        6,
        " ",
        _words("ليلى عمر Yasmin Khalid مريم Abd_al-Rahman Huda Tariq نور Salma Idris يوسف"),
        _words("الحداد منصور Al-Khatib Haddad Nasser خوري Ben_Youssef El-Amin Darwish"),
    ),
    _Tongue(
        "fr",
        6,
        "-",
        _words("Chloé Étienne Amélie François Noémie Baptiste Maëlle Théo Océane Loïc Anaïs"),
        _words("Lefèvre D'Aubigné Bélanger Côté Gauthier Saint-Exaltat Moreau L'Hôpital Désir"),
    ),
    _Tongue(
        "so",
        6,
        " ",
        _words("Ayaan Cabdi Faadumo Hodan Ifrah Liibaan Maxamed Nasteexo Sagal Warsame Xaawo Zakariye"),
        _words("Cali Xasan Warsame Jaamac Cismaan Faarax Maxamuud Nuur Axmed"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Guardian:
    number: int
    given: str
    family: str
    email: str
    mobile: str
    home: str
    language: str
    may_receive: str


def write_synthetic_roster(path: Path, *, children: int = 2_900, seed: int = 20_210_806) -> None:
    """Write the flat CSV of a made-up roster: about 1.6 guardians and 2.2 rows a child. Same seed, same bytes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(synthetic_rows(children, seed))


def synthetic_rows(children: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Give the rows of the made-up roster in the order of `COLUMNS`, family by family."""
    dice = random.Random(seed)  # noqa: S311 - a story that must come out the same; nothing secret hangs on it
    child, guardian, twin = 0, 0, ("", "")
    while child < children:
        tongue = dice.choices(_TONGUES, weights=[each.share for each in _TONGUES])[0]
        family = dice.choice(tongue.family)
        adults = _adults(dice, tongue, family, guardian + 1)
        guardian += len(adults)
        site, program = dice.choice(_SITES), dice.choices(_PROGRAMS, weights=(75, 15, 10))[0]
        size = min(dice.choices((1, 2, 3), weights=(70, 22, 8))[0], children - child)
        for given in {_given(dice, tongue): None for _ in range(size)}:  # as many as differ
            child += 1
            name = twin if twin[0] and child % 150 == 0 else (given, family)
            twin = name if child % 150 == 75 else twin
            grade = dice.randrange(len(_GRADES))
            born = _FIRST_SCHOOL_DAY - timedelta(days=365 * (5 + grade) + dice.randrange(30, 390))
            own = (str(100_000 + child), *name, born.isoformat(), _GRADES[grade], site, program)
            for adult in adults:
                yield (*own, *_cells(adult))


def _adults(dice: random.Random, tongue: _Tongue, family: str, first: int) -> list[_Guardian]:
    """Make the adults of one family: the third and fourth live in the child's other home."""
    number = dice.choices((1, 2, 3, 4), weights=(10, 68, 15, 7))[0]
    reached_by_mail = dice.random() >= 0.04
    shares, barred, home = dice.random() < 0.07, number > 1 and dice.random() < 0.02, _phone(dice)
    adults: list[_Guardian] = []
    for place in range(number):
        given = _given(dice, tongue)
        name = family if place < 2 and dice.random() < 0.8 else dice.choice(tongue.family)
        email = _email(given, name, first + place) if reached_by_mail and (place == 0 or dice.random() >= 0.06) else ""
        if shares and place == 1:
            email = adults[0].email
        if place == 2:
            home = _phone(dice)
        mobile = _phone(dice) if dice.random() < 0.9 else ""
        language = tongue.tag if dice.random() < 0.7 else "en"
        may_receive = "no" if barred and place == number - 1 else "yes"
        adults.append(_Guardian(first + place, given, name, email, mobile, home, language, may_receive))
    return adults


def _given(dice: random.Random, tongue: _Tongue) -> str:
    return tongue.between.join(dice.sample(tongue.given, dice.choices((1, 2), weights=(35, 65))[0]))


def _cells(adult: _Guardian) -> tuple[str, ...]:
    return (
        f"G{adult.number:06}", adult.given, adult.family, adult.email, adult.mobile, adult.home, adult.language,
        adult.may_receive,
    )  # fmt: skip


def _email(given: str, family: str, number: int) -> str:
    plain = unicodedata.normalize("NFKD", f"{given[:1]}{family}".casefold().replace("đ", "d"))
    letters = "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
    return f"{letters or 'family'}{number}@example.org"


def _phone(dice: random.Random) -> str:
    return f"({dice.randrange(201, 990)}) 555-01{dice.randrange(100):02}"
