"""One line of a list: whose it is, and what its cells tell."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from portal.guard.lists.column_words import FREE_MAIL, NO_NAMES, NO_OFFICES_MAIL, PARTICLES, SAID, Kind
from portal.guard.lists.line_shapes import LONGEST_NAME
from portal.guard.lists.phone_shapes import may_be_counted
from portal.guard.text.folding import fold, is_unspaced
from portal.guard.text.ordinary_words import likeliest_person
from portal.guard.text.vocabulary import any_of, listed

_LONGEST_KIND: Final = 40  # characters of a cell; by eye
_LONGEST_CODE: Final = 3  # letters; by eye
_MOST_LABELS: Final = 16  # labels of a line that are looked at; by eye
_MOST_WORDS: Final = 24  # words of a line without cells, more is a sentence; by eye
_EDGES: Final = " \t.,:;|*()[]{}\"'“”0123456789#-–•·☐☑"

_WORD: Final = r"[^\W\d_]+(?:['’`-][^\W\d_]+)*\.?"
_ONE_WORD: Final = re.compile(_WORD)
_WORDS: Final = re.compile(rf"{_WORD}(?:,? {{1,2}}{_WORD}){{1,4}}")
CAPITALS: Final = re.compile(r"[A-Z](?<!\w[A-Z])[\w'.-]{0,24}[\W_]{1,4}(?:[a-z]{1,3} ){0,3}[A-Z]")
"""Two capitalised words. The first letter comes first: what a pattern begins with is found much faster than `\\b`."""
_STREETS: Final = listed("street-abbreviations")
"""What "Elm St" and the like end in; "St" before a name is one."""
_CLUE: Final = re.compile(r"[\d@]")
_WIDE: Final = re.compile(r"\t| {2,}|\u3000")
_MAIL: Final = re.compile(r"@(?<=[\w.+'-]@)([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})")
"""A mail address from its mark on, which is found much faster than what stands before it."""
_PHONE: Final = re.compile(
    r"[\d(+](?<![\w.$€£-][\d(+])(?:(?<=\+)\(?\d|(?<=\()\d|(?<=\d))(?:[ ()./-]{0,2}\d){6,14}(?![\w$€£-])"
)
"""A number with or without a plus and a bracket, neither of them behind what makes it part of something else."""
_DIALLED: Final = re.compile(
    r"\+\d|\(0?\d{2,4}\)|\d{3}[-. ]\d{3}[-. ]\d{4}|(?<!\d)\d{3}[- ]\d{4}(?!\d)|(?<!\d)0\d{1,4}[ /-]\d{3}"
)
"""A phone number written as one; a figure of seven digits may be one, too."""
_HOUSE: Final = re.compile(r"(?<![\d.,])\d{1,5}[a-z]?,? [^\W\d_]{3,} [^\W\d_]{2,}|[^\W\d_]{3,} \d{1,4}[a-z]?(?=\t|$)")
"""A house number beside the words of a street."""
_GROUPS: Final = re.compile(r"\d+")
_MONTHS: Final = rf"(?:{any_of('month-beginnings')})[a-z]{{0,7}}\.?"
_YEAR: Final = r"(?:199[5-9]|20[0-3]\d)"
_DATE: Final = re.compile(
    rf"\b(?:({_YEAR})([-./])(\d\d?)\2(\d\d?)|(\d\d?)([-./])(\d\d?)\6({_YEAR}|\d\d)"
    rf"|\d\d?\.?(?: de| of)? {_MONTHS},?(?: de)? ({_YEAR})|{_MONTHS} \d\d?,? ({_YEAR}))(?!\d)"
)
_PAST_YEAR: Final = r"(?:1[0-8]\d\d|19[0-4]\d)"
_PAST: Final = re.compile(
    rf"(?<![\d./-])(?:{_PAST_YEAR}([-./])\d\d?\1\d\d?|\d\d?([-./])\d\d?\2{_PAST_YEAR}"
    rf"|\d\d?\.?(?: de| of)? {_MONTHS},?(?: de)? {_PAST_YEAR}|{_MONTHS} \d\d?,? {_PAST_YEAR})(?!\d)"
    rf"|(?:^|\t) *{_PAST_YEAR} *(?:\t|$)"
)
"""A day, or a year in a cell of its own, on which nobody was born who is still a guardian."""
_DATE_CLUE: Final = re.compile(r"\d[-./]\d|199\d|20[0-3]\d")
_DATED: Final = re.compile(r"\d([-./])\d\d?\1\d|199[5-9]|20[0-3]\d")
"""No date without it."""
_PHONE_CLUE: Final = re.compile(r"\d(?:[ ()./-]{0,2}\d){6}")
"""No phone number without it, nor one that goes across a date."""
_YEAR_CLUE: Final = re.compile(r"(?:19|20)\d\d")
_NEAR: Final = 40
"""Characters on either side: no date is longer; by eye."""
_YEARS: Final = re.compile(r"\b(?:19|20)\d\d(?:[-, ]{1,2}(?:19|20)\d\d)+\b")
_NO_PHONE: Final = re.compile(
    r"(?:[0-3]?\d([-./])[0-3]?\d\1[12]\d{3}|[12]\d{3}([-./])[01]?\d\2[0-3]?\d|\(?[12]\d{3} ?- ?[12]\d{3}\)?"
    r"|97[89](?:[ -]?\d){10})\W*"
)
"""A date, two years, or a book's number (no country's numbers begin so): 02/22/1732, (1596-1650), 978-0-06-196279-0."""
_WITH_POINT: Final = re.compile(r"(?<![\d./-])\d+\.\d+(?![\d./-])")
_SUM_ALONE: Final = re.compile(r"(?<![\d./-])\d+\.\d{1,2}(?![\d./-])")
_RECKONED: Final = re.compile(r"(?:[0-9]|[1-9][0-9]|1[0-7][0-9]|180)\.[0-9]{5,}|[0-9]+\.[0-9]{8,}")
_FEWEST_DIALLED: Final = 7  # digits of a phone number without its area code; by definition
_MOST_SINGLE: Final = 3
"""Figures that stand alone in a phone number or beside it: a country, the zero in brackets, a grade; by eye."""
_FIGURE: Final = re.compile("[0-9]")
_LONGEST_UNSPACED: Final = 8
"""Letters of the longest name in a script without blanks: one from abroad, in kana; by eye."""
_YEAR_IN_ROW: Final = re.compile(r"(?:\d{1,2} )*(?:19|20)\d\d(?: \d{1,2})*")
"""A year among ages, grades and goals, the cells of a row that a page shows by blanks: "29 1985 10"."""
_GRADE: Final = re.compile(
    rf"(?:(?:{any_of('grade-prefixes')})\.? ?)?(?:(?:1[0-2]|0?[1-9])(?: ?(?:{any_of('ordinal-endings')}|\.))?"
    rf"(?: ?(?:{any_of('grade-suffixes')}))?[a-f]?|{any_of('grades-by-letters')})"
)
_SUM: Final = re.compile(r"[$€£] ?\d{1,5}(?:[.,]\d\d)?|\d{1,5}(?:[.,]\d\d)(?: ?[$€£])?|\d{1,5} ?[$€£]")
_NUMBER: Final = re.compile(r"[a-z]{0,2}\d{5,9}")


Pair = tuple[int, str, str]


class Row(NamedTuple):
    """One person's line. `kinds` are those of the cells beside the name, which stands in cell `at` of `width`.

    `domain` is that of a mail address at work. `is_given_alone` where one capitalised word stands for the name, which
    it is only under a head that says so, `is_past` where a date in it is too old for anybody of a school. `pairs` are
    the neighbouring cells that may be a person's two names, with their place, where no cell holds a name by itself
    and none a phone number that is written as one, or a street. `figures` are its phone numbers where they may be
    numbers of anything.
    """

    place: str
    name: str
    kinds: frozenset[Kind]
    at: int = 0
    width: int = 1
    domain: str = ""
    date: str = ""
    is_given_alone: bool = False
    is_past: bool = False
    pairs: tuple[Pair, ...] = ()
    figures: tuple[str, ...] = ()


def row_of(place: str, text: str) -> Row | None:
    """Return the line as a person's row, or None if it names nobody or tells nothing beside the name."""
    row = _row(text)
    return row and row._replace(place=place)


