"""Leaks of halves: names in fields of a form, with initials, in letters to parents; and numbers written otherwise."""

from collections.abc import Callable
from datetime import date
from typing import Final

from tests.guard_corpus.cases import NOTICE, Case, Scene, add, leak
from tests.guard_corpus.notations import Words
from tests.guard_corpus.packages import Document, document, workbook
from tests.guard_corpus.papers import plain, typeset

FORM, INITIAL, SPOKEN, FIGURES, SCRIPT, HEADED = (
    "Form in fields", "Initial and family name", "Letter to parents", "Number otherwise", "Script otherwise",
    "Ordinary words in a list",
)  # fmt: skip
_FORMS: Final[dict[str, tuple[str, str, str]]] = {
    "English": ("First name", "Grade", "Last name"), "as the office says": ("Given", "Site", "Surname"),
    "Spanish": ("Nombre", "Grado", "Apellidos"), "German": ("Vorname", "Klasse", "Nachname"),
    "French": ("Pr\u00e9nom", "Classe", "Nom"),
}  # fmt: skip


def _text(words: str) -> bytes:
    return f"{NOTICE[0]}\r\n\r\n{words}\r\n".encode()


def _docx(words: str) -> bytes:
    return document(lambda made: [made.add_paragraph(line) for line in words.split("\n")])


def _pdf(words: str) -> bytes:
    return typeset("\n\n".join(plain(line) for line in words.split("\n")))


def _table(words: str) -> bytes:
    def fill(made: Document) -> None:
        rows = [line.partition(": ") for line in words.split("\n")]
        table = made.add_table(len(rows), 2)
        for at, (label, _, value) in enumerate(rows):
            table.cell(at, 0).text, table.cell(at, 1).text = label, value

    return document(fill)


def _sheet(words: str) -> bytes:
    return workbook(lambda book: [book.active.append(line.split(": ", 1)) for line in words.split("\n")])


_CARRIERS: Final[tuple[tuple[str, Callable[[str], bytes]], ...]] = (
    ("form.txt", _text), ("form.docx", _docx), ("form.pdf", _pdf), ("table.docx", _table), ("form.xlsx", _sheet),
)  # fmt: skip


def _carried(words: Words, carry: Callable[[str], bytes]) -> Callable[[Scene], bytes]:
    return lambda scene: carry(words(scene))


def _list_the_forms() -> None:
    for at, (title, (first, between, last)) in enumerate(_FORMS.items()):
        for file, carry in (*_CARRIERS, *_CARRIERS)[at : at + 3]:

            def words(s: Scene, first: str = first, between: str = between, last: str = last) -> str:
                return f"{first}: {s.given}\n{between}: 3\n{last}: {s.last}"

            add(Case("leak", FORM, f"{title} in {file}", file, _carried(words, carry), frozenset({"child-name"})))


def _list_the_words(carrier: str, cases: dict[str, tuple[str, Words]], *signs: str) -> None:
    for at, (title, (who, words)) in enumerate(cases.items()):
        for file, carry in (_CARRIERS[at % 3], _CARRIERS[(at + 1) % 3]):
            made = _carried(words, carry)
            add(Case("leak", carrier, f"{title} in {file}", file, made, frozenset(signs or ("child-name",)), who=who))


_list_the_forms()
_list_the_words(
    INITIAL,
    {
        "before a grade": ("plain", lambda s: f"{s.given[0]}. {s.last}, grade 3, {s.number}"),
        "behind a label": ("plain", lambda s: f"Student: {s.last}, {s.given[0]}. Call {s.phone}"),
    },
    "child-name", "student-number", "phone",
)  # fmt: skip
_list_the_words(
    SPOKEN,
    {
        "with the family name in words": ("plain", lambda s: f"{s.given}, whose surname is {s.last}, is new here."),
        "with the mark of a note": ("plain", lambda s: f"The prize went to {s.given} {s.last}2 this year."),
        "with the number of a row": ("plain", lambda s: f"17{s.given} {s.last}"),
        "glued to Chinese": ("plain", lambda s: f"恭喜{s.name}同学获奖。"),
    },
)
_list_the_words(
    HEADED,
    {
        "of which a grade is told": ("ordinary words", lambda s: f"{s.name} (grade 3) was late."),
        "of which an allergy is told": ("ordinary words", lambda s: f"{s.name} has a peanut allergy."),
        "at the beginning of a sentence": ("latin", lambda _: "It was hot. Bill Price forgot his bottle."),
        "joined at the beginning": ("latin", lambda _: "Grace Park y Bill Price olvidaron su almuerzo."),
    },
)
_list_the_words(
    SPOKEN,
    {
        "to a mother": ("latin", lambda s: f"Dear Mrs. {s.last},\n{s.given} has missed three days."),
        "to both": ("latin", lambda s: f"Dear Mr. and Mrs. {s.last},\nplease call us: {s.given} was late again."),
        "to the family": ("latin", lambda s: f"Dear {s.last} family,\nwe are glad that {s.given} joins us."),
        "to the family in the plural": (
            "plain",
            lambda s: f"Dear {s.last}s,\nwe are glad that {s.given} joins us. The {s.last}s are away: ask {s.given}.",
        ),
        "in Spanish": ("latin", lambda s: f"Estimada Sra. {s.last},\ntenemos que hablar de {s.given}."),
    },
)
_list_the_words(
    INITIAL,
    {
        "alone with a birth date": ("plain", lambda s: f"{s.given[0]}.{s.last[0]}. (DOB {s.born:%m/%d/%Y}) is new."),
        "alone with a birth date in Spanish": (
            "plain",
            lambda s: f"{s.given[0]}. {s.last[0]}. (fecha de nacimiento: {s.born:%d/%m/%Y})",
        ),
        "alone before an ailment": ("plain", lambda s: f"{s.given[0]}. {s.last[0]}., asthma"),
        "alone before an ailment in Spanish": ("plain", lambda s: f"Alumno {s.given[0]}. {s.last[0]}., asma"),
    },
    "birth-date",
    "child-name",
)
_list_the_words(
    FIGURES,
    {
        "in groups behind a label": ("latin", lambda s: f"Student ID: {int(_digits(s)):,}"),
        "with a dash behind a label": ("latin", lambda s: f"Student {_digits(s)[:3]}-{_digits(s)[3:]}"),
        "joined to its label": ("latin", lambda s: f"Lunch for ID{_digits(s)}, S{_digits(s)}"),
        "without zeros": ("latin", lambda s: f"Student no. {_digits(s).lstrip('0')}"),
        "with more zeros": ("latin", lambda s: f"Student number 000{_digits(s)}"),
    },
    "student-number",
)


