"""A roster that an admin gave in the browser, until it is imported or an hour has passed."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage.columns import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_upload",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("by", "file_name")),
        sa.Column("size", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("said", "allowed", "task", "state", "step")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done", "total")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("problem", "outcome")),
        sa.Column("seen_id", sa.String(), nullable=True),
        sa.Column("seen_size", sa.Integer(), nullable=True),
        sa.Column("lease_id", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'looked', 'imported', 'failed')", name="ck_roster_upload_state"
        ),
        sa.CheckConstraint("task IN ('look', 'import')", name="ck_roster_upload_task"),
        sa.CheckConstraint("(seen_id IS NULL) = (seen_size IS NULL)", name="ck_roster_upload_seen"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_roster_upload_state", "roster_upload", ["state"])


def downgrade() -> None:
    op.drop_index("ix_roster_upload_state", table_name="roster_upload")
    op.drop_table("roster_upload")