@lru_cache(maxsize=1 << 12)
def _row(text: str) -> Row | None:
    """Return a line as a row at no place; remembered, as the feet of pages and the lines of many letters come again."""
    if text.islower() and (_CLUE.search(text) or _cells(text)[1]):  # typed in a hurry
        text = text.title()
    elif text.isascii() and not CAPITALS.search(text) and not ("\t" in text and text[0].isupper()):
        return None
    cells, is_table = _cells(text)
    if not cells:
        return None
    names, pairs = _names_in(cells) if len(cells) > 1 else (_name_among_words(text), ())
    is_given_alone = not names and is_table and cells[0].istitle() and cells[0].isalpha() and bool(_CLUE.search(text))
    if is_given_alone:
        names = [fold(cells[0])]
    joined = fold("\t".join(cells)) if names else ""
    folded = joined.split("\t") if names else []
    kinds = _kinds_of(names, folded) if names else set()
    if not kinds - {"staff"} and not (names and is_table and _tells_more(cells)):
        return None
    name = likeliest_person(names)
    first = name.split()[0]
    at = next((number for number, cell in enumerate(folded) if first in cell), 0)
    if pairs and (_DIALLED.search(joined) or _HOUSE.search(joined)):
        pairs = ()
    domain, date = _domain_and_date(" ".join(folded), kinds)
    is_past = _PAST.search(joined) is not None
    figures = figures_in(joined) if "phone" in kinds else ()
    return Row("", name, frozenset(kinds), at, len(cells), domain, date, is_given_alone, is_past, pairs, figures)


