"""What is done for all of a long text at once is what would be done piece by piece."""

import random
import re
import sys
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.guard.lists.line_shapes import FEW, Lines, lines_of, lines_of_each
from portal.guard.lists.row_shapes import told_by
from portal.guard.lists.terms import Terms
from portal.guard.mentions.signs import signs_of
from portal.guard.roster.index import Known, Person, Roster
from portal.guard.roster.student_numbers import stands_alone
from portal.guard.rules import Blocked, judge
from portal.guard.text.alphabets import FOREIGN, by_looks, has_foreign, in_latin
from portal.guard.text.dates import days_meant, numeric_dates_in
from portal.guard.text.folding import apart, fold, fold_cased, in_small
from portal.guard.text.word_filter import WordFilter
from portal.guard.views.passages import Passage, passages_of
from portal.reading.reader import Part
from tests.rules.guarded import ROSTER, judge_text, named

_LETTERS = {
    "western": "aeiouäöüßéñçåø´’“”…½ª",
    "as Word writes": "aeé\u201c\u201d\u201e\u2018\u2019\u2013\u2014\u2026\u00a0\u2122\u0153\u0142\u015e",
    "vietnamese": "aăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệ",
    "with marks of their own": "aeno\u0301\u0303\u0323\u200b\u200d",
    "greek and cyrillic": "aeбвгджзαβγδου",
    "arabic": "aeليلىعمرمريم\u0640،؟٣",
    "put together": "aeが김ㄱ\u1100\u1161李欧ﾊﾟ",
    "put together beside others": "가김দোযৌபொഅൗෝ",
    "rare": "a\U0001d400\ufb01\u2028\u0085\ud800①Ⅷ",
}


def _long(letters: str, seed: int) -> str:
    dice = random.Random(seed)
    return "".join(dice.choice(letters) if dice.random() < 0.3 else dice.choice("bcd E1'-. \n") for _ in range(2_600))


@pytest.mark.parametrize("letters", _LETTERS.values(), ids=_LETTERS)
@pytest.mark.parametrize("seed", range(5))
def test_a_long_text_is_folded_as_its_lines_are(letters: str, seed: int):
    text = _long(letters, seed)
    assert fold(text) == "\n".join(fold(line) for line in text.split("\n"))


@pytest.mark.parametrize("letters", [*_LETTERS.values(), "“aÄ”", "“a”…•€", "ΣσİıẞⒶ"])
@pytest.mark.parametrize("size", [150, 300, 2_600])
def test_letters_of_a_long_text_are_made_small_and_set_apart_as_one_by_one(letters: str, size: int):
    text = _long(letters, 1)[:size]
    assert in_small(text) == text.lower()
    assert apart(text) == "".join(letter if letter.isalnum() else " " for letter in text)


@pytest.mark.parametrize("size", [20, 150, 2_600])
@pytest.mark.parametrize(
    "letters", [_LETTERS["western"], _LETTERS["as Word writes"], "a\u2014\u2022", "\u0142\u20ac\u674e"]
)
def test_letters_beyond_latin_are_folded_as_each_of_them_is(letters: str, size: int):
    text = _long(letters, 2)[:size].translate(dict.fromkeys(map(ord, "'\u00b4\u2018\u2019")))
    assert fold_cased(text) == "".join(map(fold_cased, text))


def test_a_curly_quote_is_one_that_is_typed():
    assert {fold(f"{quote}Ana{quote} ") for quote in "\u201c\u201d\u201e\u201f"} == {'"ana" '}


@given(st.text("Ana's S_\u2019`\u00e9\u0142 \n-", max_size=30))
def test_apostrophes_go_from_a_long_text_as_from_a_short_one(text: str):
    assert fold_cased(text + "\n" * 2_000) == fold_cased(text) + "\n" * 2_000


@given(st.lists(st.lists(st.sampled_from(["name", "me", "ame名", "\n"]), max_size=4).map(" ".join), max_size=6))
def test_words_that_may_stand_in_texts_are_told_of_all_as_of_each(texts: list[str]):
    terms = Terms([("name", "name am*"), ("none", "\u540d")])
    assert terms.may_stand_in_each(texts) == [terms.may_stand_in(text) for text in texts]


