"""The form in which an admin says what the columns of a roster hold, and what it makes of what was chosen."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from portal.publish.rosters.roster_uploads import Seen, Told
from portal.rosters.fields.answers import DROP
from portal.rosters.fields.dates import Order
from portal.rosters.fields.headings import heading_of, word_of
from portal.rosters.fields.values import Doubt, SeenColumn
from portal.web.posted.forms import Form
from portal.words.sentences import one_after_another, sentence

_OF_CHILD: Final = {
    "child_id": sentence("student number"), "child_name": sentence("whole name"),
    "child_given_name": sentence("given name"), "child_family_name": sentence("family name"),
    "birth_date": sentence("date of birth"), "grade": sentence("grade"), "site": sentence("school or site"),
    "program": sentence("program"), "household_phone": sentence("phone of the household"),
}  # fmt: skip
_OF_GUARDIAN: Final = {
    "guardian_email": sentence("e-mail address"), "guardian_name": sentence("whole name"),
    "guardian_given_name": sentence("given name"), "guardian_family_name": sentence("family name"),
    "guardian_mobile": sentence("mobile phone"), "guardian_home_phone": sentence("home phone"),
    "guardian_id": sentence("id"), "language": sentence("language"),
    "may_receive": sentence("may receive letters, yes or no"),
    "guardian_relation": sentence("what they are to the child"), "guardian_kind": sentence("kind of contact"),
    "guardian_is": sentence("is a guardian, yes or no"),
}  # fmt: skip
_PLACES: Final = {
    "1": sentence("Guardian"), "2": sentence("Second guardian"), "3": sentence("Third guardian"),
    "4": sentence("Fourth guardian"), "mother": sentence("Mother"), "father": sentence("Father"),
}  # fmt: skip
_ORDERS: Final = {
    Order.MONTH_FIRST: sentence("The month first: 3/14/2018"),
    Order.DAY_FIRST: sentence("The day first: 14/3/2018"),
    Order.YEAR_FIRST: sentence("The year first: 18/3/14"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen for one column, and what is wrong with it; nothing chosen yet is empty."""

    place: int
    column: SeenColumn
    key: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the file that one press settles, with the answer it stands for."""

    sentence: str
    samples: tuple[str, ...]
    says: str
    label: str


@dataclass(frozen=True, slots=True)
class ColumnsForm:
    """The whole form: columns that were not known, those that were, what else is asked, and what only a new file mends.

    `needed` says what no column holds yet.
    """

    unknown: tuple[Chosen, ...]
    known: tuple[Chosen, ...]
    asked: tuple[Asked, ...]
    dates: tuple[Doubt, ...]
    mend: tuple[Doubt, ...]
    options: Mapping[str, Mapping[str, str]]
    date: str | None = None
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether somebody has to answer before the roster can be compared."""
        return bool(self.unknown or self.asked or self.dates or self.mend or self.faults)

    @property
    def is_wrong(self) -> bool:
        """Whether something of what was chosen cannot stand."""
        return bool(self.faults or any(one.fault for one in (*self.unknown, *self.known)))

    @property
    def orders(self) -> Mapping[Order, str]:
        """In which orders dates may stand, in words."""
        return _ORDERS


def mapping_of(seen: Seen, told: Told) -> ColumnsForm:
    """Return the form as it stands before anybody chose anew."""
    said = {word_of(one.rpartition("=")[0]) for one in told.columns}
    return _form(seen, told, [_before(one, is_said=word_of(one.name) in said) for one in _columns(seen)], told.dates)


def _before(column: SeenColumn, *, is_said: bool) -> str:
    if column.key or column.kind == "left-out" or is_said:
        return column.key or DROP
    return column.proposed or ("" if column.holds else DROP)


def _columns(seen: Seen) -> Sequence[SeenColumn]:
    return seen.sheet.columns if seen.sheet else ()


def _form(seen: Seen, told: Told, keys: Sequence[str], date: str | None) -> ColumnsForm:
    said = {word_of(one.rpartition("=")[0]) for one in told.columns}
    chosen = [Chosen(place, one, keys[place]) for place, one in enumerate(_columns(seen)) if one.kind != "twin"]
    unknown = tuple(one for one in chosen if one.column.kind == "unknown" and word_of(one.column.name) not in said)
    doubts = seen.report.doubts if seen.report else []
    names = {word_of(one.column.name) for one in unknown}
    asked = [one for one in doubts if one.says and word_of(one.column) not in names]
    dates = [one for one in doubts if one.kind == "dates"]
    mend = [one for one in doubts if not one.says and one not in dates]
    needed = one_after_another(*_missing(keys)) if seen.refusal == "ColumnsMissing" else ""
    known = tuple(one for one in chosen if one not in unknown)
    questions = tuple(_asked(one, _columns(seen)) for one in asked)
    return ColumnsForm(
        unknown, known, questions, tuple(dates), tuple(mend), _options(_columns(seen)), date,
        {"needed": needed} if needed else {},
    )  # fmt: skip


