"""A letter with fields becomes a letter for each child: the roster's values and a table's, that child's alone."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from portal.documents.rules import safe_file_name
from portal.documents.rules.tokens import KnownNumbers
from portal.families import repository as families
from portal.press import NotTypeset, Press
from portal.press.letters.fields import CHILD_FIELDS, fields_of_no_column, missing_fields
from portal.press.letters.letter import Letterhead, LetterTemplate, compose_letter
from portal.press.letters.template import StaffTemplate, read_template
from portal.publish.one_letter.letters import check_links
from portal.publish.per_child.batch import Candidate
from portal.publish.per_child.ways import NotSorted, Pile, Sorting, Trouble
from portal.rosters.caged import read_keyed
from portal.rosters.fields.values import Keyed, RosterUnreadable
from portal.wiring import House, press
from portal.words.languages import ENGLISH
from portal.words.saying import whole_day
from portal.words.sentences import numbered, one_after_another, reason, sentence
from portal.words.several import all_of, with_commas

Row = Mapping[str, str]
_NAMING = ("child.given_name", "child.family_name", "child.name", "child.student_number")
"""The fields that make a letter one child's: once the portal fills in one of them, nobody has to ask whose it is."""
_FIELD, _MARKS = re.compile(r"\{\{[^{}\n]*\}\}"), re.compile(r"[*_`#]")
_NUMBER = re.compile(r"(?=\S*\d)\S+")
"""A student number, and no name: a list chosen by mistake may hold names in the column of numbers."""


def merge_letters(pile: Pile) -> Sorting:
    """Set a letter for each child of the audience who is not left out. Raises `NotSorted` with the list of gaps."""
    try:
        template = template_of(pile)
        rows = _rows(pile, template.fields)
    except (NotTypeset, RosterUnreadable) as error:
        raise NotSorted([Trouble(reason(error), sentence("Change the letter or the table and try again."))]) from error
    return Sorting(len(rows), _letters(pile, template, rows))


def template_of(pile: Pile) -> LetterTemplate | StaffTemplate:
    """Return the letter as it is to be set. Raises `NotTypeset`."""
    title = pile.mailing.title
    if "template" in pile.files:
        return read_template(pile.files["template"].path.read_text("utf-8"), title=title, language=ENGLISH.tag)
    settings = pile.house.settings
    pictures = {role: pile.files[role].path.read_bytes() for role in ("logo", "signature") if role in pile.files}
    head = Letterhead(
        settings.organisation, settings.contact, pictures.get("logo"), pictures.get("signature"),
        str(pile.ask.get("signer", "")),
    )  # fmt: skip
    today = _today(pile.house)
    letter = compose_letter(pile.ask["markdown"], title=title, letterhead=head, language=ENGLISH.tag, dated=today)
    check_links(letter.links, settings.link_hosts)
    return letter


def _rows(pile: Pile, fields: Sequence[str]) -> dict[str, Row]:
    """Return each child's own values by child id. Raises `NotSorted` where one is missing, or is nobody's or two's."""
    keyed = read_keyed(pile.files["values"].path) if "values" in pile.files else None
    if keyed and keyed.faults:
        raise NotSorted([Trouble(fault, sentence("Correct the table and choose it again.")) for fault in keyed.faults])
    given, troubles = _values(pile, keyed) if keyed else ({}, [])
    rows = _roster_rows(pile, given)
    unknown = fields_of_no_column(fields, keyed.columns if keyed else ())
    gaps = missing_fields([field for field in fields if field not in unknown], rows)
    troubles = [*(_gap(field, children) for field, children in gaps.items()), *troubles]
    troubles = [*(_unknown(field, near, has_table=keyed is not None) for field, near in unknown.items()), *troubles]
    if troubles:
        raise NotSorted(troubles)
    return rows


def _values(pile: Pile, keyed: Keyed) -> tuple[dict[str, Row], list[Trouble]]:
    """Return the rows of a table by child id, each surely that child's; and what is wrong with the others.

    A workbook that dropped the zeros before a number means the same child, unless another one has that very number:
    whoever is on the roster is known here, so that no child's values become another's.
    """
    numbers, here = KnownNumbers((*pile.pupils, *pile.elsewhere)), {pupil.child_id for pupil in pile.pupils}
    rows_of: dict[str, list[str]] = {}
    strangers: list[str] = []
    for number in keyed.rows:
        bearers = numbers.bearers(number)
        if len(bearers) == 1 and bearers <= here:
            rows_of.setdefault(next(iter(bearers)), []).append(number)
        else:
            strangers.append(number)
    twice = {child: rows for child, rows in rows_of.items() if len(rows) > 1}
    troubles = [_strangers(sorted(strangers))] if strangers else []
    troubles += [
        Trouble(
            sentence("The table has %(count)s rows for one child: %(rows)s.", count=len(rows), rows=", ".join(rows)),
            sentence("Leave one of them."),
            (),
            (child,),
        )
        for child, rows in twice.items()
    ]
    return {child: keyed.rows[rows[0]] for child, rows in rows_of.items()}, troubles