def _digits(s: Scene) -> str:
    return s.number.removeprefix("S-")


_TRADITIONAL: Final = str.maketrans("伟华静张刘陈欧阳黄", "偉華靜張劉陳歐陽黃")
_FATHERS: Final = ("خالد", "بن محمود", "عبد الله", "أحمد علي")


@leak(SCRIPT, "letter.docx", who="chinese")
def traditional_characters(s: Scene) -> bytes:
    return _docx(f"歡迎\n{(s.last + s.given).translate(_TRADITIONAL)}".translate(_TRADITIONAL))


@leak(SCRIPT, "letter.txt", who="arabic")
def the_fathers_name_within(s: Scene) -> bytes:
    return _text(f"الطالب {s.given} {s.dice.choice(_FATHERS)} {s.last}")


@leak(FORM, "lines.txt", who="plain")
def two_lines_with_blank_ones_between(s: Scene) -> bytes:
    return _text(f"For our club:\r\n\r\nZelda Example\r\n\r\n{s.given}\r\n\r\n\r\n{s.last}xx").replace(
        f"{s.last}xx".encode(), s.last.encode()
    )


@leak(FORM, "lists.docx", who="plain")
def given_names_in_one_list_and_family_names_in_another(s: Scene) -> bytes:
    kids = [s.child, *(kid for kid, _ in s.others(5, "plain"))]
    given, family = ([getattr(kid, f"{part}_name") for kid in kids] for part in ("given", "family"))
    return _docx(f"First names: {', '.join(given)}.\n\nLast names, in the same order: {', '.join(family)}.")


@leak(FIGURES, "list.csv", "student-number", who="plain")
def numbers_in_groups_under_a_label(s: Scene) -> bytes:
    numbers = [int(kid.numbers[0]) for kid, _ in s.others(20, "plain") if kid.numbers[0].isdigit()]
    return "\r\n".join(["Student ID;Paid", *(f"{number:,};no" for number in numbers)]).encode()


@leak(FIGURES, "days.xlsx", "birth-date", who="plain")
def birth_dates_as_a_workbook_counts_them(s: Scene) -> bytes:
    days = (s.born - date(1899, 12, 30)).days
    return workbook(lambda book: [book.active.append(row) for row in (["Last", "Day"], [s.last, days])])


@leak(INITIAL, "list.csv", who="plain")
def a_list_of_family_names_with_initials(s: Scene) -> bytes:
    kids = [s.child, *(kid for kid, _ in s.others(9, "plain"))]
    return "\r\n".join(f"{kid.family_name}, {kid.given_name[0]}." for kid in kids).encode()


@leak(HEADED, "list.csv", who="ordinary words")
def two_rows_under_a_head(s: Scene) -> bytes:
    (other, _), *_rest = s.others(1, "ordinary words")
    return f"Last,First\r\n{s.last},{s.given}\r\n{other.family_name},{other.given_name}\r\n".encode()


@leak(HEADED, "list.xlsx", who="ordinary words")
def one_student_under_a_head(s: Scene) -> bytes:
    return workbook(lambda book: [book.active.append(row) for row in (["Student", "Grade"], [s.name, 3])])


@leak(HEADED, "list.docx", who="ordinary words")
def one_student_a_line(s: Scene) -> bytes:
    return _docx(f"Students\n{s.name}")


@leak(INITIAL, "letter.txt", who="plain")
def above_the_one_who_signs(s: Scene) -> bytes:
    return _text(f"{s.given[0]}. {s.last} was absent from grade 3.\n\nKind regards,\nThe office")


@leak(FIGURES, "letter.docx", "phone")
def digits_alone_in_the_properties(s: Scene) -> bytes:
    return document(lambda made: setattr(made.core_properties, "keywords", "".join(filter(str.isdigit, s.phone))))
