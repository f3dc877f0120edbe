from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.guard.roster.contacts import PhoneEnds, addresses_in, is_plain_address, known_addresses_in, known_phones_in
from portal.guard.roster.index import Known, Person, Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.guard.text.folding import fold
from portal.guard.views.passages import Passage
from portal.reading.reader import Part
from tests.rules.guarded import CHILDREN, GUARDIANS, child, each, found, is_found, judge_text, named


@pytest.mark.parametrize(
    "text",
    [
        "carmen.rivera (at) home (dot) test", "carmen.rivera at home dot test", "carmen.rivera at home.test",
        "mailto:carmen.rivera%40home.test", "CARMEN.RIVERA@HOME.TEST", "to=carmen.rivera@home.test&x",
        "carmen.rivera @ home.test", "carmen.rivera[at]home.test", "ｃａｒｍｅｎ．ｒｉｖｅｒａ＠ｈｏｍｅ．ｔｅｓｔ",
        "<carmen.rivera@home.test>", "carmen.rivera\n@home.test", "=3Dcarmen.rivera@home.test",
        "carmen.rivera+school@home.test", "carmen.rivera arroba home punto test", "carmen.rivera arroba home.test",
        "carmen.rivera@home (dot) test", "carmen.rivera_at_home_dot_test", "carmen.rivera*at*home*dot*test",
        "carmen.rivera-at-home-dot-test", "carmen.rivera_AT_home.test",
        "carmen. rivera@home.test", "carmen.rivera@home. test",
        "carmen.\nrivera@home.test", "carmen.riv\nera@home.test", "Write to carmen.rivera@home.\ntest today",
        "carmen\n.rivera@ho\nme.test", "Ann,\ncar\nmen.\nrivera@home\n.te\nst",
    ],
)  # fmt: skip
def test_an_address_is_found_however_it_is_written(text: str):
    assert "e-mail" in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "704.555.0134", "(704)5550134", "001 704 555 0134", "+1 (704) 555-0134", "704-555-0134 ext. 12",
        "704 555\n0134",
        "7 0 4 5 5 5 0 1 3 4", "٧٠٤٥٥٥٠١٣٤", "7 0 4 - 5 5 5 - 0 1 3 4", "1.704.555.0134", "704\u2011555\u20110134",
        "tel:7045550134;ext=2", "704\t555\t0134", "[704] 555-0134",
        "704·555·0134", "Call the Riveras: 555-0134", "Carmen\t5550134",
        "Call Ana's mom at 555-0134",
    ],
)  # fmt: skip
def test_a_phone_is_found_however_it_is_written(text: str):
    assert named(text) == {"carmen"}


@pytest.mark.parametrize(
    "text",
    [
        "ISBN 978-0-100231-12-3", "ISBN 100231", "$100231.50", "100231 USD", "€ 100231", "1100231",
        "100231 $, 12",
        "100231.5",
        "P.O. Box 100231", "2026-100231-7", "100231-7", "3.100231", "704 555 0199", "Room 417", "fax 1 704 555 01340",
        "704 555\n\n0134", "Call 555-0134", "Rivera: 704-555-01345", "Rivera $5550134", "Petra 555-0134",
        "office@school.test, 704-555-0100",
    ],
)  # fmt: skip
def test_other_numbers_are_clear(text: str):
    assert found(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "100231/100999",
        "100231-100399",
        "#100231",
        "ID:100231",
        "100231, 3",
        "letters/2026/100231/welcome",
        "call 704 555 0100.\n100231",
        "Student No.100231",
        "The lunch account 100231 is overdrawn",
        "Account #100231 is overdue",
        "Account no. 100231",
        "Acct 100231",
        "Cuenta #100231",
        "Student ID\tLunch balance\n\n100231\t$12.50",
        "100231 $12.50",
        "100231 $-4.00",
        "95 €\t100231",
    ],
)
def test_a_student_number_stands_in_lists_and_after_labels(text: str):
    assert "ana" in named(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ana 2014-08-25", "Ana\t3\t08/25/2014", "Rivera, born 25.8.14", "Ana was born on 25 August 2014",
        "Ana, Aug 25, 2014", "Ana nació el 25 de agosto de 2014", "Ana 25-Aug-2014", "Ana 20140825",
        "Ana\t2014-08-25T00:00:00", "Ana\t2014-08-25 00:00:00", "August 25th, 2014: Ana", "Ana, née le 25 août 2014",
        "Ana, geboren am 25. August 2014", "ana 8/25/14", "Ana：2014年8月25日", "2014/08/25\tRivera",
        "Ana, 25 thang 8 nam 2014", "Ana\t41876\tno",
        "Ana 08252014", "Ana 25082014", "Ana08252014 Rivera", "Ana, 25-Aug-14", "Ana, AUG 25 '14",
        "Ana was born on August the 25th, 2014",
    ],
)  # fmt: skip
def test_a_birth_date_counts_beside_a_name_of_that_child(text: str):
    assert found(text) == {"birth-date"}
    assert "ana" in named(text)


