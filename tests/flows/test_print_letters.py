"""Families without a mail address get a page of paper: one a guardian, never twice, and nobody who is barred."""

import hashlib
import json
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update

from portal.documents.tables import Copy, Document
from portal.families.tables import Guardian, Guardianship
from portal.flows.sending.finish_mailing import finish_mailings
from portal.flows.sending.stop_mailing import stop_mailing
from portal.flows.taking_back.revoke import Target, revoke
from portal.kernel.ids import new_id
from portal.ledger.tables import LedgerEntry
from portal.links.tables import Link
from portal.mailings.errors import NoSuchMailing, NotNow
from portal.mailings.rules import Term
from portal.mailings.tables import Mailing, MailingWords, Round
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.sending import on_paper
from portal.overviews.sending.progress import progress_of
from portal.publish.rounds.paper import Printed, mark_printed, print_run
from portal.wiring import House
from tests.cast import LETTER, Cast, code_of, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.flows.holds import hold_passes


def without_address(house: House, *guardians: str) -> None:
    with house.db.write() as session:
        session.exec(update(Guardian).where(col(Guardian.id).in_(guardians)).values(address=None, address_key=None))


@pytest.fixture
def mailing_id(house: House, cast: Cast, clock: Watch) -> str:
    """Give a letter on its way to everybody: Rosa, Diego and barred Emeka have no address."""
    without_address(house, cast.rosa_r, cast.diego, cast.emeka)
    return on_its_way(house, cast, clock)


def on_its_way(house: House, cast: Cast, clock: Watch, **draft: Any) -> str:  # noqa: ANN401 - as send_letter takes them
    mailing_id = send_letter(house, cast, now=clock.now, **draft)
    hold_passes(house, clock)
    return mailing_id


def every(house: House, table: type, **where: object) -> list[Any]:
    with house.db.read() as session:
        query = select(table)
        for name, value in where.items():
            query = query.where(getattr(table, name) == value)
        return list(session.exec(query).all())


def acts(house: House, name: str) -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in every(house, LedgerEntry, act=name)]


def texts(printed: Printed) -> list[str]:
    document = pypdfium2.PdfDocument(BytesIO(printed.pdf))
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def state_of(house: House, mailing_id: str) -> str:
    return str(every(house, Mailing, id=mailing_id)[0].state)


def print_it(house: House, cast: Cast, mailing_id: str, clock: Watch, **how: Any) -> Printed:  # noqa: ANN401 - as print_run takes them
    return print_run(house, mailing_id, by=how.pop("by", cast.writer), now=clock.now, **how)


def page_of(house: House, guardian: str) -> Notice:
    (page,) = every(house, Notice, guardian_id=guardian, channel="paper")
    return page  # type: ignore[no-any-return]  # the query is of notices


def mark(house: House, cast: Cast, mailing_id: str, clock: Watch, *notices: str, as_: Any) -> int:  # noqa: ANN401 - a mark or none
    return mark_printed(house, mailing_id, notices, as_, by=cast.writer, now=clock.now)


