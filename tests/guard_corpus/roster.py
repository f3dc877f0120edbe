"""The made-up families that the corpus tells on: some 300 children of many languages, the same at every run.

No name, number or address is anybody's: phones are in the range kept for stories, addresses under `example.org`.
"""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from portal.guard.roster.index import Known, Person, Roster
from portal.guard.roster.kin import families_of

CHILDREN: Final = 300

_TONGUES: Final[dict[str, tuple[str, str]]] = {
    "english": (
        (
            "Alice Owen Henry Nora Caleb Ruth Miles Jonah Felix Simon Tobias Elsie Rufus Wren Harriet Desmond Philippa "
            "Cornelius Maeve Lachlan"
        ),
        (
            "Whitlock Harper O'Neill Fenwick Tolliver Granger Pruitt Holloway D'Angelo Kettering Lockwood Ashby-Crane "
            "Sutter Bramble McAllister Vandermeer Thistlewood"
        ),
    ),
    "spanish": (
        (
            "Lucía Mateo Sofía Diego Valentina Andrés Camila Joaquín Ximena Íñigo Guadalupe Emiliano Belén Tomás "
            "María_José José_Luis"
        ),
        (
            "Núñez García_Márquez Peña Ibáñez de_la_Cruz Zúñiga Ocampo López-Herrera Quiñones Villanueva Ordóñez "
            "Treviño Castañeda_Ríos"
        ),
    ),
    "vietnamese": ("Ánh Bảo Châu Khánh Phương Quân Thảo Tuấn Xuân Minh-Anh", "Nguyễn Trần Phạm Huỳnh Đặng Đỗ"),
    "chinese": ("伟明 芳华 秀英 静怡 磊 涵宇 浩然 雨晨", "王 李 张 刘 陈 欧阳 黄"),
    "pinyin": ("Yichen Ruoxi Haoran Zixuan Meilin Jianyu", "Zhang Ouyang Zhao Huang Xu"),
    "korean": ("민준 서연 지후 하은 도윤", "김 박 최 정 강"),
    "arabic": ("ليلى عمر مريم سلمى يوسف", "الحداد منصور خوري الأحمد"),
    "arabic in latin": (
        "Yasmin Khalid Abd_al-Rahman Huda Tariq Salma Idris",
        "Al-Khatib Haddad Nasser Ben_Youssef El-Amin Darwish",
    ),
    "french": (
        "Chloé Étienne Amélie François Noémie Baptiste Maëlle Théo Loïc",
        "Lefèvre D'Aubigné Bélanger Côté Gauthier L'Hôpital Désirs",
    ),
    "somali": ("Ayaan Cabdi Faadumo Hodan Ifrah Liibaan Maxamed Zakariye", "Cali Xasan Warsame Jaamac Cismaan Faarax"),
    "polish": ("Łukasz Zofia Mikołaj Agnieszka Stanisław", "Wójcik Kowalczyk Łuczak Dąbrowski Żak"),
    "german": ("Jürgen Käthe Björn Anneliese Götz", "Müller Weiß Schönfeld Größler Krüger"),
    "russian": ("Дмитрий Светлана Евгений Наталья", "Кузнецов Щербакова Чайковский Юдин"),
    "indian": ("Aarav Ishaan Priyanka Lakshmi Rohan", "Venkataraman Chatterjee Iyer Deshpande"),
}
_OF_ORDINARY_WORDS: Final = (
    "Grace Park", "May Day", "Will Young", "Summer Fields", "Rose Garden", "Mark Page", "Bill Price", "Faith Hill",
    "Crystal Lake", "Hunter Green", "Chase Banks", "Dawn Light", "Virginia Beach", "Jack Frost", "Sunny Day",
    "Art Field", "Joy Bell", "April Rain",
)  # fmt: skip
_FIRST_SCHOOL_DAY: Final = date(2026, 8, 24)


@dataclass(frozen=True, slots=True)
class Family:
    """One home: its children, its guardians and the language of their names."""

    tongue: str
    children: tuple[Person, ...]
    guardians: tuple[Person, ...]


