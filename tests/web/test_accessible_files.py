"""A letter that is hard to hear says so to its writer, with what to do, and can be sent all the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portal.press.typesetting.engine import Engine
from portal.publish.checking.accessible import ManyHeard, Readable
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.letter_files import pdf_of
from tests.web.desks import sit_down, text_of

GOOD = Readable("a.pdf", is_tagged=True, language="en", title="Welcome", has_text=True)


@pytest.mark.parametrize(
    ("readable", "said"),
    [
        (GOOD, []),
        (replace(GOOD, is_tagged=False, language="", title=""), ["not marked", "its language", "no title"]),
        (replace(GOOD, language=""), ["its language"]),
        (replace(GOOD, has_text=False, title=""), ["pictures"]),
    ],
)
def test_each_thing_that_is_missing_is_a_sentence(readable: Readable, said: list[str]) -> None:
    assert len(readable.advice) == len(said)
    for sentence, words in zip(readable.advice, said, strict=True):
        assert words in sentence


def test_letters_cut_from_one_pdf_are_told_apart_from_files() -> None:
    heard = {is_cut: ManyHeard(2_900, {"tags": 2_900, "title": 12}, is_cut=is_cut).advice for is_cut in (True, False)}
    assert [line.partition(":")[0] for line in heard[False]] == ["2,900 of 2,900 letters", "12 of 2,900 letters"]
    assert "Save As, PDF" in heard[False][0]
    (line,) = heard[True]
    assert "cutting one PDF into letters loses the marks" in line


def test_the_checked_page_says_it_and_asks_for_approval_all_the_same(
    site: TestClient, house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    good = Engine(str(tmp_path)).set('#set document(title: "Welcome")\n#set text(lang: "es")\n= Hola', {})
    pages = {}
    sit_down(site, house, cast.writer)
    for name, content in {"plain": pdf_of("Welcome"), "scan": pdf_of(""), "good": good}.items():
        mailing_id = write_draft(house, cast, now=clock.now, content=content)
        pages[name] = text_of(site.get(f"/staff/mailings/{mailing_id}").text)
        assert "Ask for approval" in pages[name]
    assert "headings, lists and tables are not marked" in pages["plain"]
    assert "A screen reader can’t read this letter" in pages["scan"]
    assert "screen reader" not in pages["good"]
