"""What older keys sealed of what the database keeps sealed: phones, birth dates, reasons and letters begun."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from portal.documents.tables import BegunLetter
from portal.families.tables import Child, Guardian, HandMadeRight, Restriction
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.secrets.resealing import SealedColumns, count_behind
from portal.ledger.tables import ErroneousDisclosure

SEALED = (
    SealedColumns(Child, "id", {"birth_date_sealed": "birth_date"}),
    SealedColumns(Guardian, "id", {"mobile_sealed": "mobile", "home_phone_sealed": "home_phone"}),
    SealedColumns(
        Restriction, "id",
        {"reason_sealed": "reason", "reference_sealed": "reference", "lifted_reason_sealed": "lifted_reason"},
    ),
    SealedColumns(HandMadeRight, "id", {"reason_sealed": "reason", "reference_sealed": "reference"}),
    SealedColumns(ErroneousDisclosure, "disclosure_id", {"reason_sealed": "reason"}),
    SealedColumns(
        BegunLetter, "id", {"typed_sealed": "typed", "other_sealed": "other", "name_sealed": "file_name"}
    ),
)  # fmt: skip
"""Everything that is sealed with a key of the part `column` and stays; in the order in which it is sealed anew."""


@dataclass(frozen=True, slots=True)
class SealedBefore:
    """How many rows an older key still opens, and whether one of those keys is in wrong hands."""

    rows: int
    is_compromised: bool


def sealed_before(session: Session, keys: KeyRing) -> SealedBefore:
    """Count what an older key still opens; a ring with one key is not looked through."""
    known = keys.order("column")
    if len(known) == 1:
        return SealedBefore(0, is_compromised=False)
    return SealedBefore(sum(_counts(session, keys)), is_compromised=len(keys.ids("column")) < len(known))


def _counts(session: Session, keys: KeyRing) -> Iterator[int]:
    for one in SEALED:
        yield count_behind(session, one, keys)
