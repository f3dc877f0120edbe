"""A fresh link when it is asked for: wishes, and the messages that answer them; whose letters a browser shows."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = columns.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("family_session", sa.Column("shown_child_id", sa.String(), nullable=True))
    op.create_table(
        "renewal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("wish", sa.LargeBinary(), nullable=True),
        sa.Column("handled_at", _MOMENT, nullable=True),
        sa.CheckConstraint("(handled_at IS NULL) = (wish IS NOT NULL)", name="ck_renewal_wish"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_renewal_handled", "renewal", ["handled_at"], unique=False)
    op.create_index("ix_renewal_asked", "renewal", ["asked_at"], unique=False)
    with op.batch_alter_table("family_mail") as table:
        table.drop_constraint("ck_family_mail_kind", type_="check")
        table.create_check_constraint("ck_family_mail_kind", "kind IN ('code', 'renewal')")
        table.drop_constraint("uq_family_mail_once", type_="unique")
        table.create_unique_constraint("uq_family_mail_once", ["kind", "about_id", "guardian_id"])
        table.create_unique_constraint("uq_family_mail_guardian", ["id", "guardian_id"])
        table.create_index("ix_family_mail_guardian", ["guardian_id"], unique=False)
    op.create_table(
        "family_mail_link",
        sa.Column("mail_id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id", "guardian_id"], ["family_mail.id", "family_mail.guardian_id"], name="fk_family_mail_link_mail"
        ),
        sa.ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_family_mail_link_link",
        ),
        sa.PrimaryKeyConstraint("mail_id", "link_id"),
    )
    op.create_index("ix_family_mail_link_link", "family_mail_link", ["link_id"], unique=False)


def downgrade() -> None:
    op.drop_table("family_mail_link")
    op.execute("DELETE FROM family_mail WHERE kind = 'renewal'")
    with op.batch_alter_table("family_mail") as table:
        table.drop_index("ix_family_mail_guardian")
        table.drop_constraint("uq_family_mail_guardian", type_="unique")
        table.drop_constraint("uq_family_mail_once", type_="unique")
        table.create_unique_constraint("uq_family_mail_once", ["kind", "about_id"])
        table.drop_constraint("ck_family_mail_kind", type_="check")
        table.create_check_constraint("ck_family_mail_kind", "kind IN ('code')")
    op.drop_table("renewal")
    op.drop_column("family_session", "shown_child_id")
