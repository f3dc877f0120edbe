"""Disclosures that should not have been, and the way to all that one guardian was shown."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_MOMENT = columns.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "erroneous_disclosure",
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosure.id"]),
        sa.PrimaryKeyConstraint("disclosure_id"),
    )
    op.create_index("ix_disclosure_guardian", "disclosure", ["guardian_id", "child_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_disclosure_guardian", table_name="disclosure")
    op.drop_table("erroneous_disclosure")
