"""Staff pause a letter's links and call the admins; approvals remind and are passed on; a sign-in leads back."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.errors import StartRefused
from portal.kernel.storage.columns import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_KINDS = (
    "'approval-asked', 'returned', 'sent', 'stopped', 'sign-in', 'test-copy', 'not-mine', 'checked', 'wave-sent', "
    "'alert', 'frozen', 'admin-added', 'set-aside'"
)
_NEW_KINDS = "'alarm', 'approval-reminder', 'approval-passed-on', 'approval-asked-too'"


def upgrade() -> None:
    op.add_column("mailing", sa.Column("links_paused_at", UtcDateTime(), nullable=True))
    op.add_column("mailing", sa.Column("reminded_at", UtcDateTime(), nullable=True))
    op.add_column("sign_in_link", sa.Column("leads_to", sa.String(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "asked_approver",
        sa.Column("mailing_id", sa.String(), sa.ForeignKey("mailing.id"), nullable=False),
        sa.Column("staff_id", sa.String(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("by_id", sa.String(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "staff_id"),
    )
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), sa.ForeignKey("mailing.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('pause', 'call')", name="ck_alarm_kind"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alarm_mailing", "alarm", ["mailing_id", "at"])
    _check_kinds(f"{_KINDS}, {_NEW_KINDS}")


def downgrade() -> None:
    paused = op.get_bind().execute(sa.text("SELECT count(*) FROM mailing WHERE links_paused_at IS NOT NULL")).scalar()
    if paused:
        raise StartRefused(
            f"The links of {paused} letters are paused, and the version before opens them. Take these letters back or "
            "let families open them again first."
        )
    op.execute(f"DELETE FROM staff_mail WHERE kind IN ({_NEW_KINDS})")
    _check_kinds(_KINDS)
    op.drop_index("ix_alarm_mailing", "alarm")
    op.drop_table("alarm")
    op.drop_table("asked_approver")
    op.drop_column("sign_in_link", "leads_to")
    op.drop_column("mailing", "reminded_at")
    op.drop_column("mailing", "links_paused_at")


def _check_kinds(kinds: str) -> None:
    with op.batch_alter_table("staff_mail") as table:
        table.drop_constraint("ck_staff_mail_kind", type_="check")
        table.create_check_constraint("ck_staff_mail_kind", f"kind IN ({kinds})")
