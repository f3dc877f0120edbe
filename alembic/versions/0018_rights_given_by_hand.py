"""Rights that staff give by hand to somebody whom the roster does not name, or bars."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MOMENT = columns.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "hand_made_right",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reference_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by_id", sa.String(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=True),
        sa.Column("confirmed_by_id", sa.String(), nullable=True),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        sa.Column("against_roster", sa.Boolean(), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "basis IN ('court', 'placed', 'forgotten', 'agreed', 'other')", name="ck_hand_made_right_basis"
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ck_hand_made_right_dates"),
        sa.CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="ck_hand_made_right_confirmed"),
        sa.CheckConstraint("confirmed_by_id <> asked_by_id", name="ck_hand_made_right_second_person"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_hand_made_right_ended"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name="fk_hand_made_right_guardian"),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_hand_made_right_child"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff_member.id"], name="fk_hand_made_right_asked_by"),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["staff_member.id"], name="fk_hand_made_right_confirmed_by"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_hand_made_right_child", "hand_made_right", ["child_id"])
    still = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_hand_made_right_open", "hand_made_right", ["guardian_id", "child_id"], unique=True,
        sqlite_where=still, postgresql_where=still,
    )  # fmt: skip


def downgrade() -> None:
    op.execute("UPDATE guardianship SET basis = 'roster' WHERE basis = 'by-hand'")
    op.drop_table("hand_made_right")
