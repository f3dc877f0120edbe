"""The letters a cell warms up with: what they did before the door shut, no stranger's file has to do behind it."""

import re
import sys
from pathlib import Path

import carriers
import pytest

from portal.kernel.cage.frames import END, ended
from portal.reading.cage.preparing import prepare
from portal.reading.parsing import DAMAGED, parse
from portal.reading.samples import sample_letters
from portal.reading.seeing import Parsed


def test_a_letter_needs_nothing_that_those_of_the_warming_up_did_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    letter = carriers.pdf(tmp_path, '#link("https://school.test")[Site] Welcome, Ana. #lorem(80)')
    re.purge()
    for sample in sample_letters():
        assert [*ended(prepare(sample, "letter.pdf"), DAMAGED)][-1].kind == END
    loaded = set(sys.modules)
    monkeypatch.setattr("re._compiler.compile", lambda *_: pytest.fail("a pattern is compiled in every child"))
    assert isinstance(parse(letter, "letter.pdf"), Parsed)
    assert set(sys.modules) == loaded


def test_each_letter_of_the_warming_up_is_read_in_full_and_in_a_face_of_its_own():
    letters = sample_letters()
    for letter in letters:
        parsed = parse(letter, "letter.pdf")
        assert isinstance(parsed, Parsed)
        assert parsed.pictures == (), "its font says what it draws"
        said = {part.place: part.text for part in parsed.reading.parts}
        assert said["page 1"].count("welcome to the program") == 8
        assert said["page 1, notes"] == "https://school.test/"
    assert len({re.findall(rb"/BaseFont/(\S+?)/", letter)[0] for letter in letters}) == len(letters)
