"""Innocent: what schools print for everybody: handbooks, menus, directories, minutes; many names, no family's."""

import random
from collections.abc import Callable
from typing import Final

from tests.guard_corpus.cases import Scene, innocent, listed
from tests.guard_corpus.packages import Document, document
from tests.guard_corpus.papers import plain, typeset
from tests.guard_corpus.roster import NAMED, plainly

BOOK, LIST, WORDS, FIGURES = "Handbook", "Printed list", "Ordinary words", "Figures"

_GIVEN: Final = listed(
    "Margaret Dolores Frederick Gwendolyn Harold Isabel Jerome Katharine Leonard Miriam Nathaniel Olga Patrick Quincy "
    "Roberta Sylvester Theodora Ursula Vernon Wilhelmina Lucía Diego Owen Alice Ruth Khalid Chloé Zofia Jürgen"
)
_FAMILY: Final = listed(
    "Appleby Birdwhistle Cartwright Dashwood Everdene Fotheringay Goodenough Hathersage Inglethorpe Jellicoe "
    "Knightley Lovelace Musgrove Nightingale Oglethorpe Poindexter Ramsbottom Smallwood Tattersall Underwood Núñez "
    "Harper Peña Haddad Gauthier Müller Warsame Zhang Kowalczyk Fenwick"
)
_ROLES: Final = (
    "Principal", "Assistant Principal", "Counselor", "Nurse", "Librarian", "Music", "Art", "Grade 1", "Grade 2",
    "Grade 3", "Grade 4", "Grade 5", "Cafeteria Manager", "Custodian", "Bus Supervisor", "Front Office",
)  # fmt: skip


def grown_ups(dice: random.Random, count: int) -> list[str]:
    """Make up names of people at work; many share a given or a family name with the roster, none both."""
    names: dict[str, None] = {}
    while len(names) < count:
        name = f"{dice.choice(_GIVEN)} {dice.choice(_FAMILY)}"
        if plainly(name) not in NAMED:
            names[name] = None
    return list(names)


_SECTIONS: Final = (
    ("Attendance", "Call before 8:30 when a child is absent. After three days we ask for a doctor's note."),
    ("Medication", "The nurse alone gives medication, with form M-12. Allergies: see the health card."),
    ("Fees", "Fees are due on the first of the month: $45.50 for five days, $30.00 for three; paid late, $5.00 more."),
    ("Pick-up", "Children are released to the people named on the card only. Bring a photo ID."),
    ("Dress", "Closed shoes on gym days. Hunter green shirts are sold at the front office."),
    ("Conduct", "We are kind, safe and ready. Will young children rest? Yes, at one o'clock."),
    ("Weather", "In April rain jackets are needed daily. On a sunny day hats are welcome."),
    ("Records", "Families may see their own child's records within 45 days (34 CFR 99.10)."),
)  # fmt: skip


def _handbook(s: Scene, pages: int) -> str:
    names = grown_ups(s.dice, 40)
    out = ["= Family Handbook 2026\n"]
    for page in range(pages):
        title, told = _SECTIONS[page % len(_SECTIONS)]
        who = s.dice.sample(names, 3)
        out.append(
            f"== {page + 1}. {title}\n{plain(told)} Questions go to {who[0]}. See also the chapter by {who[1]} and "
            f"{who[2]}, revised 2024. #lorem(140)\n#pagebreak(weak: true)\n"
        )
    return "".join(out)


@innocent(BOOK, "handbook.pdf")
def of_sixty_pages(s: Scene) -> bytes:
    return typeset('#set page(numbering: "1")\n#outline()\n' + _handbook(s, 60))


@innocent(BOOK, "handbook.pdf")
def of_eight_pages_in_columns(s: Scene) -> bytes:
    return typeset(
        "#set page(columns: 2)\n#set text(size: 8pt, hyphenate: true)\n#set par(justify: true)\n" + _handbook(s, 8)
    )


@innocent(BOOK, "handbook.docx")
def as_document(s: Scene) -> bytes:
    names = grown_ups(s.dice, 30)

    def fill(made: Document) -> None:
        for at, (title, told) in enumerate(_SECTIONS * 4):
            made.add_heading(f"{at + 1}. {title}", 2)
            made.add_paragraph(f"{told} Ask {names[at % 30]}.")

    return document(fill)


@innocent(BOOK, "authors.pdf")
def reading_list_with_authors(s: Scene) -> bytes:
    rows = "\n".join(f"+ {name}: _{s.dice.choice(_SECTIONS)[0]} and other stories_. {s.dice.randrange(1950, 2025)}. "
                     f"ISBN 978-0-{s.dice.randrange(10_000, 99_999)}-{s.dice.randrange(100, 999)}-{s.dice.randrange(9)}"
                     for name in grown_ups(s.dice, 60))  # fmt: skip
    return typeset(f"= Summer reading\n{rows}")


