"""Each child holds a copy of all words by which it is found: so a word that everybody bears is looked for in the child's row."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_COPY = """
UPDATE child SET found_by = ' '
    || coalesce((SELECT {joined} FROM person_word WHERE person_id = child.id), '') || ' '
    || coalesce((SELECT {joined} FROM person_word JOIN guardianship ON guardian_id = person_id
                 WHERE child_id = child.id), '') || ' '
"""


def upgrade() -> None:
    op.add_column("child", sa.Column("found_by", sa.String(), nullable=False, server_default=sa.text("''")))
    joined = "string_agg" if op.get_bind().dialect.name == "postgresql" else "group_concat"
    op.execute(_COPY.format(joined=f"{joined}(word, ' ')"))


def downgrade() -> None:
    op.drop_column("child", "found_by")
