"""A copy is shown or handed out: judged again, and in the ledger before a byte leaves."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import count_if_kept
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.links import repository as links
from portal.links.errors import LetterReplaced, LinkDead, NotOpened
from portal.links.rules import DISCLOSED_ONCE_IN, REPLACED, UNPROVEN, Dead, Open, is_to_be_put_off
from portal.overviews.family import letters
from portal.overviews.family.letters import Letter

Kind = Literal["view", "download"]


@dataclass(frozen=True, slots=True)
class Wish:
    """One browser's wish to see one copy."""

    session_id: str
    copy_id: str
    kind: Kind
    now: datetime


def judged_letter(session: Session, wish: Wish) -> Letter:
    """Return the letter if this browser may see it now. Raises `NotOpened`, `LinkDead` or `LetterReplaced`."""
    answer = _judged(letters.letter_of_session(session, wish.session_id, wish.copy_id, now=wish.now))
    if isinstance(answer, Letter):
        return answer
    raise answer


def _judged(letter: Letter | None) -> Letter | NotOpened | LinkDead:
    if letter is None or letter.verdict == Dead(UNPROVEN):
        return NotOpened()
    if isinstance(letter.verdict, Open):
        return letter
    kind = LetterReplaced if letter.verdict.why == REPLACED else LinkDead
    return kind(letter.verdict.why, letter.link.link_id)


def disclose(session: Session, wishes: Sequence[Wish], *, keys: KeyRing) -> list[Letter | Exception]:
    """Answer several browsers in one transaction: the letter, with its disclosure written, or why not.

    One disclosure per opening, copy and kind in 30 minutes (34 CFR 99.32). Only after this transaction is
    durable may a byte leave. All are judged by the latest of their clocks.

    The head is held before anything is judged: else, on PostgreSQL, a taking back could come in between, and
    the ledger would show a letter opened after it was dead. It waits for no row that another story locks.
    """
    head = ledger.hold_head(session)
    now = max(wish.now for wish in wishes)
    found = letters.letters_wanted(session, [(wish.session_id, wish.copy_id) for wish in wishes], now=now)
    answers: list[Letter | Exception] = [_judged(found.get((wish.session_id, wish.copy_id))) for wish in wishes]
    shown = ledger.shown_since(
        session, [letter.opening_id for letter in answers if isinstance(letter, Letter)], now - DISCLOSED_ONCE_IN
    )
    rows: dict[ledger.Shown, dict[str, Any]] = {}
    idle = set()
    for wish, letter in zip(wishes, answers, strict=True):
        if isinstance(letter, Letter):
            key = (letter.opening_id, letter.copy_id, wish.kind)
            if key not in shown:
                rows.setdefault(key, _row(letter, wish))
                if letter.session_expires_at and is_to_be_put_off(letter.session_expires_at, now=now):
                    idle.add(wish.session_id)
    if rows:
        ledger.add_disclosures(session, rows.values())
        if idle:
            links.keep_open(session, idle, now=now)
        ledger.append(session, keys, [_act(row) for row in rows.values()], now=now, held=head)
        for kind, number in Counter(row["kind"] for row in rows.values()).items():
            count_if_kept(session, "disclosures", kind, number)
    return answers


def _row(letter: Letter, wish: Wish) -> dict[str, Any]:
    return {
        "id": new_id(),
        "opening_id": letter.opening_id,
        "link_id": letter.link.link_id,
        "mailing_id": letter.link.mailing_id,
        "guardian_id": letter.link.guardian_id,
        "child_id": letter.link.child_id,
        "copy_id": letter.copy_id,
        "kind": wish.kind,
        "at": wish.now,
    }


def _act(row: dict[str, Any]) -> Act:
    about = {
        "copy": row["copy_id"],
        "child": row["child_id"],
        "disclosure": row["id"],
        "link": row["link_id"],
        "mailing": row["mailing_id"],
        "opening": row["opening_id"],
    }
    return Act(f"copy:{row['kind']}", f"family:{row['guardian_id']}", about)
