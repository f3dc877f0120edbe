"""Writing a letter: what is wrong stands beside its field, nothing typed is lost, and a stop is a whole page."""

import hashlib
import re
from typing import Any

import pytest
from httpx2 import Response
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.documents.tables import Document
from portal.flows.writing.draft_mailing import check_audience
from portal.ledger.tables import LedgerEntry
from portal.mailings.errors import DraftFaults
from portal.mailings.rules import Term
from portal.mailings.tables import AudienceTerm, Mailing
from portal.publish.checking.stops import places_of
from portal.reading.strip.strip import strip
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.reading.carriers import simple_pdf, stream
from tests.web.desks import sit_down, text_of

LETTER = simple_pdf()
ROSTER = simple_pdf(
    text=stream(
        b"BT /F 12 Tf 20 200 Td (Ana Rivera, Luis Rivera, Rosa Rivera) Tj 0 -20 Td (Sam Okafor, Ngozi Okafor) Tj ET"
    )
)
NAMING_ONE = simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (Thank you, Sam Okafor) Tj ET"))


class Desk:
    """A writer's browser."""

    def __init__(self, site: TestClient, token: str) -> None:
        self.site = site
        self.token = token

    def put(
        self, path: str = "/staff/mailings", *, file: bytes | None = LETTER, name: str = "welcome.pdf", **fields: object
    ) -> Response:
        typed = {"title": "Welcome", "message": "We begin on Monday.", "audience": "everyone", "expires": "30"}
        data = {name: value for name, value in (typed | {"form_token": self.token} | fields).items() if value}
        files = {"file": (name, file, "application/pdf")} if file is not None else {"file": ("", b"", "")}
        return self.site.post(path, data=data, files=files)


@pytest.fixture
def rosa(site: TestClient, house: House, cast: Cast) -> Desk:
    return Desk(site, sit_down(site, house, cast.writer))


@pytest.fixture
def pia(site: TestClient, house: House, cast: Cast) -> Desk:
    return Desk(site, sit_down(site, house, cast.oak_writer))


def rows(house: House, table: type) -> list[Any]:
    with house.db.read() as session:
        return list(session.exec(select(table)).all())


def fault_of(page: str, field: str) -> str:
    """Return the sentence beside a field, if the field points to it and says it is wrong."""
    found = re.search(rf'<p class="fault" id="{field}-fault">(.*?)</p>', page)
    tag = re.search(rf'<[a-z]+ id="{field}"[^>]*>', page)
    assert tag is not None
    if found is None:
        assert "aria-invalid" not in tag[0]
        return ""
    assert 'aria-invalid="true"' in tag[0]
    assert re.search(rf'aria-describedby="{field}-fault\b', tag[0])
    assert f'href="#{field}"' in page, "the summary at the top leads to the field"
    return found[1]


def test_an_empty_form_chooses_nobody_for_a_writer_of_every_site(rosa: Desk) -> None:
    page = rosa.site.get("/staff/mailings/new").text
    assert not re.search(r'name="audience"[^>]*checked', page)
    assert not re.search(r'type="checkbox"[^>]*checked', page)
    assert 'value="30"' in page
    assert 'id="faults"' not in page


def test_a_writer_of_one_site_starts_with_it_and_is_not_offered_another(pia: Desk) -> None:
    page = pia.site.get("/staff/mailings/new").text
    assert re.search(r'name="site" value="Oak" checked', page)
    assert "Maple" not in page
    assert 'value="everyone"' not in page


def test_a_letter_is_judged_sealed_and_shown(rosa: Desk, house: House) -> None:
    answer = rosa.put()
    (mailing,) = rows(house, Mailing)
    (document,) = rows(house, Document)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/staff/mailings/{mailing.id}")
    assert (mailing.state, mailing.title, mailing.link_days) == ("checked", "Welcome", 30)
    assert document.file_name == "welcome.pdf"
    sealed = b"".join(house.documents.open(document.id, document.size))
    assert sealed.startswith(b"%PDF-")
    assert hashlib.sha256(sealed).hexdigest() == document.sha256
    assert strip(sealed) == (sealed, ()), "what is sealed holds nothing more that could be taken out"


