"""What comes back of a notice: once for each, with its weight, its reason and its code."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bounce",
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("weight", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("came_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight IN ('hard', 'soft')", name="ck_bounce_weight"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"]),
        sa.PrimaryKeyConstraint("notice_id"),
    )


def downgrade() -> None:
    op.drop_table("bounce")
