"""`portal mailing`: publish a letter to families, step by step. Looking and stopping load nothing that reads files."""

from typing import Final

import typer

from portal.cli.later import Places, later

COMMANDS: Final[Places] = {
    "draft": (
        "letters.drafting.draft",
        "Write a mailing: the guard judges all of it. Nothing is sent. Exit 3 if anything does not add up.",
    ),
    "add-guardians": (
        "letters.mailing_moves.add_guardians",
        "Let the other guardians of the same children get a letter too that is for named guardians.",
    ),
    "submit": ("letters.approval.submit", "Ask for approval; the approvers are told by mail."),
    "approve": (
        "letters.approval.approve",
        "Approve what another person submitted. Refused unless PORTAL_CLI_APPROVAL=1: a shell is not a person.",
    ),
    "return": ("letters.mailing_moves.send_back", "Send a mailing back to its author with a reason."),
    "stop": ("letters.mailing_moves.stop", "Stop a mailing: what has not left stays. A draft goes, with its files."),
    "preview": ("letters.mailing_seen.preview", "Show whom a mailing reaches and whom it leaves out, as of now."),
    "list": ("letters.mailing_listed.list_mailings", "List the mailings, newest first."),
    "status": ("letters.mailing_seen.status", "Say how far a mailing has come."),
    "pause": ("letters.mailing_moves.pause", "Pause a mailing that is being sent: what has not left waits."),
    "continue": ("letters.mailing_moves.go_on", "Let a paused mailing go on; after the first wave, to all the others."),
    "schedule": (
        "letters.mailing_moves.schedule",
        "Say when an approved mailing goes out, in the organisation's time zone, and to how many families first.",
    ),
    "again": ("letters.sending.again", "Send a mailing again to those it has not reached, by today's addresses."),
    "remind": (
        "letters.sending.remind",
        "Remind those who have not opened a mailing; at most once in PORTAL_REMINDER_DAYS.",
    ),
    "top-up": (
        "letters.sending.top_up",
        "Send a mailing to children enrolled since; it is judged anew by today's roster first.",
    ),
    "print": (
        "letters.paper.print_letters",
        "Print a page for each guardian without e-mail; again gives the same pages, and whoever is new.",
    ),
}

app = typer.Typer(cls=later(COMMANDS), help="Publish a letter to families, step by step.", no_args_is_help=True)
