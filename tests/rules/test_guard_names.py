from dataclasses import replace

import pytest

from portal.guard.roster.index import Known, Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import ROSTER, child, each, found, named


@each(
    "A n a  R i v e r a", "A n a R i v e r a", "A-n-a R-i-v-e-r-a", "A.n.a R.i.v.e.r.a", "A\nn\na\nR\ni\nv\ne\nr\na",
    "D e a r A n a R i v e r a , w e l c o m e", "AnaRivera", "rivera_ana.pdf", "anarivera", "RiveraAna",
    "letter-AnaRivera2026.pdf", "Ana Ri vera", "An a Ri ve ra", "Ana Rive\nra", "Ana Ri-\nvera came",
    "LetterForAnaRivera_v2.pdf", "AnaRiveraLetter", "ARivera_Ana.pdf", 'id="formOfAnaRivera"',
    "Ana Ri\u00ad\nvera came", "Ana Ri\ufffe\nvera came", "Ana Ri-  \r\n  vera came",
)  # fmt: skip
def test_a_name_is_found_in_pieces_or_in_one_piece(text: str):
    assert "ana" in named(text)


@each(
    "Ana M. Rivera", "Ana María Rivera", "Ana María\nRivera", "Rivera, Ana M.", "Ana Rivera Jr.", "Ana Rivera III",
    "Rivera Jr., Ana", "Rivera, Miss Ana", "ANA MARIA RIVERA", "Rivera (Ana)", "First name: Ana, last name: Rivera",
)  # fmt: skip
def test_a_name_is_found_with_middle_names_initials_titles_and_suffixes(text: str):
    assert "ana" in named(text)


@each("Ana Rivera", "Ana Sofia Rivera", "Ana S. Rivera", "Rivera, Ana Sofia", "Ana Sofía de Rivera")
def test_a_middle_name_of_the_roster_may_be_missing(text: str):
    assert "ana sofia" in named(text)


@each(
    "Oliver Alexander Montgomery Whitcombe", "Oliver Whitcombes Mutter", "The Whitcombes (Oliver, grade 3) are late",
    "Екатерина Васильева", "Ekaterina Vasilieva", "Saoirse McGilloway", "Saoirse Mac Gilloway",
)  # fmt: skip
def test_a_rare_name_is_found_in_every_form(text: str):
    assert len(named(text)) == 1


@each("The Whitcombes (Oliver, grade 3) are late.", "Oliver Whitcombes Mutter")
def test_a_family_in_the_plural_is_found_in_more_than_a_megabyte(text: str):
    assert named(f"{'The fair takes place on Saturday. ' * 32_000}\n{text}") == {"oliver"}


@each(
    "12 Oliver Whitcombe Way", "Oliver Whitcombe Jr. Boulevard", "at Oliver Whitcombe Middle School", "rue Ana Rivera",
    "the Ana Rivera Elementary", "the Oliver Whitcombe Library", "Calle Ana Rivera",
)  # fmt: skip
def test_a_street_or_school_that_bears_a_name_is_nobody_unless_the_family_is_named_otherwise(text: str):
    assert named(text) == set()
    assert named(f"{text}, 100331, 100231")


@each(
    "Oliver Whitcombe Row 3, Seat 4",
    "Oliver Whitcombe Library 2:30",
    "Oliver Whitcombe Elementary 3",
    "Oliver Whitcombe Circle 2",
    "12 Oliver Whitcombe Grade 3",
    "Paid via Oliver Whitcombe",
    "Place Oliver Whitcombe in place of Oliver Whitcombe",
)
def test_a_seat_a_class_or_a_time_behind_a_name_is_no_street(text: str):
    assert named(text) == {"oliver"}


@each("Alice's Web E. B. Harper", "Alice’s Web (E.B. Harper)", "Alice's Adventures Harper")
def test_whose_thing_it_is_has_not_the_family_name_of_who_made_it(text: str):
    assert named(text) == set()
    assert named(text.replace("'s", "").replace("’s", "")) == named("Alice  Web  Harper") == {"alice"}