@pytest.mark.parametrize("mark", "'\u2019")
@pytest.mark.parametrize("article", ["d", "L", "qu", "all", "Dell", "sull"])
def test_an_article_is_taken_off_whichever_its_apostrophe(article: str, mark: str):
    assert any(f"{article.lower()} ana" in passage.folded for passage in passages_of(f"l'ora {article}{mark}Ana"))
    assert len(list(passages_of(f"kid{mark}ana, o{mark}ana, {article}{mark}a "))) == 1


def test_of_one_capital_alone_the_small_letter_is_longer():
    assert [code for code in range(sys.maxunicode + 1) if len(chr(code).lower()) > 1] == [0x130]
    assert len(fold_cased("İ" * 9)) == len(fold("İ" * 9))


def test_what_no_letter_is_hides_no_name_in_another_script():
    assert Passage("“Welcome” • 5 €").is_latin
    assert not any(Passage(f"“Welcome” {letter}").is_latin for letter in "李김なアم")


@pytest.mark.parametrize("letters", _LETTERS.values(), ids=_LETTERS)
def test_foreign_letters_are_seen_in_a_long_text(letters: str):
    assert has_foreign(_long(letters, 1)) == bool(FOREIGN.search(_long(letters, 1)))


@pytest.mark.parametrize("seed", range(20))
def test_greek_and_cyrillic_words_of_a_long_text_are_respelled_as_one_by_one(seed: int):
    dice = random.Random(seed)
    pools = [
        dice.choice(("абвжщъьЖЩУО", "αοουυΟΥςω", "авеикмнорсту", "abXY", "é王א1", "\u0483\u0375")) for _ in range(3)
    ]
    words = ["".join(dice.choices(dice.choice((*pools, "".join(pools))), k=dice.randint(1, 6))) for _ in range(900)]
    text = " ".join(words)
    assert in_latin(text) == " ".join(map(in_latin, words))
    assert (by_looks(text) or text) == " ".join(by_looks(word) or word for word in words)


@pytest.mark.parametrize("seed", range(20))
def test_every_date_in_figures_is_among_those_a_passage_may_have(seed: int):
    dice = random.Random(seed)
    written = ("2014-08-25", "3/4/2014", "25.08.14", "1. 2. 2014", "20140825", "9 ", "12.50", "/", " ", "\n", ",")
    text = "".join(dice.choices(written, k=60))
    days = {day for day, _, _ in numeric_dates_in(text)}
    assert days <= {day for dates in Passage(text).dates for day in days_meant(dates)}
    assert days


@pytest.mark.parametrize("text", ["Noor Alali", "the parents of Noor Al-Ali", "Alali, Noor"])
def test_a_name_the_roster_has_in_arabic_is_found_in_a_long_text_as_in_a_short_one(text: str):
    roster = Roster.of([Person("child", "noor", frozenset({"noor"}), "نور", "العلي", numbers=("100777",))])
    page = f"{'we will begin on monday. ' * 400}\n\n{text}\n\n{'bring a snack. ' * 400}"
    assert [sign.bearers for sign in signs_of(Passage(page, lexicon=roster.lexicon), roster)] == [(0,)]


def test_a_phone_is_found_behind_however_many_figures_that_may_be_of_it():
    assert named(f"{'12 34 ' * 60}704 555 0134 {'9 ' * 40}") == {"carmen"}


@pytest.mark.parametrize("letters", _LETTERS.values(), ids=_LETTERS)
def test_figures_and_letters_that_stand_alone_are_found_as_they_are_one_by_one(letters: str):
    passage = Passage(_long(f"{letters}ABC 0123456789", 1))
    text, spaced = passage.folded, passage.spaced
    alone = [at for at in range(len(text)) if spaced[at] == spaced[at + 2] == " " and "A" <= passage.cased[at] <= "Z"]
    stretches = [one.span() for one in re.finditer(r"[0-9](?:[^0-9]{0,4}[0-9]){3,}", text)]
    joined = [(start, stop) for start, stop in stretches if spaced[start] != " " or spaced[stop + 1] != " "]
    assert alone
    assert passage.capitals_alone == alone
    told = Passage(_long(f"{letters}ABC 0123456789", 1), lexicon=WordFilter(["rivera"]))
    assert (told.capitals_alone, told.spelled) == (alone, passage.spelled)
    assert passage.figures.text.split("\n\n\n\n\n") == [text[start:stop] for start, stop in stretches]
    assert passage.figures.joined == joined != []


