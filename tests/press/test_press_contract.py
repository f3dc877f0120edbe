"""What every press promises, the real one and the one for tests."""

import pypdfium2
import pytest

from portal.press import NotTypeset, Press
from portal.press.plain import PlainPress
from portal.press.typeset import TypstPress

LETTER = """
#set document(title: "Welcome")
#set text(lang: "en")
= Welcome
Dear family of #sys.inputs.child,
see you at #sys.inputs.site.
"""
TYPST = TypstPress()


@pytest.fixture(params=["typst", "plain"])
def press(request: pytest.FixtureRequest) -> Press:
    return TYPST if request.param == "typst" else PlainPress()


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        text: str = page.get_textpage().get_text_range()
        return text
    finally:
        document.close()


def test_the_letter_shows_its_values(press: Press) -> None:
    pdf = press.typeset(LETTER, {"child": "Zoë", "site": "Oak"})
    assert pdf.startswith(b"%PDF-")
    assert "Zoë" in text_of(pdf)
    assert "Oak" in text_of(pdf)


def test_one_letters_values_are_not_in_the_next(press: Press) -> None:
    press.typeset(LETTER, {"child": "Zoë", "site": "Oak"})
    assert "Zoë" not in text_of(press.typeset(LETTER, {"child": "Ben", "site": "Oak"}))


@pytest.mark.parametrize("hostile", ["#panic()", '#read("/etc/hosts")', "*bold* $x$ _a_", "a) Tj (b", "\\"])
def test_a_value_is_shown_and_never_run(press: Press, hostile: str) -> None:
    assert hostile in text_of(press.typeset(LETTER, {"child": hostile, "site": "Oak"}))


def test_the_same_letter_is_the_same_bytes(press: Press) -> None:
    values = {"child": "Ben", "site": "Oak"}
    assert press.typeset(LETTER, values) == press.typeset(LETTER, values)


def test_a_missing_value_is_refused(press: Press) -> None:
    press.typeset(LETTER, {"child": "Ben", "site": "Oak"})
    with pytest.raises(NotTypeset):
        press.typeset(LETTER, {"child": "Ben"})


def test_a_broken_template_is_refused(press: Press) -> None:
    with pytest.raises(NotTypeset):
        press.typeset("#set document(", {})


def test_a_template_reads_no_file_of_this_machine() -> None:
    for path in ("/etc/hosts", "../../../../../../etc/hosts"):
        with pytest.raises(NotTypeset):
            TYPST.typeset(f'#set document(title: "x")\n#read("{path}")', {})


def test_a_letter_that_a_screen_reader_could_not_announce_is_refused() -> None:
    with pytest.raises(NotTypeset, match="title"):
        TYPST.typeset("Hello", {})


def test_names_in_other_scripts_are_set() -> None:
    values = {"child": "李明 محمد Nguyễn Ольга", "site": "Oak"}
    text = text_of(TYPST.typeset(LETTER, values))
    assert all(name in text for name in ("李明", "Nguyễn", "Ольга"))
