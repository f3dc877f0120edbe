"""What a message says to its family alone stands on a page before that child's file, and before no other."""

import io
from collections.abc import Mapping, Sequence

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from portal.documents.tables import Document
from portal.mail.arriving.message import Arrived
from portal.publish.gathered.wording import wording_of
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ANA, LUIS, OTHER_ANA, SAM, card
from tests.gathered.post import CARLA, DIEGO, NGOZI, ROSA_R, hand_in, mailing_of, message, problems, report, work
from tests.letter_files import pdf_of
from tests.office_letters import open_letter, word_letter

NAME = "report card.pdf"
COMMON = "\n\nBring it back by Friday.\n\nRosa Medina"
ANA_READS = "Dear Ms. Rivera,\n\nAna has read eleven books.\nHer sums are not yet safe."
SAM_SINGS = "Dear Ms. Okafor,\n\nSam sings in the choir.\n\nمرحبا، نلتقي يوم الخميس."


def letters(house: House) -> dict[str, list[str]]:
    """Return what each child's sealed file says, page by page."""
    with house.db.read() as session:
        mailing = mailing_of(house)
        rows = session.exec(select(Document).where(col(Document.mailing_id) == mailing.id)).all()
    found = {}
    for row in rows:
        pdf = pypdfium2.PdfDocument(b"".join(house.documents.open(row.id, row.size)))
        pages = [page.get_textpage().get_text_range() for page in pdf]
        found[row.addressee_id or row.file_name] = [" ".join(text.split()) for text in pages]
    return found


def mail(house: House, cast: Cast, own: Mapping[str, tuple[Mapping[str, bytes], str]]) -> None:
    for address, (files, text) in own.items():
        hand_in(house, cast.writer, message(files, text=text), [address])


def test_a_text_for_one_family_in_anothers_message_is_stopped(house: House, cast: Cast, clock: Watch) -> None:
    stray = "Dear Ms. Okafor,\n\nAna Rivera, student number 100001, has failed the class."
    ours = {CARLA: ({NAME: card(ANA)}, ANA_READS + COMMON), NGOZI: ({NAME: card(SAM)}, stray + COMMON)}
    mail(house, cast, ours)
    work(house, clock)
    assert mailing_of(house).state == "draft"
    assert problems(house, mailing_of(house).id) == ["names-others"]
    assert (report(house).ready, report(house).is_asked) == (1, False)
    assert cast.sam not in letters(house)


def test_a_page_does_not_vouch_for_a_file_that_names_nobody(house: House, cast: Cast, clock: Watch) -> None:
    """A merge that went wrong attaches plans to each other's messages; nothing in the plans says whose they are."""
    own = {
        ROSA_R: ({NAME: card("No running, and rest at noon.")}, "Ana Rivera must eat nothing with nuts." + COMMON),
        NGOZI: ({NAME: card("No nuts, and an injector.")}, "Sam Okafor is to rest at noon, whatever he says." + COMMON),
    }
    mail(house, cast, own)
    work(house, clock)
    mailing = mailing_of(house)
    assert (problems(house, mailing.id), mailing.state) == (["wrong-child", "wrong-child"], "draft")
    assert "no-page" in report(house).told
    assert (report(house).is_asked, letters(house)) == (False, {})


def test_each_family_reads_its_own_text_before_its_letter(house: House, cast: Cast, clock: Watch) -> None:
    files = {CARLA: card(ANA), DIEGO: card(ANA) + b"\n% for the father\n", NGOZI: pdf_of(SAM)}
    texts = {CARLA: ANA_READS, DIEGO: ANA_READS.replace("Ms.", "Mr."), NGOZI: SAM_SINGS}
    mail(house, cast, {one: ({NAME: files[one]}, texts[one] + COMMON) for one in files})
    work(house, clock)
    mailing = mailing_of(house)
    assert (problems(house, mailing.id), mailing.state, report(house).told) == ([], "waiting", ("own-pages",))
    assert mailing.message == "Bring it back by Friday.\n\nRosa Medina"
    said = letters(house)
    assert set(said) == {cast.ana, cast.sam}
    (first, second), (sams, _) = said[cast.ana], said[cast.sam]
    assert "Ana has read eleven books. Her sums are not yet safe." in first
    assert "Report cards" in first
    assert "student number 100001" in second
    assert "Sam sings" in sams
    assert "eleven" not in sams + said[cast.sam][1]