def _unknown(field: str, near: str, *, has_table: bool) -> Trouble:
    name = field.removeprefix("value.")
    told = (
        sentence("There is no field %(name)s, and the table has no column %(name)s.", name=name)
        if has_table
        else sentence("There is no field %(name)s, and no table was chosen.", name=name)
    )
    hint = sentence("Did you mean %(name)s?", name=near) if near else ""
    return Trouble(
        one_after_another(told, hint), sentence("Write a field that there is, or choose a table with this column.")
    )


def _gap(field: str, children: list[str]) -> Trouble:
    name = field.removeprefix("value.")
    told = (
        sentence("The field %(name)s is empty for one child.", name=name)
        if len(children) == 1
        else sentence("The field %(name)s is empty for %(count)s children.", name=name, count=len(children))
    )
    fix = (
        sentence("Fill it in the student information system and import the roster again, or leave these children out.")
        if field in CHILD_FIELDS
        else sentence("Fill it in the table and choose the table again, or leave these children out.")
    )
    return Trouble(told, fix, children=tuple(children))


def _strangers(numbers: list[str]) -> Trouble:
    shown = [number for number in numbers if _NUMBER.fullmatch(number)][:5]
    more = len(numbers) - len(shown)
    named = with_commas(shown)
    if more:
        named = all_of([named, numbered("%(count)s more", "%(count)s more", more, count=more)])
    return Trouble(
        numbered(
            "The table has %(number)s row for student numbers whom this letter is not for: %(numbers)s.",
            "The table has %(number)s rows for student numbers whom this letter is not for: %(numbers)s.",
            len(numbers),
            numbers=named,
        )
        if shown
        else numbered(
            "The table has %(number)s row for student numbers whom this letter is not for.",
            "The table has %(number)s rows for student numbers whom this letter is not for.",
            len(numbers),
        ),
        sentence("Take these rows out of the table, or choose the audience again."),
    )


def _roster_rows(pile: Pile, given: Mapping[str, Row]) -> dict[str, Row]:
    children = [pupil.child_id for pupil in pile.pupils if pupil.child_id not in pile.left_out]
    with pile.house.db.read() as session:
        grades = families.grades_of(session, children)
        places = families.places_of_children(session, children)
    plain = _plain(pile.house)
    rows: dict[str, Row] = {}
    for pupil in pile.pupils:
        if pupil.child_id in pile.left_out:
            continue
        sites = dict.fromkeys(site for site, _ in places.get(pupil.child_id, ()))
        programs = dict.fromkeys(program for _, program in places.get(pupil.child_id, ()) if program)
        values = given.get(pupil.child_id, {})
        rows[pupil.child_id] = {
            "child.given_name": pupil.given_name,
            "child.family_name": pupil.family_name,
            "child.name": f"{pupil.given_name} {pupil.family_name}".strip(),
            "child.student_number": pupil.student_number,
            "child.grade": grades.get(pupil.child_id, ""),
            "child.site": " and ".join(sites),
            "child.program": " and ".join(programs),
            **plain,
            **{f"value.{column}": text for column, text in values.items()},
        }
    return rows


def _plain(house: House) -> Row:
    settings = house.settings
    return {"organisation": settings.organisation, "contact": settings.contact, "today": _today(house)}


def _today(house: House) -> str:
    return whole_day(house.clock().astimezone(house.settings.zone).date(), ENGLISH)


def _letters(pile: Pile, template: LetterTemplate | StaffTemplate, rows: dict[str, Row]) -> Iterator[Candidate]:
    machine: Press = press()
    name = safe_file_name(f"{pile.mailing.title}.pdf")
    naming = [field for field in _NAMING if field in template.fields]
    written = _MARKS.sub("", _FIELD.sub(" ", _words_of(pile)))
    made = machine.typeset_all(template.typst, (template.values(row) for row in rows.values()))
    with closing(made) as pdfs:  # type: ignore[type-var]  # a generator, which the port calls an iterator
        for place, ((child_id, row), pdf) in enumerate(zip(rows.items(), pdfs, strict=True)):
            path = pile.folder / f"letter-{place}"
            path.write_bytes(pdf)
            page = template.html(row) if isinstance(template, LetterTemplate) else ""
            sha256 = hashlib.sha256(pdf).hexdigest()
            filled = tuple(filter(None, map(row.get, naming)))
            others = (row.get(field, "") for field in template.fields if field not in naming)
            yield Candidate(
                place,
                name,
                path,
                len(pdf),
                sha256,
                child_id,
                page,
                origin="set",
                filled=filled,
                beside="\n\n".join((written, *others)),
            )


def _words_of(pile: Pile) -> str:
    """Return the letter as somebody wrote it, with its fields, and who signs it."""
    if "template" in pile.files:
        return pile.files["template"].path.read_text("utf-8")
    return f"{pile.ask['markdown']}\n\n{pile.ask.get('signer', '')}"