def _kinds_of(names: list[str], folded: list[str]) -> set[Kind]:
    kinds = told_by("\t".join(folded))
    is_counted = len(folded) > 1 and folded[0].strip().isdecimal()  # the number of the row, not a grade
    cells = folded[is_counted:] if len(folded) > 1 else folded[0].split()
    kinds.update(kind for cell in cells if (kind := _kind_of(cell)))
    if "grade" in kinds and not all(cell.strip().isdecimal() for cell in cells if _kind_of(cell) == "grade"):
        kinds.add("class")
    return kinds | {"guardian"} if _of_one_family(names) else kinds


@lru_cache(maxsize=1 << 14)
def _kind_of(cell: str) -> Literal["grade", "number"] | None:
    cell = cell.strip()
    if len(cell) > _LONGEST_KIND:
        return None
    return "grade" if _GRADE.fullmatch(cell) else "number" if _NUMBER.fullmatch(cell) else None


def _domain_and_date(folded: str, kinds: set[Kind]) -> tuple[str, str]:
    mail = _MAIL.search(folded) if "email" in kinds else None
    date = _DATE.search(folded) if "birth" in kinds else None
    is_at_work = mail is not None and "home" not in kinds and not NO_OFFICES_MAIL.search(mail[0])
    return mail[1] if mail and is_at_work else "", _sortable(date) if date else ""


def _tells_more(cells: list[str]) -> bool:
    """Whether a row holds more than a name: three cells, or a sum."""
    filled = [cell for cell in cells if _is_filled(cell)]
    return len(filled) > 2 or (len(filled) == 2 and any(_SUM.fullmatch(cell.strip()) for cell in filled))


def _is_filled(cell: str) -> bool:
    return any(letter.isalnum() for letter in cell)


def _name_among_words(text: str) -> list[str]:
    name = name_in(text) if _CLUE.search(text) and text.count(" ") < _MOST_WORDS else None
    return [name] if name else []


def _cells(text: str) -> tuple[list[str], bool]:
    """Divide a line into cells, and say whether it surely is one of a table (commas stand in sentences too)."""
    if "\t" in text or "  " in text.strip() or "\u3000" in text:
        cells = _WIDE.split(text) if "  " in text or "\u3000" in text else text.split("\t")
    elif "|" in text or ";" in text:
        cells = text.split("|" if "|" in text else ";")
    elif text.count(",") > 1:
        return [cell.strip() for cell in text.split(",")], False
    else:
        return [text], False
    return [cell for cell in cells if cell and not cell.isspace()], True


