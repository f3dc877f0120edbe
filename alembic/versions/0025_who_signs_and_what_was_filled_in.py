"""A mailing holds who signs it in place of programs; a given file whether the portal wrote its child into it."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailing", sa.Column("signer", sa.String(), nullable=False, server_default=sa.text("''")))
    op.drop_column("mailing", "program")
    op.add_column("given_file", sa.Column("is_filled", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("given_file", "is_filled")
    op.add_column("mailing", sa.Column("program", sa.String(), nullable=False, server_default=sa.text("''")))
    op.drop_column("mailing", "signer")