def test_programs_sites_and_grades_narrow_each_other(rosa: Desk, house: House) -> None:
    assert rosa.put(audience="part", grade=["2", "4"], site="Maple").status_code == 303
    terms = {(term.kind, term.value) for term in rows(house, AudienceTerm)}
    assert terms == {("grade", "2"), ("grade", "4"), ("site", "Maple")}


def test_children_are_named_by_number_however_the_numbers_are_parted(rosa: Desk, house: House) -> None:
    assert rosa.put(audience="children", numbers="100001, 100002\r\n100006;").status_code == 303
    assert {term.value for term in rows(house, AudienceTerm)} == {"100001", "100002", "100006"}


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"title": "   "}, "title", "Give the letter a title."),
        ({"title": "x" * 121}, "title", "The title is 121 letters long; 120 is the most."),
        ({"message": "x" * 1501}, "message", "The message is 1,501 letters long; 1,500 is the most."),
        ({"message": "See bit.ly/x"}, "message", "The message links to bit.ly, which families are not sent"),
        ({"audience": None}, "audience", "Choose whom the letter is for."),
        ({"grade": "2"}, "audience", "Choose either everyone or a part of the families, not both."),
        ({"audience": "children", "numbers": "100001", "site": "Oak"}, "audience", "Named children stand alone"),
        ({"audience": "children", "numbers": "999999"}, "audience", "No child on the roster has the number 999999."),
        ({"audience": "part", "site": "Mapel"}, "audience", "no site “Mapel” on the roster. Did you mean “Maple”?"),
        ({"expires": "0"}, "expires", "Links can stay open for 1 to 365 days."),
        ({"expires": "soon"}, "expires", "Links can stay open for 1 to 365 days."),
        ({"file": None}, "file", "Choose the letter as a PDF file or a picture."),
        ({"file": b""}, "file", "This file is empty. Choose the letter again."),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(
    rosa: Desk, house: House, fields: dict[str, Any], field: str, sentence: str
) -> None:
    answer = rosa.put(**fields)
    assert answer.status_code == 422
    assert sentence in fault_of(answer.text, field)
    others = {"title", "message", "file", "audience", "expires"} - {field}
    assert [other for other in others if fault_of(answer.text, other)] == []
    assert rows(house, Mailing) == []


def test_a_hint_names_no_site_or_program_outside_the_writers(house: House, cast: Cast) -> None:
    with house.db.read() as session, pytest.raises(DraftFaults) as refused:
        check_audience(session, (Term("site", "Mapel"),), by=cast.oak_writer)
    assert refused.value.faults == {"audience": "There is no site “Mapel” on the roster."}


def test_nothing_typed_is_lost(rosa: Desk) -> None:
    page = rosa.put(
        title="<Fun> & games", message="\nOne line\nAnother", audience="part", grade=["2"], site="Maple", expires="400"
    ).text
    assert 'value="&lt;Fun&gt; &amp; games"' in page
    assert ">\n\nOne line\nAnother</textarea>" in page
    assert re.search(r'name="audience" value="part" checked', page)
    assert re.findall(r'type="checkbox" name="(\w+)" value="(\w+)" checked', page) == [
        ("site", "Maple"),
        ("grade", "2"),
    ]
    assert 'value="400"' in page
    assert "Only the file has to be chosen again" in page


def test_a_form_that_names_nobody_goes_to_one_family_that_is_named_by_hand(rosa: Desk, house: House) -> None:
    """A blank bus form to one family is no mistake; the neighbour's letter is, whoever chose it."""
    for numbers in ("100006", "100006, 100001"):
        assert rosa.put(audience="children", numbers=numbers).status_code == 303
    written = rosa.put(file=None, text="Bring this form back on Friday.", audience="children", numbers="100006")
    assert written.status_code == 303
    assert {mailing.state for mailing in rows(house, Mailing)} == {"checked"}
    stopped = rosa.put(file=NAMING_ONE, audience="children", numbers="100001")
    assert stopped.status_code == 422
    assert "This file was stopped. It names 1 child." in text_of(stopped.text)


