"""An older database that was put back opens no letter until an admin says what became of it: since when, and accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("later_head_at", "accepted_at"):
        op.add_column("ledger_watch", sa.Column(name, _MOMENT, nullable=True))


def downgrade() -> None:
    for name in ("later_head_at", "accepted_at"):
        op.drop_column("ledger_watch", name)
