"""A code before a confidential letter opens: steps, challenges, pauses, remembered devices, and mail to families."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = columns.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("opening", sa.Column("proven_at", _MOMENT, nullable=True))
    _create_code_tables()
    op.create_table(
        "device",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_device_browser", "device", ["browser"], unique=False)
    op.create_index("ix_device_guardian", "device", ["guardian_id"], unique=False)
    op.create_index("ix_device_expires", "device", ["expires_at"], unique=False)
    _create_family_mail()


def _create_code_tables() -> None:
    op.create_table(
        "code_step",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_code_step_link",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id", "link_id", "guardian_id", name="uq_code_step_scope"),
    )
    op.create_index("ix_code_step_created", "code_step", ["created_at"], unique=False)
    op.create_table(
        "code_challenge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.CheckConstraint("wrong BETWEEN 0 AND 5", name="ck_code_challenge_wrong"),
        sa.ForeignKeyConstraint(
            ["step_id", "link_id", "guardian_id"],
            ["code_step.id", "code_step.link_id", "code_step.guardian_id"],
            name="fk_code_challenge_step",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_code_challenge_step", "code_challenge", ["step_id"], unique=False)
    op.create_index("ix_code_challenge_link", "code_challenge", ["link_id", "created_at"], unique=False)
    op.create_index("ix_code_challenge_created", "code_challenge", ["created_at"], unique=False)
    op.create_table(
        "code_pause",
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("paused_until", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"]),
        sa.PrimaryKeyConstraint("link_id"),
    )


def _create_family_mail() -> None:
    op.create_table(
        "family_mail",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("about_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("lease_id", sa.String(), nullable=True),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('code')", name="ck_family_mail_kind"),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'refused', 'bounced', 'cancelled')", name="ck_family_mail_state"
        ),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "about_id", name="uq_family_mail_once"),
    )
    op.create_index("ix_family_mail_due", "family_mail", ["state", "due_at"], unique=False)


def downgrade() -> None:
    for table in ("family_mail", "device", "code_pause", "code_challenge", "code_step"):
        op.drop_table(table)
    op.drop_column("opening", "proven_at")
