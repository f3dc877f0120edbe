"""What one cell may say. Every function takes the cell as written and returns a value, or raises `BadCell`."""

import re
import unicodedata
from datetime import date

from portal.kernel.addresses import NotOneAddress, OneAddress

_LONGEST = 200
# Control characters, and the marks that turn the direction of a line: neither belongs in a name or a mail header.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
_PHONE = re.compile(r"\+?[\d\s().\-/]+(?:\s*(?:x|ext\.?|#)\s*\d{1,6})?", re.IGNORECASE)
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (?:0?0:00(?::00)?|12:00(?::00)? ?AM))?", re.IGNORECASE)
_GRADE = re.compile(r"(?:grade|gr\.?)?\s*0*(\d{1,2})(?:st|nd|rd|th)?(?:\s*grade)?", re.IGNORECASE)
_FLOAT = re.compile(r"\d+\.0")
_CUT_NUMBER = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_YES = {"yes", "y", "true", "t", "1"}
_NO = {"no", "n", "false", "f", "0"}
_KINDERGARTEN = {"k", "kg", "kindergarten"}
_LANGUAGES = {
    "english": "en", "eng": "en", "spanish": "es", "español": "es", "spa": "es", "vietnamese": "vi", "tiếng việt": "vi",
    "vie": "vi", "chinese": "zh", "mandarin": "zh", "cantonese": "yue", "中文": "zh", "zho": "zh", "chi": "zh",
    "arabic": "ar", "العربية": "ar", "ara": "ar", "french": "fr", "français": "fr", "fra": "fr", "fre": "fr",
    "somali": "so", "soomaali": "so", "som": "so", "haitian creole": "ht", "portuguese": "pt", "russian": "ru",
    "korean": "ko", "hindi": "hi", "urdu": "ur", "nepali": "ne", "swahili": "sw", "amharic": "am", "burmese": "my",
    "hmong": "hmn", "tagalog": "tl", "polish": "pl", "ukrainian": "uk", "german": "de", "japanese": "ja",
}  # fmt: skip


class BadCell(ValueError):
    """A cell cannot be right; the message is a sentence for whoever mends the file."""


def printable(words: str) -> str:
    """Return words of the file so that a terminal shows them and obeys none of them."""
    return _UNSEEN.sub("�", words)


def text(cell: str) -> str:
    """Return the cell with its blanks tidied and its letters composed (NFC); at most 200 characters."""
    tidy = long_text(cell)
    if len(tidy) > _LONGEST:
        raise BadCell(f"This cell is longer than {_LONGEST} characters.")
    return tidy


def long_text(cell: str) -> str:
    """Return the cell as `text` does, whatever its length: a list of ids."""
    if _UNSEEN.search(cell):
        raise BadCell("This cell holds a control character. Type it again.")
    tidy = " ".join(cell.split())
    if not tidy.isascii():
        tidy = unicodedata.normalize("NFC", tidy)
    return tidy


def name(cell: str) -> str:
    """Return a person's name, or nothing for an empty cell. A number or an address is not a name."""
    tidy = text(cell)
    if tidy and ("@" in tidy or not any(letter.isalpha() for letter in tidy)):
        raise BadCell("This is not a name. Look whether columns were swapped.")
    return tidy


def needed_name(cell: str) -> str:
    """Return a name that may not be missing."""
    return name(cell) or _missing("The name is missing.")


def needed_id(cell: str) -> str:
    """Return an id that may not be missing."""
    return text(cell) or _missing("The id is missing.")


def number(cell: str) -> str:
    """Return an id as a spreadsheet shows it: `100001.0` is `100001`. One cut short (`1.2E+05`) cannot be known."""
    tidy = text(cell)
    if _CUT_NUMBER.fullmatch(tidy):
        raise BadCell("A spreadsheet shortened this number. Give the column the format Text and export it again.")
    return tidy.removesuffix(".0") if _FLOAT.fullmatch(tidy) else tidy


def needed_number(cell: str) -> str:
    """Return an id as `number` does, which may not be missing."""
    return number(cell) or _missing("The id is missing.")


def _missing(sentence: str) -> str:
    raise BadCell(sentence)


def email(cell: str) -> OneAddress | None:
    """Return the one mail address, or None for an empty cell."""
    tidy = text(cell)
    if not tidy:
        return None
    try:
        return OneAddress.parse(tidy)
    except NotOneAddress:
        pass
    if tidy.count("@") > 1 or "," in tidy or ";" in tidy:
        raise BadCell("This holds more than one address. Keep one a person, in a row of its own.")
    raise BadCell("This is not a mail address.")


def phone(cell: str) -> str:
    """Return a phone number as written. Only its shape is checked: 7 to 15 digits, an extension aside."""
    tidy = number(cell)
    if tidy:
        digits = re.split(r"[xe#]", tidy, maxsplit=1, flags=re.IGNORECASE)[0]
        if not _PHONE.fullmatch(tidy) or not 7 <= sum(letter.isdigit() for letter in digits) <= 15:
            raise BadCell("This is not a phone number: it needs 7 to 15 digits and no other words.")
    return tidy


def day(cell: str) -> date | None:
    """Return a date written 2018-03-04 or, as American offices do, 3/4/2018; None for an empty cell."""
    tidy = text(cell)
    if not tidy:
        return None
    try:
        if found := _ISO_DATE.fullmatch(tidy):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _US_DATE.fullmatch(tidy):
            return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise BadCell("This is not a date. Write it as 2018-03-04.")


def birth_date(cell: str) -> date | None:
    """Return a date on which a child can have been born: the year 1900 or later."""
    born = day(cell)
    if born and born.year < 1900:
        raise BadCell("Nobody in a school was born then. Write the date as 2018-03-04.")
    return born


def grade(cell: str) -> str:
    """Return a grade in one spelling: `02`, `2nd` and `Grade 2` are `2`, `KG` is `K`; others in capitals as written."""
    tidy = text(cell).removesuffix(".0")
    if found := _GRADE.fullmatch(tidy):
        return found[1]
    return "K" if tidy.casefold() in _KINDERGARTEN else tidy.upper()


def language(cell: str) -> str:
    """Return a BCP 47 tag in lower case, for a tag or a language's name; a language not known here stays as written."""
    tidy = text(cell).casefold().replace("_", "-")
    if tidy in _LANGUAGES:
        return _LANGUAGES[tidy]
    return tidy if _TAG.fullmatch(tidy) else text(cell)


def yes_or_no(cell: str) -> bool | None:
    """Return what a yes/no cell says, or None for an empty one."""
    tidy = text(cell).casefold()
    if tidy in _YES or tidy in _NO:
        return tidy in _YES
    if tidy:
        raise BadCell("This must be yes or no.")
    return None
