"""Whether somebody bears a word is answered by the index alone: so a word that everybody bears is looked up by child."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_person_word_person", "person_word")
    op.create_index("ix_person_word_person", "person_word", ["person_id", "word"])


def downgrade() -> None:
    op.drop_index("ix_person_word_person", "person_word")
    op.create_index("ix_person_word_person", "person_word", ["person_id"])
