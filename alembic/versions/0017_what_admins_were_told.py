"""What admins were told of: how the portal stands, what was frozen, who became one of them; and since when each is."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_MOMENT = columns.UtcDateTime(timezone=True)
_KINDS = "'approval-asked', 'returned', 'sent', 'stopped', 'sign-in', 'test-copy', 'not-mine', 'checked', 'wave-sent'"


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("over_at", _MOMENT, nullable=True),
        sa.Column("told_at", _MOMENT, nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('mail-queue', 'unreadable', 'sign-ins', 'heads', 'shredding')", name="ck_alert_kind"
        ),
        sa.PrimaryKeyConstraint("kind"),
    )
    op.add_column("staff_member", sa.Column("role_since", _MOMENT, nullable=True))
    _set_staff_mail_kinds(f"{_KINDS}, 'alert', 'frozen', 'admin-added'")


def downgrade() -> None:
    op.execute("DELETE FROM staff_mail WHERE kind IN ('alert', 'frozen', 'admin-added')")
    _set_staff_mail_kinds(_KINDS)
    op.drop_column("staff_member", "role_since")
    op.drop_table("alert")


def _set_staff_mail_kinds(kinds: str) -> None:
    with op.batch_alter_table("staff_mail") as table:
        table.drop_constraint("ck_staff_mail_kind", type_="check")
        table.create_check_constraint("ck_staff_mail_kind", f"kind IN ({kinds})")
