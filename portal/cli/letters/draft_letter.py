"""One letter for all, drafted at the command line: its files or texts, one for each language."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from portal import publish
from portal.cli.letters.guard import guard_facts
from portal.cli.letters.telling import mailing_facts, print_facts
from portal.cli.opening import people, print_json
from portal.documents import repository as documents
from portal.documents.tables import Document
from portal.kernel.errors import WrongCall
from portal.mailings.rules import Draft
from portal.overviews.writing.mailing_seen import languages_of
from portal.publish import Stopped, Upload
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.languages import ENGLISH, language_named


@dataclass(frozen=True, slots=True)
class LetterGiven:
    """A letter for all as it was given: a file or a text, `LANG=FILE` for each other language, what is enclosed."""

    file: Path | None
    text: Path | None
    also: Sequence[str]
    text_in: Sequence[str]
    enclosed: Sequence[Path] = ()


def by_language(option: str, typed: Sequence[str] | None) -> dict[str, str]:
    """Return what was given as `LANG=…` by the tag of its language. Raises `WrongCall`."""
    found: dict[str, str] = {}
    for one in typed or ():
        written, equals, value = one.partition("=")
        language = language_named(written)
        if not equals or not value.strip() or language is None:
            raise WrongCall(f"Write --{option} LANG=…, such as --{option} es=…, with a language families read here.")
        if language == ENGLISH:
            raise WrongCall(f"The letter itself is the English one: --{option} is for other languages.")
        if language.tag in found:
            raise WrongCall(f"--{option} has {language.tag} twice.")
        found[language.tag] = value
    return found


def draft_letter(house: House, checked: Draft, given: LetterGiven, person: Acting, *, as_json: bool) -> None:
    """Write the mailing and say what became of it. Raises `typer.Exit` 3 where the guard stops anything."""
    others = {tag: _there(path) for tag, path in by_language("also", given.also).items()}
    texts = {tag: _words(_there(path)) for tag, path in by_language("text-in", given.text_in).items()}
    if given.text is not None:
        texts[publish.BASE] = _words(given.text)
    done = publish.put_draft(
        house, checked, by=person, now=house.clock(), upload=_upload(given.file) if given.file else None,
        others={tag: _upload(path) for tag, path in others.items()}, texts=texts,
        enclosures=[_upload(path) for path in given.enclosed],
    )  # fmt: skip
    facts: dict[str, Any] = {"mailing": None, "state": None}
    if done.mailing_id:
        facts = mailing_facts(house, done.mailing_id) | {"languages": _languages(house, done.mailing_id)}
        files = _files(house, done.mailing_id)
        facts["accessibility"] = [one.facts() for one in publish.how_it_reads(house, files)]
        facts["made"] = [one.facts() for one in publish.how_made(files)]
    facts |= {"guard": guard_facts(done.report), "reconciliation": {}}
    if isinstance(done, Stopped) and done.file_name:
        facts["guard"]["file"] = done.file_name
    if as_json:
        print_json(**facts)
    elif isinstance(done, Stopped):
        print_stop(done)
    else:
        print_facts(facts)
        print_made(facts["made"])
        print_advice(facts["accessibility"])
    if isinstance(done, Stopped):
        raise typer.Exit(3)


def _there(path: str) -> Path:
    found = Path(path)
    if not found.is_file():
        raise WrongCall(f"There is no file {path}.")
    return found


def _upload(path: Path) -> Upload:
    return Upload(path, path.name)


def _words(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongCall(f"{path.name} is no text in UTF-8. Save it as such.") from None


def _languages(house: House, mailing_id: str) -> list[str]:
    with house.db.read() as session:
        return [language.tag for language in languages_of(session, mailing_id)]


def _files(house: House, mailing_id: str) -> Sequence[Document]:
    with house.db.read() as session:
        return documents.documents_of(session, mailing_id)


def print_advice(files: Sequence[dict[str, Any]]) -> None:
    """Say what would help those who listen to the letter; nothing keeps it from being sent."""
    for file in files:
        for sentence in file["advice"]:
            people.print(f"For screen readers, {file['file']}: {sentence}", markup=False)


def print_made(files: Sequence[dict[str, Any]]) -> None:
    """Say of each file that was converted what was taken out of it, and what to look at."""
    for file in files:
        if file["converted"]:
            gone = f" Taken out: {'; '.join(file['removed'])}." if file["removed"] else ""
            people.print(f"Made a PDF: {file['file']}. Families get this, never the file itself.{gone}", markup=False)
            for sentence in file["look_at"]:
                people.print(f"Look at this: {sentence}", markup=False)


def print_stop(done: Stopped) -> None:
    """Say that the guard stopped something, and whether it is kept."""
    where = f"{done.file_name}: " if done.file_name else ""
    people.print(f"Stopped by the guard. {where}{done.report.reason}", markup=False)
    held = "It is kept sealed for three days: an approver may release it in the browser."
    people.print(held if done.is_held else "It is not kept.")
    if done.is_one_of_several:
        people.print("A letter of several files is not kept for a release: send this file in a mailing of its own.")
