"""Stopped files that may still be released, releases, known pictures, and what was taken out of a document."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("removed", sa.String(), nullable=True))
    op.create_table(
        "held_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("tried_by_id", sa.String(), nullable=False),
        sa.Column("stopped_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.ForeignKeyConstraint(["tried_by_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mailing_id"),
    )
    op.create_index("ix_held_file_expires", "held_file", ["expires_at"], unique=False)
    op.create_table(
        "release",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("tried_by_id", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("people", sa.String(), nullable=False),
        sa.Column("released_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("by_id <> tried_by_id", name="ck_release_second_person"),
        sa.CheckConstraint("length(reason) >= 20", name="ck_release_reason"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["tried_by_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_table(
        "known_picture",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("registered_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("sha256"),
    )


def downgrade() -> None:
    op.drop_table("known_picture")
    op.drop_table("release")
    op.drop_index("ix_held_file_expires", "held_file")
    op.drop_table("held_file")
    op.drop_column("document", "removed")