@pytest.mark.parametrize("seed", range(40))
def test_no_word_of_a_long_text_is_left_out(seed: int):
    dice = random.Random(seed)
    letters = dice.choice(("ab", "abcdefgh1", "a")) + " " * dice.randrange(1, 4)
    text = f" {''.join(dice.choices(letters, k=dice.randrange(4_000, 9_000)))} "
    words = set(text.split())
    sought = {word for word in words if dice.random() < 0.5}
    told = WordFilter([*sought, "elsewhere", "Ⅷ"]).found_in(text)
    assert told is not None
    found = told.places
    assert sought <= found.keys() <= words
    assert {word: {text[at - 1 : at + len(word) + 1] for at in places} for word, places in found.items()} == {
        word: {f" {word} "} for word in found
    }
    counts = Counter(text.split())
    assert all(counts[word] == len(places) for word, places in found.items())
    assert told.alone().tolist() == [at.start() for at in re.finditer("(?<= )[^ ](?= )", text)]


def test_a_long_text_is_cut_into_few_more_words_than_are_sought():
    dice = random.Random(1)
    text = " ".join("".join(dice.choices("abcdefgh", k=9)) for _ in range(5_000))
    found = WordFilter(["whitcombe", "rivera"]).found_in(f" rivera {text} ")
    assert found is not None
    assert 0 < len(found.places) < 10


def test_every_word_a_passage_is_asked_for_is_in_the_lexicon():
    person = Person(
        "child", "c", frozenset("c"), "Ana Lucía", "de la Cruz", ("ana@home.test",), ("704 555 0123",),
        ("AB-12345", "77"), date(2015, 3, 4),
    )  # fmt: skip
    roster = Roster.of([person], Known(phrases=("Oak School",)))
    asked = _Asked()
    passage = Passage("Dear Ana de la Cruz, student ID 77, 4 March 2015, ana@home.test " * 100)
    passage.present, passage.has_all_words = asked, False  # as one that is asked for words of the lexicon alone
    list(signs_of(passage, roster))
    assert asked.words
    prose = " ".join(sorted(word for word in asked.words if word.isascii()))
    found = roster.lexicon.found_in(f" {prose} {'zz ' * 2_000}")
    assert found is not None
    assert found.places.keys() >= set(prose.split())