@pytest.mark.parametrize(
    "text",
    [
        "Grace (born 3/4/2015) has a peanut allergy",
        "G. Park, born 4 March 2015, has asthma",
        "Grace, DOB: 3/4/2015",
        "Grace was born on March 4, 2015",
        "Grace’s birthday is on 4 March 2015",
        "Name: Grace\nDOB: 2015-03-04",
        "Park, date of birth 03/04/2015",
        "Grace wurde am 4.3.2015 geboren: geb. 4.3.2015",
        "Grace, née le 4 mars 2015",
        "Grace (4 March 2015) is away",
    ],
)
def test_an_ordinary_word_is_the_name_of_whom_it_says_was_born_then(text: str):
    assert "birth-date" in found(text)
    assert "grace park" in named(text)


@pytest.mark.parametrize(
    ("given_name", "family_name", "text"),
    [
        ("雨涵", "陈", "今天缺席：雨涵，2013-07-02"),
        ("雨涵", "陈", "雨涵生于2013年7月2日"),
        ("雨涵", "陳", "Absent: 陈, born 2 Jul 2013"),
        ("하은", "김", "하은은 2013년 7월 2일에 태어났다"),
        ("Do-yun", "Kim", "Do-yun (02.07.2013) is away"),
        ("Lily Rose", "Brown", "Lily-Rose, 07/02/2013"),
    ],
)
def test_a_birth_date_counts_beside_a_name_without_blanks_and_a_double_one_of_words(
    given_name: str, family_name: str, text: str
):
    roster = Roster.of([child("one", given_name, family_name, "100341", date(2013, 7, 2))])
    verdict = judge_text(text, roster)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"one"}
    assert isinstance(judge_text(text.replace("2", "3", 1), roster), Clear)  # another day, month or year


@each(
    "Will grace be born on 3/4/2015?",
    "Grace children born on or after 3/4/2015",
    "At Grace, kids born of 3/4/2015",
    "Grace, born 3/5/2015",
    "May children born on 3/4/2015 come?",
    "Park rules of 3/4/2015",
    "GRACE\n\nborn 3/4/2015",
    "The park where he was born on 3/4/2015",
    "Born 3/4/2015: Grace",
    "By the grace (3/4/2015) of the office",
    "Grace children (3/4/2015)",
)
def test_an_ordinary_word_near_a_birth_is_no_name(text: str):
    assert found(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "2014-08-25", "Emily 2014-08-25", "Ana 2014-08-26", "Ana sings.\n\nSince 25 August 2014",
        "25 August 2014 at the park",
        "Grace, 4 March 2015", "Ana\tOak\n\nLee\t2014-08-25", "Version 2014.8.25 of Banana",
        "Ana collected 41876 leaves", "Lee\t41876", "Ana\t41877",
        "Ana 08262014", "Ana 25092014", "Emily 08252014",
        "Ana 25 Aug 15", "August 25, 14 people came",
    ],
)  # fmt: skip
def test_a_date_alone_or_of_somebody_else_is_clear(text: str):
    assert found(text) == set()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Petra Kowa1czyk", "petra"), ("Petra Kowalcyk", "petra"), ("Pelra Kowalczvk", "petra"), ("Ana Rlvera", "ana"),
        ("Ana Rivcra", "ana"), ("Emi1y Johnson", "emily"), ("Emily Johnsom", "emily"),
        ("Grace Thornpson", "grace thompson"),
        ("1OO231", "ana"), ("7O4-555-O134", "carmen"), ("7045S50l34", "carmen"), ("Garcia Marquez, Llnda", "linda"),

        ("AnaRivera", "ana"), ("Jurgen Mul1er", "jurgen"), ("Guadaiupe Ocampo", "guadalupe"),
        ("Chlo D'Aubign", "chloe"),
        ("M ohammed Al-Khatib", "mohammed"), ("S0ren Jorgensen", "soren"),
        ("Linda Garcla", "linda"),
        ("Lupita Zaragafia", "lupita"), ("Lupita Zaragaiia", "lupita"), ("Linda Garcfa Mdrquez", "linda"),
        ("Jiirgen Mtiller", "jurgen"), ("Jurgen Miller", "jurgen"), ("Sgren Jérgensen", "soren"),
        ("Pierre Lefévre", "pierre"), ("Petra Kowaficzyk", "petra"), ("Borde Bokic", "dorde"),
        ("Petra fowalczyk", "petra"), ("Guadalupe 3campo", "guadalupe"),
    ],
)  # fmt: skip
def test_letters_misread_in_a_picture_do_not_hide_a_person(text: str, who: str):
    assert who in named(f"Welcome to our school. {text} is in grade 3.", by_ocr=True)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Đức Hoàng", "Dirc Hoang"),
        ("Đức Hoàng", "Ditc Hoang"),
        ("Hữu Đặng", "Dang Hiru"),
        ("Hữu Phạm", "Pham Hitu"),
        ("Vũ Bùi", "Bui Vii"),
        ("Vũ Bùi", "Bui Vg"),
        ("Jiří Novák", "Novak, Jifi"),
        ("Özgür Çelik", "Ozgiir Celik"),
        ("Özgür Çelik", "Ozgtir Celik"),
        ("Çağla Kılıç", "gagla Kilig"),
        ("Şükrü Şahin", "siikrii Sahin"),
        ("Íñigo Núñez", "Inigo Nuifiez"),
        ("Þórður Jónsson", "pordur Jonsson"),
        ("Þórður Sigurðsson", "bordur Sigurdsson"),
        ("Þórður Sigurðsson", "Póróur Sigurósson"),
        ("Jiří Dvořák", "Jiti Dvorak"),
    ],
)
def test_a_letter_with_a_mark_that_is_read_as_two_or_as_another_does_not_hide_a_child(name: str, read: str):
    assert is_found(name, read)
    assert not is_found(name, read[::-1])


