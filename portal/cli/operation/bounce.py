"""`portal bounce`: what comes back to the bounce address, handed over by the mail server's pipe."""

import sys
from typing import Annotated, BinaryIO, Final

import typer

from portal.cli.opening import open_ground, people, print_json
from portal.flows.sending.note_bounce import Noted, note_bounce, whose
from portal.kernel.errors import Refused, StartRefused
from portal.kernel.log import log
from portal.mail.returned.report_reading import read_report
from portal.mail.returned.reports import MOST_BYTES, Kind

_TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: every mail server keeps the message and hands it over again."""
_SENTENCES: Final[dict[Kind, str]] = {
    "hard": "This address takes no mail.",
    "soft": "This message did not get through; the address may be right.",
    "delayed": "It is late, and still on its way. Nothing was changed.",
    "arrived": "It has arrived. Nothing was changed.",
    "automatic": "It is an automatic answer. Nothing was changed.",
    "challenge": "It asks the sender to prove to be a person. Nothing was changed.",
    "receipt": "It says that the message was read, or complains of it. Nothing was changed.",
    "other": "It is no report of delivery. Nothing was changed.",
}


def bounce(
    recipient: Annotated[
        str,
        typer.Option(help="The address it was sent to, as the mail server knows it; else it is read from the message."),
    ] = "",
    pipe: Annotated[
        bool,
        typer.Option(
            "--pipe",
            help="Exit as mail servers read it: 0 when there is nothing more to do, even for a refused message, "
            "so that no bounce is bounced; 75 to be tried again.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read a message that came back from standard input, and note with its letter that it did not arrive."""
    raw = _read(sys.stdin.buffer)
    if not pipe:
        _tell(_note(raw, recipient), as_json=as_json)
        return
    try:
        noted = _note(raw, recipient)
    except StartRefused:
        raise typer.Exit(_TRY_AGAIN) from None
    except Refused as refused:
        log("bounce").warning("refused", why=type(refused).__name__)
    except Exception as error:  # noqa: BLE001 - the message is kept by the mail server, so nothing is lost
        log("bounce").error("not noted", error=type(error).__name__)
        raise typer.Exit(_TRY_AGAIN) from None
    else:
        _tell(noted, as_json=as_json)


def _read(stream: BinaryIO) -> bytes:
    """Return the beginning of a message; the rest is taken off the pipe and let go, or its writer would fail."""
    raw = stream.read(MOST_BYTES)
    while stream.read(MOST_BYTES):
        pass
    return raw


def _note(raw: bytes, recipient: str) -> Noted:
    with open_ground() as ground:
        notice_id = whose(ground.keys, raw, recipient=recipient)
        report = read_report(raw)
        if not report.is_failure:
            return Noted(notice_id, report, is_new=False)
        with ground.db.write() as session:
            return note_bounce(session, ground.keys, notice_id, report, now=ground.clock())


def _tell(noted: Noted, *, as_json: bool) -> None:
    report = noted.report
    if as_json:
        print_json(notice=noted.notice_id, kind=report.kind, why=report.why, code=report.code, noted=noted.is_new)
        return
    already = "" if noted.is_new or not report.is_failure else " It was known already, or the letter is gone."
    people.print(f"{_SENTENCES[report.kind]}{already}", markup=False)
