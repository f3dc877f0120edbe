"""How documents, copies, stopped files and releases are stored; the keys make a crossing copy impossible to hold."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, false, text
from sqlmodel import Field

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime

IS_SHARED = text("kind = 'shared'")
"""Written out, since SQLite does not look into an index of some rows alone for a value that it is handed."""
IS_FIRST = text("kind = 'shared' AND replaces_id IS NULL AND replaced_at IS NULL")
"""Of one letter for everybody, and no corrected version: one file has each place, and corrections inherit it."""


class Document(Row, table=True):
    """One sealed file of one mailing: `own` has one addressee, `shared` has none.

    `removed` says, a line each, what was taken out of it before it was judged again and sealed. `language` is that
    of a shared letter of which there are several. `page_id` and `page_size` are of the same letter as a web page,
    sealed beside it. `unheard` says, parted by blanks, what a PDF lacks for those who listen to it. A corrected version
    is a new document that names the one it `replaces_id`; the old one is evidence from `replaced_at` on. It is of the
    same mailing, kind and child: where there is no child, the key with it is skipped (MATCH SIMPLE), and the kind alone
    decides. From `closed_at` on nobody opens it, and from `shredded_at` on nobody can. `place` is 0 for the letter
    itself, and 1 to 9 for what is enclosed with it, which is shown beside the letter in each language.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("kind IN ('own', 'shared')", name="ck_document_kind"),
        CheckConstraint("(kind = 'own') = (addressee_id IS NOT NULL)", name="ck_document_addressee"),
        UniqueConstraint("id", "mailing_id", "kind", name="uq_document_mailing_kind"),
        UniqueConstraint("id", "addressee_id", name="uq_document_addressee"),
        ForeignKeyConstraint(
            ["replaces_id", "mailing_id", "kind"],
            ["document.id", "document.mailing_id", "document.kind"],
            name="fk_document_replaces_kind",
        ),
        ForeignKeyConstraint(
            ["replaces_id", "addressee_id"],
            ["document.id", "document.addressee_id"],
            name="fk_document_replaces_addressee",
        ),
        CheckConstraint("(page_id IS NULL) = (page_size IS NULL)", name="ck_document_page"),
        CheckConstraint("place BETWEEN 0 AND 9", name="ck_document_place"),
        CheckConstraint("place = 0 OR (kind = 'shared' AND language = '')", name="ck_document_enclosure"),
        Index("ix_document_mailing", "mailing_id"),
        Index("ix_document_sha256", "sha256"),
        Index("uq_document_replaces", "replaces_id", unique=True),
        Index("ix_document_shared", "file_name", sqlite_where=IS_SHARED, postgresql_where=IS_SHARED),
        Index("uq_document_place", "mailing_id", "language", "place", unique=True,
              sqlite_where=IS_FIRST, postgresql_where=IS_FIRST),
    )  # fmt: skip

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id")
    kind: str
    addressee_id: str | None = Field(default=None, foreign_key="child.id")
    file_name: str
    media_type: str
    size: int
    sha256: str
    parts_read: int
    pages: int | None = None
    removed: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    language: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    page_id: str | None = None
    page_size: int | None = None
    replaces_id: str | None = Field(default=None, foreign_key="document.id")
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_why: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    shredded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unheard: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    place: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class Copy(Row, table=True):
    """The right of one child's family to one document.

    `kind` is inside the key: a NULL addressee alone would skip the check (MATCH SIMPLE).
    """

    __tablename__ = "copy"
    __table_args__ = (
        ForeignKeyConstraint(
            ["document_id", "mailing_id", "kind"],
            ["document.id", "document.mailing_id", "document.kind"],
            name="fk_copy_document",
        ),
        ForeignKeyConstraint(
            ["document_id", "addressee_id"], ["document.id", "document.addressee_id"], name="fk_copy_addressee"
        ),
        CheckConstraint(
            "(kind = 'own' AND addressee_id IS NOT NULL AND addressee_id = child_id)"
            " OR (kind = 'shared' AND addressee_id IS NULL)",
            name="ck_copy_own_child",
        ),
        UniqueConstraint("document_id", "child_id", name="uq_copy_child"),
        UniqueConstraint("id", "mailing_id", "child_id", name="uq_copy_mailing_child"),
        Index("ix_copy_mailing_child", "mailing_id", "child_id"),
        Index("ix_copy_child", "child_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    document_id: str
    mailing_id: str
    kind: str
    addressee_id: str | None = None
    child_id: str = Field(foreign_key="child.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Acknowledgement(Row, table=True):
    """A guardian's word that they have read a copy; its key makes a second press the same word.

    The keys hold it in one family: the link is that guardian's and that child's, and the copy is that child's.
    """

    __tablename__ = "acknowledgement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_acknowledgement_link",
        ),
        ForeignKeyConstraint(
            ["copy_id", "mailing_id", "child_id"],
            ["copy.id", "copy.mailing_id", "copy.child_id"],
            name="fk_acknowledgement_copy",
        ),
        Index("ix_acknowledgement_mailing", "mailing_id", "guardian_id", "child_id"),
    )

    guardian_id: str = Field(primary_key=True)
    copy_id: str = Field(primary_key=True)
    link_id: str
    mailing_id: str
    child_id: str
    at: datetime = Field(sa_type=UtcDateTime)


class HeldFile(Row, table=True):
    """A stopped file that another person may still release: sealed under its own id, and not for long.

    `findings` is the guard's report as JSON: kinds, places and counts, never the text that was found.
    """

    __tablename__ = "held_file"
    __table_args__ = (Index("ix_held_file_expires", "expires_at"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id", unique=True)
    file_name: str
    media_type: str
    size: int
    sha256: str
    findings: str
    tried_by_id: str = Field(foreign_key="staff_member.id")
    stopped_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Release(Row, table=True):
    """Who let a document that names somebody pass, and why: never the person who tried to publish it.

    `people` holds the ids of the persons it was released with, parted by blanks; nobody else may be in it.
    `*` alone is a list of people of whom nobody is on the roster.
    """

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("by_id <> tried_by_id", name="ck_release_second_person"),
        CheckConstraint("length(reason) >= 20", name="ck_release_reason"),
    )

    document_id: str = Field(primary_key=True, foreign_key="document.id")
    tried_by_id: str = Field(foreign_key="staff_member.id")
    by_id: str = Field(foreign_key="staff_member.id")
    reason: str
    people: str
    released_at: datetime = Field(sa_type=UtcDateTime)


class Intake(Row, table=True):
    """What staff gave for a mailing with one letter for each child, while it is being worked through.

    `ask` is JSON: what else was said (how pages hang together, the text of a letter with its fields). A lease
    belongs to one process; when it runs out, another one begins where the rows say it got to. `attempts` counts how
    often a process began since the last letter that was written; after two it is set aside.
    """

    __tablename__ = "intake"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'set-aside')", name="ck_intake_state"),
        CheckConstraint("way IN ('files', 'split', 'merge')", name="ck_intake_way"),
        Index("ix_intake_state", "state"),
        Index("ix_intake_expires", "expires_at"),
    )

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    way: str
    ask: str
    state: str = "waiting"
    step: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""
    version: int
    by_id: str = Field(foreign_key="staff_member.id")
    lease_id: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class IntakeFile(Row, table=True):
    """One file of an intake as it was given, sealed under its id until the intake is done."""

    __tablename__ = "intake_file"
    __table_args__ = (
        CheckConstraint(
            "role IN ('archive', 'pdf', 'list', 'values', 'template', 'logo', 'signature')", name="ck_intake_file_role"
        ),
        UniqueConstraint("mailing_id", "role", name="uq_intake_file_role"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="intake.mailing_id")
    role: str
    file_name: str
    size: int


class GivenFile(Row, table=True):
    """One file, or one run of pages, of an intake: whose it is and which document it became, or what is wrong with it.

    `problem` is a kind of problem, `report` the guard's findings as JSON, never the text found, or of a clear letter
    the pages that name nobody, `judged_by` the version of what it was judged by. `is_kept`: its bytes are sealed under
    its id until the mailing is fixed or expires, since nothing but its place is in doubt. `is_filled`: the portal wrote
    the child's own name or number into it. `is_chosen`: a person said that it is this child's, whom it may name by a
    name that another child bears as well. What is only suggested has a problem, and so no document.
    """

    __tablename__ = "given_file"
    __table_args__ = (
        CheckConstraint("problem = '' OR document_id IS NULL", name="ck_given_file_document"),
        CheckConstraint("document_id IS NULL OR child_id IS NOT NULL", name="ck_given_file_child"),
        ForeignKeyConstraint(
            ["document_id", "child_id"], ["document.id", "document.addressee_id"], name="fk_given_file_document"
        ),
        UniqueConstraint("mailing_id", "place", name="uq_given_file_place"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id")
    place: int
    file_name: str
    size: int
    sha256: str
    child_id: str | None = Field(default=None, foreign_key="child.id")
    suggested_id: str | None = Field(default=None, foreign_key="child.id")
    document_id: str | None = None
    problem: str = ""
    report: str = ""
    judged_by: str | None = None
    is_kept: bool = False
    is_filled: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    is_chosen: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class BegunLetter(Row, table=True):
    """A letter that somebody has begun and not had checked yet: what they typed, and the file it begins with.

    Only its author sees it. `typed_sealed` is the form as JSON, `other_sealed` what another browser tab had when `tab`
    saved over it. `mailing_id` is the mailing that it changes, or that it became at `done_at`. The guard reads a file
    at once, by a lease; `report` says as JSON what it found, never the text. `file_id` is empty once a file is not
    kept any more.
    """

    __tablename__ = "begun_letter"
    __table_args__ = (
        CheckConstraint("way IN ('shared', 'each')", name="ck_begun_letter_way"),
        CheckConstraint("reading IN ('', 'waiting', 'running', 'done')", name="ck_begun_letter_reading"),
        Index("ix_begun_letter_author", "author_id"),
        Index("ix_begun_letter_reading", "reading"),
        Index("ix_begun_letter_expires", "expires_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    author_id: str = Field(foreign_key="staff_member.id")
    way: str
    mailing_id: str | None = Field(default=None, foreign_key="mailing.id")
    typed_sealed: bytes = Field(sa_type=LargeBinary)
    version: int
    tab: str
    saved_at: datetime = Field(sa_type=UtcDateTime)
    other_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    other_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    name_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    file_id: str | None = None
    file_size: int | None = None
    file_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reading: str = ""
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    report: str = ""
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class LooseBlob(Row, table=True):
    """A sealed blob that no row leads to: about to get one, or about to be shredded. Whatever a crash leaves is here.

    It is noted before it is sealed, and again in the transaction that deletes its row; the worker shreds what is still
    here after an hour.
    """

    __tablename__ = "loose_blob"
    __table_args__ = (Index("ix_loose_blob_since", "since"),)

    id: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime)


class LegalHold(Row, table=True):
    """A mailing of which nothing is shredded, by date or by hand, until `lifted_at`; the ledger knows earlier holds."""

    __tablename__ = "legal_hold"

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    by: str
    reason: str
    at: datetime = Field(sa_type=UtcDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str = ""
    lifted_reason: str = ""
