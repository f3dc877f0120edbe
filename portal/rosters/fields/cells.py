"""What one cell may say. Every function takes the cell as written and returns a value, or raises `BadCell`."""

import re
import unicodedata

from portal.kernel.text.addresses import NotOneAddress, OneAddress

_LONGEST = 200
# Control characters, and the marks that turn the direction of a line: neither belongs in a name or a mail header.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
_PHONE = re.compile(r"\+?[\d\s().\-/]+(?:\s*(?:x|ext\.?|#)\s*\d{1,6})?", re.IGNORECASE)
_FORMULA = re.compile(r"=|[+\-@][A-Za-z_]+[(|!]")
_SEVERAL = re.compile(r"[&;]| and ", re.IGNORECASE)
_CUT_OFF = re.compile(r"#{2,}")
_SHEET_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!)", re.IGNORECASE)
_WITH_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.*|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)\b.*|\d{5}-\d{4}")
_PLAIN_PHONE = re.compile(r"1?[2-9]\d\d[2-9]\d{6}|0\d{9,10}")
_GRADE = re.compile(r"(?:grade|gr\.?)?\s*0*(\d{1,2})(?:st|nd|rd|th)?(?:\s*grade)?", re.IGNORECASE)
_FLOAT = re.compile(r"\d+\.0")
_CUT_NUMBER = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_SPECIAL = frozenset("=+-@#")
_CALCULATES = frozenset("=+-@")
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
    if tidy[:1] in _SPECIAL:
        _refuse_sheet_words(tidy)
    if len(tidy) > _LONGEST:
        raise BadCell(f"This cell is longer than {_LONGEST} characters.")
    return tidy


def _refuse_sheet_words(tidy: str) -> None:
    if is_formula(tidy):
        raise BadCell("This is a formula. Copy the column, paste it as values alone, and save the file again.")
    if _CUT_OFF.fullmatch(tidy):
        raise BadCell("The column was too narrow when this was saved, so the value is lost. Widen it and save again.")
    if _SHEET_ERROR.fullmatch(tidy):
        raise BadCell("A spreadsheet wrote an error here. Mend the cell and save the file again.")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate this cell."""
    start = cell.lstrip()
    return start[:1] in _CALCULATES and bool(_FORMULA.match(start))


def is_phone(cell: str) -> bool:
    """Whether a cell of an unknown column looks like a phone number: no date, no postcode, no plain number."""
    tidy = cell.strip().removeprefix("'")
    if not tidy[:1] or tidy[0] not in "+(0123456789" or _WITH_DATE.fullmatch(tidy):
        return False
    if tidy.isdigit():
        return bool(_PLAIN_PHONE.fullmatch(tidy))
    try:
        return bool(phone(tidy)) and not _FLOAT.fullmatch(tidy) and not re.fullmatch(r"\d+[.,]\d+", tidy)
    except BadCell:
        return False


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
    if _SEVERAL.search(tidy):
        raise BadCell("This names more than one person. Give each a column or a row of their own.")
    return tidy


def needed_name(cell: str) -> str:
    """Return a name that may not be missing."""
    return name(cell) or _missing("The name is missing.")


def needed_id(cell: str) -> str:
    """Return an id that may not be missing."""
    return text(cell) or _missing("The id is missing.")


def number(cell: str) -> str:
    """Return an id as a spreadsheet shows it: `100001.0` is `100001`. One cut short (`1.2E+05`) cannot be known."""
    tidy = unmarked(text(cell))
    if _CUT_NUMBER.fullmatch(tidy):
        raise BadCell(
            "A spreadsheet shortened this number, so its last digits are lost. Give the column the format Text, or "
            "Number without decimals, and export it again."
        )
    return tidy.removesuffix(".0") if _FLOAT.fullmatch(tidy) else tidy


def unmarked(tidy: str) -> str:
    """Return a cell without the apostrophe by which spreadsheets mark digits as text: `'0042` is `0042`."""
    return tidy[1:] if len(tidy) > 1 and tidy[0] == "'" and (tidy[1].isdigit() or tidy[1] == "+") else tidy


def needed_number(cell: str) -> str:
    """Return an id as `number` does, which may not be missing."""
    return number(cell) or _missing("The id is missing.")


def _missing(sentence: str) -> str:
    raise BadCell(sentence)


def email(cell: str) -> OneAddress | None:
    """Return the one mail address, or None for an empty cell."""
    tidy = text(cell).removeprefix("'")
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


def grade(cell: str) -> str:
    """Return a grade in one spelling: `02`, `2nd` and `Grade 2` are `2`, `KG` is `K`; others in capitals as written."""
    tidy = unmarked(text(cell)).removesuffix(".0")
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
