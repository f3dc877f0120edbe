"""The marks of Vietnamese letters tell words from names; and never hide a name, however carelessly it is written."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.guard.roster.index import Person, Roster
from portal.guard.rules import Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import people_in

_LETTER = """Kính gửi quý phụ huynh và gia đình,

Nhà trường xin thông báo: văn phòng mở cửa lúc 8 giờ sáng mai. Học phí và lệ phí được trả tại trường; hồ sơ đăng ký
gồm báo cáo sức khỏe và đơn tình nguyện. Ban quản lý tăng cường an ninh, đào tạo nhân viên phục vụ và chuyên gia tâm lý.
Tài nguyên học tập, nguyên tắc ứng xử và phạm vi chương trình nằm trong sổ tay. Học sinh vi phạm nội quy được nhắc nhở.
Trường trung học nghỉ lễ vào thứ Hai. Vì lý do an toàn, xin đỗ xe đúng chỗ. Xin lưu ý văn minh nơi công cộng.

KÍNH GỬI QUÝ PHỤ HUYNH
Quý Phụ Huynh, Quý Gia Đình, Nhà Trường, Ban Quản Lý, Báo Cáo Của Hiệu Trưởng
"""
_NAMES = [
    ("Phú", "Huỳnh"), ("Gia Bảo", "Đinh"), ("Nhã", "Trương"), ("Phong", "Văn"), ("Sang", "Mai"), ("Phi", "Lê"),
    ("Hiếu", "Trương"), ("Kỳ", "Đặng"), ("Bảo", "Cao"), ("Quân", "Lý"), ("Cường", "Tăng"), ("Phúc", "Vũ"),
    ("Tâm", "Lý"), ("Tài", "Nguyễn"), ("Vi", "Phạm"), ("Tạo", "Đào"), ("Trung", "Trương"), ("Nghi", "Lê"),
    ("Minh", "Văn"), ("An", "Ninh"), ("Tài", "Trương"), ("Ý", "Lưu"), ("Do", "Lý"),
]  # fmt: skip


def _plain(name: str) -> str:
    marked = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


def _careless(name: str) -> str:
    """Write a name as half of the speakers of Vietnamese do, and with some marks left out."""
    return name.replace("ễ", "ể").replace("ã", "ả").replace("ươ", "uơ").replace("ỳ", "y")


def _roster(names: list[tuple[str, str]]) -> Roster:
    return Roster.of(
        Person("child", str(at), frozenset({str(at)}), given, family) for at, (given, family) in enumerate(names)
    )


@pytest.mark.parametrize("spell", [str, _plain])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_letter_in_vietnamese_names_nobody_by_its_words(spell: type[str], form: str) -> None:
    roster = _roster([(spell(given), spell(family)) for given, family in _NAMES])
    assert isinstance(judge([Part("page 1", unicodedata.normalize(form, _LETTER))], roster), Clear)


@pytest.mark.parametrize("spell", [str, _plain])
@settings(max_examples=60)
@given(
    st.sampled_from(_NAMES),
    st.sampled_from(["{0} {1}", "{1} {0}", "{1}, {0}", "Kính gửi {0} {1},", "{1} Thị {0}", "Họ: {1}\nTên: {0}"]),
    st.sampled_from([str, _plain, str.upper, _careless]),
)
def test_a_name_in_such_a_letter_is_found_with_its_marks_and_without(
    spell: type[str], name: tuple[str, str], around: str, change: Callable[[str], str]
) -> None:
    roster = _roster([(spell(name[0]), spell(name[1]))])
    text = f"{_LETTER}\n\nXin cảm ơn {around.format(*map(change, name))} đã giúp đỡ.\n"
    assert people_in(text, roster) == {"0"}


def test_marks_read_off_a_picture_hide_nobody() -> None:
    roster = _roster([("Nhã", "Trương")])
    assert people_in("Kính gửi Nhà Trường, xin đến lúc 8 giờ.", roster, by_ocr=True) == {"0"}
    assert people_in("Kính gửi Nhà Trường, xin đến lúc 8 giờ.", roster) == frozenset()


@pytest.mark.parametrize("text", ["Tối gia đình: thứ Năm", "Quý gia dinh, xin chao", "Báo váng mát trước 9 giờ"])
def test_small_letters_read_off_a_picture_of_vietnamese_are_words(text: str) -> None:
    roster = _roster([("Gia Hân", "Đinh"), ("Bảo Ngọc", "Mai")])
    assert people_in(f"{text}.\nKính gửi Nhà Trường, đến lúc 8 giờ.", roster, by_ocr=True) == frozenset()
    assert people_in("Kính gửi Gia Dinh, đến lúc 8 giờ.\nBao Ngọc Mai cũng đến.", roster, by_ocr=True) == {"0", "1"}


def test_small_letters_beside_vietnamese_are_anybody_elses_name() -> None:
    roster = _roster([("Ana", "Rivera"), ("Gia Hân", "Đinh")])
    assert people_in("Kính gửi Nhà Trường.\nana rivera, gia đình", roster, by_ocr=True) == {"0"}


def test_marks_tell_nothing_of_names_that_are_not_vietnamese() -> None:
    roster = _roster([("Adrián", "Peña"), ("Renée", "Côté")])
    assert people_in("Cảm ơn Adrian Pêna và Rénee Coté đã đến.", roster) == {"0", "1"}


def test_one_careless_spelling_beside_the_word_is_enough() -> None:
    roster = _roster([("Gia Bảo", "Đinh")])
    assert people_in("Quý gia đình, xin chào. Gia Dinh được mời.", roster) == {"0"}
    assert people_in("Quý gia đình, xin chào. Gia Đinh được mời.", roster) == {"0"}


@pytest.mark.parametrize(
    "text",
    [
        "quý phụ huynh xin báo cho trọng quan biết",  # nobody set a capital here
        "Họ\tTên\ncao\tbảo\nđinh\tgia bảo",
        "Xin cảm ơn Trọng Quan đã giúp đỡ.",
        "XIN CẢM ƠN QUAN TRỌNG ĐÃ GIÚP ĐỠ.",
        "Điều này quan trọng: gọi 704-555-0188 để hỏi.",
    ],
)
def test_small_letters_hide_a_name_only_in_a_sentence_with_capitals_and_no_other_sign(text: str) -> None:
    roster = Roster.of(
        [
            Person("child", "trong", frozenset({"trong"}), "Trọng", "Quan"),
            Person("child", "gia bao", frozenset({"gia bao"}), "Gia Bảo", "Đinh"),
            Person("guardian", "g", frozenset({"trong"}), "Trọng", "Quan", phones=("704-555-0188",)),
        ]
    )
    assert people_in(text, roster)
    assert not people_in("Điều này quan trọng: Quý gia đình, xin đến lúc 8 giờ.", roster)


def test_words_of_such_a_letter_are_no_name_from_elsewhere_and_hide_none() -> None:
    roster = _roster([("Dong", "He"), ("María", "Rivera"), ("Minh", "Khuat")])
    assert people_in(f"{_LETTER}\nPhần này được đóng hệ thống.", roster) == frozenset()
    found = {"dong he": "0", "Dong He": "0", "maría rivera": "1", "Minh Khuất": "2", "Khuất Minh": "2"}
    for written, who in found.items():
        assert people_in(f"{_LETTER}\nXin cảm ơn {written}, và chào.", roster) == {who}


@pytest.mark.parametrize(
    "hidden",
    [
        "Gi\u00ada Đinh",
        "Gia Đi\u200bnh",
        "G\u2060ia Đinh",
        "G'ia Đinh",
        "Gia\u00a0Đinh",
        "Gіa Đinh",
        "Gia-Đinh",
        "Gia Đi\u00adnh",
    ],
)
def test_words_of_a_letter_hide_no_name_that_is_cut_by_what_nobody_sees(hidden: str) -> None:
    roster = _roster([("Gia", "Đinh")])
    assert people_in(f"{_LETTER * 3}\nQuý gia đình, xin cảm ơn {hidden} đã giúp đỡ.\n{_LETTER}", roster) == {"0"}


@pytest.mark.parametrize(("given_name", "family_name"), [("Björn", "van der Berg"), ("Mateo", "de la Cruz Pérez")])
@pytest.mark.parametrize("around", ["gia đình em {1} {0},", "Cảm ơn em {0} {1} đã vẽ", "Hôm nay vắng: {1}, {0}."])
def test_small_particles_of_a_name_from_elsewhere_are_no_vietnamese_words(
    given_name: str, family_name: str, around: str
) -> None:
    roster = _roster([(given_name, family_name)])
    assert people_in(f"{_LETTER}\n{around.format(given_name, family_name)}", roster) == {"0"}


def test_a_name_in_small_letters_is_found_in_a_sentence_that_is_not_vietnamese() -> None:
    roster = _roster([("Quốc Bảo", "Đỗ"), ("Văn Dũng", "Phạm")])
    assert people_in("We met with quốc bảo đỗ about the form. Our spring concert is on May 6.", roster) == {"0"}
    assert people_in("Wir danken văn dũng phạm für das Plakat.", roster) == {"1"}