@innocent(LIST, "staff.pdf")
def staff_directory(s: Scene) -> bytes:
    names = grown_ups(s.dice, 32)
    cells = "".join(
        f"[{name}], [{_ROLES[at % len(_ROLES)]}], [Room {100 + at}], [ext. {4100 + at}],\n"
        for at, name in enumerate(names)
    )
    return typeset(f"= Staff directory\n#table(columns: 4, [*Name*], [*Role*], [*Room*], [*Extension*],\n{cells})")


@innocent(LIST, "staff.html")
def staff_page_with_mail(s: Scene) -> bytes:
    rows = "".join(
        f"<li><b>{name}</b>, {_ROLES[at % 16]}, <a href='mailto:t{at}@riverbend.example'>mail</a></li>"
        for at, name in enumerate(grown_ups(s.dice, 24))
    )
    return f"<!doctype html><meta charset=utf-8><h1>Our team</h1><ul>{rows}</ul>".encode()


@innocent(LIST, "board.docx")
def board_and_committees(s: Scene) -> bytes:
    names = grown_ups(s.dice, 12)

    def fill(made: Document) -> None:
        table = made.add_table(0, 3)
        for at, name in enumerate(names):
            cells = table.add_row().cells
            cells[0].text, cells[1].text, cells[2].text = name, f"District {at + 1}", f"Term ends {2027 + at % 3}"

    return document(fill)


@innocent(LIST, "minutes.pdf")
def minutes_of_a_meeting(s: Scene) -> bytes:
    a, b, c, d, *rest = grown_ups(s.dice, 12)
    return typeset(
        f"= Minutes, September 17\nPresent: {', '.join(rest)}. Chair: {a}. Clerk: {b}.\n\n"
        f"1. {c} moved to approve the budget of \\$4,712,300; {d} seconded. Passed 7 to 2.\n\n"
        "2. Grace Park: the board agreed to the new gate. Mark Page 14 of the plan was changed.\n\n"
        "3. Adjourned at 8:15 pm."
    )


@innocent(LIST, "menu.pdf")
def menu_with_allergens(_: Scene) -> bytes:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    meals = (
        "Chicken curry (milk)",
        "Pasta (gluten, eggs)",
        "Fish sticks (fish, gluten)",
        "Bean chili",
        "Pizza (milk, gluten)",
    )
    cells = "".join(
        f"[{day}], [{meal}], [Fruit, milk], [peanuts: no],\n" for day, meal in zip(days * 4, meals * 4, strict=True)
    )
    return typeset(f"= Lunch in October\n#table(columns: 4, [Day], [Meal], [Side], [Allergens],\n{cells})")


@innocent(LIST, "menu.docx")
def menu_as_document(_: Scene) -> bytes:
    def fill(made: Document) -> None:
        table = made.add_table(0, 3)
        for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday") * 2:
            cells = table.add_row().cells
            cells[0].text, cells[1].text, cells[2].text = day, "Soup, bread, apple", "milk, gluten, nuts"

    return document(fill)


@innocent(LIST, "bus.pdf")
def bus_timetable(s: Scene) -> bytes:
    stops = (
        "Grace Park",
        "Harper Ave",
        "Peña Plaza",
        "Holloway Rd",
        "Virginia Beach Blvd",
        "Crystal Lake",
        "Whitlock Elementary",
    )
    cells = "".join(
        f"[{stop}], [7:{10 + at * 4:02}], [2:{45 + at}], [Route {s.dice.randrange(10, 99)}],\n"
        for at, stop in enumerate(stops * 4)
    )
    return typeset(f"= Bus routes\n#table(columns: 4, [Stop], [Morning], [Afternoon], [Route],\n{cells})")


@innocent(LIST, "calendar.pdf")
def calendar_of_the_year(_: Scene) -> bytes:
    rows = "".join(f"[2026-{month:02}-{day:02}], [{event}],\n" for month, day, event in (
        (8, 24, "First day of school"), (9, 7, "Labor Day, closed"), (10, 8, "Trip to Crystal Lake"),
        (11, 26, "Thanksgiving"), (12, 18, "Winter concert"), (5, 1, "May Day games"),
        (4, 22, "April Rain: poems"), (6, 11, "Last day"),
    ))  # fmt: skip
    return typeset(f"= Calendar\n#table(columns: 2, {rows})")


@innocent(LIST, "supplies.txt")
def supply_list(_: Scene) -> bytes:
    lines = ("Grade 3 supplies", "24 pencils", "2 boxes of crayons", "1 hunter green folder", "4 glue sticks ($1.29)")
    return "\n".join(lines).encode("latin-1")


@innocent(LIST, "results.pdf")
def sports_results(s: Scene) -> bytes:
    teams = ("Harper Hawks", "Lockwood Lions", "Granger Giants", "Whitlock Wolves", "Sutter Storm", "Bramble Bees")
    cells = "".join(
        f"[{team}], [{s.dice.randrange(9)}:{s.dice.randrange(9)}], [{s.dice.choice(teams)}],\n" for team in teams * 3
    )
    return typeset(f"= Results\n#table(columns: 3, {cells})\nGoals: Mateo 2, Nora 1, Khalid 1. Coach: Mr. Peña.")


