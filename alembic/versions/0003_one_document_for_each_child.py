"""One document for each child: what was given, what became of it; waves, rounds, paper, languages, corrections."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NEW_COLUMNS = (
    (
        "mailing ADD COLUMN way VARCHAR NOT NULL DEFAULT 'shared'"
        " CONSTRAINT ck_mailing_way CHECK (way IN ('shared', 'files', 'split', 'merge'))"
    ),
    (
        "mailing ADD COLUMN first_wave INTEGER"
        " CONSTRAINT ck_mailing_first_wave CHECK (first_wave IS NULL OR first_wave > 0)"
    ),
    "mailing ADD COLUMN wave INTEGER NOT NULL DEFAULT 0",
    "document ADD COLUMN language VARCHAR NOT NULL DEFAULT ''",
    "document ADD COLUMN page_id VARCHAR",
    "document ADD COLUMN page_size INTEGER CONSTRAINT ck_document_page CHECK ((page_id IS NULL) = (page_size IS NULL))",
    "document ADD COLUMN replaces_id VARCHAR CONSTRAINT fk_document_replaces REFERENCES document (id)",
    (
        "notice ADD COLUMN channel VARCHAR NOT NULL DEFAULT 'mail'"
        " CONSTRAINT ck_notice_channel CHECK (channel IN ('mail', 'paper'))"
        " CONSTRAINT ck_notice_address CHECK ((channel = 'paper') = (address = ''))"
    ),
    "notice ADD COLUMN wave INTEGER NOT NULL DEFAULT 0",
)
"""Written out, because SQLite adds a column with its conditions in place, and else only by making a table anew."""

_MOMENTS = (("mailing", "send_at"), ("document", "replaced_at"), ("notice", "printed_at"))
_KINDS = "'approval-asked', 'returned', 'sent', 'stopped', 'sign-in', 'test-copy', 'not-mine'"


def upgrade() -> None:
    for column in _NEW_COLUMNS:
        op.execute(f"ALTER TABLE {column}")
    for table, name in _MOMENTS:
        op.add_column(table, sa.Column(name, columns.UtcDateTime(timezone=True), nullable=True))
    op.create_index("uq_document_replaces", "document", ["replaces_id"], unique=True)
    _set_staff_mail_kinds(f"{_KINDS}, 'checked', 'wave-sent'")
    _create_mailing_tables()
    _create_document_tables()


def _set_staff_mail_kinds(kinds: str) -> None:
    with op.batch_alter_table("staff_mail") as table:
        table.drop_constraint("ck_staff_mail_kind", type_="check")
        table.create_check_constraint("ck_staff_mail_kind", f"kind IN ({kinds})")


def _create_mailing_tables() -> None:
    op.create_table(
        "leave_out",
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) >= 3", name="ck_leave_out_reason"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"]),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.PrimaryKeyConstraint("mailing_id", "child_id"),
    )
    op.create_table(
        "mailing_words",
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.PrimaryKeyConstraint("mailing_id", "language"),
    )
    op.create_table(
        "sample_seen",
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("mailing_id", "staff_id"),
    )
    op.create_table(
        "round",
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('again', 'reminder', 'top-up', 'corrected', 'one-family', 'print')", name="ck_round_kind"
        ),
        sa.CheckConstraint("number > 0", name="ck_round_number"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.PrimaryKeyConstraint("mailing_id", "number"),
    )


def _create_document_tables() -> None:
    op.create_table(
        "intake",
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("ask", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("lease_id", sa.String(), nullable=True),
        sa.Column("lease_until", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="ck_intake_state"),
        sa.CheckConstraint("way IN ('files', 'split', 'merge')", name="ck_intake_way"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.PrimaryKeyConstraint("mailing_id"),
    )
    op.create_index("ix_intake_state", "intake", ["state"], unique=False)
    op.create_index("ix_intake_expires", "intake", ["expires_at"], unique=False)
    op.create_table(
        "intake_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('archive', 'pdf', 'list', 'values', 'template', 'logo', 'signature')", name="ck_intake_file_role"
        ),
        sa.ForeignKeyConstraint(["mailing_id"], ["intake.mailing_id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mailing_id", "role", name="uq_intake_file_role"),
    )
    op.create_table(
        "given_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=True),
        sa.Column("suggested_id", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("roster", sa.Integer(), nullable=True),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.CheckConstraint("problem = '' OR document_id IS NULL", name="ck_given_file_document"),
        sa.CheckConstraint("document_id IS NULL OR child_id IS NOT NULL", name="ck_given_file_child"),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"]),
        sa.ForeignKeyConstraint(
            ["document_id", "child_id"], ["document.id", "document.addressee_id"], name="fk_given_file_document"
        ),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.ForeignKeyConstraint(["suggested_id"], ["child.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mailing_id", "place", name="uq_given_file_place"),
    )
    op.create_table(
        "loose_blob",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("since", columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_loose_blob_since", "loose_blob", ["since"], unique=False)


def downgrade() -> None:
    for table in (
        "loose_blob",
        "given_file",
        "intake_file",
        "intake",
        "round",
        "sample_seen",
        "mailing_words",
        "leave_out",
    ):
        op.drop_table(table)
    _set_staff_mail_kinds(_KINDS)
    op.drop_index("uq_document_replaces", "document")
    for table, name in _MOMENTS:
        op.drop_column(table, name)
    for table, gone in (
        ("notice", ("wave", "channel")),
        ("document", ("replaces_id", "page_size", "page_id", "language")),
        ("mailing", ("wave", "first_wave", "way")),
    ):
        with op.batch_alter_table(table) as batch:
            for name in gone:
                batch.drop_column(name)
