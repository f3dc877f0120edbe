"""The words of the admin pages for what the database keeps in short."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from portal.overviews.record import Line
from portal.overviews.taking_back import Kind
from portal.overviews.targets import FoundLink
from portal.web.render import day_words, time_words

MAILING_STATES = {
    "held": "waiting for its first message",
    "sending": "being sent",
    "paused": "paused",
    "sent": "sent",
    "stopped": "stopped",
    "revoked": "taken back",
}
_WHY_DEAD = {
    "frozen": "Frozen in an incident",
    "taken-back": "Taken back",
    "not-mine": "The family said this is not their child",
    "address-changed": "The guardian’s address changed",
    "guardianship-ended": "The guardian’s right to see the child ended",
    "restricted": "Staff ended what the guardian may see of the child",
    "shared-mailbox": "Somebody who may not see the child reads the same mailbox",
    "of-age": "The child came of age",
    "key-compromised": "Its key was in wrong hands",
    "erased": "The person it was about was erased",
}
ACTS = {
    "alert:begin": "Something about the portal was not in order",
    "alert:end": "What was not in order about the portal is over",
    "child:allow-again": "An erased child may come back with a roster",
    "child:erase": "A child was erased",
    "guardian:allow-again": "An erased guardian may come back with a roster",
    "guardian:erase": "A guardian was erased",
    "child:revoke": "All links to a child were taken back",
    "guardian:revoke": "All links of a guardian were taken back",
    "guardianship:begun": "A restriction of a guardian began",
    "guardianship:end": "Staff ended a guardianship",
    "guardianship:leave-paused": "Letters about a child of age stay paused",
    "guardianship:lift": "A restriction of a guardian was lifted",
    "guardianship:of-age": "A child came of age, and a guardian’s letters pause",
    "guardianship:ask-by-hand": "Somebody wrote down a right that the roster does not give",
    "guardianship:by-hand": "A second person confirmed a right that the roster does not give",
    "guardianship:drop-by-hand": "A right that the roster does not give was not confirmed",
    "guardianship:end-by-hand": "A right that the roster does not give ended",
    "guardianship:restrict": "Staff restricted what a guardian may see of a child",
    "guardianship:revoke": "All links of a guardian to one child were taken back",
    "copy:acknowledge": "A guardian said that they have read a letter",
    "copy:view": "A letter was opened",
    "code:passed": "A code opened a confidential letter",
    "code:pause": "A link’s codes were paused for an hour",
    "code:sent": "A code was sent to a guardian",
    "code:wrong": "A wrong code was typed",
    "copy:download": "A letter was saved",
    "device:ended": "A remembered device was forgotten",
    "device:remembered": "A device was remembered for 30 days",
    "document:correct": "A corrected version of a file was brought",
    "document:drop-correction": "A corrected version was forgotten before it took effect",
    "document:replace": "A file was replaced by its corrected version",
    "disclosure:erroneous": "A view or download was marked as one that should not have been",
    "record:give": "A child’s disclosure record was handed out",
    "document:clear": "A file was checked and cleared",
    "document:stop": "A file was stopped by the guard",
    "document:drop": "A file was taken out of a mailing that had not left",
    "document:hold": "A stopped file was kept sealed for three days",
    "document:forget": "A stopped file was destroyed when its three days were over",
    "document:release": "A stopped file was released by a second person",
    "document:revoke": "A document was taken back",
    "document:shred": "A document was closed for good",
    "document:shredded": "A document’s key and bytes were destroyed",
    "document:staff-view": "Staff looked at a letter’s file",
    "incident:decide": "A decision about an incident was written down",
    "incident:freeze": "Something that went wrong was frozen",
    "incident:grant": "A second administrator let a frozen letter be read",
    "incident:ask": "An administrator asked to read a frozen letter",
    "incident:pack": "The pack of an incident was downloaded",
    "incident:read": "A frozen letter was read",
    "incident:undo": "A freeze was undone with fresh links",
    "keys:rotate": "Keys were turned",
    "ledger:accept-older": "An older database was accepted, and families could read again",
    "keys:seal-anew": "Phones, birth dates and reasons were sealed with the newest key",
    "keys:end-links": "Links of a key in wrong hands were ended",
    "keys:end-staff-sessions": "Everybody on the staff was signed out",
    "link:open": "A link was opened",
    "link:refuse": "A link was refused",
    "link:renew": "A family got a fresh link in place of an old one",
    "link:revoke": "A link was taken back",
    "mailing:again": "Families got a fresh link to a mailing",
    "mailing:approve": "A mailing was approved",
    "mailing:approve-waived": "A mailing went without a second person, as the settings allow",
    "mailing:check": "Every child in a mailing was found to have its one letter",
    "mailing:continue": "A paused mailing went on",
    "mailing:draft": "A mailing was written",
    "mailing:edit": "A mailing was changed",
    "mailing:give": "Files for single children were brought",
    "mailing:leave-out": "It was said why a child gets no file",
    "mailing:list-read": "The list of who got a letter, or has read it, was saved",
    "mailing:one-family": "One family got its letter by hand",
    "mailing:ask-approver": "Another approver was asked by name",
    "mailing:call-admins": "Somebody called every administrator",
    "mailing:open-links": "Families can open a paused mailing again",
    "mailing:pause-links": "The links of a mailing were paused",
    "mailing:remind-approvers": "Approvers were reminded of a mailing that waits",
    "mailing:pause": "A mailing was paused",
    "mailing:remind": "Families who had not opened a letter were reminded",
    "mailing:return": "A mailing was returned to its author",
    "mailing:re-issue": "Fresh links went out in place of dead ones",
    "mailing:revoke": "A mailing was taken back",
    "mailing:schedule": "A mailing was given a time to leave",
    "mailing:sent": "A mailing was sent to the last family",
    "mailing:start": "A mailing’s first message left",
    "mailing:set-aside": "What was given for a mailing was set aside",
    "mailing:stop": "A mailing was stopped",
    "mailing:submit": "A mailing was put up for approval",
    "mailing:take-in": "A child was left out no longer",
    "mailing:test": "A test message was sent to its author",
    "mailing:top-up": "Families who joined since got a mailing",
    "mailing:wave-sent": "A wave of a mailing was sent to its last family",
    "mailing:hold": "A mailing was put under legal hold",
    "mailing:lift-hold": "A legal hold was lifted",
    "mailing:print": "Pages on paper were made for families without e-mail",
    "notice:came-back": "A message came back",
    "paper:download": "Pages with live links were printed",
    "paper:mark": "It was noted what became of pages",
    "picture:forget": "A known picture is read again from now on",
    "picture:know": "A picture was registered as known",
    "renewal:answer": "A family asked for fresh links and got them",
    "renewal:refuse": "A family asked for fresh links and got none",
    "roster:import": "A roster was imported",
    "session:leave": "A family closed its letters",
    "staff:add": "Somebody joined the staff",
    "staff:change": "A staff member’s role or sites changed",
    "staff:remove": "Somebody left the staff",
    "staff:setup-link": "A link to set up the portal was made",
    "staff:sign-in": "Somebody signed in",
    "staff:sign-in-link": "A sign-in link was made",
    "staff:sign-in-link-held-back": "A sign-in link was asked for too often and not made",
    "staff:sign-in-refused": "A sign-in was refused",
    "staff:sign-out": "Somebody signed out",
    "staff:signed-out": "The sign-in provider no longer knew somebody, and they were signed out",
}
_DOORS = {
    "portal": "The portal itself",
    "worker": "The delivery worker",
    "family:unknown": "Somebody unknown",
    "setup-link": "Whoever had the setup link",
    "staff:unknown": "Somebody not signed in",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that a line is about; `path` leads to it where there is a page."""

    what: str
    value: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the ledger in words."""

    seq: int
    at: datetime
    what: str
    who: str
    about: list[Detail]


def link_state(link: FoundLink, now: datetime, zone: ZoneInfo) -> tuple[str, bool]:
    """Return a link's state as a sentence, and whether it still opens."""
    if link.revoked_at is not None:
        why = _WHY_DEAD.get(link.revoked_why, "Taken back")
        return f"{why}, {time_words(link.revoked_at, zone)}", False
    if link.expires_at <= now:
        return f"Expired {day_words(link.expires_at, zone)}", False
    return f"Open until {day_words(link.expires_at, zone)}", True


