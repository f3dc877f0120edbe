"""A picture that nobody could read waits for an admin, who is shown its preview for three days."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage.columns import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offered_picture",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("blob_id", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(blob_id IS NULL) = (expires_at IS NULL)", name="ck_offered_picture_waits"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("sha256"),
        sa.UniqueConstraint("blob_id"),
    )
    op.create_index("ix_offered_picture_expires", "offered_picture", ["expires_at"])


def downgrade() -> None:
    # the version before knows nothing of the previews: what waits is let loose, for its worker to shred
    op.execute(
        "INSERT INTO loose_blob (id, since) SELECT blob_id, first_seen_at FROM offered_picture"
        " WHERE blob_id IS NOT NULL"
    )
    op.drop_table("offered_picture")