def told_by(folded: str) -> set[Kind]:
    """Return what can be told of a line by what stands in it, wherever that is."""
    kinds = SAID.kinds_in(folded)
    if _MAIL.search(folded):
        kinds.add("email")
    if "@" in folded and FREE_MAIL.search(folded):
        kinds.add("home")
    if _DATE_CLUE.search(folded) and _DATE.search(folded):
        kinds.add("birth")
    if _PHONE_CLUE.search(folded) and any(_phones_in(folded)):
        kinds.add("phone")
    return kinds


def _phones_in(folded: str) -> Iterator[str]:
    """Yield the phone numbers in folded text, none of whose digits are a date's. Few have a date near."""
    is_dated = False
    for found in _PHONE.finditer(folded):
        start, end = max(found.start() - _NEAR, 0), found.end() + _NEAR
        if _YEAR_CLUE.search(found[0]) or (_DATED.search(folded, start, end) and _DATE.search(folded, start, end)):
            is_dated = True
        elif _may_be_phone(found[0]):
            yield found[0]
    if is_dated:
        yield from filter(_may_be_phone, _PHONE.findall(_YEARS.sub(" ", _DATE.sub(" ", folded))))


def figures_in(folded: str) -> tuple[str, ...]:
    """Return the phone numbers in folded text if they may all be numbers of anything; beside a class they are not."""
    cells = folded.split("\t") if "\t" in folded else folded.split()
    phones = tuple(_phones_in(folded))
    return phones if all(map(may_be_counted, phones)) and not any(map(_is_class, cells)) else ()


def _is_class(cell: str) -> bool:
    """Whether a cell is a child's class, as 4B is: a figure alone may count things, and PK is Pakistan."""
    return _kind_of(cell) == "grade" and any(map(str.isalpha, cell)) and any(map(str.isdecimal, cell))


def _may_be_phone(digits: str) -> bool:
    """Whether digits are no date of any century, no years of a life, no row of amounts, and no degrees.

    A row of amounts has groups of five and more, mostly single figures, or a point each: "21.0 6 160.0", "0 1 4 4 16
    46". 31.22222 is how far north something lies, and 690.799987792969 was reckoned.
    """
    if _RECKONED.fullmatch(digits) or _NO_PHONE.fullmatch(digits) or _YEAR_IN_ROW.fullmatch(digits):
        return False
    groups = _GROUPS.findall(digits)
    single = sum(len(group) == 1 for group in groups)
    if (single > _MOST_SINGLE and 2 * single > len(groups)) or len(_WITH_POINT.findall(digits)) > 1:
        return False
    if sum(map(len, _GROUPS.findall(_SUM_ALONE.sub(" ", digits)))) < _FEWEST_DIALLED:
        return False
    return len(groups) == 1 or any(len(group) < 5 for group in groups)


def is_grade(folded: str) -> bool:
    """Whether a line or cell is a grade and nothing else."""
    return _GRADE.fullmatch(folded.strip()) is not None


def _of_one_family(names: list[str]) -> bool:
    """Whether a second person of the same family name stands beside the first: a child and a parent."""
    if len(names) > 1:
        return names[0] != names[1] and names[0].split()[-1] == names[1].split()[-1]
    words = names[0].split()
    return len(words) == 4 and words[1] == words[3]


def _sortable(date: re.Match[str]) -> str:
    """Return the year of a date, with month and day where the order of both can be told; only ever compared."""
    year, _, month, day, first, _, second, last, written, ahead = date.groups()
    if year:
        return f"{year}{month:0>2}{day:0>2}"
    return f"{last[-2:]}{first:0>2}{second:0>2}" if last else str(written or ahead)


