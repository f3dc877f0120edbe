"""Letters in which a name in Arabic stands among words in Latin letters, as the portal sets them."""

import pytest
from pdf_makers import gathered

from portal.guard.roster.index import Person, Roster
from portal.guard.rules import Blocked, judge
from portal.press.typesetting.caged import CagedPress

NAMES = {
    "101001": ("مريم Idris", "Darwish"), "100101": ("Camila Diego", "Fuentes"),
    "100302": ("ليلى عمر", "Darwish"), "100247": ("ليلى يوسف", "Darwish"), "101654": ("Abd al-Rahman ليلى", "Darwish"),
    "101483": ("مريم يوسف", "Ben Youssef"), "100003": ("يوسف Yasmin", "Ben Youssef"),
}  # fmt: skip
"""By number; two have the same figures, turned round."""
ROSTER = Roster.of([Person("child", key, frozenset({key}), *name, numbers=(key,)) for key, name in NAMES.items()])
LETTER = """#set document(title: "Report card")
#set text(lang: "en")
Dear family of #sys.inputs.name,

this is about #sys.inputs.number.

#sys.inputs.name, student number #sys.inputs.number
"""


def letters(*keys: str) -> list[bytes]:
    return list(CagedPress().typeset_all(LETTER, [{"name": " ".join(NAMES[key]), "number": key} for key in keys]))


def test_a_childs_own_letter_names_no_other_child():
    for key, letter in zip(NAMES, letters(*NAMES), strict=True):
        verdict = judge(gathered(letter).parts, ROSTER, frozenset({key}), must_name=key)
        assert not isinstance(verdict, Blocked), (key, verdict)


@pytest.mark.parametrize("key", ["101001", "101483", "101654"])
def test_it_names_the_child_to_everybody_else(key: str):
    [letter] = letters(key)
    verdict = judge(gathered(letter).parts, ROSTER)
    assert isinstance(verdict, Blocked)
    assert key in verdict.people


@pytest.mark.parametrize("columns", ["1fr, 1fr, 1fr", "auto, auto, auto"])
@pytest.mark.parametrize("cells", [("ليلى", "3B", "الحداد"), ("الحداد", "bus", "ليلى"), ("Darwish", "3B", "ليلى")])
def test_a_name_is_found_whose_halves_fill_cells_with_another_between(cells: tuple[str, ...], columns: str):
    row = ", ".join(f"[{cell}]" for cell in cells)
    source = (
        f'#set document(title: "Bus")\n#table(columns: ({columns}), [Name], [Seat], [Family], {row}, [Zeke], [4], [Q])'
    )
    [page] = CagedPress().typeset_all(source, [{}])
    child = Person("child", "layla", frozenset({"layla"}), "ليلى", "Darwish" if "Darwish" in cells else "الحداد")
    assert isinstance(judge(gathered(page).parts, Roster.of([child])), Blocked)
