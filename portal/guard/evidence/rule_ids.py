"""The rules of the guard: one table of short, stable ids, each with one sentence.

A hit carries the id of the rule that found it, and those of the cues that changed how sure it is
(`guard.evidence.weigh`). A candidate that was dropped is told with the id of its veto, where somebody asks
(`guard.evidence.trace`). The ids stand in the goldens (`tests/goldens`), so a rule that moves to other code keeps its
id. The texts that each says yes and no to stand in `tests/rules/examples`, by id.
"""

from enum import StrEnum
from typing import Self


class Described(StrEnum):
    """Ids, each with a sentence that says what it stands for."""

    sentence: str

    def __new__(cls, name: str, sentence: str) -> Self:
        """Make a member of an id and its sentence."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.sentence = sentence
        return member


class Rule(Described):
    """What decides something about a hit. The text is the id; `sentence` says what the rule looks at."""

    # What finds a person by name.
    NAME_FULL = "name.full", "All of a person's given and family name stands there."
    NAME_PARTIAL = "name.partial", "A given and a family name stand there, but not all of the name on the roster."
    NAME_MIDDLE = "name.middle", "A middle name that the roster does not have stands between the two."
    NAME_CLASS = "name.class", "A grade or a class stands between the given and the family name."
    NAME_CELLS = "name.cells", "The given and the family name fill two cells of one row."
    NAME_SIBLINGS = "name.siblings", "Several given names share one family name."
    NAME_KIN = "name.kin", "The words between, or a title before the family name, say whose the given name is."
    NAME_NEAR = "name.near", "The given and the family name stand a few words apart."
    NAME_PARALLEL = "name.parallel", "The given names stand in one list, the family names in the same order in another."
    NAME_STACKED = "name.stacked", "A row of given names stands above a row of family names."
    NAME_LINES = "name.lines", "The given name fills a line or cell, and the family name the next."
    NAME_HEAD = "name.head", "The given name stands below a line or cell that holds the family name."
    NAME_FIELDS = "name.fields", "The given and the family name stand in labelled fields of one form."
    NAME_SALUTATION = "name.salutation", "The letter greets the family, and the given name stands alone in it."
    NAME_HOUSEHOLD = "name.household", "The given name stands in a list of the children of one family."
    NAME_GENITIVE = "name.genitive", "The family name stands in the genitive behind the given name."
    NAME_PLURAL = "name.plural", "The family name stands in the plural, and the given name in the same sentence."
    NAME_SHORT = "name.short", "A short or misspelled form of the given name stands beside a rare family name."
    NAME_SHORT_DOUBLE = "name.short-double", "A short given name stands beside all of a family name of several words."
    NAME_INITIALS = "name.initials", "The initials of the given names stand beside the family name."
    NAME_CALLED = "name.called", "The given name stands beside the initial of the family name."
    NAME_AILING = "name.ailing", "The initials of a child stand alone before what ails it."
    NAME_LOGIN = "name.login", "The initial and the family name are one word where a text speaks of signing in."
    NAME_SPELLED = "name.spelled", "The letters of the name stand one by one."
    NAME_BROKEN = "name.broken", "Pieces of words, joined, are the name."
    NAME_JOINED = "name.joined", "The given and the family name are written as one word."
    NAME_UNSPACED = "name.unspaced", "The name stands in a script that puts no blanks between words."
    NAME_SPREAD = "name.spread", "A name in a script without blanks between words has a blank or a line end within."
    NAME_MANDARIN = "name.mandarin", "Chinese characters sound like the name, which the roster has in Latin letters."
    NAME_HANGUL = "name.hangul", "Korean letters sound like the name, which the roster has in Latin letters."
    NAME_CONSONANTS = "name.consonants", "The name has the same consonants in Arabic as in Latin letters."
    NAME_AT_ONCE = "name.at-once", "Words side by side in a long list are the name; nothing around them is asked."

    # What finds a person by something else.
    EMAIL_EXACT = "email.exact", "A mail address of the roster stands there."
    EMAIL_WRAPPED = "email.wrapped", "A mail address of the roster stands there, broken at a line end."
    PHONE_EXACT = "phone.exact", "All digits of a phone number of the roster stand there."
    PHONE_LOCAL = "phone.local", "A phone number without its area code stands in a line with a name of that family."
    NUMBER_EXACT = "number.exact", "A student number stands alone."
    NUMBER_NAMED = "number.named", "A short or doubtful student number stands beside its child's name."
    NUMBER_LABELLED = "number.labelled", "A student number stands behind a label such as “student ID”."
    NUMBER_PARTS = "number.parts", "The parts of a student number stand with other marks between."
    NUMBER_PADDED = "number.padded", "A student number stands with zeros or a label joined before it."
    NUMBER_GROUPED = "number.grouped", "Student numbers stand in groups of digits."
    BIRTH_BESIDE = "birth.beside", "A birth date stands beside a name or the initials of the child it belongs to."

    # What stops a file without a person of the roster, or for the child it should be of.
    LIST_COLUMNS = "list.columns", "Rows of people with personal columns stand there, whoever the people are."
    FILE_TYPE = "file.type", "The ending of the file's name does not fit its bytes."
    ADDRESSEE_MISSING = "addressee.missing", "A letter for one child does not name that child."
    ADDRESSEE_UNSURE = "addressee.unsure", "A letter for one child names it by what another child bears as well."

    # What changes how sure a hit is.
    CUE_ORDINARY = "cue.ordinary", "The name is made of ordinary words."
    CUE_SECOND_GIVEN = "cue.second-given", "Only a later given name stands there, beside a common family name."
    CUE_OTHER_FAMILY = "cue.other-family", "Another family name follows the second half of a double one."
    CUE_GIVEN_LIST = "cue.given-list", "The two words go on as a list of given names does."
    CUE_PLACE = "cue.place", "A street, a school or the like is called so."
    CUE_BRIEF = "cue.brief", "The two words have one or two letters each."
    CUE_ROW = "cue.row", "The name fills a line or a row, or begins one."
    CUE_ITEM = "cue.item", "The name is an item of a list."
    CUE_GUESSED_MARKS = "cue.guessed-marks", "The marks of Vietnamese were read off a picture, and the words are small."
    CUE_OTHER_MARKS = "cue.other-marks", "The words of a Vietnamese text have other marks than the name."
    CUE_EXACT_MARKS = "cue.exact-marks", "The name stands with all its marks, as no ordinary words would."
    CUE_PART = "cue.part", "A part of these words is a sure name of the same person."
    CUE_TITLE = "cue.title", "The family name is a title as well, such as King or Santa."
    CUE_NAMESAKE = "cue.namesake", "A site, a program, a public figure or a colleague is called so."
    CUE_COLLEAGUE = "cue.colleague", "The text says that a colleague of the staff is meant."
    CUE_SHARED = "cue.shared", "The address or phone is the organisation's as well."
    CUE_MANY = "cue.many", "Several people of the roster may be meant, or very many bear such a name."
    CUE_TOLD = "cue.told", "The text says beside the name that a pupil is meant."
    CUE_FULL_INITIALS = "cue.full-initials", "All initials stand there, or all of a double family name."
    CUE_FAMILY = "cue.family", "A sure hit names a person of the same family."
    CUE_LIST = "cue.list", "Three hits that are not sure, of different people, make a list."

    # What drops a candidate.
    VETO_SENTENCE = "veto.sentence", "A sentence ends between the two words, or more than one line."
    VETO_FAMILY_PART = "veto.family-part", "The family name lacks a word without which it is another, such as “Saint”."
    VETO_OTHER_INITIAL = "veto.other-initial", "The initial of another middle name stands between."
    VETO_SHORT_COMMON = "veto.short-common", "A short given name stands before a family name that very many bear."
    VETO_SMALL_WORD = "veto.small-word", "One is an ordinary word in small letters beside a word with a capital."
    VETO_SECOND_GIVEN = "veto.second-given", "Only a later given name stands there, beside words of another name."
    VETO_TORN = "veto.torn", "The words are the end of one name and the beginning of the next."
    VETO_HYPHEN = "veto.hyphen", "A hyphen makes one given name of the two words."
    VETO_CELLS = "veto.cells", "The words stand in cells, and do not fill two that belong together."
    VETO_SMALL = "veto.small", "Words stand between, and the name has no capitals."
    VETO_OTHER_NAME = "veto.other-name", "Beside one of the two words stands a word that may be part of another name."
    VETO_MARKS = "veto.marks", "The words of a Vietnamese text have the marks of other names."
    VETO_WITHIN = "veto.within", "The words lie within a longer name, which is a hit of its own."
    VETO_PIECED = "veto.pieced", "Each word belongs to a longer name that is found."
    VETO_ALONE = "veto.alone", "It is not sure, no sure hit is of the same family, and no three such make a list."
    VETO_ALLOWED = "veto.allowed", "It may be somebody whom these readers may see."
    VETO_ALLOWED_PART = "veto.allowed-part", "The words are a part of the name of somebody whom these readers may see."
    VETO_OWN_CONTACT = "veto.own-contact", "The organisation has this address or phone, and nobody else is named."