def test_three_names_that_each_begin_a_line_are_no_streets():
    names = ("Oliver Whitcombe", "Thaddeus Quimby", "Petra Kowalczyk")
    for behind in ("Elementary School", "Drive home"):
        lines = [f"{name} {behind}" for name in names]
        assert named("\n".join(lines)) == {"oliver", "thaddeus", "petra"}
        assert named("\n".join(lines[:2])) == set()


@each("12 Oliver Whitcombe Way 28202", "Oliver-Whitcombe-Weg 12", "Via Oliver Whitcombe", "Place Ana Rivera")
def test_the_number_of_a_house_is_no_seat(text: str):
    assert named(text) == set()


@each("Oliver Whitcombe, Way Road", "Oliver Whitcombe\tWay", "Oliver Whitcombe (School)", "Oliver Whitcombe\nRoad work")
def test_a_street_begins_right_behind_the_name(text: str):
    assert named(text) == {"oliver"}


@each("Ana Beatriz Rivera", "Ana B. Rivera")
def test_another_middle_name_is_another_child(text: str):
    assert "ana sofia" not in named(text)
    assert "ana" in named(text)


@each("Itzel Ocampo", "Guadalupe Ocampo", "Guadalupe I. Ocampo", "Ocampo, Itzel")
def test_a_rare_second_given_name_is_enough(text: str):
    assert named(text) == {"guadalupe"}


@each("Petri Kowalczyk", "Kowalczyk, Pettie", "Petrra Kowalczyk", "Petr\tKowalczyk")
def test_a_form_of_a_given_name_is_enough_beside_a_rare_family_name(text: str):
    assert named(text) == {"petra"}


@each(
    "Pets Kowalczyk",
    "Paula Kowalczyk",
    "petri Kowalczyk",
    "Petri Kowalczyk Street",
    "Emili Johnson",
    "Emily Davis-Johnson",
)
def test_another_given_name_or_a_frequent_family_name_is_nobody(text: str):
    assert named(text) == set()


def test_a_common_second_given_name_is_not():
    assert named("Jane Whitlock") == set()
    assert named("Sofia Rivera") == set()


@each(
    "Linda García", "Linda Márquez", "García, Linda", "Linda Garcia-Marquez", "LINDA GARCIAMARQUEZ", "Linda\tGarcía",
)  # fmt: skip
def test_half_of_a_double_family_name_is_enough(text: str):
    assert named(text) == {"linda"}


@each("Maria de la Cruz", "Maria Cruz", "María José Cruz", "Maria Jose Delacruz", "Maria Dela Cruz", "Cruz, María José")
def test_particles_may_be_missing_or_joined(text: str):
    assert named(text) == {"maria"}


@each("陈美的铃声", "美玲", "他找明天的书", "赵明白了", "沉没", "林")
def test_characters_that_only_sound_like_a_part_of_a_name_are_nobody(text: str):
    assert named(text) == set()


@each("Kate St John", "Kate St. John", "Kate Saint John", "St. John, Kate", "Kate StJohn")
def test_a_saint_belongs_to_the_name(text: str):
    assert named(text) == {"kate"}
    assert named("Kate and John") == named("John, Kate") == set()