def test_a_list_of_children_is_a_whole_page_and_is_not_kept(rosa: Desk, house: House) -> None:
    answer = rosa.put(file=ROSTER, name="../confirmed sites.pdf", title="First week")
    text = text_of(answer.text)
    assert answer.status_code == 422
    assert "This file was stopped. It is a list of children." in text
    assert "It names 3 children from your roster." in text
    assert "Nobody has received it, and the portal has kept no copy." in text
    assert re.search(r"Page 1 3 full names of children, 2 full names of guardians", text)
    assert "confirmed sites.pdf" in text
    assert ".." not in text
    assert "Okafor" not in answer.text
    assert rows(house, Document) == []
    (mailing,) = rows(house, Mailing)
    assert (mailing.state, mailing.title) == ("draft", "First week")
    assert f'href="/staff/mailings/{mailing.id}/edit#file"' in answer.text
    assert any(entry.act == "document:stop" for entry in rows(house, LedgerEntry))


@pytest.mark.parametrize(
    ("names", "told", "place"),
    [
        (
            b"Ana Rivera, Luis Rivera, Rosa Rivera, Sam Okafor, Ngozi Okafor",
            "1 child and others",
            "1 full name of a child, 1 full name of a guardian, others",
        ),
        (b"Ana Rivera, Luis Rivera", "others", "others"),
        (b"Sam Okafor", "1 child", "1 full name of a child"),
    ],
)
def test_of_children_at_other_sites_a_stop_says_that_there_are_some_and_not_how_many(
    pia: Desk, house: House, names: bytes, told: str, place: str
) -> None:
    letter = simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (%b) Tj ET" % names))
    page = pia.put(file=letter, audience="part", site="Oak").text
    assert f"It names {told} from your roster." in text_of(page)
    assert f'<td data-label="What">{place}</td>' in page
    words = pia.put(message=names.decode(), audience="part", site="Oak").text
    assert f"Found here: {place} of families on the roster." in fault_of(words, "message")
    bodies = [entry.body for entry in rows(house, LedgerEntry) if entry.act == "document:stop"]
    assert len({body[body.index(b'"children":') :][:13] for body in bodies}) == 1  # file and message, all told
    if told == "1 child and others":
        assert all(b'"children":3,' in body for body in bodies)


def test_after_a_stop_another_file_goes_on_with_the_same_letter(rosa: Desk, house: House) -> None:
    rosa.put(file=NAMING_ONE, title="First week", audience="part", site="Maple")
    (mailing,) = rows(house, Mailing)
    page = rosa.site.get(f"/staff/mailings/{mailing.id}/edit").text
    assert 'value="First week"' in page
    assert re.search(r'name="site" value="Maple" checked', page)
    assert "stays unless" not in page
    answer = rosa.put(f"/staff/mailings/{mailing.id}", version=str(mailing.version), audience="part", site="Maple")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/staff/mailings/{mailing.id}")
    (mailing,) = rows(house, Mailing)
    assert mailing.state == "checked"


def test_rows_that_follow_each_other_are_one_place() -> None:
    rows = ("row 201", "rows 2-100", "rows 101-200", "hidden rows 202-300", "row 302")
    found = [(f"sheet 1, {each}", kind, 9) for each in rows for kind in ("phone", "e-mail")]
    places = [(one.where, one.what) for one in places_of([*found, ("sheet 2, row 303", "phone", 1)])]
    assert places == [
        ("Sheet 1, hidden rows 202-300", "9 phone numbers, 9 e-mail addresses"),
        ("Sheet 1, rows 2-201", "27 phone numbers, 27 e-mail addresses"),
        ("Sheet 1, row 302", "9 phone numbers, 9 e-mail addresses"),
        ("Sheet 2, row 303", "1 phone number"),
    ]


def test_one_named_child_is_no_list_but_stopped_all_the_same(rosa: Desk) -> None:
    text = text_of(rosa.put(file=NAMING_ONE).text)
    assert "This file was stopped. It names 1 child." in text
    assert "not even with approval" not in text


def test_a_stop_of_a_letter_to_one_child_does_not_speak_of_many_families(rosa: Desk) -> None:
    text = text_of(rosa.put(file=NAMING_ONE, audience="children", numbers="100001").text)
    assert "A letter to one child names that child and its own family alone." in text
    assert "many families" not in text


def test_what_cannot_be_read_is_stopped_with_its_reason(rosa: Desk, house: House) -> None:
    answer = rosa.put(file=b"\x00\x01 no letter at all", name="letter.pdf")
    assert answer.status_code == 422
    assert "The portal can’t read all of it." in text_of(answer.text)
    assert rows(house, Document) == []


