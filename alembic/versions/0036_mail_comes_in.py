"""Mail comes in: mail keys of staff, and messages that are gathered until they are a mailing."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage.columns import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_KINDS = (
    "'approval-asked', 'returned', 'sent', 'stopped', 'sign-in', 'test-copy', 'not-mine', 'checked', 'wave-sent', "
    "'alert', 'frozen', 'admin-added', 'set-aside', 'alarm', 'approval-reminder', 'approval-passed-on', "
    "'approval-asked-too'"
)
_NEW_KINDS = "'gathered', 'gate-stopped'"
_LIVE = sa.text("state <> 'ended'")


def upgrade() -> None:
    op.create_table(
        "mail_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mac"),
    )
    op.create_index("ix_mail_key_staff_id", "mail_key", ["staff_id"])
    op.create_table(
        "gathering",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("likeness", sa.LargeBinary(), nullable=False),
        sa.Column("subject_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("mailing_id", sa.String(), sa.ForeignKey("mailing.id"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_of", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("lease_id", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint("door IN ('drop', 'key', 'rule')", name="ck_gathering_door"),
        sa.CheckConstraint("state IN ('open', 'closed', 'drafted', 'ended')", name="ck_gathering_state"),
        sa.CheckConstraint("state <> 'drafted' OR mailing_id IS NOT NULL", name="ck_gathering_drafted"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mailing_id"),
    )
    op.create_index(
        "uq_gathering_live",
        "gathering",
        ["staff_id", "likeness"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_index("ix_gathering_state", "gathering", ["state", "closes_at"])
    op.create_index("ix_gathering_expires", "gathering", ["expires_at"])
    op.create_table(
        "arrival",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("gathering_id", sa.String(), sa.ForeignKey("gathering.id"), nullable=False),
        sa.Column("staff_id", sa.String(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("message_key", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("blob_id", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("came_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(blob_id IS NULL) = (size IS NULL)", name="ck_arrival_blob"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("blob_id"),
        sa.UniqueConstraint("staff_id", "digest", name="uq_arrival_digest"),
    )
    op.create_index("ix_arrival_gathering", "arrival", ["gathering_id"])
    op.create_index("ix_arrival_message", "arrival", ["staff_id", "message_key"])
    op.create_table(
        "arrival_recipient",
        sa.Column("arrival_id", sa.String(), sa.ForeignKey("arrival.id"), nullable=False),
        sa.Column("address_key", sa.LargeBinary(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("arrival_id", "address_key"),
    )
    _check_kinds(f"{_KINDS}, {_NEW_KINDS}")


def downgrade() -> None:
    op.execute(f"DELETE FROM staff_mail WHERE kind IN ({_NEW_KINDS})")
    _check_kinds(_KINDS)
    # the version before knows nothing of the messages: what is kept of them is let loose, for its worker to shred
    op.execute("INSERT INTO loose_blob (id, since) SELECT blob_id, came_at FROM arrival WHERE blob_id IS NOT NULL")
    op.drop_table("arrival_recipient")
    op.drop_table("arrival")
    op.drop_table("gathering")
    op.drop_table("mail_key")


def _check_kinds(kinds: str) -> None:
    with op.batch_alter_table("staff_mail") as table:
        table.drop_constraint("ck_staff_mail_kind", type_="check")
        table.create_check_constraint("ck_staff_mail_kind", f"kind IN ({kinds})")