def test_near_names_are_others_where_letters_are_sure():
    assert named("Emily Johnsom, Petra Kowalcyk, 1QQ231") == set()


def test_common_names_are_not_taken_for_near_ones_in_a_picture():
    text = "Emma Johnson, Alicia Parker, Green Thompson, Owen Parker, Emilia Jackson. Grade 3, room 12."
    assert named(text, by_ocr=True) == set()


@each("Lupita Zaragossa", "Jordan Miller", "Martin Miller", "Fiona Rifera", "Borge Cokie")
def test_what_letters_with_marks_are_taken_for_makes_no_other_word_a_name(text: str):
    assert named(text, by_ocr=True) == set()


@pytest.mark.parametrize("text", ["Student ID: R100231", "Pupil no. 100231-5B", "ID RB-100231 absent today"])
def test_letters_of_a_school_around_a_number_do_not_hide_it_behind_a_label(text: str):
    assert named(text) == {"ana"}


@pytest.mark.parametrize("text", ["ID100231grade5", "student100231final.pdf", "sid100231_v2", "No100231", "Nr100231"])
def test_a_label_and_letters_glued_to_a_number_do_not_hide_it(text: str):
    assert named(text) == {"ana"}


@pytest.mark.parametrize("text", ["R100231grade5", "casino100231", "AB100231C", "ID1002315grade5", "Bs100231"])
def test_letters_that_are_no_label_do(text: str):
    assert found(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 100231 for Ana",
        "Order 100231: Ana R., grade 3",
        "$100231 Ana",
        "Invoice 100231\tRivera\tunpaid",
        "Ana 100231-7",
    ],
)
def test_a_number_that_may_be_a_sum_or_an_invoice_is_the_childs_who_is_named_beside_it(text: str):
    assert named(text) == {"ana"}
    assert found(text.replace("Ana", "Petra").replace("Rivera", "Kowalczyk")) <= {"child-name"}


def test_a_short_list_of_numbers_and_given_names_is_no_list_of_towns():
    children = [child(name, name, "Whitcombe", number) for name, number in (("Oliver", "20489"), ("Emma", "20490"))]
    verdict = judge([Part("page 1", "20489 Oliver, grade 3\n20490 Emma, grade 4")], Roster.of(children))
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"Oliver", "Emma"}
    assert judge([Part("page 1", "20489 Charlotte\n20490 Durham")], Roster.of(children)) == Clear()


def test_a_code_that_happens_to_hold_a_number_is_clear():
    codes = [f"R{number}" for number in (100231, 100299, 100300, *range(300_000, 300_004))]
    assert found("Order R100231 and 100299-5B today") == set()
    assert found("\n".join(codes)) == set()


@given(st.from_regex(r"[a-z3][a-z0-9_.+=&@-]{0,12}@([a-z0-9-]{1,5}\.){0,4}[a-z0-9]{1,4}", fullmatch=True))
def test_an_address_that_is_plain_is_known_as_it_is(address: str):
    if is_plain_address(address):
        assert max(addresses_in(fold(address)), key=len) == address


@pytest.mark.parametrize("ours", ["the program office, 555 0134", "(980) 555-0134"])
def test_a_family_whose_phone_ends_as_the_offices_own_does_is_not_named_by_it(ours: str):
    """The office's number stands at the head of each letter; a letter for another Rivera was stopped by it."""
    letter = "Riverbend Schools, 555 0134. Dear family of Mateo Rivera: we begin on Monday."
    assert isinstance(judge_text(letter, Roster.of((*CHILDREN, *GUARDIANS))), Blocked), "by the guardian's last digits"
    assert isinstance(judge_text(letter, Roster.of((*CHILDREN, *GUARDIANS), Known(phones=(ours,)))), Clear)


