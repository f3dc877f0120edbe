"""Names in sentences of scripts that join what stands before a name to it, or put no blanks around it."""

import pytest

from portal.guard.roster.index import Roster
from portal.guard.rules import Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each

ROSTER = Roster.of(
    [
        child("mohammed", "محمد", "درويش", "1"),
        child("layla", "ليلى", "الحداد", "2"),
        child("walid", "وليد", "حسن", "3"),
        child("lior", "ליאור", "כהן", "4"),
        child("abdullah", "عبدالله", "درويش", "9"),
        child("nour", "نور", "الحداد", "10"),
        child("rahma", "رحمة", "عبد الله", "7"),
        child("salih", "صالح", "محمد", "8"),
        child("haoran", "浩然", "高", "5"),
        child("wei", "伟", "王", "6"),
    ]
)


def _is_named(text: str) -> bool:
    return not isinstance(judge([Part("text", text)], ROSTER), Clear)


@each(
    "تم تسليم الجائزة لمحمد درويش اليوم", "جاء ومحمد درويش معه", "بمحمد درويش", "فمحمد درويش", "كمحمد درويش",
    "ولمحمد درويش",
    "لليلى الحداد", "وليلى الحداد", "للحداد ليلى",
    "لعبد الله درويش", "وعبد الله درويش", "ولعبدالله درويش", "جاء محمد وعبد الله درويش", "شكرا ونور الحداد",
    "لوليد حسن", "וליאור כהן", "הפרס לליאור כהן", "שליאור כהן",
)  # fmt: skip
def test_a_name_is_found_behind_the_particles_of_arabic_and_hebrew(text: str):
    assert _is_named(text)


@each(
    "لمحمد سعيد", "البرنامج للمحمد", "وليد درويش", "ليوم حسن", "جاء محمد ودرويش", "شكر ليلى والحداد",
    "הגיעו ליאור וכהן",
    "السلام عليكم ورحمة الله وبركاته", "بفضل الله", "إيصال لصالح محمد علي",
)  # fmt: skip
def test_half_a_name_behind_a_particle_is_nobody(text: str):
    assert not _is_named(text)


@each(
    "请高 浩然的家长来校", "请高\u3000浩然的家长", "昨天有高\n浩然同学", "昨天有高浩\n然同学", "昨天有高浩\n  然同学",
    "請高 浩然的家長",
)  # fmt: skip
def test_a_chinese_name_is_found_with_a_blank_or_the_end_of_a_line_within(text: str):
    assert _is_named(text)


@each("提高\n浩然之气", "最高 浩然", "最高\n浩气", "有王\n伟人", "请高\t浩气", "高中 浩然", "登高\n\n看浩然")
def test_other_letters_at_the_end_of_a_line_are_nobody(text: str):
    assert not _is_named(text)


@pytest.mark.parametrize("text", ["高浩然同学", "محمد درويش"])
def test_nothing_is_lost_of_whole_names(text: str):
    assert _is_named(text)
