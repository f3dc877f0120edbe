"""What staff decide about single guardianships, and taking back at the level of families."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MOMENT = columns.UtcDateTime(timezone=True)
_OPEN = sa.text("lifted_at IS NULL")
_KINDS = "kind IN ('link', 'document', 'mailing'{})"


def upgrade() -> None:
    op.create_table(
        "restriction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reference_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=True),
        sa.Column("applied_at", _MOMENT, nullable=True),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("notices_cancelled", sa.Integer(), nullable=False),
        sa.Column("sessions_ended", sa.Integer(), nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("kind IN ('barred', 'ended', 'of-age')", name="ck_restriction_kind"),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ck_restriction_dates"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="ck_restriction_lifted"),
        sa.ForeignKeyConstraint(
            ["guardian_id", "child_id"],
            ["guardianship.guardian_id", "guardianship.child_id"],
            name="fk_restriction_guardianship",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_restriction_open", "restriction", ["guardian_id", "child_id", "kind"], unique=True,
        sqlite_where=_OPEN, postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index("ix_restriction_child", "restriction", ["child_id"], unique=False)
    op.create_index("ix_restriction_waiting", "restriction", ["applied_at", "starts_at"], unique=False)
    _set_kinds(", 'guardianship', 'guardian', 'child'")


def downgrade() -> None:
    op.execute("DELETE FROM taking_back WHERE kind IN ('guardianship', 'guardian', 'child')")
    _set_kinds("")
    op.drop_table("restriction")


def _set_kinds(more: str) -> None:
    with op.batch_alter_table("taking_back") as batch:
        batch.drop_constraint("ck_taking_back_kind", type_="check")
        batch.create_check_constraint("ck_taking_back_kind", _KINDS.format(more))
