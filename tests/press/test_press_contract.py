"""What every press promises, the real ones and the one for tests."""

from itertools import count, islice

import pytest

from portal.press import NotTypeset, Press
from portal.press.letters.letter import Letterhead, compose_letter
from portal.press.typesetting.caged import CagedPress
from portal.press.typesetting.fonts import EVERY_FAMILY, SAMPLE
from portal.press.typesetting.plain import PlainPress
from portal.press.typesetting.typeset import TypstPress
from tests.press.accessible import text_of

LETTER = """
#set document(title: "Welcome")
#set text(lang: "en")
= Welcome
Dear family of #sys.inputs.child,
see you at #sys.inputs.site.
"""
TYPST = TypstPress()
PRESSES: dict[str, Press] = {"caged": CagedPress(cells=2), "typst": TYPST, "plain": PlainPress()}


@pytest.fixture(params=PRESSES)
def press(request: pytest.FixtureRequest) -> Press:
    return PRESSES[request.param]


@pytest.fixture(params=["caged", "typst"])
def real(request: pytest.FixtureRequest) -> Press:
    return PRESSES[request.param]


def test_the_letter_shows_its_values(press: Press) -> None:
    pdf = press.typeset(LETTER, {"child": "Zoë", "site": "Oak"})
    assert pdf.startswith(b"%PDF-")
    assert "Zoë" in text_of(pdf)
    assert "Oak" in text_of(pdf)


def test_one_letters_values_are_not_in_the_next(press: Press) -> None:
    press.typeset(LETTER, {"child": "Zoë", "site": "Oak"})
    assert "Zoë" not in text_of(press.typeset(LETTER, {"child": "Ben", "site": "Oak"}))


def test_a_letter_written_in_the_portal_is_set_by_every_press(press: Press) -> None:
    head = Letterhead("Riverbend (Schools")
    letter = compose_letter("Dear {{ child.name }} :-)", title="At {{ child.site }}", letterhead=head, language="en")
    row = {"child.name": "Zoë", "child.site": "Oak"}
    text = text_of(press.typeset(letter.typst, letter.values(row)))
    assert "Zoë" in text
    assert "Oak" in text
    with pytest.raises(NotTypeset):
        press.typeset(letter.typst, {"child.name": "Zoë"})


def test_many_letters_come_in_the_order_of_their_rows(press: Press) -> None:
    names = [f"Child{number}" + " and more" * (number % 3) for number in range(12)]
    letters = list(press.typeset_all(LETTER, ({"child": name, "site": "Oak"} for name in names)))
    assert len(letters) == len(names)
    for name, pdf in zip(names, letters, strict=True):
        text = text_of(pdf)
        assert f"{name},".split()[0].rstrip(",") in text
        assert text.count("Child") == 1


def test_no_rows_make_no_letters(press: Press) -> None:
    assert list(press.typeset_all(LETTER, [])) == []


def test_letters_are_made_as_they_are_taken(press: Press) -> None:
    endless = ({"child": f"Child{number}", "site": "Oak"} for number in count())
    assert len(list(islice(press.typeset_all(LETTER, endless), 3))) == 3


def test_many_letters_stop_at_the_first_that_cannot_be_set(press: Press) -> None:
    letters = press.typeset_all(LETTER, [{"child": "Zoë", "site": "Oak"}, {"child": "Ben"}, {"child": "Ana"}])
    assert "Zoë" in text_of(next(letters))
    with pytest.raises(NotTypeset):
        next(letters)


@pytest.mark.parametrize("hostile", ["#panic()", '#read("/etc/hosts")', "*bold* $x$ _a_", "a) Tj (b", "\\"])
def test_a_value_is_shown_and_never_run(press: Press, hostile: str) -> None:
    assert hostile in text_of(press.typeset(LETTER, {"child": hostile, "site": "Oak"}))


def test_the_same_letter_is_the_same_bytes(press: Press) -> None:
    values = {"child": "Ben", "site": "Oak"}
    assert press.typeset(LETTER, values) == press.typeset(LETTER, values)


def test_the_cage_changes_nothing_of_a_letter() -> None:
    values = {"child": "Ben", "site": "Oak"}
    assert PRESSES["caged"].typeset(LETTER, values) == TYPST.typeset(LETTER, values)


@pytest.mark.parametrize("family", EVERY_FAMILY)
def test_the_cage_has_every_font_in_every_cut(family: str) -> None:
    name = f"*bold {SAMPLE}* _italic {SAMPLE}_ *_both {SAMPLE}_* {SAMPLE} `code {SAMPLE}`"
    letter = f'#set document(title: "x")\n#set text(font: "{family}")\n{name}'
    assert PRESSES["caged"].typeset(letter, {}) == TYPST.typeset(letter, {})


def test_a_missing_value_is_refused(press: Press) -> None:
    press.typeset(LETTER, {"child": "Ben", "site": "Oak"})
    with pytest.raises(NotTypeset):
        press.typeset(LETTER, {"child": "Ben"})


def test_a_broken_template_is_refused(press: Press) -> None:
    with pytest.raises(NotTypeset):
        press.typeset("#set document(", {})


def test_a_refusal_says_what_is_missing_and_where(real: Press) -> None:
    with pytest.raises(NotTypeset, match=r"asks for “site”, which is not given \(line 6\)"):
        real.typeset(LETTER, {"child": "Ben"})


def test_a_template_reads_no_file_of_this_machine(real: Press) -> None:
    for path in ("/etc/hosts", "../../../../../../etc/hosts"):
        with pytest.raises(NotTypeset):
            real.typeset(f'#set document(title: "x")\n#read("{path}")', {})


def test_a_template_brings_in_no_package(real: Press) -> None:
    with pytest.raises(NotTypeset):
        real.typeset('#set document(title: "x")\n#import "@preview/cetz:0.3.0": canvas', {})


def test_a_letter_that_a_screen_reader_could_not_announce_is_refused(real: Press) -> None:
    with pytest.raises(NotTypeset, match="title"):
        real.typeset("Hello", {})


def test_names_in_other_scripts_are_set(real: Press) -> None:
    values = {"child": "李明 محمد Nguyễn Ольга", "site": "Oak"}
    text = text_of(real.typeset(LETTER, values))
    assert all(name in text for name in ("李明", "محمد", "Nguyễn", "Ольга"))


def test_signs_that_no_font_has_are_refused_and_not_printed_as_boxes(real: Press) -> None:
    with pytest.raises(NotTypeset, match="No font of the portal has the signs “ខ”"):
        real.typeset(LETTER, {"child": "ខ្មែរ", "site": "Oak"})


def test_half_a_sign_is_refused(real: Press) -> None:
    with pytest.raises(NotTypeset):
        real.typeset(LETTER, {"child": "Ben\ud800", "site": "Oak"})
