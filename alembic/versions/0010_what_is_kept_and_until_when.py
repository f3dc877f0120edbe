"""Documents that are closed and shredded, legal holds, people who were erased, and a ledger that can be searched."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = columns.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("document", sa.Column("closed_at", _MOMENT, nullable=True))
    op.add_column("document", sa.Column("closed_why", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("document", sa.Column("shredded_at", _MOMENT, nullable=True))
    for table in ("child", "guardian"):
        op.add_column(table, sa.Column("erased_at", _MOMENT, nullable=True))
    op.create_table(
        "legal_hold",
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("lifted_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.PrimaryKeyConstraint("mailing_id"),
    )
    op.create_table(
        "erased_person",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('child', 'guardian')", name="ck_erased_person_kind"),
        sa.PrimaryKeyConstraint("mark"),
    )
    _make_ledger_searchable()


def _make_ledger_searchable() -> None:
    op.drop_index("ix_ledger_entry_act", table_name="ledger_entry")
    op.create_index("ix_ledger_entry_act", "ledger_entry", ["act", "seq"], unique=False)
    op.create_table(
        "ledger_word",
        sa.Column("word", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_watch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indexed_seq", sa.Integer(), nullable=False),
        sa.Column("exported_seq", sa.Integer(), nullable=False),
        sa.Column("exported_at", _MOMENT, nullable=True),
        sa.Column("failed_at", _MOMENT, nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_ledger_watch_one"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("INSERT INTO ledger_watch (id, indexed_seq, exported_seq, problem) VALUES (1, 0, 0, '')")


def downgrade() -> None:
    for table in ("ledger_watch", "ledger_word", "erased_person", "legal_hold"):
        op.drop_table(table)
    op.drop_index("ix_ledger_entry_act", table_name="ledger_entry")
    op.create_index("ix_ledger_entry_act", "ledger_entry", ["act"], unique=False)
    for table in ("child", "guardian"):
        op.drop_column(table, "erased_at")
    for name in ("shredded_at", "closed_why", "closed_at"):
        op.drop_column("document", name)
