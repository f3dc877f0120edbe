"""How families are stored. Phones and birth dates are sealed; names and addresses are not."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, text
from sqlmodel import Field

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime


class Child(Row, table=True):
    """A child on the roster; `left_at` is set when the last import no longer named it.

    `found_by` is a copy of every `PersonWord` of the child and its guardians, each between blanks.
    """

    __tablename__ = "child"
    __table_args__ = (Index("ix_child_family_name", "family_name", "given_name"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    student_number: str = Field(unique=True)
    source_id: str = Field(unique=True)
    given_name: str
    family_name: str
    grade: str = ""
    found_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    birth_date_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Enrolment(Row, table=True):
    """A child's place in one program at one site; an empty program means the school itself."""

    __tablename__ = "enrolment"
    __table_args__ = (Index("ix_enrolment_site_program", "site", "program"),)

    child_id: str = Field(primary_key=True, foreign_key="child.id")
    site: str = Field(primary_key=True)
    program: str = Field(primary_key=True, default="")


class Guardian(Row, table=True):
    """An adult with an address on file; `address_key` folds the spellings of one mailbox."""

    __tablename__ = "guardian"
    __table_args__ = (
        CheckConstraint("(address IS NULL) = (address_key IS NULL)", name="ck_guardian_address_key"),
        Index("ix_guardian_address_key", "address_key"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    source_id: str = Field(unique=True)
    given_name: str
    family_name: str
    address: str | None = None
    address_key: str | None = None
    mobile_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    home_phone_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    language: str = ""
    seen_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Guardianship(Row, table=True):
    """One guardian's right to see one child. Never deleted, only ended."""

    __tablename__ = "guardianship"
    __table_args__ = (Index("ix_guardianship_child", "child_id"),)

    guardian_id: str = Field(primary_key=True, foreign_key="guardian.id")
    child_id: str = Field(primary_key=True, foreign_key="child.id")
    basis: str = "roster"
    may_view: bool = True
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


BY_CODE_POINT = String().with_variant(String(collation="C"), "postgresql")
"""Text in the order of its code points on both databases, so that all that begins alike is one range of an index."""


class PersonWord(Row, table=True):
    """A folded word that a child or a guardian is found by; `families.repository.words` says which. No secret in it."""

    __tablename__ = "person_word"
    __table_args__ = (Index("ix_person_word_person", "person_id", "word"), {"sqlite_with_rowid": False})

    word: str = Field(primary_key=True, sa_type=BY_CODE_POINT)
    person_id: str = Field(primary_key=True)


_OPEN = text("lifted_at IS NULL")


class Restriction(Row, table=True):
    """What staff decided about one guardianship. An import never touches it; lifting it is a mark, not a deletion.

    `barred`: nothing about the child reaches this guardian, nor a mailbox that the guardian reads. `ended`: no
    guardian of the child any more. `of-age`: the child is 18, and letters to this guardian pause. Reason and reference
    are sealed. `applied_at` is when links, openings and notices were ended; until then it counts as in force.
    """

    __tablename__ = "restriction"
    __table_args__ = (
        CheckConstraint("kind IN ('barred', 'ended', 'of-age')", name="ck_restriction_kind"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ck_restriction_dates"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="ck_restriction_lifted"),
        ForeignKeyConstraint(
            ["guardian_id", "child_id"],
            ["guardianship.guardian_id", "guardianship.child_id"],
            name="fk_restriction_guardianship",
        ),
        # one of a kind at a time, so that two presses at once are one
        Index("uq_restriction_open", "guardian_id", "child_id", "kind", unique=True,
              sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_restriction_child", "child_id"),
        Index("ix_restriction_waiting", "applied_at", "starts_at"),
    )  # fmt: skip

    id: str = Field(default_factory=new_id, primary_key=True)
    guardian_id: str
    child_id: str
    kind: str
    reason_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    reference_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    links: int = 0
    notices_cancelled: int = 0
    sessions_ended: int = 0
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str | None = None
    lifted_reason_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)


_NOT_ENDED = text("ended_at IS NULL")


class HandMadeRight(Row, table=True):
    """A right that staff give to somebody whom the roster does not name as a guardian, or bars. No import touches it.

    It is nothing until a second person confirms it; then the guardianship is `by-hand`, until its last day or until
    somebody ends it, and what comes after is for the roster to say. `against_roster`: it barred this person then.
    """

    __tablename__ = "hand_made_right"
    __table_args__ = (
        CheckConstraint(
            "basis IN ('court', 'placed', 'forgotten', 'agreed', 'other')", name="ck_hand_made_right_basis"
        ),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ck_hand_made_right_dates"),
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="ck_hand_made_right_confirmed"),
        CheckConstraint("confirmed_by_id <> asked_by_id", name="ck_hand_made_right_second_person"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_hand_made_right_ended"),
        ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name="fk_hand_made_right_guardian"),
        ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_hand_made_right_child"),
        ForeignKeyConstraint(["asked_by_id"], ["staff_member.id"], name="fk_hand_made_right_asked_by"),
        ForeignKeyConstraint(["confirmed_by_id"], ["staff_member.id"], name="fk_hand_made_right_confirmed_by"),
        Index("uq_hand_made_right_open", "guardian_id", "child_id", unique=True,
              sqlite_where=_NOT_ENDED, postgresql_where=_NOT_ENDED),
        Index("ix_hand_made_right_child", "child_id"),
    )  # fmt: skip

    id: str = Field(default_factory=new_id, primary_key=True)
    guardian_id: str
    child_id: str
    basis: str
    reason_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    reference_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    asked_by_id: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_by_id: str | None = None
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    against_roster: bool = False
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = None


class RosterVersion(Row, table=True):
    """One finished import. The newest number is the version that the guard and approvals are bound to."""

    __tablename__ = "roster_version"

    number: int = Field(primary_key=True)
    imported_at: datetime = Field(sa_type=UtcDateTime)
    format: str
    content_sha256: str = Field(sa_type=String(64))
    children: int
    guardians: int
    guardianships: int


class ErasedPerson(Row, table=True):
    """Somebody who was erased, so that the next roster does not bring them back unseen.

    `mark` is the keyed hash of the number or id by which rosters name them: whoever has the database cannot tell who.
    """

    __tablename__ = "erased_person"
    __table_args__ = (CheckConstraint("kind IN ('child', 'guardian')", name="ck_erased_person_kind"),)

    mark: str = Field(primary_key=True)
    kind: str
    key_id: str
    reason: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    at: datetime = Field(sa_type=UtcDateTime)


class RosterUpload(Row, table=True):
    """A roster that an admin gave in the browser, from the first look at it to its import. It names nobody.

    The file is sealed under the row's id, what was found in it under `seen_id`; both are gone after an hour, or when it
    is imported. `said` is JSON: what the columns hold and how dates are written. `task` is what a worker does next,
    with a lease as long as it does; `allowed` is JSON: what the admin accepted. `outcome` is JSON: numbers alone.
    """

    __tablename__ = "roster_upload"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'running', 'looked', 'imported', 'failed')", name="ck_roster_upload_state"
        ),
        CheckConstraint("task IN ('look', 'import')", name="ck_roster_upload_task"),
        CheckConstraint("(seen_id IS NULL) = (seen_size IS NULL)", name="ck_roster_upload_seen"),
        Index("ix_roster_upload_state", "state"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    by_id: str = Field(foreign_key="staff_member.id")
    by: str
    file_name: str
    size: int
    said: str
    allowed: str
    task: str = "look"
    state: str = "waiting"
    step: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""
    outcome: str = ""
    seen_id: str | None = None
    seen_size: int | None = None
    lease_id: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
