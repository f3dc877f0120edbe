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

from portal.rosters.fields.values import COLUMNS

_SITES = (
    "Amber Creek Elementary", "Birchfield School", "Cedar Hollow Elementary", "Dunmore Primary",
    "Eastbrook Academy", "Fern Hill Elementary", "Gullwing Middle", "Harbor Lane School",
)  # fmt: skip
_PROGRAMS = ("After School Enrichment", "Morning Care", "Homework Club")
_GRADES = ("K", "1", "2", "3", "4", "5", "6", "7", "8")
_MADE = 0.75
_FIRST_SCHOOL_DAY = date(2026, 8, 24)


@dataclass(frozen=True, slots=True)
class _Tongue:
    """Names of one language, how many in a hundred families have them, and how two given names are written.

    Where family names are many, most are made of a beginning and an ending.
    """

    tag: str
    share: int
    between: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    beginnings: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


_TONGUES = (
    _Tongue(
        "en",
        40,
        " ",
        _words("Alice Owen Grace Henry Nora Caleb Ruth Miles Ivy Jonah Hazel Felix Daisy Simon Kate Tobias Elsie "
               "Rufus Wren D'Arcy Bartholomew Clementine Abigail Aaron Beatrice Benedict Cecily Conrad Delia "
               "Dominic Edith Elliot Fiona Gareth Gwendolyn Harriet Hugo Imogen Isaac Jemima Jasper Kezia Leander "
               "Lydia Malcolm Matilda Nathaniel Octavia Oscar Phoebe Quentin Rosalind Rupert Sabrina Silas Thea "
               "Ulric Verity Vincent"),
        _words("Whitlock Harper O'Neill Marsh Fenwick Tolliver Granger St._John Ashby-Crane Pruitt Holloway "
               "D'Angelo Kettering Lockwood Featherstonehaugh-Cavendish Sutter Bramble Quill"),
        _words("Ald Ames Arden Ash Ban Bar Beck Birken Black Blen Bos Brad Bram Brent Bux Cal Car Chad Chat Clif "
               "Col Comp Cran Crom Dal Den Dor Dun Eg El Ever Fal Far Fen Ford Gar Gil Gis Graf Grim Had Hal Har "
               "Hath Hazel Hock Hol Hux Ing Kel Ken Kil Kirk Lang Lei Lind Lod Mal Mar Mel Mil Nor Ork Os Pem Pen "
               "Pres Rad Ral Ren Ros Rush Sel Shel Stan Stav Thorn Thur Tor Ul Wad Wal War Wet Whar Win Wol Wyn Yar"),
        _words("bury by combe cott croft dale den don field ford gate grove ham hurst ington ley low man mere mont "
               "more mouth over ridge sett shaw sley stead stock ston stow thorpe ton wald wall well wick with wood "
               "worth"),
    ),
    _Tongue(
        "es",
        28,
        " ",
        _words("Lucía Mateo Sofía Diego Valentina Andrés Camila Joaquín Ximena Luis Inés Ramón María Íñigo "
               "Guadalupe Emiliano Belén Tomás"),
        _words("Núñez García_Márquez Peña Rivera Ibáñez de_la_Cruz Fuentes Zúñiga Ocampo López-Herrera Quiñones "
               "Salas Villanueva Ordóñez Treviño"),
        _words("Alva Arang Arzu Bala Barr Bena Berm Caba Calde Carre Casta Ceba Chava Corne Dura Echa Escu Espi "
               "Figue Gala Garma Gui Herra Huer Iriza Jara Lara Lede Loza Luna Madri Marro Mena Monta Mora Nava Ola "
               "Orte Osu Pala Pere Quin Rena Rio Robla Sala Sando Sego Tama Tira Torra Ura Valde Vela Villa Yba "
               "Zamo Zara"),
        _words("bal cedo ches da dero des do dón gaña goza jano jar jero les llón mayor mendi mera món nares ndez "
               "ñeda nilla no noza rejo rena res ría rino ro ros rrubia rte s sola tega terra to vedo viña zábal zo "
               "zúa"),
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
        _words("Aub Barr Beauv Bell Bert Boisv Bonn Brun Cast Chab Chart Coll Delm Desm Dub Duch Fav Font Gagn Gir "
               "Guér Lam Lang Lar Lav Malh Marg Maur Mér Mont Pag Perr Poul Rab Riv Roch Rouss Sav Tess Vall Vern "
               "Vill"),
        _words("ard ault eau elin elle ert et eur ier ière in iot on ot oux uis y"),
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
        family = _family(dice, tongue)
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
        name = family if place < 2 and dice.random() < 0.8 else _family(dice, tongue)
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


def _family(dice: random.Random, tongue: _Tongue) -> str:
    if tongue.beginnings and dice.random() < _MADE:
        return dice.choice(tongue.beginnings) + dice.choice(tongue.endings)
    return dice.choice(tongue.family)


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
