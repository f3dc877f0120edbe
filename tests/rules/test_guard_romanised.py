"""Names that are brought into Latin letters, or into hangul, by another rule than the roster's."""

import pytest

from portal.guard.roster.index import Roster
from portal.guard.rules import Blocked, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each


def is_found(given: str, family: str, text: str) -> bool:
    roster = Roster.of([child("one", given, family, "1")])
    return isinstance(judge([Part("page 1", f"Dear families,\n{text} was late.\nThe office")], roster), Blocked)


@pytest.mark.parametrize(
    ("given", "family", "text"),
    [
        ("Олеся", "Криворучко", "Olesia Kryvoruchko"),
        ("Наталія", "Криворучко", "Nataliia Kryvoruchko"),
        ("Олеся", "Криворучко", "Olesya Krivoruchko"),
        ("Гнат", "Григоренко", "Hnat Hryhorenko"),
        ("Юлія", "Мельничук", "Yuliia Melnychuk"),
        ("Анастасия", "Юрьева", "Anastasiia Iureva"),
        ("Olesya", "Krivoruchko", "Olesia Kryvoruchko"),
        ("Olesya", "Kryvoruchko", "Олеся Криворучко"),
        ("Taras", "Grigorenko", "Taras Hryhorenko"),
        ("Taras", "Melnychuk", "Taras Melnichuk"),
        ("Oksana", "Melnyk", "Oksana Melnik"),
        ("Maksim", "Kuznetsov", "Maxim Kuznecov"),
        ("Nadezhda", "Smirnova", "Nadejda Smirnowa"),
        ("Artem", "Smirnov", "Artyom Smirnoff"),
        ("Taras", "Kovalenko", "Taras Kowalenko"),
        ("Iryna", "Shevchenko", "Iryna Ševčenko"),
        ("Sofiya", "Tkachenko", "Sofia Tkatchenko"),
        ("Yasmin", "Khoury", "Yasmeen Khouri"),
        ("Zakaria", "Qasim", "Zakariya Kassem"),
        ("Nasteexo", "Hirsi", "Nasteho Hirsi"),
        ("Abdullahi", "Warsame", "Cabdullahi Warsame"),
        ("Jamila", "Al-Khwarizmi", "Jamila al-Khawarizmi"),
        ("جميلة", "الخوارزمي", "Jamila al-Khawarizmi"),
        ("Jamila", "Al-Khwarizmi", "جميلة الخوارزمي"),
        ("Mariam", "Abdelrahman", "Maryam Abdul Rahman"),
        ("Mariam", "Abdelrahman", "Maryam Abd el-Rahman"),
        ("Mariam", "Abdul Rahman", "Mariam Abdelrahman"),
        ("Omar", "Abdelghani", "Omar Abdul Ghani"),
        ("Ji-hyun", "Hwangbo", "황보지현 학생"),
        ("Ji-hyun", "Hwangbo", "황보 지현"),
        ("Seo-yeon", "Namgung", "남궁서연이"),
        ("Seo-yeon", "Hwang", "황서연"),
        ("Seo-yeon", "Hwang", "황 서연"),
    ],
)
def test_a_name_is_found_by_whatever_rule_it_is_brought_into_other_letters(given: str, family: str, text: str):
    assert is_found(given, family, text)


_NOTES = "Please bring a coat and a snack. " * 5
_CARDS = [("Bjarke", "Thorsen"), ("Tove", "Dahl"), ("Maryam", "Abdul Rahman"), ("Sigrid", "Ekelund")]


def test_a_name_in_two_words_is_found_on_a_card_among_others():
    cards = [f"First name: {given}\nSchool: Oak\nNotes: {_NOTES}\nLast name: {family}\n" for given, family in _CARDS]
    assert is_found("Mariam", "Abdelrahman", "\n".join(cards))


def test_names_in_two_words_are_found_in_a_list_of_last_names_far_from_the_first():
    names = (("Abdelrahman", "Saleh"), ("Layla", "Abdelghani"), ("Mariam", "Abdelrahman"))
    roster = Roster.of([child(given, given, family, f"100000{at}") for at, (given, family) in enumerate(names)])
    firsts = "Maja\nAbd el-Rahman\nLayla\nMaryam\nLars\nTove\nMaja"
    lasts = "Holm\nSaleh\nAbdul Ghani\nAbdul Rahman\nBerg\nDahl\nHolm"
    verdict = judge([Part("page 1", f"{firsts}\n\n{_NOTES * 6}\n\n{lasts}")], roster)
    assert isinstance(verdict, Blocked)
    assert verdict.children == len(names)


@each(
    "Olesia Kravchenko", "Olha Kryvoruchko", "Taras Horenko", "Jamila al-Khatib", "Maryam Abdul Karim", "Abdul Rahman",
    "황보서준", "지현", "남궁", "황보 씨", "Kryvoruchko Street",
)  # fmt: skip
def test_other_names_by_these_rules_are_nobody(text: str):
    for given, family in (("Олеся", "Криворучко"), ("Mariam", "Abdelrahman"), ("Ji-hyun", "Hwangbo")):
        assert not is_found(given, family, text)


def test_a_korean_word_of_two_letters_is_no_name_by_its_sound_alone():
    for given, family in (("Jun", "Wu"), ("Hu", "Oh"), ("Min", "Ju")):
        assert not is_found(given, family, "오전 8시와 오후 3시에 주민 회관에서")
        assert not is_found(given, family, "오전 양치, 오전 학생 수업과 오전 학부모 회의")
    for titled in ("이준 학생은 오전에", "이준 군은", "이준 씨"):
        assert is_found("Jun", "Lee", titled)


def test_two_brief_words_in_cells_apart_are_nobody_and_side_by_side_are():
    assert not is_found("Li", "He", "пользователь\tне\tотметил,\tнужен\tли\tпакет")
    assert not is_found("Li", "He", "and\the\tsaw\tli\ttoo")
    assert is_found("Li", "He", "Li\tHe\t3")
