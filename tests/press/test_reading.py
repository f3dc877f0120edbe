"""What staff write is parsed in a cage: whatever it makes of its parser, the answer is a sentence or a sound tree."""

import time

import pytest

from portal.press import NotTypeset
from portal.press.letters.fields import WrongTemplate
from portal.press.letters.letter_text import LetterText, Node, is_sound
from portal.press.letters.reading import count_pages, read_letter
from portal.press.letters.template import read_template

_CELL = Node("cell", (Node("text", pieces=("a",)),))


@pytest.mark.parametrize("name", ["a" * 190_000, "é" * 90_000, "a-" * 90_000])
def test_a_template_with_an_endless_name_holds_up_nobody(name: str) -> None:
    begun = time.process_time()
    assert read_template(f"#value.{name}(", title="Fees", language="en").fields == ()
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("text", ["[" * 90_000, "> " * 40_000 + "a", "*a " * 30_000, "`" * 90_000, "<" * 90_000])
def test_marks_within_marks_are_a_letter_or_a_sentence(text: str) -> None:
    try:
        assert is_sound(read_letter(text))
    except NotTypeset as refusal:
        assert str(refusal)  # noqa: PT017 - either end is right


@pytest.mark.parametrize(
    "blocks",
    [
        (Node("link", href="javascript:alert(1)"),),
        (Node("link", href="https://elsewhere.test/"),),
        (Node("table", number=1),),
        (Node("table", (Node("row", (_CELL,)),), number=10**6),),
        (Node("table", (Node("row", (Node("text"),)),), number=1),),
        (Node("heading", number=-1),),
    ],
    ids=["a script", "an address it does not tell", "no rows", "other columns", "a cell that is none", "no level"],
)
def test_a_tree_that_no_parser_makes_is_not_sound(blocks: tuple[Node, ...]) -> None:
    assert not is_sound(LetterText(blocks, (), ()))


def test_an_address_of_a_script_is_not_sound_among_the_links_either() -> None:
    assert not is_sound(LetterText((), (), ("javascript:alert(1)",)))


def test_pages_of_what_is_no_pdf_are_a_sentence() -> None:
    with pytest.raises(NotTypeset):
        count_pages(b"%PDF-1.7 nonsense")


def test_a_field_that_there_is_not_is_named_through_the_cage() -> None:
    with pytest.raises(WrongTemplate, match=r"There is no field child\.nmae"):
        read_template("#child.nmae", title="Fees", language="en")
