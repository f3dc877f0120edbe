"""A letter for everybody may have further files with it, each with its place."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_IS_FIRST = sa.text("kind = 'shared' AND replaces_id IS NULL AND replaced_at IS NULL")


def upgrade() -> None:
    # written out, because SQLite adds a column with its conditions in place, and else only by making a table anew
    op.execute(
        "ALTER TABLE document ADD COLUMN place INTEGER NOT NULL DEFAULT 0"
        " CONSTRAINT ck_document_place CHECK (place BETWEEN 0 AND 9)"
        " CONSTRAINT ck_document_enclosure CHECK (place = 0 OR (kind = 'shared' AND language = ''))"
    )
    op.create_index(
        "uq_document_place", "document", ["mailing_id", "language", "place"], unique=True,
        sqlite_where=_IS_FIRST, postgresql_where=_IS_FIRST,
    )  # fmt: skip


def downgrade() -> None:
    # the version before lists each file as a letter of its own
    op.drop_index("uq_document_place", "document")
    with op.batch_alter_table("document") as batch:
        batch.drop_constraint("ck_document_enclosure", type_="check")
        batch.drop_constraint("ck_document_place", type_="check")
        batch.drop_column("place")