def test_a_message_that_names_a_child_is_stopped_beside_the_message(rosa: Desk, house: House) -> None:
    answer = rosa.put(message="Thank you, Sam Okafor")
    assert answer.status_code == 422
    assert "1 full name of a child" in fault_of(answer.text, "message")
    assert fault_of(answer.text, "title") == ""
    assert "Thank you, Sam Okafor</textarea>" in answer.text
    assert "Nobody has received anything." in answer.text
    assert rows(house, Mailing) == []


def test_a_letter_written_here_that_names_a_child_is_not_lost_when_it_is_stopped(rosa: Desk, house: House) -> None:
    answer = rosa.put(file=None, text="Thank you, Sam Okafor", title="First week")
    assert answer.status_code == 422
    assert "It names 1 child from your roster." in fault_of(answer.text, "text")
    assert "Thank you, Sam Okafor</textarea>" in answer.text
    assert "Choose another file" not in answer.text
    (mailing,) = rows(house, Mailing)
    assert f'action="/staff/mailings/{mailing.id}?begun=' in answer.text
    answer = rosa.put(f"/staff/mailings/{mailing.id}", file=None, text="Thank you, all", version=str(mailing.version))
    assert answer.status_code == 303
    (mailing,) = rows(house, Mailing)
    assert mailing.state == "checked"


def test_nobody_writes_outside_their_sites(pia: Desk, house: House) -> None:
    for fields in ({"audience": "everyone"}, {"audience": "part", "site": "Maple"}, {"audience": "part", "grade": "2"}):
        answer = pia.put(**fields)
        assert answer.status_code == 422
        assert "outside the sites you may write to (Oak)" in fault_of(answer.text, "audience")
    assert rows(house, Mailing) == []
    assert pia.put(audience="part", site="Oak").status_code == 303


def test_a_changed_letter_keeps_its_file(rosa: Desk, house: House) -> None:
    rosa.put()
    (mailing,) = rows(house, Mailing)
    page = rosa.site.get(f"/staff/mailings/{mailing.id}/edit").text
    assert "welcome.pdf" in page
    assert "<bdi>welcome.pdf</bdi> stays unless you choose another file." in page
    answer = rosa.put(f"/staff/mailings/{mailing.id}", file=None, version=str(mailing.version), title="Welcome back")
    assert answer.status_code == 303
    (mailing,) = rows(house, Mailing)
    assert (mailing.title, mailing.state) == ("Welcome back", "checked")
    assert [document.file_name for document in rows(house, Document)] == ["welcome.pdf"]


def test_a_change_over_somebody_elses_is_asked_about(rosa: Desk, house: House) -> None:
    rosa.put()
    (mailing,) = rows(house, Mailing)
    answer = rosa.put(f"/staff/mailings/{mailing.id}", file=None, version="1", title="Late words")
    assert answer.status_code == 409
    assert "Somebody changed this letter while you were writing." in text_of(answer.text)
    assert 'value="Late words"' in answer.text
    assert f'name="version" value="{mailing.version}"' in answer.text
    assert rows(house, Mailing)[0].title == "Welcome"


def test_a_letter_that_left_is_not_changed(site: TestClient, house: House, cast: Cast, mailing_id: str) -> None:
    sit_down(site, house, cast.writer)
    answer = site.get(f"/staff/mailings/{mailing_id}/edit")
    assert answer.status_code == 403
    assert "approved and held before sending" in answer.text


def test_another_sites_letter_is_not_there(pia: Desk, house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    assert pia.site.get(f"/staff/mailings/{mailing_id}/edit").status_code == 404
    assert pia.put(f"/staff/mailings/{mailing_id}", version="2").status_code == 404
    assert pia.site.get(f"/staff/mailings/{mailing_id}/left-out").status_code == 404


def test_a_post_without_this_sessions_token_writes_nothing(rosa: Desk, house: House) -> None:
    answer = rosa.put(form_token="0" * 64)
    assert answer.status_code == 403
    assert rows(house, Mailing) == []


def test_without_a_roster_the_form_says_so(rosa: Desk, house: House) -> None:
    from portal.families.tables import RosterVersion

    with house.db.write() as session:
        session.exec(RosterVersion.__table__.delete().where(col(RosterVersion.number) > 0))
    assert "There is no roster yet" in rosa.site.get("/staff/mailings/new").text