def drawn(pdf: bytes, kind: str) -> bytes:
    held = io.BytesIO()
    pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil().save(held, kind)
    return held.getvalue()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_stands_before_every_kind_of_file(house: House, cast: Cast, clock: Watch) -> None:
    files = {
        "ana.docx": (word_letter(ANA), [CARLA]), "luis.odt": (open_letter(LUIS), [CARLA]),
        "other.png": (drawn(card(OTHER_ANA), "PNG"), [ROSA_R]), "sam.jpg": (drawn(card(SAM), "JPEG"), [NGOZI]),
    }  # fmt: skip
    for number, (name, (data, whom)) in enumerate(files.items()):
        text = f"Number {number} has made a good start." + COMMON
        hand_in(house, cast.writer, message({name: data}, text=text), whom)
    work(house, clock)
    mailing = mailing_of(house)
    assert (problems(house, mailing.id), mailing.state, report(house).told) == ([], "waiting", ("own-pages",))
    said = letters(house)
    for number, child in enumerate((cast.ana, cast.luis, cast.other_ana, cast.sam)):
        assert f"Number {number} has made a good start." in said[child][0]
        assert len(said[child]) == 2, "the letter itself stands behind its page"
    with house.db.read() as session:
        kept = session.exec(select(Document).where(col(Document.addressee_id) == cast.ana)).one()
    assert kept.file_name == "ana.pdf"
    assert "office:from docx" in (kept.removed or ""), "staff are told how it was made"
    assert "attached" not in (kept.removed or "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_hidden_in_a_word_letter_stops_it_behind_a_page_too(house: House, cast: Cast, clock: Watch) -> None:
    struck = f'<w:p><w:del w:id="1" w:author="x"><w:r><w:delText>{SAM}</w:delText></w:r></w:del></w:p>'
    own = {
        CARLA: ({"card.docx": word_letter(ANA, struck)}, ANA_READS + COMMON),
        NGOZI: ({"card.docx": word_letter(SAM)}, SAM_SINGS),
    }
    mail(house, cast, own)
    work(house, clock)
    assert problems(house, mailing_of(house).id) == ["names-others"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_mother_and_father_who_were_told_different_things_are_asked_about(
    house: House, cast: Cast, clock: Watch
) -> None:
    texts = {CARLA: "Dear Ms. Rivera,\nthe court papers came.", DIEGO: "Dear Mr. Rivera,\nbring her at nine."}
    mail(house, cast, {one: ({NAME: card(ANA)}, text + COMMON) for one, text in texts.items()})
    work(house, clock)
    assert (mailing_of(house).state, problems(house, mailing_of(house).id)) == ("draft", ["doubled"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_long_text_stands_whole_before_a_letter_for_all(house: House, cast: Cast, clock: Watch) -> None:
    text = "\n\n".join(f"{number}. On this day we go out, and come back before dark." for number in range(60))
    hand_in(house, cast.writer, message({"flyer.pdf": card("Bring a hat.")}, text=text), [CARLA, NGOZI])
    work(house, clock)
    mailing = mailing_of(house)
    assert (mailing.state, report(house).told) == ("waiting", ("long-page",))
    assert text.startswith(mailing.message)
    assert mailing.message.endswith("dark.")
    said = letters(house)
    assert list(said) == ["Report cards.pdf", "flyer.pdf"]
    assert all(f"{number}. On this day" in " ".join(said["Report cards.pdf"]) for number in range(60))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_differs_in_a_letter_for_all_waits_for_its_sender(house: House, cast: Cast, clock: Watch) -> None:
    flyer = card("Bring a hat.")
    mail(house, cast, {CARLA: ({NAME: flyer}, ANA_READS + COMMON), NGOZI: ({NAME: flyer}, SAM_SINGS + COMMON)})
    work(house, clock)
    assert (mailing_of(house).way, mailing_of(house).state) == ("shared", "checked")
    assert report(house).told == ("texts-differ",)
    assert "eleven" not in str(letters(house))


_LINES = st.text(st.sampled_from("qwxyz аبש漢"), min_size=3, max_size=20).map(str.strip).filter(lambda it: len(it) > 2)


@given(
    common=st.lists(_LINES, max_size=4),
    own=st.lists(st.lists(_LINES, max_size=4), min_size=2, max_size=5),
    is_long=st.booleans(),
)
def test_every_family_reads_all_of_its_own_words_and_none_of_anothers(
    common: Sequence[str], own: Sequence[Sequence[str]], *, is_long: bool
) -> None:
    shared = [f"all {place} {line}" for place, line in enumerate(common)] + ["all " * 400] * is_long
    mine = [[f"only{place} {number} {line}" for number, line in enumerate(some)] for place, some in enumerate(own)]
    texts = ["\n".join([*shared[:1], *some, *shared[1:]]) for some in mine]
    messages = [Arrived("", "", "", "Trip", "", text=text) for text in texts]
    found = wording_of(messages, ["Ana Rivera"], NAME, is_own=True)
    for place, page in enumerate(found.pages):
        seen = f"{found.message}\n{page}"
        assert all(" ".join(line.split()) in " ".join(seen.split()) for line in mine[place])
        assert not any(f"only{other} " in seen for other in range(len(own)) if other != place)
        if is_long:
            assert ("all " * 400).strip() in page, "what is too long stands whole on each page"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_text_that_no_font_can_show_waits_for_its_sender(house: House, cast: Cast, clock: Watch) -> None:
    texts = {CARLA: "Ana reads well \N{PARTY POPPER}", NGOZI: "Sam sings well"}
    files = {CARLA: card(ANA), NGOZI: card(SAM)}
    mail(house, cast, {one: ({NAME: files[one]}, text + COMMON) for one, text in texts.items()})
    work(house, clock)
    assert (mailing_of(house).state, report(house).told, report(house).ready) == ("checked", ("no-page",), 2)
    assert [len(pages) for pages in letters(house).values()] == [1, 1]
