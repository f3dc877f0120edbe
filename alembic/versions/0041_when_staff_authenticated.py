"""A sign-in tells when its provider last saw its owner, who may have signed in there hours before."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage.columns import UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff_session", sa.Column("authenticated_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff_session", "authenticated_at")