def act_words(act: str) -> str:
    """Return what an act was, in words; an act nobody gave words to keeps its name."""
    return ACTS.get(act, act)


def told(line: Line, names: Mapping[str, str], zone: ZoneInfo) -> Told:
    """Return a line of the ledger in words; ids stay ids where nobody is looked up, since it holds nothing else."""
    about = [_detail(key, value, names, zone) for key, value in line.about.items()]
    return Told(line.seq, line.at, act_words(line.act), _who(line.by, names), about)


def labels(line: Line) -> list[str]:
    """Return the ledger's labels of everybody on the staff whom a line names."""
    return [line.by, f"staff:{line.about['staff']}"] if "staff" in line.about else [line.by]


def _detail(key: str, value: object, names: Mapping[str, str], zone: ZoneInfo) -> Detail:
    if key in get_args(Kind):
        return Detail(key, str(value), f"/admin/revoke?kind={key}&id={value}")
    if key == "incident":
        return Detail(key, str(value), f"/admin/incidents/{value}")
    if key == "staff":
        return Detail(key, names.get(f"staff:{value}", str(value)))
    return Detail(key.replace("_", " "), _moment(value, zone) or _value(value))


def _moment(value: object, zone: ZoneInfo) -> str:
    """Return a moment as pages say it, or nothing: the ledger keeps it as ISO 8601 has it."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return ""
    return time_words(at, zone) if at and at.tzinfo else ""


def _who(by: str, names: Mapping[str, str]) -> str:
    if by in names:
        shell = by.partition("/")[0].removeprefix("cli:") if by.startswith("cli:") else ""
        return f"{names[by]}, by the shell of {shell}" if shell else names[by]
    if by.startswith("cli:"):
        return f"The shell of {by.removeprefix('cli:')}"
    if by in _DOORS:
        return _DOORS[by]
    return "A family" if by.startswith("family:") else by


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(value) if isinstance(value, list) else str(value)
