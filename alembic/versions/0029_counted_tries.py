"""Tries are counted in the database, so all processes of the site share one limit."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage.columns import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_count",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("window_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "who"),
    )


def downgrade() -> None:
    op.drop_table("rate_count")
