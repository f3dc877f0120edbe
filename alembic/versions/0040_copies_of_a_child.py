"""Which letters a child has is found by the child, and not by reading through all copies of all letters."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_copy_child", "copy", ["child_id"])


def downgrade() -> None:
    op.drop_index("ix_copy_child", table_name="copy")