@each("Billy Crane", "Billy Ashby", "Billy Ashby Crane", "Ashby-Crane, Billy", "Billy Ashby‑Crane")
def test_a_hyphen_parts_or_joins(text: str):
    assert named(text) == {"billy"}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Xiao Ming Zhang", "xiaoming"), ("Zhang Xiao-Ming", "xiaoming"), ("Zhang Xiaoming", "xiaoming"),
        ("Xiaoyu Wang", "xiao yu"), ("Wang, Xiao-Yu", "xiao yu"), ("Muhammad Alkhatib", "mohammed"),
        ("Mohamed Khatib", "mohammed"), ("Mohammad El-Khatib", "mohammed"), ("Ahmad Hasan", "ahmed"),
        ("Juergen Mueller", "jurgen"), ("Jurgen Muller", "jurgen"), ("JÜRGEN MÜLLER", "jurgen"),
        ("Soeren Joergensen", "soren"), ("Soren Jorgensen", "soren"), ("Djordje Djokic", "dorde"),
        ("Dorde Dokic", "dorde"), ("Nora O Neill", "nora"), ("Nora ONeill", "nora"), ("Chloe d'Aubigne", "chloe"),
        ("Chloe D Aubigne", "chloe"), ("Anna Ivanova", "anna"), ("АННА ИВАНОВА", "anna"), ("Иванова Анна", "anna"),
        ("李小明", "li"), ("小明 李", "li"), ("我们欢迎李小明同学", "li"), ("姓名：王伟", "wei"), ("王伟同学", "wei"),
        ("请陈美玲带表格", "meiling"), ("請陳美玲帶表格", "meiling"), ("姓名：赵明", "ming"),
        ("Lin Yating", "yating"), ("Ya-Ting Lin", "yating"), ("Yating Lin", "yating"),
        ("ليلى الحداد", "layla"), ("الحدّاد، لَيْلى", "layla"), ("恭喜Oliver Whitcombe同学", "oliver"),
        ("ขอแสดงความยินดีกับOliver Whitcombeด้วย", "oliver"), ("学号100331", "oliver"),
        ("Layla Al-Haddad", "layla"), ("Leila Haddad", "layla"), ("محمد الخطيب", "mohammed"),
        ("محمد أحمد خطيب", "mohammed"), ("أحمد حسن", "ahmed"), ("박수진", "soo-jin"), ("박수진 어머니께", "soo-jin"),
        ("欢迎欧阳佳欣同学", "jiaxin"), ("歐陽佳欣", "jiaxin"),
        ("やまだ はるか", "haruka"), ("ヤマダハルカ", "haruka"), ("ヤマダ　ハルカさん", "haruka"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_another_spelling_or_script(text: str, who: str):
    assert named(text) == {who}


@each(
    "محمد يقرأ. الخطيب مغلق",
    "محمد والخطيب",
    "Layla, Ahmad Haddad",
    "박수",
    "박수진다리",
    "はるか やまもと",
    "やまだ はるみ",
    "가을 축제는 토요일입니다. 박수를 보냅니다.",
)
def test_half_of_a_name_in_another_script_is_nobody(text: str):
    assert named(text) == set()


@each(
    "Аnа Rіvеrа",
    "Αna Rivera",
    "АNА RIVЕRА",
    "ᴀɴᴀ ʀɪᴠᴇʀᴀ",
    "ＡＮＡ　ＲＩＶＥＲＡ",
    "𝐀𝐧𝐚 𝐑𝐢𝐯𝐞𝐫𝐚",
    "Anа R\u200bi\u2060vera",
)
def test_letters_that_look_alike_do_not_hide_a_name(text: str):
    assert "ana" in named(text)


@each(
    "Ana%20Rivera",
    "Ana\\u0020Riv\\u00e9ra",
    "Ana\\\\u0020Riv\\\\\\\\u00e9ra",
    "&Aacute;na&nbsp;Riv&eacute;ra",
    "http://x.test/ana-rivera.pdf",
)
def test_escapes_do_not_hide_a_name(text: str):
    assert "ana" in named(text)


@each(
    "Dear all,\\nAna Rivera,\\nhello",
    '{"row": "3\\tAna\\tRivera\\n4\\tZed"}',
    "Ana\\t3\\tRivera",
    "for \\\\nAna Rivera",
    "b'\\xc3\\x81na Riv\\xc3\\xa9ra'",
    "u'\\xc1na Riv\\xe9ra'",
    "b'Ana Rivera'",
    "(N'Ana', N'Rivera')",
    "(1,E'Rivera',E'Ana',3)",
    "c:\\files\\nana\\ana\\rivera",
    "&amp;Aacute;na Riv&amp;amp;eacute;ra",
    "Ana O&amp;#39;Rivera Rivera",
)
def test_escapes_of_programs_do_not_hide_a_name(text: str):
    assert "ana" in named(text)


@each(
    "the Ch-\nloé\tD'Au-\nbigné the",
    "la lettre d'Chloé D'Aubigné",
    "Dear all,\\nChloé D'Aubigné,\\nhello",
)
def test_a_letter_and_apostrophe_that_begin_a_name_are_kept_beside_others(text: str):
    assert named(text) == {"chloe"}


@each("c:\\tania\\rivera\\nana", "I'll see Ana, o'clock Rivera's", "Ana\\n\\nRivera is a river", "Ana.\\nRivera sings")
def test_escapes_of_programs_name_nobody(text: str):
    assert named(text) == set()


@each("la carta de Ana Rivera", "l'élève d’Ana Rivera", "il libro dell'Ana Rivera")
def test_an_article_before_an_apostrophe_does_not_hide_a_name(text: str):
    assert "ana" in named(text)


@each(
    "Rivera\tOak\tAna", "Rivera\t\tAna", "3\tRivera\t3\tOak\t704\tAna\tx", "Ana\tOak School\t3\tRivera",
    "Rivera 3 Ana", "Rivera;3;Ana", "Rivera | 3 | Ana", "Oak Rivera, Ana Maria 704",
)  # fmt: skip
def test_a_row_may_hold_other_cells_between(text: str):
    assert "ana" in named(text)


@each(
    "Ana and Leo Rivera", "Ana & Leo Rivera", "Ana y Leo Rivera", "Ana, our third grader from the Rivera family",
    "the Rivera family's daughter Ana", "Rivera family (Ana, Leo)", "Rivera family: Leo and Ana",
    "Ana, daughter of Mrs. Rivera", "Familia Rivera: Ana",
)  # fmt: skip
def test_a_shared_family_name_belongs_to_each(text: str):
    assert "ana" in named(text)


@each(
    "Alice Brown, Owen Marsh", "Alice Brown and Owen Harperson", "Grace Hill and Henry Marsh",
    "Alice Brown\nHarper Lee",
    "Alice Brown\tOwen Parker\tHarper Lee", "Brown, Alice\nHarper, Jo", "Grace Hill, Marsh Henry",
    "Alice\tBrown\t4\tJo\tHarper", "Mr. Harper and Mrs. Alice Brown", "Harper, Mason, Alice and Emma sang",
    "Alice, Harper, and Owen sang", "Emily and her friends met Dr. Johnson at noon", "Emily Brontë and Samuel Johnson",
    "Alice F. Brown, Owen Lee", "Jo C. Harper\nAlice Lee",
)  # fmt: skip
def test_words_of_different_peoples_names_are_nobodys(text: str):
    assert found(text) == set()


@each(
    "Grace Park is open", "May Day parade", "Will Young people come? They will, young as they are.",
    "Hunter Green paint",
    "Martin Luther King Jr. Day", "MARTIN LUTHER KING DAY", "the long day, may it last", "Bill Day by day",
    "See Grace Park\tMay Day\n\nfees", "Walk to Grace Park. May Day is a holiday.",
    "Grace Park, grade 3 classes only", "the Grace Park mother and child group", "Grace Park was closed",
    "May Day has a parade, allergies or not", "Grace Park has new swings", "In May A. Day wrote to us.",
    "Park, Grace M. Green and others", "Park, Grace", "the park: Grace and M. Green",
    "the trail is next to Grace Park", "Our favorite place is Grace Park",
    "School\tTeachers\tStudents\n\nGrace Park\t12\t230", "Garden\tLast frost\tFirst frost\n\nGrace Park\tMay\tOctober",
)  # fmt: skip
def test_names_of_ordinary_words_alone_are_clear(text: str):
    assert found(text) == set()


@each(
    "Grace Park 100308", "Grace Park, call 704-555-0177", "Student: Grace Park", "Grace Park 3/4/2015",
    "Grace Park and her mother Soo-Jin Park", "Student name\tGrace Park", "Grace Park\n\nsj.park@home.test",
    "Grace Park (grade 3)", "Grace Park, grade 3, is late", "Grace Park has a peanut allergy",
    "Grace Park is allergic to eggs", "Grace Park's mother rang", "Grace Park was absent on Monday",
    "Student name\tGrade\tScore\n\nGrace Park\t4\t97", "Bus\tLast\tFirst\n\n4\tPark\tGrace",
    "Score\tStudent\n\n97\tGrace Park",
    "This certificate is awarded to\n\nGrace Park", "Absent: Park, Grace", "Our winner is Grace Park!",
    "IEP for Grace Park",
    "To the parents of Grace Park\nShe was late.", "Grace M. Park rang", "(Park, Grace M.) see office", "Park, Grace M",
)  # fmt: skip
def test_names_of_ordinary_words_count_beside_a_second_sign(text: str):
    assert "grace park" in named(text)


@each(
    "Grace Park\nMay Day\nWill Young",
    "Grace Park\t3\n\nMay Day\t4\n\nWill Young\t5",
    "1. Park, Grace\n2. Day, May\n3. Day, Bill",
)
def test_names_of_ordinary_words_count_where_they_make_a_list(text: str):
    assert len(named(text)) == 3


@each(
    "Rivera Elementary School. Ana", "Ana Rivera Elementary", "Grace Park Elementary, 704 555 0100, office@school.test",
    "Mr. Owen Marsh teaches", "Owen J. Marsh", "Marsh, Owen", "Nadia El Amin", "Petra Kowalczyk Reading Hour",
)  # fmt: skip
def test_sites_programs_and_staff_are_known(text: str):
    assert found(text) == set()


def test_what_is_known_does_not_hide_who_is_not():
    assert "ana" in named("Ana\tRivera\tRivera Elementary")
    assert named("Owen Marsh, Owen Harper") == {"owen"}
    assert named("Petra Kowalczyk reads") == {"petra"}


@each(
    "Alice Marsh, Owen Harper",
    "Alice Marsh\nOwen Harper",
    "Alice Marsh & Owen Harper",
    "Alice Marsh (Owen Harper)",
    "Harper, Owen, Marsh, Alice",
)
def test_two_names_beside_each_other_are_not_hidden_by_staff_whose_name_both_make(text: str):
    children = [child(name, *name.split(), number="") for name in ("Alice Marsh", "Owen Harper")]
    verdict = judge([Part("page 1", text)], Roster.of(children, Known(staff=("Owen Marsh",))))
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"Alice Marsh", "Owen Harper"}


