"""A stopped file that another person may still release is kept sealed, for three days at most."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.documents import repository as documents
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings
from portal.staff.rules import Acting

KEPT: timedelta = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class StoppedFile:
    """A file as it was judged and sealed, under the id of its blob; `findings` as place, kind and count."""

    id: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    children: int
    findings: tuple[tuple[str, str, int], ...]


def hold_stopped_file(
    session: Session,
    keys: KeyRing,
    mailing_id: str,
    file: StoppedFile,
    *,
    tried_by: str | None = None,
    by: Acting,
    now: datetime,
) -> Sequence[str]:
    """Keep a stopped file in place of the one before; return what it replaced, whose blobs may go.

    `tried_by` is the id of whoever wanted to publish it, where that is somebody else than who came upon the stop.
    """
    replaced = documents.let_go(session, mailing_id)
    findings = [{"where": where, "kind": kind, "count": count} for where, kind, count in file.findings]
    row = {
        "id": file.id,
        "mailing_id": mailing_id,
        "file_name": file.file_name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "findings": json.dumps({"children": file.children, "findings": findings}),
        "tried_by_id": tried_by or by.id,
        "stopped_at": now,
        "expires_at": now + KEPT,
    }
    documents.hold(session, row)
    about = {"mailing": mailing_id, "document": file.id, "sha256": file.sha256}
    ledger.append(session, keys, [Act("document:hold", by.label, about)], now=now)
    return replaced


def forget_stopped_files(session: Session, keys: KeyRing, ids: Sequence[str], *, now: datetime) -> None:
    """Forget stopped files whose time is over: after their bytes were shredded, so that a crash leaves none behind."""
    mailings.hold(session, documents.mailings_of_held(session, ids))  # before their files, like whoever changes them
    documents.forget_held(session, ids)
    ledger.append(session, keys, [Act("document:forget", "portal", {"document": one}) for one in ids], now=now)
