"""Who said that they have read a letter, and which mailings ask."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailing", sa.Column("acknowledge", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "acknowledgement",
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("copy_id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_acknowledgement_link",
        ),
        sa.ForeignKeyConstraint(
            ["copy_id", "mailing_id", "child_id"],
            ["copy.id", "copy.mailing_id", "copy.child_id"],
            name="fk_acknowledgement_copy",
        ),
        sa.PrimaryKeyConstraint("guardian_id", "copy_id"),
    )
    op.create_index(
        "ix_acknowledgement_mailing", "acknowledgement", ["mailing_id", "guardian_id", "child_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("acknowledgement")
    op.drop_column("mailing", "acknowledge")
