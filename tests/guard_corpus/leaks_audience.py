"""Leaks to one family: the letter is theirs, and in it is somebody who is not."""

from openpyxl import Workbook

from tests.guard_corpus.cases import NOTICE, Scene, leak
from tests.guard_corpus.packages import Document, document, workbook
from tests.guard_corpus.papers import plain, typeset

OTHERS = "Another family's"


def _own(s: Scene) -> str:
    return f"Dear {s.guardian.given_name} {s.guardian.family_name},\n\n{s.name} has a place in our program.\n\n"


@leak(OTHERS, "letter.pdf", readers="family")
def child_beside_ones_own(s: Scene) -> bytes:
    kid, _ = s.others(1)[0]
    return typeset(f"{plain(_own(s))}So has {plain(f'{kid.given_name} {kid.family_name}')}.")


@leak(OTHERS, "letter.docx", "guardian-name", readers="family")
def guardian_in_the_footer(s: Scene) -> bytes:
    _, adult = s.others(1)[0]

    def fill(made: Document) -> None:
        made.add_paragraph(_own(s))
        footer = made.sections[0].footer
        footer.paragraphs[0].text = f"cc {adult.given_name} {adult.family_name}"

    return document(fill)


@leak(OTHERS, "letter.pdf", "phone", readers="family")
def phone_of_the_neighbours(s: Scene) -> bytes:
    _, adult = s.others(1)[0]
    return typeset(f"{plain(_own(s))}Share a ride: {adult.phones[0]}")


@leak(OTHERS, "letter.pdf", "student-number", readers="family")
def number_of_the_letter_before(s: Scene) -> bytes:
    kid, _ = s.others(1)[0]
    return typeset(f"{plain(_own(s))}Reference {kid.numbers[0]}")


@leak(OTHERS, "marks.xlsx", readers="family")
def everybody_under_ones_own_row(s: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        sheet = book.active
        sheet.append([s.last, s.given, 93])
        for kid, _ in s.others(5):
            sheet.append([kid.family_name, kid.given_name, 90])

    return workbook(fill)


@leak(OTHERS, "letter.pdf", "child-name", "addressee-missing", readers="family")
def the_neighbours_letter(s: Scene) -> bytes:
    kid, adult = s.others(1)[0]
    return typeset(f"Dear {adult.given_name} {adult.family_name},\n\n{kid.given_name} {kid.family_name} has a place.")


@leak(OTHERS, "letter.pdf", "addressee-missing", readers="family")
def a_letter_that_names_nobody(_: Scene) -> bytes:
    return typeset(NOTICE[0])
