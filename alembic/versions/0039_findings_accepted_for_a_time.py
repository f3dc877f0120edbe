"""An admin accepts a finding of doctor until a day, with a reason; the acceptance and its end are never changed."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage.columns import UtcDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_KEYS = {"accepted_finding": "id", "ended_acceptance": "acceptance_id"}


def upgrade() -> None:
    op.create_table(
        "accepted_finding",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ended_acceptance",
        sa.Column("acceptance_id", sa.String(), sa.ForeignKey("accepted_finding.id"), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("acceptance_id"),
    )
    for table, key in _KEYS.items():
        _guard_append_only(table, key)


def downgrade() -> None:
    op.drop_table("ended_acceptance")
    op.drop_table("accepted_finding")


def _guard_append_only(table: str, key: str) -> None:
    """Refuse UPDATE, DELETE, TRUNCATE and an INSERT over a known row."""
    if op.get_bind().dialect.name == "postgresql":
        change, empty = f"BEFORE UPDATE OR DELETE ON {table}", f"BEFORE TRUNCATE ON {table}"
        op.execute(f"CREATE TRIGGER {table}_append_only {change} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        op.execute(f"CREATE TRIGGER {table}_no_truncate {empty} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {known} {refuse}")
