"""What somebody types is kept while they type, with the file it begins with; an audience may be whom files are for."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage.columns import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_KINDS = "'everyone', 'program', 'site', 'grade', 'child'"

_NUMBERS = """
INSERT INTO audience_term (mailing_id, kind, value)
SELECT DISTINCT term.mailing_id, 'child', child.student_number
FROM audience_term AS term
JOIN given_file ON given_file.mailing_id = term.mailing_id
JOIN child ON child.id = given_file.child_id
WHERE term.kind = 'child' AND term.value = ''
"""


def upgrade() -> None:
    op.create_table(
        "begun_letter",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=True),
        sa.Column("typed_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("other_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("other_at", UtcDateTime(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("file_size", sa.Integer(), nullable=True),
        sa.Column("file_until", UtcDateTime(), nullable=True),
        sa.Column("reading", sa.String(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("way IN ('shared', 'each')", name="ck_begun_letter_way"),
        sa.CheckConstraint("reading IN ('', 'waiting', 'running', 'done')", name="ck_begun_letter_reading"),
        sa.ForeignKeyConstraint(["author_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("author_id", "reading", "expires_at"):
        op.create_index(f"ix_begun_letter_{column.partition('_')[0]}", "begun_letter", [column])
    _check(f"kind IN ({_KINDS}, 'files')")


def downgrade() -> None:
    # no term at all is everyone: whom the files are for is said by number, and where there are none, nobody
    op.execute("UPDATE audience_term SET kind = 'child' WHERE kind = 'files'")
    op.execute(_NUMBERS)
    op.execute("DELETE FROM audience_term WHERE kind = 'child' AND value = '' AND mailing_id IN (SELECT mailing_id FROM"
               " given_file WHERE child_id IS NOT NULL)")  # fmt: skip
    _check(f"kind IN ({_KINDS})")
    op.drop_table("begun_letter")


def _check(condition: str) -> None:
    with op.batch_alter_table("audience_term") as changed:
        changed.drop_constraint("ck_audience_term_kind", type_="check")
        changed.create_check_constraint("ck_audience_term_kind", condition)
