"""With what a provider is asked again whether somebody is still theirs."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = columns.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "provider_token",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=False),
        sa.Column("asking_until", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["staff_session.id"]),
        sa.PrimaryKeyConstraint("session_id"),
    )


def downgrade() -> None:
    op.drop_table("provider_token")
