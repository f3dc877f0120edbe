"""Since when the head of the ledger is kept in a file: one that is not there was taken away from then on."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger_watch", sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("ledger_watch", "filed_at")
