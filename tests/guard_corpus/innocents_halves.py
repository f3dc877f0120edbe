"""Innocent: halves of names that are nobody's: staff with initials, authors, sums, forms, places under heads."""

from typing import Final

from tests.guard_corpus.cases import Case, Scene, add, innocent
from tests.guard_corpus.innocents_texts import grown_ups
from tests.guard_corpus.notations import Words
from tests.guard_corpus.packages import document, workbook
from tests.guard_corpus.papers import plain, typeset

HALVES: Final = "Halves of names"
_TEXTS: Final[dict[str, Words]] = {
    "signed with an initial": lambda s: f"We begin on Monday.\n\nSincerely,\n{s.given[0]}. {s.last}\nPrincipal",
    "an author": lambda s: f"{s.last}, {s.given[0]}. (2019). Reading at home. Press of Maple.",
    "initials of others": lambda s: (
        f"{s.last}, {s.given[0]}. {s.last[0]}. Asthma in children. 2019.\nThe {s.given[0]}.{s.last[0]}. asthma fund\n"
        f"Dr. {s.given[0]}. {s.last[0]}., asthma\nForm {s.given[0]}.{s.last[0]}., printed on {s.born:%m/%d/%Y}\n"
        f"{s.given[0]}.{s.last[0]}., room 4. We meet on {s.born:%m/%d/%Y}."
    ),
    "a teacher and her class": lambda s: f"Mrs. {s.last}'s class and {s.given} the hamster say hello.",
    "a teacher of a grade": lambda s: f"Ms. {s.given[0]}. {s.last} teaches grade 3.",
    "fields to fill in": lambda _: "First name: ______\nGrade: ______\nLast name: ______",
    "a photographer": lambda s: f"Photo: {s.given[0]}. {s.last}. The wall was painted by grade 4 in May.",
    "a sum": lambda s: f"The budget is ${int(s.number.removeprefix('S-')):,} for {int(s.number[-5:]) + 7:,} students.",
    "a population": lambda s: f"Population: {int(s.number.removeprefix('S-')):,}. Enrollment: 12,345 students.",
    "a meeting": lambda s: f"Meeting ID: {s.number[-7:-3]} {s.number[-3:]}, passcode 4411",
    "places under a head": lambda _: "Stop\tTime\nGrace Park\t7:10\nMaple Street\t7:20\nCrystal Lake\t7:40",
    "a place that grades visit": lambda _: "Grace Park, grade 3 trips. May Day has a parade, allergies or not.",
    "places and days that begin a sentence": lambda _: (
        "Grace Park is open. May Day is a holiday. Will Young people come? Bill price lists early.\n"
        "Crystal Lake and Grace Park have lifeguards. Virginia Beach stays warm. Bill Price por semana."
    ),
    "events for grades": lambda _: "Event\tGrade\nMay Day\t3\nSunny Day\t4",
    "a corner": lambda s: f"The bus stops at the corner of {s.given} & {s.last} at 7:42.",
    "schools in a row": lambda s: f"{s.given}, {s.last} and Jackson close early on Friday.",
    "schools and figures": lambda s: f"Site K 1 2\n{s.given} 29 24 22\n{s.last} 85 46 30",
    "lines of headings": lambda _: "Welcome\n\nHarper\n\nWhitlock\n\nGranger",
}


def _list_them() -> None:
    for title, words in _TEXTS.items():
        add(Case("innocent", HALVES, f"{title} as text", "news.txt", lambda s, w=words: w(s).encode(), who="plain"))
        add(
            Case(
                "innocent",
                HALVES,
                f"{title} as document",
                "news.docx",
                lambda s, w=words: document(lambda made: [made.add_paragraph(line) for line in w(s).split("\n")]),
                who="plain",
            )
        )


_list_them()


@innocent(HALVES, "team.pdf")
def our_teachers_by_initial(s: Scene) -> bytes:
    names = [f"{name[0]}. {name.split()[1]}" for name in grown_ups(s.dice, 20)]
    return typeset("= Our teachers\n" + "\n\n".join(plain(f"Grade {at % 6}: {name}") for at, name in enumerate(names)))


@innocent(HALVES, "welcome.txt", who="two surnames")
def a_principal_who_shares_all_but_one_family_name(s: Scene) -> bytes:
    who = f"{s.given.split()[0]} {s.last.replace('-', ' ').split()[0]}"
    return f"We begin on Monday.\n\n{who}, Principal\n704 555 0100\n\nComenzamos el lunes.\n\n{who}, directora".encode()


@innocent(HALVES, "club.xlsx")
def a_rota_by_initial(s: Scene) -> bytes:
    rows = [[f"{name.split()[1]}, {name[0]}.", "Room 4", "3 pm"] for name in grown_ups(s.dice, 20)]
    return workbook(lambda book: [book.active.append(row) for row in ([["Teacher", "Room", "Time"], *rows])])


@innocent(HALVES, "print.pdf")
def an_identity_in_plain_bytes(_: Scene) -> bytes:
    made = typeset("= Welcome\nWe begin on Monday.")
    head, _, tail = made.rpartition(b"startxref")
    raw = bytes(range(1, 9)) + b"\x0e\x0f\x10\x11\x12\x13\x14\x15"
    return head + b"trailer\n<< /Size 1 /ID [(" + raw + b")(" + raw + b")] >>\nstartxref" + tail
