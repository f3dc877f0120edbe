"""The words that children and guardians are found by, in an index that every prefix is a range of."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.text.folding import address_words, words_in

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BY_CODE_POINT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_AT_ONCE = 1_000
_WORDS = sa.table("person_word", sa.column("word"), sa.column("person_id"))
_CHILDREN = sa.text("SELECT id, given_name || ' ' || family_name || ' ' || student_number, '' FROM child")
_GUARDIANS = sa.text("SELECT id, given_name || ' ' || family_name, coalesce(address_key, '') FROM guardian")


def upgrade() -> None:
    op.create_table(
        "person_word",
        sa.Column("word", _BY_CODE_POINT, nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("word", "person_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_word_person", "person_word", ["person_id"], unique=False)
    connection = op.get_bind()
    for query in (_CHILDREN, _GUARDIANS):
        people = connection.execute(query).all()
        for start in range(0, len(people), _AT_ONCE):
            rows = [
                {"word": word, "person_id": person_id}
                for person_id, names, address in people[start : start + _AT_ONCE]
                for word in {*words_in(names), *address_words(address)}
            ]
            if rows:
                connection.execute(sa.insert(_WORDS), rows)


def downgrade() -> None:
    op.drop_table("person_word")
