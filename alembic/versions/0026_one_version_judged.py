"""A verdict says by which version it was judged: the roster, staff, rights by hand, known pictures, settings and rules."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ROSTERS = (("mailing", "checked_roster"), ("given_file", "roster"))


def upgrade() -> None:
    """Whatever was judged by a roster alone is judged anew before it is approved."""
    for table, roster in _ROSTERS:
        op.add_column(table, sa.Column("judged_by", sa.String(), nullable=True))
        op.drop_column(table, roster)


def downgrade() -> None:
    for table, roster in _ROSTERS:
        op.add_column(table, sa.Column(roster, sa.Integer(), nullable=True))
        op.drop_column(table, "judged_by")
