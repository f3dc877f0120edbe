"""Messages to staff: what happened, what to do, and no child's name."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from portal.kernel.text.addresses import OneAddress
from portal.mail.letters import arrival_letters, staff_letters
from portal.mail.letters.staff_letters import StaffLetter, render_staff_letter

URL = "https://letters.birchwood.test/staff/mailings/7"
TITLE = "Welcome\r\nBcc: all@evil.test"
LETTERS = [
    staff_letters.approval_asked(
        title=TITLE,
        author="Noor",
        audience="grade 3 at Oak",
        children=1475,
        guardians=2051,
        left_out={"Left out by staff": 2723, "No e-mail address is on file": 1},
        url=URL,
    ),
    staff_letters.returned(title=TITLE, reason="The date is <wrong>.", url=URL),
    staff_letters.returned(title=TITLE, reason="The date is <wrong>.", url=URL, is_by_guard=True),
    staff_letters.sending_done(title=TITLE, sent=2890, refused=10, url=URL),
    staff_letters.sending_stopped(title=TITLE, by="Sam", sent=12, unsent=2888, pages=40, url=URL),
    staff_letters.sign_in_link(url=URL + "#secret", minutes=15),
    staff_letters.not_my_child(title=TITLE, url=URL),
    arrival_letters.gathered(
        title=TITLE,
        ready=2863,
        need=37,
        is_shared=False,
        is_asked=False,
        told=["Your <signature>."],
        url=URL,
        lost=2,
    ),
    arrival_letters.gathered(title=TITLE, ready=1, need=0, is_shared=True, is_asked=True, told=[], url=URL),
    arrival_letters.gate_stopped(when="6 August at 12:00", messages=475, told=["It is a list."], url=URL),
]


def rendered(letter: StaffLetter) -> EmailMessage:
    octets = render_staff_letter(
        letter,
        organisation="Birchwood School District",
        mail_from=OneAddress.parse("letters@birchwood.test"),
        to=OneAddress.parse("noor@birchwood.test"),
        message_id="<alert-1@birchwood.test>",
        date=datetime(2026, 8, 6, tzinfo=UTC),
    )
    strict = policy.default.clone(raise_on_defect=True)
    return message_from_bytes(octets, policy=strict)


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.action)
def test_each_is_one_message_with_one_thing_to_do(letter: StaffLetter) -> None:
    message = rendered(letter)
    assert message["Subject"] == letter.subject
    assert message["Bcc"] is None
    assert str(message["To"]) == "noor@birchwood.test"
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        content = part.get_content()
        assert content.count(letter.url) == 1
        assert letter.action in content


def test_numbers_and_reasons_are_said() -> None:
    message = rendered(LETTERS[1])
    html = message.get_body(("html",))
    assert html is not None
    assert "The reason: The date is &lt;wrong&gt;." in html.get_content()
    done = rendered(LETTERS[3]).get_body(("plain",))
    assert done is not None
    assert "2,890 messages were sent" in done.get_content()
    assert "10 could not be delivered" in done.get_content()


def test_a_sign_in_link_is_not_printed() -> None:
    assert "secret" not in repr(LETTERS[4])


def test_an_approver_is_told_whom_it_reaches_and_how_many_are_left_out_for_which_reason() -> None:
    asked = rendered(LETTERS[0]).get_body(("plain",))
    assert asked is not None
    text = " ".join(asked.get_content().split())
    assert "to grade 3 at Oak: 2,051 guardians of 1,475 children." in text
    assert "2,724 children are left out. Left out by staff: 2,723. No e-mail address is on file: 1." in text


def test_whoever_sent_it_in_is_told_in_one_sentence_what_became_of_it() -> None:
    made, asked, stopped = (" ".join(letter.sentences) for letter in LETTERS[-3:])
    assert ": 2,863 letters ready, 37 need you. Nothing has been sent yet. 2 addresses led to" in made
    assert "to nobody to whom you may write. Your <signature>. The letter waits for you: put right" in made
    assert ": a letter for 1 guardian is ready. Nothing has been sent yet. Approval was asked for, and" in asked
    none = arrival_letters.gathered(title=TITLE, ready=0, need=1, is_shared=False, is_asked=False, told=[], url=URL)
    assert none.subject.endswith(": nothing is ready yet, 1 needs you")
    assert "was stopped (475 messages). It is a list. Nothing was sent to anybody" in stopped
