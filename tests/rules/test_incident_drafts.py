"""First drafts for families and an authority: each fact stands where it belongs, and in whole words."""

from dataclasses import replace

import pytest

from portal.incidents.rules.drafts import draft_of
from tests.rules.test_incidents import TOLD


def line_of(draft: str, begins: str) -> str:
    """Return the one line of a draft that begins like this, and has nothing before it."""
    found = [line for line in draft.splitlines() if line.startswith(begins)]
    assert len(found) == 1, draft
    return found[0]


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (("A",), "about “A”. It"),
        (("A", "B", "C"), "about “A” and “B” and “C”. It"),
        (("A", "B", "C", "D"), "about “A” and “B” and “C” and 1 more letter. It"),
        (("A", "B", "C", "D", "E"), "about “A” and “B” and “C” and 2 more letters. It"),
    ],
)
def test_families_are_told_of_three_letters_by_title_and_of_how_many_more(titles: tuple[str, ...], said: str) -> None:
    assert said in draft_of("notice", replace(TOLD, titles=titles))


@pytest.mark.parametrize(
    ("opened", "saved", "said"),
    [
        (0, 0, "Our records show that nobody opened it before that."),
        (1, 0, "Our records show that 1 family opened it before that."),
        (2, 0, "Our records show that 2 families opened it before that."),
        (1_200, 1, "Our records show that 1,200 families opened it before that, and 1 person saved it."),
        (2, 3, "Our records show that 2 families opened it before that, and 3 people saved it."),
    ],
)
def test_families_are_told_how_many_opened_and_saved_it(opened: int, saved: int, said: str) -> None:
    notice = draft_of("notice", replace(TOLD, families_opened=opened, saved=saved))
    assert line_of(notice, "**What happened.**") == (
        f"**What happened.** Each family could open it with a link of its own until Thursday at 19:04. {said}"
    )


def test_families_are_told_whom_to_ask_as_far_as_it_is_known() -> None:
    assert line_of(draft_of("notice", TOLD), "**Whom") == "**Whom you can ask.** Riverbend Schools, 555 0100."
    unknown = draft_of("notice", replace(TOLD, contact=""))
    assert line_of(unknown, "**Whom") == "**Whom you can ask.** Riverbend Schools."


def test_the_report_leaves_a_bracket_for_a_contact_and_says_where_nothing_had_left() -> None:
    known = draft_of("report", TOLD)
    assert line_of(known, "Contact:") == "Contact: 555 0100"
    assert line_of(known, "Messages left:") == "Messages left: from then to then"
    unknown = draft_of("report", replace(TOLD, contact="", sent=""))
    assert line_of(unknown, "Contact:") == "Contact: [name, telephone, e-mail]"
    assert line_of(unknown, "Messages left:") == "Messages left: No message had left."


def test_the_report_names_five_files_and_counts_the_others() -> None:
    names = tuple(f"{number}.pdf" for number in range(1, 8))
    for count, said in (
        (1, "1.pdf"),
        (5, "1.pdf, 2.pdf, 3.pdf, 4.pdf, 5.pdf"),
        (6, "1.pdf, 2.pdf, 3.pdf, 4.pdf, 5.pdf and 1 more"),
        (1_207, "1.pdf, 2.pdf, 3.pdf, 4.pdf, 5.pdf and 1,202 more"),
    ):
        report = draft_of("report", replace(TOLD, files=names[:count], file_count=count))
        assert line_of(report, "Files:") == f"Files: {said}"


@pytest.mark.parametrize(
    ("guardians", "families", "children", "is_each", "said"),
    [
        (
            1, 1, 1, False,
            "1 guardian in 1 family were written to, for 1 child. All families had the same letter.",
        ),
        (
            1_004, 2, 3, True,
            "1,004 guardians in 2 families were written to, for 3 children. Each child had a letter of its own.",
        ),
    ],
)  # fmt: skip
def test_the_report_counts_who_was_written_to(
    guardians: int, families: int, children: int, *, is_each: bool, said: str
) -> None:
    told = replace(TOLD, guardians=guardians, families=families, children=children, is_each=is_each)
    assert said in draft_of("report", told).splitlines()


@pytest.mark.parametrize(
    ("children", "said"), [(0, "0 children"), (1, "1 child"), (2, "2 children"), (1_300, "1,300 children")]
)
def test_the_report_counts_who_opened_it(children: int, said: str) -> None:
    report = draft_of("report", replace(TOLD, families_opened=1_100, children_opened=children))
    assert line_of(report, "Families that") == f"Families that opened it: 1,100, with the letters of {said}"


@pytest.mark.parametrize(
    ("is_released", "said"),
    [
        (
            True,
            "The portal's content check had stopped the file; a second member of staff had released it, with a reason.",
        ),
        (
            False,
            "The portal's content check had read the whole file and found nobody in it who did not belong there.",
        ),
    ],
)
def test_the_report_says_what_the_guard_did(*, is_released: bool, said: str) -> None:
    assert said in draft_of("report", replace(TOLD, released=is_released)).splitlines()
