"""Letters of Word with guides above their words, and lines that it keeps in two ways for new and old programs."""

import pytest
from carriers import NAME
from test_office_letters import body, texts


def guided(*letters: tuple[str, str]) -> bytes:
    run = "<w:r><w:t>{}</w:t></w:r>"
    rubies = (
        f"<w:r><w:ruby><w:rubyPr/><w:rt>{run.format(guide)}</w:rt><w:rubyBase>{run.format(letter)}</w:rubyBase></w:ruby></w:r>"
        for letter, guide in letters
    )
    return body("".join(rubies))


def test_letters_with_a_guide_above_each_are_read_without_the_guides_and_these_without_them():
    said = texts(guided(("王", "wáng"), ("小", "xiǎo"), ("明", "míng")))["text"].split("\n\n")
    assert {"王小明", "wángxiǎomíng"} < set(map(str.strip, said))
    assert "wáng xiǎo míng" in map(str.strip, said)


def test_a_letter_without_guides_is_said_once():
    assert texts(body("<w:r><w:t>Ana </w:t></w:r><w:r><w:t>Rivera</w:t></w:r>"))["text"].count("Ana Rivera") == 1


ALTERNATIVES = (
    "<w:r><w:t xml:space='preserve'>For A</w:t></w:r>"
    "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
    "<mc:Choice Requires='w14'><w:r><w:t>{}</w:t></w:r></mc:Choice>"
    "<mc:Choice Requires='w16'><w:r><w:t>{}</w:t></w:r></mc:Choice>"
    "<mc:Fallback><w:r><w:t>{}</w:t></w:r></mc:Fallback></mc:AlternateContent>"
    "<w:r><w:t>vera</w:t></w:r>"
)


@pytest.mark.parametrize("place", range(3))
def test_a_line_is_read_with_each_of_some_alternatives_as_programs_show_it(place: int):
    inner = ["x", "y", "z"]
    inner[place] = "na Ri"
    said = texts(body(ALTERNATIVES.format(*inner)))["text"].split("\n\n")
    assert f"For {NAME}" in said