@each(
    "Harper, Alice, Marsh, Grace",
    "Harper, Alice, Harper, Owen",
    "Harper, Owen, Harper, Alice",
    "Whitlock, Sarah, Harper, Alice",
    "Harper, Alice, Whitlock, Sarah",
)
def test_a_family_name_that_is_a_given_name_too_is_one_beside_another_or_twice(text: str):
    assert "alice" in named(text)


@each("Ana Rivera, Elementary, grade 3", "Ana Rivera\nElementary", "Ana\nRivera\nElementary")
def test_a_level_behind_a_name_makes_no_school_of_it(text: str):
    assert "ana" in named(text)


def test_a_name_is_found_across_two_pages():
    pages = [Part("page 1", "We congratulate Petra\n1"), Part("page 2", "Kowalczyk on the prize.")]
    verdict = judge(pages, ROSTER)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"petra"}
    between = [Part("page 1, rows", "Grade\t3"), Part("page 1, words apart", "Grade\t3")]
    assert judge([pages[0], *between, pages[1]], ROSTER) == verdict
    assert judge([replace(pages[0], place="sheet 1, rows"), pages[1]], ROSTER) == Clear()
    assert judge([pages[0], replace(pages[1], place="page 1")], ROSTER) == Clear()


@each(
    "<div>Kowalczyk</div><div>Petra</div>", "<dt>First name<dd>Petra<dt>Last name<dd>Kowalczyk",
    "<b>Petra</b> Kowalczyk, hello",
    "First name\nPetra\nLast name\nKowalczyk", "Dear <i>Petra</i> <b>Kowalczyk</b>",
)  # fmt: skip
def test_tags_and_labels_do_not_part_a_name(text: str):
    assert named(text) == {"petra"}


@each(
    "La maestra Petra y el señor Kowalczyk",
    "la Sra. Kowalczyk y el Sr. Petra",
)
def test_titles_part_people(text: str):
    assert found(text) == set()