def _names(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


class _Registrar:
    """Hands out names, numbers, phones and birth dates, none of them twice."""

    def __init__(self) -> None:
        self.dice = random.Random(20_210_806)
        self.taken: set[str] = set()
        self.born: dict[str, date] = {}
        self.families: list[Family] = []

    def is_new(self, made: str) -> bool:
        """Whether nobody has it yet; from now on somebody does."""
        key = plainly(made)
        is_new = key not in self.taken
        self.taken.add(key)
        return is_new

    def number(self) -> str:
        while True:
            number = f"{self.dice.randrange(4_100_000, 4_999_999)}"
            shape = self.dice.random()
            number = (
                f"S-{number[1:]}" if shape < 0.1 else f"00{number[2:].replace('0', '7')}" if shape < 0.2 else number
            )
            if self.is_new(number):
                return number

    def phone(self) -> str:
        while True:
            phone = f"+1 {self.dice.randrange(201, 990)} 555 01{self.dice.randrange(100):02}"
            if self.is_new(phone):
                return phone

    def child(self, given: str, family: str) -> Person:
        born = _FIRST_SCHOOL_DAY - timedelta(days=self.dice.randrange(365 * 5, 365 * 13))
        known_as = f"c{len(self.born)}"
        self.born[known_as] = born
        return Person(
            "child", known_as, frozenset({known_as}), given, family, numbers=(self.number(),), birth_date=born
        )

    def guardian(self, at: int, given: str, family: str) -> Person:
        plain = plainly(f"{given}.{family}")
        local = "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter == "."))
        local = local if len(local) > 4 else f"home{at}"
        emails = (f"{local}{at}@mail.example.org",)
        return Person("guardian", f"g{at}", frozenset(), given, family, emails, (self.phone(),))

    def settle(self, tongue: str, children: list[tuple[str, str]], adults: list[tuple[str, str]]) -> None:
        kids = [self.child(given, family) for given, family in children]
        at = 2 * len(self.families)
        people = [self.guardian(at + place, given, family) for place, (given, family) in enumerate(adults)]
        self.families.append(Family(tongue, tuple(kids), tuple(people)))

    def household(self, tongue: str) -> None:
        givens, families = map(_names, _TONGUES[tongue])
        family = self.dice.choice(families)
        self.dice.shuffle(givens)
        free = [given for given in givens if plainly(f"{given} {family}") not in self.taken]
        if len(free) < 3:
            return
        size = min(self.dice.choice((1, 1, 2, 3)), len(free) - 1)
        kids, adults = free[:size], free[size : size + 2]
        self.taken.update(plainly(f"{given} {family}") for given in kids + adults)
        self.settle(tongue, [(kid, family) for kid in kids], [(adult, family) for adult in adults])


def _settled() -> tuple[list[Family], dict[str, date]]:
    registrar = _Registrar()
    for name in _OF_ORDINARY_WORDS:
        given, family = name.split()
        registrar.taken.add(plainly(name))
        registrar.settle("ordinary words", [(given, family)], [("Thaddeus", family)])
    shares = [tongue for tongue in _TONGUES for _ in range(4 if tongue in {"english", "spanish"} else 1)]
    while len(registrar.born) < CHILDREN:
        registrar.household(registrar.dice.choice(shares))
    return registrar.families, registrar.born


def _with_families(families: list[Family]) -> Iterator[Family]:
    pairs = [(adult.id, kid.id) for family in families for adult in family.guardians for kid in family.children]
    of = families_of(pairs)
    for family in families:
        yield Family(
            family.tongue,
            tuple(replace(person, family=of[person.id]) for person in family.children),
            tuple(replace(person, family=of[person.id]) for person in family.guardians),
        )


def plainly(text: str) -> str:
    """Return text without accents and capitals, to compare names by."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_FAMILIES, BORN = _settled()
FAMILIES: Final = tuple(_with_families(_FAMILIES))
PEOPLE: Final = tuple(person for family in FAMILIES for person in (*family.children, *family.guardians))
NAMED: Final = frozenset(plainly(f"{person.given_name} {person.family_name}") for person in PEOPLE)


KNOWN: Final = Known(
    phrases=(
        "Riverbend Schools", "Harper Elementary", "Lockwood School", "Whitlock Elementary", "Granger Middle",
        "Escuela Primaria Ocampo", "Grundschule Schönfeld", "Maple School",
    ),
    staff=("Harriet Bloomfield", "Alice Vandermeer-Boyd", "Nora Kettering-Sims"),
    emails=("office@riverbend.example",),
    phones=("+1 704 555 0100", "+1 704 555 0111"),
)  # fmt: skip
"""What the site knows of its own organisation."""


def roster() -> Roster:
    """The index over all of them, as the site builds it."""
    return Roster.of(PEOPLE, KNOWN)
