"""Letters for everybody are found among those of single children, of which there are a thousand times as many."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_SHARED = sa.text("kind = 'shared'")


def upgrade() -> None:
    op.create_index("ix_document_shared", "document", ["file_name"], sqlite_where=_SHARED, postgresql_where=_SHARED)


def downgrade() -> None:
    op.drop_index("ix_document_shared", "document")
