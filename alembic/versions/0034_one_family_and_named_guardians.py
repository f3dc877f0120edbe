"""A letter may be for named guardians alone; own letters to one family ask for a code by choice.

What a mailing is narrowed to can never widen: a link for anybody else is refused, and so is any guardian who is added
once it is approved.
"""

import sqlalchemy as sa
from alembic import op

from portal.kernel.errors import StartRefused

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_LINK_ELSEWHERE = (
    "EXISTS (SELECT 1 FROM mailing WHERE id = NEW.mailing_id AND is_addressed)"
    " AND NOT EXISTS (SELECT 1 FROM addressed_guardian"
    " WHERE mailing_id = NEW.mailing_id AND guardian_id = NEW.guardian_id)"
)
_ADDED_LATE = "EXISTS (SELECT 1 FROM mailing WHERE id = NEW.mailing_id AND approved_at IS NOT NULL)"
_LET_GO_LATE = "OLD.is_addressed AND NOT NEW.is_addressed AND OLD.approved_at IS NOT NULL"
_REFUSED = {
    "link_addressed_insert": ("INSERT ON link", _LINK_ELSEWHERE),
    "link_addressed_update": ("UPDATE OF mailing_id, guardian_id ON link", _LINK_ELSEWHERE),
    "addressed_guardian_insert": ("INSERT ON addressed_guardian", _ADDED_LATE),
    "addressed_guardian_update": ("UPDATE ON addressed_guardian", _ADDED_LATE),
    "mailing_stays_addressed": ("UPDATE OF is_addressed ON mailing", _LET_GO_LATE),
}
"""What is refused by which trigger: upon which statement, and when."""
_WHY = "a mailing for named guardians goes to nobody else"
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {{name}}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF {{condition}} THEN RAISE EXCEPTION '{_WHY}'; END IF; RETURN NEW; END $$
"""


def upgrade() -> None:
    for name in ("is_addressed", "plain_for_one"):
        op.add_column("mailing", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "addressed_guardian",
        sa.Column("mailing_id", sa.String(), sa.ForeignKey("mailing.id"), nullable=False),
        sa.Column("guardian_id", sa.String(), sa.ForeignKey("guardian.id"), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "guardian_id"),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (statement, condition) in _REFUSED.items():
        if is_postgresql:
            op.execute(_POSTGRESQL_FUNCTION.format(name=name, condition=condition))
            op.execute(f"CREATE TRIGGER {name} BEFORE {statement} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            refuse = f"BEGIN SELECT RAISE(ABORT, '{_WHY}'); END"
            op.execute(f"CREATE TRIGGER {name} BEFORE {statement} WHEN {condition} {refuse}")


def downgrade() -> None:
    narrowed = op.get_bind().execute(sa.text("SELECT count(*) FROM mailing WHERE is_addressed")).scalar()
    if narrowed:
        raise StartRefused(
            f"{narrowed} letters are for named guardians alone, and the version before would send them to every guardian."
        )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (statement, _) in _REFUSED.items():
        table = statement.rpartition(" ")[2]
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("addressed_guardian")
    op.drop_column("mailing", "plain_for_one")
    op.drop_column("mailing", "is_addressed")