def _names_in(cells: list[str]) -> tuple[list[str], tuple[Pair, ...]]:
    """Return the people named in cells of a row: in one cell each, else in two that follow each other, and which."""
    names = [name for cell in cells if (" " in cell or not cell.isascii()) and (name := person(cell))]
    if names:
        return names, ()
    pairs: list[Pair] = []
    for at, (one, other) in enumerate(pairwise(cell.strip(_EDGES) for cell in cells)):
        if (
            one[:1].isupper()
            and other[:1].isupper()
            and one.lower() not in NO_NAMES
            and not _is_short_for(other, one)
            and (name := person(f"{one} {other}"))
        ):
            names = names or [name]
            pairs.append((at, one, other))
    return names, tuple(pairs)


def _is_short_for(code: str, word: str) -> bool:
    """Whether a cell is a code for the one before it, as AL for ALABAMA: letters of that, with its first, in order."""
    if not 2 <= len(code) <= _LONGEST_CODE or not code.isupper() or len(word) <= len(code):
        return False
    letters = iter(word.upper())
    return word[0].upper() == code[0] and all(letter in letters for letter in code)


def person_alone(text: str) -> str | None:
    """Return the person whose name is all that stands in a line."""
    return person(text) if len(text) <= LONGEST_NAME and "\t" not in text and CAPITALS.match(text.lstrip()) else None


@lru_cache(maxsize=1 << 14)
def person(cell: str) -> str | None:
    """Return the folded name if a cell is that of a person: two to five capitalised words that name nothing else.

    Behind a colon it may stand beside what it is put under: "Oak Ridge: Ana Rivera".
    """
    under, _, name = cell.partition(": ")
    cell = (name if name and ":" not in under + name else cell).strip(_EDGES)
    if not 2 <= len(cell) <= LONGEST_NAME:
        return None
    if " " not in cell:
        return cell if len(cell) <= 4 and is_unspaced(cell) and cell.isalpha() else None
    words = cell.replace(",", " ").split()
    if not all(map(_may_be_of_a_name, words)) or not _WORDS.fullmatch(cell):  # the first is told faster
        return None
    if words[-1].lower().rstrip(".") in _STREETS or not NO_NAMES.isdisjoint(cell.lower().split()):
        return None
    folded = fold(" ".join(words))
    return folded if NO_NAMES.isdisjoint(folded.split()) and not _is_no_name(folded) else None


def _is_no_name(folded: str) -> bool:
    """Whether words are a code or a phrase: single Latin letters, a figure, one word twice, kana without end."""
    words = folded.split()
    are_letters = folded.isascii() and all(len(word) == 1 for word in words)
    is_phrase = any(len(word) > _LONGEST_UNSPACED and is_unspaced(word) for word in words)
    return are_letters or is_phrase or len({*words}) < 2 or _FIGURE.search(folded) is not None


def _may_be_of_a_name(word: str) -> bool:
    return not word[0].islower() or word in PARTICLES


def name_in(text: str) -> str | None:
    """Return the first person named in a line without cells: the first capitalised words that follow each other."""
    run: list[str] = []
    for word in (*text.split()[:_MOST_WORDS], "."):
        bare = _name_word(word)
        if bare:
            run.append(bare)
            if word[-1] not in ";:)" and len(run) < 4:
                continue
        if len(run) > 1 and (name := person(" ".join(run))):
            return name
        run = []
    return None


@lru_cache(maxsize=1 << 14)
def _name_word(word: str) -> str:
    """Return a word without what clings to it if it may be of a name, or nothing."""
    bare = word.strip(_EDGES)
    may_be = _ONE_WORD.fullmatch(bare) and _may_be_of_a_name(bare) and fold(bare) not in NO_NAMES
    return bare if may_be else ""


def labelled(text: str) -> Iterator[tuple[str, str]]:
    """Yield each label of a line and what follows it: "Name: Ana", or two cells of which the first is the label."""
    if ":" in text:
        pieces = text.split(":", _MOST_LABELS)
        for label, value in pairwise(pieces):
            if label and not label[-1].isdigit():
                yield label, value
    elif text.count("\t") == 1:
        label, value = text.split("\t")
        yield label, value
