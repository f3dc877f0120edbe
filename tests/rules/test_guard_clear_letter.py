"""How much of the guard a letter goes through that names nobody: counted, so that it does not grow unseen."""

import sys
from types import FrameType

import pytest

from portal.guard.rules import Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import ROSTER

NOTE = """Dear families,

our library opens again after the break. Please bring back what you borrowed, and thank you for your patience

The office
"""
LETTER = """Oak Ridge Elementary School
12 Elm Street

Dear families,

The spring concert is on Thursday, May 14, at 6 p.m. in the gym. Doors open at 5:30. Please bring a snack to share, and
send white shirts with your children by Tuesday. Practice ends at 3:15 this week.

Grades 3 and 4 sing first; the band plays after the break. Parking behind the gym is limited, so please walk or share
a ride if you can. Questions? Call the office.

Thank you,
The office
"""


def asked_for(text: str) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the modules and the functions of the guard that run from `judge` to "nobody"."""
    functions = set[tuple[str, str]]()

    def note(frame: FrameType, event: str, _: object) -> None:
        module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_qualname
        is_written = frame.f_code.co_filename != "<string>"  # where what a dataclass writes for itself says it stands
        if event == "call" and module.startswith("portal.guard.") and is_written and not name.endswith(">"):
            functions.add((module, name))

    assert judge([Part("page 1", text)], ROSTER) == Clear()  # what is loaded at the first question is not counted
    sys.setprofile(note)
    try:
        assert judge([Part("page 1", text)], ROSTER) == Clear()
    finally:
        sys.setprofile(None)
    return {module for module, _ in functions}, functions


@pytest.mark.parametrize(("text", "most_modules", "most_functions"), [(NOTE, 30, 94), (LETTER, 38, 135)])
def test_a_clear_letter_goes_through_no_more_than_it_did(text: str, most_modules: int, most_functions: int) -> None:
    modules, functions = asked_for(text)
    told = f"{len(modules)} modules, {len(functions)} functions"
    assert len(modules) <= most_modules, told
    assert len(functions) <= most_functions, told