class _Asked(set[str]):
    """A set of words that keeps every word it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()

    def __and__(self, other: AbstractSet[object]) -> set[str]:
        self.words.update(map(str, other))
        return set(map(str, other))

    __rand__ = __and__

    def isdisjoint(self, other: Iterable[object]) -> bool:
        self.words.update(map(str, other))
        return False


@pytest.mark.parametrize("small", "az\u00df\u00e9\u00ff")
@pytest.mark.parametrize("capital", ["Ana", "\u00c0na", "\u00c1na"])
@pytest.mark.parametrize("around", ["", "\u00c0\u00df 12", "\u201e\u4f60\u201c\U0001f600"])
def test_a_name_begins_where_a_capital_follows_a_small_letter(small: str, capital: str, around: str):
    assert isinstance(judge_text(f"{around} letter{small}{capital}Rivera {around}", ROSTER), Blocked)


def test_a_name_begins_behind_capitals_in_a_name_of_a_file():
    assert isinstance(judge_text("PDfor_AnaRivera", ROSTER), Blocked)


_LABELS_OF_OTHER_THINGS = (
    "P.O. Box", "po box", "box", "ISBN", "ISSN", "IBAN", "invoice", "inv", "order", "PO", "RFP", "RFQ", "ZIP",
    "zip code", "postal code", "PLZ", "routing", "EIN", "tax", "license", "licence", "permit", "serial", "model",
    "item", "SKU", "UPC", "population", "room", "suite", "phone", "tel", "fax", "bug", "bugs", "KB", "RFC", "CVE",
    "ticket", "z-index",
)  # fmt: skip


@pytest.mark.parametrize(
    "between", ["", " ", ":  ", "\n\n", "\t", " no. ", "number ", " - nr: ", "\u00a0Id\n\t#", ".. code: "]
)
def test_a_number_behind_a_label_of_other_things_is_no_students(between: str):
    texts = [f"our {label}{between}100231 is new" for label in _LABELS_OF_OTHER_THINGS]
    assert not [text for text in texts if stands_alone(text, text.index("100231"), text.index("100231") + 6)]


@pytest.mark.parametrize(
    "before", ["", "to come ", "boxes ", "the zip is ", "box of all our new ", "unzip ", "box ....... "]
)
def test_a_number_behind_other_words_may_be_a_students(before: str):
    assert stands_alone(f"{before}100231 is new", len(before), len(before) + 6)


@pytest.mark.parametrize(
    "before",
    ["color:#", 'fill: "', "https://x.test/a?b=", "see www.x.test/", "\u20ac", "we paid EUR ", "usd", "21."],
)
def test_a_number_within_something_else_is_no_students(before: str):
    assert not stands_alone(f"{before}100231 is new", len(before), len(before) + 6)


@pytest.mark.parametrize("before", ["", "+", "(", "+(", "tel ", "tel (", "\t+1 (", "$(", "++", "((", "-+("])
def test_a_phone_begins_with_a_plus_a_bracket_or_a_digit(before: str):
    assert "phone" in told_by(f"{before}704) 555-0123 is")


@pytest.mark.parametrize("before", ["a", "$", "\u20ac", "-", "x.", "\u00e9", "_"])
def test_what_stands_before_digits_makes_them_no_phone(before: str):
    assert "phone" not in told_by(f"{before}7045550123 is")


@pytest.mark.parametrize("seed", range(5))
def test_children_and_families_are_counted_alike_in_any_order_and_however_often_they_are_named(seed: int):
    dice = random.Random(seed)
    names = ["Ana Rivera", "Ana Sofia Rivera", "Lin Zhang", "100301", "Owen Harper", "100313", "Mei-Ling Chen"]
    once = judge([Part("list", "\n\n".join(names))], ROSTER)
    parts = [Part(f"page {at}", "\n\n".join(dice.sample(names, len(names)))) for at in range(3)]
    often = judge(parts, ROSTER)
    assert isinstance(once, Blocked)
    assert isinstance(often, Blocked)
    assert (once.children, once.people) == (often.children, often.people)


def test_a_term_stands_as_a_word_and_with_its_marks():
    terms = Terms(
        (("child", "student* kid hoc_sinh 学生"), ("work", "organi?ation* d.o.b")), but=("child", " services")
    )
    told = {
        "students": {"child"}, "my kid": {"child"}, "kidney": set(), "hoc sinh": {"child"}, "hoc-sinh,": {"child"},
        "the 学生们": {"child"}, "kid services": set(), "organisations": {"work"}, "d.o.b": {"work"}, "d o b": set(),
    }  # fmt: skip
    assert {text: terms.kinds_in(text) for text in told} == told


def test_of_a_letter_only_lines_with_figures_beside_names_are_looked_at():
    letter = [
        "Dear families,", "the program begins on Monday at 8:30 and ends at 5:45.",
        "It costs $45 a week for every child we have here in our program this year.", "", "Ana Rivera 704 555 0123",
        "Name: Ana", "Your team",
    ]  # fmt: skip
    lines = lines_of("\n".join(letter))
    assert [lines.texts[at] for at in lines.likely] == ["Ana Rivera 704 555 0123", "Name: Ana"]


def test_a_row_far_from_others_is_told_from_rows_that_make_a_list():
    prose = ["we read and sing and play all the morning"] * 30
    lines = lines_of("\n".join([*prose, "Ana Rivera 704 555 0123", *prose, *["Leo Marsh 704 555 0124"] * 3, *prose]))
    assert lines.lone == {30}
    assert lines.likely == [30, 61, 62, 63]


@pytest.mark.parametrize("mark", ["7", "\u0663", "\t", ":", "|", ";", ",", "@", "\u3000", "  "])
def test_each_mark_of_a_row_makes_its_line_worth_a_look_in_a_text_of_prose(mark: str):
    lines = lines_of(f"We read\n\nAna Rivera{mark}Oak{mark}Lin\nand sing")
    assert (lines.likely, lines.marked) == ([1], [1])


def test_a_line_set_in_is_no_row_for_that_unless_it_stands_under_a_name():
    told = [
        "    This License and the Program",
        "we read",
        "  Ana Rivera   grade 3",
        "we sing",
        "Leo Marsh",
        "    Peanuts and Milk",
        "we play",
        "   This License",
    ]
    lines = lines_of("\n".join(told))
    assert [lines.texts[at].strip() for at in lines.likely] == ["Ana Rivera   grade 3", "Peanuts and Milk"]
    assert lines.marked == [0, 2, 5, 7], "all are read while somebody's card is open"


def as_told(lines: Lines) -> tuple[object, ...]:
    return lines.texts[:], lines.likely, lines.lone, lines.marked, lines.below


@pytest.mark.parametrize("seed", range(40))
def test_lines_of_several_texts_found_together_are_those_of_each_alone(seed: int):
    dice = random.Random(seed)
    pieces = [
        "\n", "\n\n", " ", "  ", "Ana Rivera", "Leo Marsh\n", "704 555 0123", "8:30", ":", "a: ", ", ", "\t", "@", "7",
        "we read and sing and play", "$", "é", "名", "\ud800", "\u3000",
    ][: 20 if seed % 2 else 17]  # fmt: skip
    texts = ["".join(dice.choices(pieces, k=dice.choice((0, 1, 3, 12, 60)))) for _ in range(dice.randrange(70))]
    texts += dice.sample(texts, len(texts) // 4)
    texts += [("Ana Rivera\n7 pears\n" * FEW)[:FEW]] * dice.randrange(2)
    assert list(map(as_told, lines_of_each(texts))) == [as_told(lines_of(text)) for text in texts]


def test_dull_lines_are_left_out_unless_something_is_open_or_they_stand_alone_or_below_a_name():
    dull, told = (f"{name}: we read and we sing and play all the morning" for name in ("Ana and Leo", "Leo Marsh"))
    lines = lines_of("\n".join([*["we read"] * 12, dull, told, dull, "It costs 7", dull, "Leo Marsh", dull]))
    assert (lines.likely, lines.marked) == ([12, 13, 14, 16, 18], [12, 13, 14, 15, 16, 18])
    for is_open, kept in ((False, [13, 18]), (True, lines.marked)):
        assert list(lines.candidate_lines(partial(bool, is_open), dull.__eq__)) == kept
    opened: list[int] = []
    walk = lines.candidate_lines(lambda: opened[-1:] in ([13], [14]), dull.__eq__)
    while (line := next(walk, None)) is not None:
        opened.append(line)
    assert opened == [13, 14, 15, 18]


@pytest.mark.parametrize("seed", range(20))
def test_a_text_without_a_mark_has_its_lines_and_none_worth_a_look(seed: int):
    dice = random.Random(seed)
    pieces = ["\n", " \n", "a", "B", "é", "名", "\ud800", "Ana Rivera.", "$"]
    text = "".join(dice.choices(pieces, k=dice.randrange(30)))
    lines, beside = lines_of(text), lines_of(f"{text}\n7")
    written = [line for line in text.split("\n") if line]
    assert lines.texts[:] == written
    assert beside.texts[:] == [*written, "7"]
    assert (lines.likely, lines.lone, lines.marked) == ([], frozenset(), [])


def test_a_passage_without_a_row_of_digits_has_no_figures():
    figures = Passage("Ana Rivera is 7, room 12").figures
    assert (figures.text, figures.distinct, figures.joined) == ("", "", [])
