"""Pages of one big PDF that name nobody: only their place says whose they are, and where they differ that is told."""

from pathlib import Path

from portal.overviews.per_child import one_letter
from portal.wiring import House
from tests.cast import Cast
from tests.flows.test_one_letter_each import ANA, LUIS, OTHER_ANA, SAM, bound, give, problems, table

BACKS = ("Next term: chess.", "Next term: choir.", "Next term: judo.", "Next term: swimming.")


def test_backs_that_name_nobody_and_were_shifted_by_one_are_a_warning_to_writer_and_approver(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    fronts, shifted = (ANA, LUIS, OTHER_ANA, SAM), (*BACKS[1:], BACKS[0])
    pages = [page for pair in zip(fronts, shifted, strict=True) for page in pair]
    mailing_id = give(house, cast, "split", {"pdf": bound(pages, tmp_path)}, pages_each=2)
    found = table(house, mailing_id)
    assert problems(house, mailing_id) == []
    assert found.unnamed == (0, 1, 2, 3)
    assert found.warning.startswith("4 letters have pages without any name, and what stands there differs")
    assert [pair.place for pair in found.sample] == [0, 1, 2, 3]
    with house.db.read() as session:
        seen = one_letter.sample(session, cast.approver, mailing_id, now=house.clock())
    assert seen.warning == found.warning


def test_backs_that_say_the_same_to_every_family_are_no_warning(house: House, cast: Cast, tmp_path: Path) -> None:
    pages = [page for front in (ANA, LUIS, OTHER_ANA, SAM) for page in (front, "How grades are given.")]
    mailing_id = give(house, cast, "split", {"pdf": bound(pages, tmp_path)}, pages_each=2)
    assert table(house, mailing_id).mailing.state == "checked"
    assert table(house, mailing_id).warning == ""