@innocent(LIST, "news.docx")
def newsletter_with_given_names(_: Scene) -> bytes:
    def fill(made: Document) -> None:
        made.add_paragraph("Our third graders planted beans. Mateo's grew tallest! Valentina and Owen painted signs.")
        made.add_paragraph(
            "Thank you, Mrs. Zhang and Mr. Harper, for the music. Happy birthday to Lucía, Tariq and Zofia!"
        )
        made.add_paragraph("The Peña family bakery gave bread; Haddad Hardware gave soil; Warsame Market gave pots.")

    return document(fill)


@innocent(LIST, "words.pdf")
def vocabulary_list(_: Scene) -> bytes:
    words = listed("grace park may day will young summer fields rose garden mark page bill price faith hill")
    return typeset("= Vocabulary, unit 4\n#columns(3)[" + "\n\n".join(sorted(words)) + "]")


@innocent(LIST, "volunteers.pdf")
def thanks_to_businesses(s: Scene) -> bytes:
    lines = "\n".join(
        f"- {name.split()[1]} & {other.split()[1]}, Inc."
        for name, other in zip(grown_ups(s.dice, 14), grown_ups(s.dice, 14), strict=True)
    )
    return typeset(f"= Our sponsors\n{lines}")


_PLAYS: Final = {
    "a park": "In May, Grace Park opens its gates. Come and see the rose garden, the summer fields and the joy bell.",
    "a holiday": "May Day is on Friday. Will young people dance? Yes! Faith, hill walks and a picnic.",
    "instructions": "Mark page 12 and bill price lists to the office. Chase banks. Art: field trip.",
    "a poem": "April rain falls soft on the crystal lake. Dawn: light on the hill. Jack frost bites the leaves.",
    "a journey": "The class drove from Virginia Beach to Crystal Lake; at dawn light fell on the summer fields.",
    "headings": "GRACE PARK NEWS\n\nMAY DAY GAMES\n\nROSE GARDEN TOUR\n\nSUMMER FIELDS DAY CAMP",
}


def _told(words: str, at: int) -> Callable[[Scene], bytes]:
    return lambda _: typeset(plain(words)) if at % 2 else document(lambda made: made.add_paragraph(words))


def _list_the_plays() -> None:
    from tests.guard_corpus.cases import Case, add

    for at, (title, words) in enumerate(_PLAYS.items()):
        add(Case("innocent", WORDS, title, "news.pdf" if at % 2 else "news.docx", _told(words, at)))


_list_the_plays()


@innocent(FIGURES, "fees.pdf")
def fees_and_accounts(s: Scene) -> bytes:
    lines = "\n\n".join(
        f"Account {s.dice.randrange(10**9, 10**10)}, item {s.dice.randrange(1000, 9999)}, {s.dice.randrange(900)}.50"
        for _ in range(60)
    )
    return typeset(f"= Budget lines\n{lines}")


@innocent(FIGURES, "numbers.txt")
def numbers_one_digit_off(s: Scene) -> bytes:
    near = (f"{person.numbers[0]}7" for person in s.family.children)
    return ("Order numbers: " + ", ".join(near) + f". ISBN 978-0-14-{s.dice.randrange(100_000, 999_999)}-3.\n").encode()


@innocent(FIGURES, "phones.docx")
def phones_of_offices(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        for name in ("Front office", "Nurse", "Bus garage", "Cafeteria", "Library", "County health", "Poison control"):
            made.add_paragraph(f"{name}: (704) 555-{s.dice.randrange(2000, 9999)}")

    return document(fill)


@innocent(FIGURES, "dates.pdf")
def dates_that_are_birthdays_of_others(s: Scene) -> bytes:
    dates = "\n\n".join(f"{s.born:%B} {s.born.day}, {s.born.year + add}: foundation day {add}" for add in (0, 20, 40))
    return typeset(f"= History of our school\n{dates}")


@innocent(FIGURES, "results.csv")
def measurements(s: Scene) -> bytes:
    rows = "".join(
        f"{day},{s.dice.randrange(50, 99)}.{s.dice.randrange(9)},{s.dice.randrange(4_100_000, 4_999_999)}9\n"
        for day in range(1, 40)
    )
    return f"day,degrees,litres\n{rows}".encode()


@innocent(FIGURES, "players.txt")
def players_with_their_goals(s: Scene) -> bytes:
    rows = [
        f"{name} {s.dice.randrange(1, 30)} {s.dice.randrange(1985, 2004)} {s.dice.randrange(30)}"
        for name in grown_ups(s.dice, 12)
    ]
    return "\n".join(("Player No Born Goals", *rows, "Find the mean and the median.")).encode()