def _missing(keys: Sequence[str]) -> Iterator[str]:
    if "child_id" not in keys:
        yield sentence("Every roster needs the student number. Choose which column holds it.")
    if "child_name" not in keys and not {"child_given_name", "child_family_name"} <= set(keys):
        yield sentence("Every roster needs the child’s name. Choose which column holds it.")
    if not any(key.startswith("guardian_") for key in keys):
        yield sentence("Every roster needs the guardian’s e-mail address. Choose which column holds it.")


def _asked(doubt: Doubt, columns: Sequence[SeenColumn]) -> Asked:
    says = doubt.says[-1]
    column, _, key = says.rpartition("=")
    same = [one for one in columns if doubt.kind == "column" and word_of(one.name) == word_of(column)]
    if same:  # one answer is for all columns of a header, and the first of them is taken
        says = f"{column}={same[0].key or DROP}"
        label = sentence("Take the first column “%(column)s”, and leave the others out", column=column)
    elif key == DROP:
        label = sentence("Leave out “%(column)s”", column=column)
    elif key.partition(" ")[0] == "guardian_name":
        label = sentence("“%(column)s” holds whole names, and some people have one name alone", column=column)
    else:
        label = sentence("They have one name alone")
    return Asked(doubt.sentence, doubt.samples, says, label)


def _options(columns: Sequence[SeenColumn]) -> Mapping[str, Mapping[str, str]]:
    """Return what a column may be, in groups: the child, the guardians of the file, and one more."""
    there = {heading_of(one.key).slot for one in columns if one.key} | {
        heading_of(one.proposed).slot for one in columns if one.proposed
    }
    slots = [*dict.fromkeys(["1", "2", *sorted(there - {""})])]
    options: dict[str, Mapping[str, str]] = {
        sentence("The child"): {key: sentence("Child: %(words)s", words=words) for key, words in _OF_CHILD.items()},
    }
    for slot in slots:
        who = _PLACES.get(slot, slot.capitalize())
        end = "" if slot == "1" else f" {slot}"
        options[who] = {
            f"{key}{end}": sentence("%(who)s: %(words)s", who=who, words=words) for key, words in _OF_GUARDIAN.items()
        }
    return options


def chosen_in(form: Form, seen: Seen, told: Told) -> tuple[ColumnsForm, Told]:
    """Return the form with what was chosen and what is wrong with it, and what that says of the roster."""
    columns = _columns(seen)
    before = mapping_of(seen, told)
    known = {key for group in before.options.values() for key in group} | {DROP}
    keys = [form.text(f"column-{place}") for place in range(len(columns))]
    keys = [key if key in known else "" for key in keys]
    twice = {key for key, times in Counter(keys).items() if times > 1 and key not in {"", DROP}}

    def judged(one: Chosen) -> Chosen:
        fault = sentence("Choose what this column holds, or leave it out.") if not one.key else ""
        fault = sentence("Two columns are said to hold this. Choose one of them.") if one.key in twice else fault
        return Chosen(one.place, one.column, one.key, fault)

    date = form.text("dates") if form.text("dates") in set(Order) else told.dates
    made = _form(seen, told, keys, date)
    faults = _faults(made, form, keys if columns else None)
    done = ColumnsForm(
        tuple(map(judged, made.unknown)), tuple(map(judged, made.known)), made.asked, made.dates, made.mend,
        made.options, date, faults,
    )  # fmt: skip
    return done, Told(_says(done, form, told), date)


def _faults(made: ColumnsForm, form: Form, keys: Sequence[str] | None) -> dict[str, str]:
    faults: dict[str, str] = {}
    if keys is not None and (needed := [*_missing(keys)]):
        faults["needed"] = one_after_another(*needed)
    if made.dates and form.text("dates") not in set(Order):
        faults["dates"] = sentence("Say how the dates are written.")
    if any(one.says not in form.all("settle") for one in made.asked):
        faults["settle"] = sentence("Confirm each of these, or mend the file and choose it again.")
    return faults


def _says(made: ColumnsForm, form: Form, told: Told) -> tuple[str, ...]:
    """Return the answers: about columns that were not known, about those that are to be something else, and the rest.

    A column whose header said it all is not answered for: an answer would mean that its empty cells are meant.
    """
    before = {word_of(one.rpartition("=")[0]): one for one in told.columns}
    for one in (*made.unknown, *made.known):
        stood = one.column.key or DROP
        if one in made.unknown or one.key != stood:
            before[word_of(one.column.name)] = f"{one.column.name}={one.key}"
    settled = {one.says for one in made.asked} & set(form.all("settle"))
    return tuple(dict.fromkeys([*before.values(), *sorted(settled)]))
