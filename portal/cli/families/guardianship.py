"""`portal guardianship`: restrict or end what one guardian may see of one child, and lift that again."""

from typing import Annotated

import typer
from sqlmodel import Session

from portal.cli.opening import answer, open_ground, people, print_json
from portal.cli.person import on_behalf_of, shell_name
from portal.cli.taking_back.ended import what_ended
from portal.cli.whole_id import whole_id
from portal.flows.people import restrict_guardianship as story
from portal.flows.people.restrict_guardianship import Kind, Restricted, Wish
from portal.kernel.ground import Ground
from portal.kernel.text.moments import day_begins
from portal.overviews.links import kin

app = typer.Typer(help="Who may see which child, as staff decide it.", no_args_is_help=True)

_Guardian = Annotated[
    str,
    typer.Argument(
        metavar="GUARDIAN_ID",
        help="Id of the guardian, as it stands in the address of their page (“guardian=…”), or their e-mail address"
        " where no other guardian of this child has it.",
    ),
]
_Child = Annotated[str, typer.Argument(metavar="STUDENT_NUMBER", help="Student number of the child.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why; sealed, and kept with it.")]
_Reference = Annotated[str, typer.Option("--reference", help="The paper it rests on, such as a court's file number.")]
_By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def restrict(
    guardian_id: _Guardian, student_number: _Child, reason: _Reason, reference: _Reference = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day of it; for good without one.")] = "",
    by: _By = "", as_json: _Json = False,
) -> None:  # fmt: skip
    """Let nothing about the child reach this guardian, or a mailbox that the guardian reads."""
    _decide("barred", guardian_id, student_number, (reason, reference, until), by=by, as_json=as_json)


@app.command()
def end(
    guardian_id: _Guardian, student_number: _Child, reason: _Reason, reference: _Reference = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day as a guardian; today without one.")] = "",
    by: _By = "", as_json: _Json = False,
) -> None:  # fmt: skip
    """End the guardianship: no guardian of this child any more, whatever the next roster says."""
    _decide("ended", guardian_id, student_number, (reason, reference, until), by=by, as_json=as_json)


@app.command()
def lift(
    guardian_id: _Guardian, student_number: _Child, reason: _Reason,
    by: Annotated[str, typer.Option("--by", help="The admin on whose behalf this is done.")], as_json: _Json = False,
) -> None:  # fmt: skip
    """Lift what was restricted or ended. Old links stay dead; what is sent again has new ones."""
    with open_ground() as ground:
        guardian_id = _named(ground, guardian_id)
        with ground.db.write() as session:
            person = on_behalf_of(session, by)
            tied = kin.tied_by_name(session, guardian_id, student_number, person.sites)
            pair = (tied.guardian_id, tied.child_id)
            story.lift(session, ground.keys, pair, by=person, reason=reason, now=ground.clock())
    words = "Lifted. The old links stay dead; what is sent from now on has new ones."
    answer(words, as_json=as_json, lifted=True, guardian=tied.guardian_id, child=tied.student_number)


def _decide(
    kind: Kind, guardian_id: str, student_number: str, told: tuple[str, str, str], *, by: str, as_json: bool
) -> None:
    reason, reference, until = told
    with open_ground() as ground:
        guardian_id = _named(ground, guardian_id)
        zone, now = ground.settings.zone, ground.clock()
        ends = day_begins(until, zone=zone, now=now, later=1) if until else None
        is_end = kind == "ended"
        wish = Wish(kind, reason, reference, ends if is_end else None, None if is_end else ends)

        def act(session: Session) -> Restricted:
            person = on_behalf_of(session, by) if by else None
            tied = kin.tied_by_name(session, guardian_id, student_number, person.sites if person else None)
            label, pair = person.label if person else shell_name(), (tied.guardian_id, tied.child_id)
            return story.restrict(session, ground.keys, pair, wish, by=label, now=now)

        done = ground.db.insist(act)
    if as_json:
        _print_json(done)
    else:
        _print_words(done)


def _named(ground: Ground, guardian: str) -> str:
    """Return a guardian's whole id by its beginning; an address stays as it is."""
    return guardian if "@" in guardian else whole_id(ground, "guardian", guardian)


def _print_json(done: Restricted) -> None:
    print_json(
        kind=done.kind,
        starts_at=done.starts_at.isoformat(),
        ends_at=done.ends_at.isoformat() if done.ends_at else None,
        links=done.links,
        notices_cancelled=done.notices_cancelled,
        sessions_ended=done.sessions_ended,
    )


def _print_words(done: Restricted) -> None:
    again = "It was so before. " if done.is_repeat else ""
    people.print(
        f"{again}{what_ended(done.links, done.notices_cancelled, done.sessions_ended)}. "
        f"From {done.starts_at:%Y-%m-%d %H:%M} UTC"
        + (f" until {done.ends_at:%Y-%m-%d %H:%M} UTC." if done.ends_at else ", for good.")
    )
