"""A corrected version can be one of a letter of the same mailing and the same child alone."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.create_foreign_key(
            "fk_document_replaces_kind",
            "document",
            ["replaces_id", "mailing_id", "kind"],
            ["id", "mailing_id", "kind"],
        )
        table.create_foreign_key(
            "fk_document_replaces_addressee", "document", ["replaces_id", "addressee_id"], ["id", "addressee_id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("document") as table:
        for name in ("fk_document_replaces_addressee", "fk_document_replaces_kind"):
            table.drop_constraint(name, type_="foreignkey")