def test_a_familys_whole_phone_is_not_hidden_behind_the_offices_last_digits():
    """What the office's own seven digits excuse is themselves alone: whoever calls the family needs ten."""
    office = Roster.of((*CHILDREN, *GUARDIANS), Known(phones=("the program office, 555 0134",)))
    for text in ("Ask 704-555-0134.", "The office is 555 0134. Or +1 (704) 555-0134.", "555 0134, 704 555 0134"):
        assert isinstance(judge_text(text, office), Blocked), text


@pytest.mark.parametrize("text", ["lee@home.test", "lee+ana@home.test", "lee+leo@home.test", "LEE+x@home.test"])
def test_a_tag_in_an_address_is_another_way_to_the_same_box(text: str):
    index = Roster.of([Person("guardian", "lee", frozenset({"ana"}), "Kim", "Lee", ("lee+ana@home.test",))])
    assert isinstance(judge([Part("page 1", f"Write to {text}.")], index), Blocked)
    assert judge([Part("page 1", "Write to +ana@home.test or leeana@home.test.")], index) == Clear()


FOOT = "whoever has a question asks the office of the program where everybody is glad of a call or of a visit"
PHONES = dict.fromkeys(("7045550100", "7045550134"))
WRITTEN = st.sampled_from(("704-555-0100", "704-555-0134", "555-0134", "1 704 555 0134", "5550134", "99"))
NUMBERS = st.lists(WRITTEN, min_size=1, max_size=9).flatmap(
    lambda some: st.sampled_from((" ", "-", "    ", "/", " x ")).map(lambda mark: mark.join(some))
)


@given(st.lists(NUMBERS, min_size=1, max_size=3), st.lists(st.integers(0, 2), min_size=1, max_size=9))
def test_the_numbers_at_the_foot_of_every_page_are_those_of_each_page(numbers: list[str], order: list[int]):
    ends = PhoneEnds(PHONES)

    def phones(text: str) -> set[str]:
        passage = Passage(text)
        return known_phones_in(passage, PHONES, ends, ends.places_in(*passage.digits))

    pages = [f"{FOOT} {numbers[at % len(numbers)]} {FOOT}" for at in order]
    assert phones("\n".join(pages)) == set[str]().union(*map(phones, pages))


@given(NUMBERS, st.sampled_from([(), ("5550100",), ("5550134", "5550100")]))
def test_seven_digits_alone_are_no_longer_number_and_hide_none(numbers: str, short: tuple[str, ...]):
    passage, known = Passage(f"{FOOT} {numbers} {FOOT}"), PHONES | dict.fromkeys(short)
    ends = PhoneEnds(known)
    near = ends.places_in(*passage.digits)
    longer = ends.of_longer(near, passage.digits[0])
    assert known_phones_in(passage, known, ends, longer) == known_phones_in(passage, known, ends, near)
    alone = PhoneEnds(PHONES).of_longer(near, passage.digits[0]).tolist()
    assert alone == [at for at in near.tolist() if any(map(str.isdigit, passage.folded[at - 6 : at]))]


def test_an_address_behind_many_of_the_office_is_found():
    known = dict.fromkeys(("office@home.test", "ana@home.test"))
    office, ana = f"{FOOT} {FOOT} office@home.test {FOOT} {FOOT}\n", f"{FOOT} {FOOT} ana@home.test {FOOT} {FOOT}\n"
    for text in (office * 9 + ana, ana + office * 9, office * 4 + ana + office * 4):
        found_there = known_addresses_in(Passage(text), known, {"home"}, {"office", "ana"})
        assert found_there == known.keys()


@pytest.mark.parametrize("between", ["", " ", "    nummer.....", "    nummer.....s ", "    number=====ab-"])
def test_a_number_is_found_as_far_behind_its_label_as_one_may_stand(between: str):
    assert named(f"the student{between or ':'}100 231 is here") == {"ana"}
    assert named(f"the river{between or ':'}100 231 is here") == set()


@pytest.mark.parametrize("code", range(0x80, 0x100))
def test_figures_and_capitals_are_told_beside_any_letter_of_latin_1(code: int):
    text = "Ana Rivera. A 25-08-2014, 704-555-0134 E\n" * 9
    plain, passage = Passage(text), Passage(text + chr(code))  # which may become a figure itself
    for kept, told in (
        (plain.digits[0].tolist(), passage.digits[0].tolist()),
        (plain.capitals_alone, passage.capitals_alone),
    ):
        assert kept == [at for at in told if at < len(text) - 1]
    assert (passage.dates, passage.spelled) == (plain.dates, plain.spelled)
