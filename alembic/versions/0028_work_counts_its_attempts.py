"""What staff gave counts how often a worker began it; after two attempts without an answer it is set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_STATES = "'waiting', 'running', 'done', 'failed'"
_KINDS = (
    "'approval-asked', 'returned', 'sent', 'stopped', 'sign-in', 'test-copy', 'not-mine', 'checked', 'wave-sent', "
    "'alert', 'frozen', 'admin-added'"
)


def upgrade() -> None:
    op.add_column("intake", sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")))
    _check("intake", "ck_intake_state", f"state IN ({_STATES}, 'set-aside')")
    _check("staff_mail", "ck_staff_mail_kind", f"kind IN ({_KINDS}, 'set-aside')")


def downgrade() -> None:
    op.execute("DELETE FROM staff_mail WHERE kind = 'set-aside'")
    op.execute("UPDATE intake SET state = 'failed' WHERE state = 'set-aside'")
    _check("staff_mail", "ck_staff_mail_kind", f"kind IN ({_KINDS})")
    _check("intake", "ck_intake_state", f"state IN ({_STATES})")
    op.drop_column("intake", "attempts")


def _check(table: str, name: str, condition: str) -> None:
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(name, type_="check")
        changed.create_check_constraint(name, condition)