def test_each_guardian_without_an_address_gets_one_page_with_every_child(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    printed = print_it(house, cast, mailing_id, clock)
    pages = every(house, Notice, channel="paper")
    assert {page.guardian_id for page in pages} == {cast.rosa_r, cast.diego}
    assert {(page.address, page.state, page.round, page.printed_at) for page in pages} == {("", "queued", 1, clock.now)}
    assert set(printed.notice_ids) == {page.id for page in pages}
    assert [(round_.kind, round_.notices) for round_ in every(house, Round)] == [("print", 2)]
    told = texts(printed)
    assert len(told) == 2
    diegos = next(text for text in told if "Diego Rivera" in text)
    for child in (cast.ana, cast.luis):
        assert code_of(house, link_of(house, mailing_id, cast.diego, child)) in diegos
    assert "For the family of Ana and Luis" in diegos
    assert "Welcome" in diegos
    assert "letters.riverbend.example/o" in diegos
    assert "letters.riverbend.example/about" in diegos
    assert "the program office, 555 0100" in diegos
    assert "Saturday, 5 September 2026" in diegos
    rosas = next(text for text in told if "Rosa Rivera" in text)
    assert "We begin on Monday." in rosas
    assert code_of(house, link_of(house, mailing_id, cast.rosa_r, cast.other_ana)) in rosas
    assert "Diego" not in rosas
    assert "Luis" not in rosas


def test_a_barred_guardian_is_never_printed(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    printed = print_it(house, cast, mailing_id, clock)
    assert every(house, Notice, guardian_id=cast.emeka) == []
    assert every(house, Link, guardian_id=cast.emeka) == []
    assert not any("Emeka" in text for text in texts(printed))


def test_whoever_is_barred_after_the_page_was_made_is_left_out_of_it_and_named(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    print_it(house, cast, mailing_id, clock)
    with house.db.write() as session:
        pair = (col(Guardianship.guardian_id) == cast.diego, col(Guardianship.child_id) == cast.luis)
        session.exec(update(Guardianship).where(*pair).values(may_view=False))
    again = print_it(house, cast, mailing_id, clock)
    assert [(one.guardian_name, one.child_name) for one in again.missing] == [("Diego Rivera", "Luis Rivera")]
    diegos = next(text for text in texts(again) if "Diego Rivera" in text)
    assert "Luis" not in diegos
    assert code_of(house, link_of(house, mailing_id, cast.diego, cast.luis)) not in diegos


def test_the_page_opens_the_letter_like_a_message_does(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    print_it(house, cast, mailing_id, clock)
    copies = every(house, Copy, child_id=cast.other_ana)
    assert [(copy.mailing_id, copy.kind, copy.addressee_id) for copy in copies] == [(mailing_id, "shared", None)]
    assert token_of(house, link_of(house, mailing_id, cast.rosa_r, cast.other_ana))


def test_printing_twice_makes_nothing_twice_and_gives_the_same_pages(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    first = print_it(house, cast, mailing_id, clock)
    tables = (Notice, NoticeLink, Link, Copy, Round)
    before = [len(every(house, table)) for table in tables]
    clock.forward(hours=1)
    second = print_it(house, cast, mailing_id, clock, by=cast.approver)
    assert [len(every(house, table)) for table in tables] == before
    assert second.notice_ids == first.notice_ids
    assert [text.replace("7 August", "6 August") for text in texts(second)] == texts(first)
    assert len(acts(house, "mailing:print")) == 1
    downloads = acts(house, "paper:download")
    assert [(one["pages"], one["by"]) for one in downloads] == [
        (2, cast.writer.label), (2, cast.approver.label),
    ]  # fmt: skip
    digest = hashlib.sha256(" ".join(sorted(first.notice_ids)).encode()).hexdigest()
    assert {one["notices_sha256"] for one in downloads} == {digest}
    assert page_of(house, cast.rosa_r).printed_at < clock.now


def test_no_code_and_no_name_is_in_the_ledger(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    print_it(house, cast, mailing_id, clock)
    link_id = link_of(house, mailing_id, cast.diego, cast.ana)
    bodies = b"".join(entry.body for entry in every(house, LedgerEntry))
    for secret in (code_of(house, link_id), token_of(house, link_id), "Diego", "Rivera"):
        assert secret.encode() not in bodies


def test_who_is_new_without_an_address_joins_the_next_run(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    print_it(house, cast, mailing_id, clock)
    with house.db.write() as session:
        session.add(
            Guardian(id=new_id(), source_id="g-lola", given_name="Lola", family_name="Rivera", seen_at=clock.now)
        )
    (lola,) = every(house, Guardian, source_id="g-lola")
    with house.db.write() as session:
        session.add(Guardianship(guardian_id=lola.id, child_id=cast.luis, starts_at=clock.now))
    assert len(print_it(house, cast, mailing_id, clock).notice_ids) == 2, "a child that others are reached for"
    without_address(house, cast.ngozi)
    other = on_its_way(house, cast, clock)
    assert len(print_it(house, cast, other, clock).notice_ids) == 4


def test_who_has_an_address_by_now_is_named_instead(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    with house.db.write() as session:
        new = {"address": "diego@mail.example.org", "address_key": "diego@mail.example.org"}
        session.exec(update(Guardian).where(col(Guardian.id) == cast.diego).values(**new))
    printed = print_it(house, cast, mailing_id, clock)
    assert [page.guardian_id for page in every(house, Notice, channel="paper")] == [cast.rosa_r]
    assert {(one.guardian_name, one.why) for one in printed.missing} == {
        ("Diego Rivera", "There is an e-mail address now")
    }


def test_a_link_taken_back_is_left_out_and_named(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    print_it(house, cast, mailing_id, clock)
    for child in (cast.ana, cast.luis):
        with house.db.write() as session:
            target = Target("link", link_of(house, mailing_id, cast.diego, child))
            revoke(session, house.keys, target, by=cast.admin, reason="He asked.", now=clock.now)
    assert page_of(house, cast.diego).state == "cancelled"
    again = print_it(house, cast, mailing_id, clock)
    assert again.notice_ids == (page_of(house, cast.rosa_r).id,)
    assert not any("Diego" in text for text in texts(again))


def test_an_expired_link_is_left_out_and_named(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    print_it(house, cast, mailing_id, clock)
    with house.db.write() as session:
        session.exec(update(Link).where(col(Link.guardian_id) == cast.rosa_r).values(expires_at=clock.now))
    again = print_it(house, cast, mailing_id, clock)
    assert [(one.guardian_name, one.why) for one in again.missing] == [("Rosa Rivera", "The link has expired")]
    assert again.notice_ids == (page_of(house, cast.diego).id,)


@pytest.mark.parametrize("end", ["stop", "revoke"])
def test_a_stop_and_a_taking_back_cancel_what_is_not_handed_out_and_end_the_printing(
    house: House, cast: Cast, clock: Watch, mailing_id: str, end: str
) -> None:
    print_it(house, cast, mailing_id, clock)
    mark(house, cast, mailing_id, clock, page_of(house, cast.rosa_r).id, as_="handed-out")
    with house.db.write() as session:
        if end == "stop":
            stop_mailing(session, house.keys, mailing_id, by=cast.writer, now=clock.now)
        else:
            target = Target("mailing", mailing_id)
            revoke(session, house.keys, target, by=cast.admin, reason="Wrong.", now=clock.now)
    assert page_of(house, cast.diego).state == "cancelled"
    assert page_of(house, cast.rosa_r).state == "sent"
    with pytest.raises(NotNow):
        print_it(house, cast, mailing_id, clock)
    assert mark(house, cast, mailing_id, clock, page_of(house, cast.diego).id, as_="posted") == 1, "it had happened"
    assert mark(house, cast, mailing_id, clock, page_of(house, cast.diego).id, as_=None) == 1
    assert page_of(house, cast.diego).state == "cancelled"


def test_marks_are_counted_like_messages_and_can_be_taken_back(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    print_it(house, cast, mailing_id, clock)
    rosa, diego = page_of(house, cast.rosa_r).id, page_of(house, cast.diego).id
    assert mark(house, cast, mailing_id, clock, rosa, diego, as_="handed-out") == 2
    assert mark(house, cast, mailing_id, clock, rosa, diego, as_="handed-out") == 0, "twice is once"
    assert mark(house, cast, mailing_id, clock, diego, as_="undeliverable") == 1
    with house.db.read() as session:
        progress = progress_of(session, mailing_id)
    assert (progress.notices["sent"], progress.notices["bounced"]) == (1, 1)
    assert {name: progress.paper[name] for name in ("made", "sent", "bounced")} == {"made": 2, "sent": 1, "bounced": 1}
    assert mark(house, cast, mailing_id, clock, diego, as_=None) == 1
    assert mark(house, cast, mailing_id, clock, diego, as_=None) == 0
    assert page_of(house, cast.diego).state == "queued"
    marks = [(one["mark"], len(one["notices"])) for one in acts(house, "paper:mark")]
    assert marks == [("handed-out", 2), ("undeliverable", 1), ("none", 1)]


def test_only_pages_of_this_mailing_that_were_printed_are_marked(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    other = on_its_way(house, cast, clock)
    print_it(house, cast, other, clock)
    mails = [notice.id for notice in every(house, Notice, mailing_id=mailing_id)]
    theirs = [notice.id for notice in every(house, Notice, mailing_id=other)]
    assert mark(house, cast, mailing_id, clock, *mails, *theirs, "0" * 32, as_="posted") == 0
    assert acts(house, "paper:mark") == []


def test_open_pages_alone_are_printed_where_that_is_asked_for(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    print_it(house, cast, mailing_id, clock)
    mark(house, cast, mailing_id, clock, page_of(house, cast.rosa_r).id, as_="posted")
    assert print_it(house, cast, mailing_id, clock, open_only=True).notice_ids == (page_of(house, cast.diego).id,)
    assert len(print_it(house, cast, mailing_id, clock).notice_ids) == 2


def test_a_mailing_is_sent_when_its_mail_is_although_pages_lie_there(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    print_it(house, cast, mailing_id, clock)
    with house.db.write() as session:
        session.exec(update(Notice).where(col(Notice.channel) == "mail").values(state="sent"))
    with house.db.write() as session:
        finish_mailings(session, house.keys, now=clock.now)
    assert state_of(house, mailing_id) == "sent"
    assert page_of(house, cast.rosa_r).state == "queued"
    assert len(print_it(house, cast, mailing_id, clock).notice_ids) == 2


def test_a_page_is_in_the_language_of_its_family(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    with house.db.write() as session:
        session.exec(update(Guardian).where(col(Guardian.id) == cast.rosa_r).values(language="Spanish"))
        session.add(MailingWords(mailing_id=mailing_id, language="es", title="Bienvenidos", message="Empezamos."))
    printed = print_it(house, cast, mailing_id, clock)
    rosas = next(text for text in texts(printed) if "Rosa Rivera" in text)
    for words in ("Bienvenidos", "Empezamos.", "Hay una carta", "Para la familia de Ana"):
        assert words in rosas
    assert "We begin" not in rosas


def test_a_message_too_long_for_the_sheet_is_left_to_the_page_in_the_browser(
    house: House, cast: Cast, clock: Watch
) -> None:
    without_address(house, cast.rosa_r)
    long = "Monday, and we are glad.\n\n" * 55
    mailing_id = on_its_way(house, cast, clock, message=long.strip())
    (text,) = texts(print_it(house, cast, mailing_id, clock))
    assert "we are glad" not in text
    assert code_of(house, link_of(house, mailing_id, cast.rosa_r, cast.other_ana)) in text


def test_a_child_without_a_letter_of_its_own_is_named_and_not_printed(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        session.exec(update(Copy).where(col(Copy.mailing_id) == mailing_id).values(revoked_at=clock.now))
        session.exec(update(Document).where(col(Document.mailing_id) == mailing_id).values(revoked_at=clock.now))
        own = own_document(mailing_id, cast.ana, clock)
        session.add(own)
        session.flush()
        session.add(own_copy(own, cast.ana))
    printed = print_it(house, cast, mailing_id, clock)
    assert {(one.guardian_name, one.child_name, one.why) for one in printed.missing} == {
        ("Diego Rivera", "Luis Rivera", "There is no letter that it could open"),
        ("Rosa Rivera", "Ana Rivera", "There is no letter that it could open"),
    }
    assert [(link.guardian_id, link.child_id) for link in every(house, Link, guardian_id=cast.diego)] == [
        (cast.diego, cast.ana)
    ]


def test_a_childs_own_letter_goes_to_that_child_alone(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    with house.db.write() as session:
        session.add(own_document(mailing_id, cast.other_ana, clock))
    print_it(house, cast, mailing_id, clock)
    own = [copy for copy in every(house, Copy) if copy.kind == "own"]
    assert [(copy.child_id, copy.addressee_id) for copy in own] == [(cast.other_ana, cast.other_ana)]


def own_document(mailing_id: str, child: str, clock: Watch) -> Document:
    return Document(
        id=new_id(), mailing_id=mailing_id, kind="own", addressee_id=child, file_name="card.pdf",
        media_type="application/pdf", size=len(LETTER), sha256="0" * 64, parts_read=1, created_at=clock.now,
    )  # fmt: skip


def own_copy(document: Document, child: str) -> Copy:
    return Copy(document_id=document.id, mailing_id=document.mailing_id, kind="own", addressee_id=child, child_id=child)


def test_the_database_refuses_a_page_with_another_guardians_link(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    print_it(house, cast, mailing_id, clock)
    page = page_of(house, cast.rosa_r)
    foreign = link_of(house, mailing_id, cast.diego, cast.ana)
    scopes = [
        {"guardian_id": cast.rosa_r, "child_id": cast.other_ana},
        {"guardian_id": cast.diego, "child_id": cast.ana},
        {"guardian_id": cast.rosa_r, "child_id": cast.ana},
    ]
    for scope in scopes:
        with pytest.raises(IntegrityError), house.db.write() as session:
            session.add(NoticeLink(notice_id=page.id, link_id=foreign, mailing_id=mailing_id, **scope))
    with pytest.raises(IntegrityError), house.db.write() as session:
        session.exec(update(Notice).where(col(Notice.id) == page.id).values(address="rosa@mail.example.org"))


def test_staff_of_another_site_print_nothing(house: House, cast: Cast, clock: Watch) -> None:
    without_address(house, cast.rosa_r)
    mailing_id = on_its_way(house, cast, clock, terms=(Term("site", "Maple"),))
    with pytest.raises(NoSuchMailing):
        print_it(house, cast, mailing_id, clock, by=cast.oak_writer)
    with pytest.raises(NoSuchMailing):
        mark_printed(house, mailing_id, (), "posted", by=cast.oak_writer, now=clock.now)
    assert every(house, Notice, channel="paper") == []


def test_nothing_is_printed_before_somebody_has_approved_it(house: House, cast: Cast, clock: Watch) -> None:
    from tests.cast import write_draft

    without_address(house, cast.rosa_r)
    draft = write_draft(house, cast, now=clock.now)
    with pytest.raises(NotNow):
        print_it(house, cast, draft, clock)


def test_looking_says_what_printing_would_do(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    def look() -> on_paper.ToPrint:
        with house.db.read() as session:
            return on_paper.to_print(session, session.get_one(Mailing, mailing_id), now=clock.now)

    assert (look().made, look().added, look().added_children, look().missing) == (0, 2, 3, ())
    print_it(house, cast, mailing_id, clock)
    assert (look().made, look().added, look().missing) == (2, 0, ())
