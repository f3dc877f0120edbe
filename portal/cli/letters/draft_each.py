"""One letter for each child, drafted at the command line: files, one big PDF, or a letter with fields."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.progress import Progress

from portal import publish
from portal.cli.letters.draft_letter import print_stop
from portal.cli.letters.guard import guard_facts
from portal.cli.letters.telling import mailing_facts, print_facts, print_table, table_facts
from portal.cli.opening import aside, people, print_json
from portal.kernel.errors import WrongCall
from portal.kernel.machine.scratch import scratch
from portal.mailings.rules import Draft
from portal.overviews.per_child import reconciling
from portal.publish import Accepted, Stopped, Upload, Way
from portal.staff.rules import Acting
from portal.wiring import House


@dataclass(frozen=True, slots=True)
class EachGiven:
    """What letters are made from: files by role, a letter with fields, what is told, and `NUMBER=REASON`s.

    With `accept_suggestions` somebody has looked through what is suggested, and says that it is right.
    """

    files: Mapping[str, Path | None]
    merge: Path | None
    told: Mapping[str, Any]
    leave_out: Sequence[str]
    accept_suggestions: bool = False


def reasons_of(typed: Sequence[str]) -> dict[str, str]:
    """Return why each child is left out, by student number. Raises `WrongCall`."""
    pairs = [one.partition("=") for one in typed]
    if any(not number.strip() or not reason.strip() for number, _, reason in pairs):
        raise WrongCall("Write --leave-out NUMBER=REASON, such as --leave-out 100004='moved away'.")
    return {number.strip(): reason.strip() for number, _, reason in pairs}


def _given(given: EachGiven) -> tuple[Way, dict[str, Path], dict[str, Any]]:
    """Return the way, the files by role and what else was said; options of another way are refused."""
    files = {role: path for role, path in given.files.items() if path is not None}
    ask, merge = {name: value for name, value in given.told.items() if value}, given.merge
    way: Way = "files" if "archive" in files else "split" if "pdf" in files else "merge"
    if merge is not None and merge.suffix.lower() == ".typ":
        files["template"] = merge
    elif merge is not None:
        ask["markdown"] = merge.read_text("utf-8-sig")
    strange = [name for name in (*files, *ask) if name not in _FITS[way]]
    if strange:
        raise WrongCall(f"This does not go together: --{_OPTIONS.get(strange[0], strange[0])} with this way.")
    return way, files, ask


_FITS: dict[Way, frozenset[str]] = {
    "files": frozenset({"archive", "list"}),
    "split": frozenset({"pdf", "pages_each", "mark", "passed_over"}),
    "merge": frozenset({"template", "markdown", "values", "logo", "signature", "signer"}),
}
_OPTIONS = {"list": "match", "mark": "first-page", "pages_each": "pages-each", "passed_over": "pass-over"}


def draft_each(house: House, checked: Draft, given: EachGiven, person: Acting, *, as_json: bool) -> None:
    """Write the mailing and sort what was given. Raises `typer.Exit` 3 where anything does not add up."""
    reasons = reasons_of(given.leave_out)
    way, files, ask = _given(given)
    with _uploads(files) as uploads:
        done = publish.give(
            house, checked, way=way, uploads=uploads, ask=ask, by=person, now=house.clock(), leave_outs=reasons
        )
    if isinstance(done, Stopped):
        if as_json:
            print_json(mailing=None, state=None, guard=guard_facts(done.report), reconciliation={})
        else:
            print_stop(done)
        raise typer.Exit(3)
    _sort(house, done)
    if given.accept_suggestions:
        _accept(house, done.mailing_id, person)
    facts = mailing_facts(house, done.mailing_id) | {"reconciliation": table_facts(house, done.mailing_id)}
    heard = publish.how_they_read(house, done.mailing_id)
    facts["accessibility"] = heard.facts()
    made = publish.how_all_made(house, done.mailing_id)
    facts["made"] = {"converted": made.converted, "look_at": [str(one) for one in made.advice]}
    if as_json:
        print_json(**facts)
    else:
        print_facts(facts)
        print_table(facts["reconciliation"])
        for told in made.advice:
            people.print(f"Look at this: {told}", markup=False)
        for sentence in heard.advice:
            people.print(f"For screen readers: {sentence}", markup=False)
    if not facts["reconciliation"]["complete"]:
        raise typer.Exit(3)


def _accept(house: House, mailing_id: str, person: Acting) -> None:
    now = house.clock()
    with house.db.read() as session:
        table = reconciling.table_of(session, mailing_id, now=now)
    if these := [table.files[one.place].id for one in table.found.suggestions]:
        publish.confirm(house, mailing_id, these, by=person, now=now)


def _sort(house: House, done: Accepted) -> None:
    with Progress(console=aside, transient=True, disable=not aside.is_terminal) as progress:
        task = progress.add_task("Sorting", total=None)
        publish.sort_given(
            house,
            done.mailing_id,
            lambda step, count, total: progress.update(task, description=STEPS[step], completed=count, total=total),
        )


STEPS = {"unpack": "Unpacking", "pages": "Reading the pages", "judge": "The guard reads each letter"}


@contextmanager
def _uploads(files: Mapping[str, Path]) -> Iterator[dict[str, Upload]]:
    """Give files as uploads; a folder becomes a zip of all files in it, so that there is one way in."""
    with scratch() as folder:
        yield {
            role: _of_folder(path, folder / "letters.zip") if path.is_dir() else Upload(path, path.name)
            for role, path in files.items()
        }


def _of_folder(path: Path, into: Path) -> Upload:
    found = sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
    return publish.bundle([Upload(one, str(one.relative_to(path))) for one in found], into)
