"""Which role of PostgreSQL may do what to which table, and which rows a family's transaction sees.

Every table has its place here (`tests/house/test_rights.py`). `roles` makes grants and policies of it.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from portal.rate_limits.rules import OF_FAMILIES
from portal.schema.functions import CHILDREN, GUARDIANS, MAILINGS, SHOWN

SITE: Final = "portal_site"
WORKER: Final = "portal_worker"
FAMILY: Final = "portal_family"


class Narrow(NamedTuple):
    """What a family's transaction may do to a table, and to which rows; columns in brackets are all it may touch.

    `sees` are the rows it reads and changes. What it adds has to be one of them as well, unless `adds` says otherwise,
    and so has what it leaves behind where it changes a row, unless `leaves` does.
    """

    may: str
    sees: str
    leaves: str = ""
    adds: str = ""


def _one_of(column: str, part: int) -> str:
    """Return the condition that a column is in a part of what is seen, which is asked once for each statement."""
    return f"{column} = ANY ((SELECT family_seen({part}))::text[])"


def _letter(column: str) -> str:
    """Return the condition that a mailing is open, or an earlier one; only for the latter is more looked up."""
    return f"({_one_of(column, MAILINGS)} OR {column} = ANY ((SELECT family_earlier())::text[]))"


def _reader(column: str) -> str:
    """Return the condition that a guardian is the family's, or reads the same mailbox, which is looked up if not."""
    return f"({_one_of(column, GUARDIANS)} OR {column} = ANY ((SELECT family_mailbox())::text[]))"


_MINE = _one_of("guardian_id", GUARDIANS)
_MY_CHILD = _one_of("child_id", CHILDREN)
_MY_LETTER = _letter("mailing_id")
_MY_MAILBOX = _reader("guardian_id")
_MY_LINK = "EXISTS (SELECT 1 FROM link WHERE link.id = {})"
_COUNTED = ", ".join(f"'{limit.kind}'" for limit in sorted(OF_FAMILIES, key=lambda one: one.kind))

FAMILIES: Final[Mapping[str, Narrow]] = {
    # the guardian, and the children whose letters are open
    "guardian": Narrow("SELECT (id, address, address_key, language)", _reader("id")),
    "guardianship": Narrow("SELECT", f"{_MY_MAILBOX} AND {_MY_CHILD}"),
    "restriction": Narrow(
        "SELECT (id, guardian_id, child_id, kind, starts_at, ends_at, applied_at, lifted_at)",
        f"{_MY_MAILBOX} AND {_MY_CHILD}",
    ),
    "child": Narrow("SELECT (id, given_name)", _one_of("id", CHILDREN)),
    "enrolment": Narrow("SELECT", _MY_CHILD),
    # their letters
    "mailing": Narrow("SELECT", _letter("id")),
    "mailing_words": Narrow("SELECT", _MY_LETTER),
    "document": Narrow("SELECT", f"{_MY_LETTER} AND (addressee_id IS NULL OR {_one_of('addressee_id', CHILDREN)})"),
    "copy": Narrow("SELECT", f"{_MY_LETTER} AND {_MY_CHILD}"),
    "acknowledgement": Narrow("SELECT, INSERT", f"{_MINE} AND {_MY_CHILD}"),
    # the guardian's ways to them; a link that was taken back stays so
    "link": Narrow("SELECT, UPDATE (revoked_at, revoked_why)", _MINE, leaves=f"{_MINE} AND revoked_at IS NOT NULL"),
    "family_session": Narrow("SELECT, INSERT, UPDATE (shown_child_id, ended_at, expires_at)", _MINE),
    "opening": Narrow("SELECT, INSERT, UPDATE (session_id, ended_at)", _MINE),
    "taking_back": Narrow(
        "SELECT, INSERT, UPDATE (by, reason, at, links, notices_cancelled, sessions_ended)",
        f"kind = 'link' AND {_MY_LINK.format('target_id')}",
    ),
    # the code before a confidential letter; a browser may be remembered for several guardians
    "code_step": Narrow("SELECT, INSERT, UPDATE (ended_at)", _MINE),
    "code_challenge": Narrow("SELECT, INSERT, UPDATE (wrong, ended_at)", _MINE),
    "code_pause": Narrow("SELECT, INSERT, UPDATE (paused_until)", _MY_LINK.format("link_id")),
    "device": Narrow(
        "SELECT, INSERT, UPDATE (browser, ended_at)",
        f"{_MINE} OR {_one_of('browser', SHOWN)}",
        leaves="true",
        adds=_MINE,
    ),
    # messages
    "notice": Narrow("SELECT, UPDATE (state, reply, done_at)", _MINE),
    "notice_link": Narrow("SELECT", _MINE),
    "family_mail": Narrow("SELECT, INSERT, UPDATE (state, reply, done_at)", _MINE),
    "family_mail_link": Narrow("SELECT", _MINE),
    "staff_mail": Narrow("INSERT", "kind = 'not-mine'"),
    "staff_member": Narrow("SELECT (id, role, removed_at)", "role = 'admin' AND removed_at IS NULL"),
    # what is about no family: wishes without what was typed, counts by network, and the record, which is only added to
    "renewal": Narrow("SELECT (id, handled_at), INSERT", "true"),
    "rate_count": Narrow("SELECT, INSERT, UPDATE (window_at, tries)", f"kind IN ({_COUNTED})"),
    "disclosure": Narrow("SELECT, INSERT", _MINE),
    "ledger_entry": Narrow("INSERT", "true"),
    "ledger_head": Narrow("SELECT, UPDATE (seq, mac)", "true"),
}
"""The tables that a family's request touches."""

HOUSE_ALONE: Final = frozenset(
    {
        *("person_word", "hand_made_right", "roster_version", "erased_person", "roster_upload"),
        *("held_file", "release", "intake", "intake_file", "given_file", "begun_letter", "loose_blob", "legal_hold"),
        *("audience_term", "addressed_guardian", "mailing_site", "mailing_writer", "leave_out", "sample_seen"),
        *("asked_approver", "alarm", "round", "left_out", "bounce", "alert"),
        *("staff_scope", "sign_in_link", "setup_link", "provider_token", "staff_session", "mail_key"),
        *("incident", "incident_mailing", "incident_decision", "incident_text", "incident_reading"),
        *("ledger_word", "ledger_watch", "erroneous_disclosure", "known_picture", "offered_picture"),
        *("gathering", "arrival", "arrival_recipient", "figure", "accepted_finding", "ended_acceptance"),
    }
)
"""The tables that no family's request touches."""

NOT_CHANGED: Final[Mapping[str, str]] = {
    "ledger_entry": "SELECT, INSERT",
    "disclosure": "SELECT, INSERT",
    "incident_decision": "SELECT, INSERT",
    "accepted_finding": "SELECT, INSERT",
    "ended_acceptance": "SELECT, INSERT",
    "erroneous_disclosure": "SELECT, INSERT, UPDATE (reason_sealed)",
}
"""What site and worker may do to a record that nobody changes; an erasure takes the reason out of the last one."""

COUNTED_AT_IMPORTS: Final = ("child", "guardian", "guardianship", "enrolment", "person_word")
"""What PostgreSQL is told to count anew after an import; since version 17 others than its owner may do that."""

NOT_BY_WORKERS: Final = frozenset(
    {
        *("disclosure", "incident_decision", "acknowledgement", "opening", "family_session"),
        *("accepted_finding", "ended_acceptance"),
    }
)
"""What only a person in a browser, or at a shell, brings about: a worker adds no row to it."""
