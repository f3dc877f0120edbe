"""Incidents: what was frozen, what was decided, who read it; and from which network a link was opened."""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = columns.UtcDateTime(timezone=True)
_ROUNDS = "'again', 'reminder', 'top-up', 'corrected', 'one-family', 'print'"
_DECISIONS = "incident_decision"


def upgrade() -> None:
    op.add_column("opening", sa.Column("network", sa.String(), nullable=False, server_default=sa.text("''")))
    _set_round_kinds(f"{_ROUNDS}, 're-issue'")
    _create_incident()
    _create_what_is_said()
    _create_reading()
    _guard_decisions()


def _set_round_kinds(kinds: str) -> None:
    with op.batch_alter_table("round") as table:
        table.drop_constraint("ck_round_kind", type_="check")
        table.create_check_constraint("ck_round_kind", f"kind IN ({kinds})")


def _create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("sender_id", sa.String(), nullable=True),
        sa.Column("since", _MOMENT, nullable=True),
        sa.Column("until", _MOMENT, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("notices_cancelled", sa.Integer(), nullable=False),
        sa.Column("sessions_ended", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('mailing', 'document', 'span')", name="ck_incident_kind"),
        sa.CheckConstraint("(kind = 'document') = (document_id IS NOT NULL)", name="ck_incident_document"),
        sa.CheckConstraint(
            "(kind = 'span') = (sender_id IS NOT NULL AND since IS NOT NULL AND until IS NOT NULL)",
            name="ck_incident_span",
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["sender_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_at", "incident", ["at"], unique=False)
    op.create_index("ix_incident_document", "incident", ["document_id"], unique=False)
    op.create_table(
        "incident_mailing",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("undone_at", _MOMENT, nullable=True),
        sa.Column("undone_in", sa.Integer(), nullable=True),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_in IS NULL)", name="ck_incident_mailing_undone"),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.PrimaryKeyConstraint("incident_id", "mailing_id"),
    )
    op.create_index("ix_incident_mailing_mailing", "incident_mailing", ["mailing_id"], unique=False)


def _create_what_is_said() -> None:
    op.create_table(
        _DECISIONS,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_decision_incident", _DECISIONS, ["incident_id", "at"], unique=False)
    op.create_table(
        "incident_text",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('notice', 'report')", name="ck_incident_text_kind"),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id", "kind"),
    )


def _create_reading() -> None:
    op.create_table(
        "incident_reading",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.String(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("granted_by_id", sa.String(), nullable=True),
        sa.Column("granted_at", _MOMENT, nullable=True),
        sa.Column("ends_at", _MOMENT, nullable=True),
        sa.CheckConstraint("granted_by_id <> asked_by_id", name="ck_incident_reading_second_person"),
        sa.CheckConstraint(
            "(granted_by_id IS NULL) = (granted_at IS NULL) AND (granted_at IS NULL) = (ends_at IS NULL)",
            name="ck_incident_reading_granted",
        ),
        sa.CheckConstraint("length(reason) >= 10", name="ck_incident_reading_reason"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["granted_by_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(
            ["incident_id", "mailing_id"],
            ["incident_mailing.incident_id", "incident_mailing.mailing_id"],
            name="fk_incident_reading_mailing",
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "mailing_id", "kind"],
            ["document.id", "document.mailing_id", "document.kind"],
            name="fk_incident_reading_document",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_reading_incident", "incident_reading", ["incident_id"], unique=False)


def _guard_decisions() -> None:
    """Refuse UPDATE, DELETE, TRUNCATE and an INSERT over a known row, as on the ledger."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {_DECISIONS}_append_only BEFORE UPDATE OR DELETE ON {_DECISIONS}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {_DECISIONS}_no_truncate BEFORE TRUNCATE ON {_DECISIONS}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {_DECISIONS} are never changed'); END"
    op.execute(f"CREATE TRIGGER {_DECISIONS}_no_update BEFORE UPDATE ON {_DECISIONS} {refuse}")
    op.execute(f"CREATE TRIGGER {_DECISIONS}_no_delete BEFORE DELETE ON {_DECISIONS} {refuse}")
    op.execute(
        f"CREATE TRIGGER {_DECISIONS}_no_replace BEFORE INSERT ON {_DECISIONS}"
        f" WHEN EXISTS (SELECT 1 FROM {_DECISIONS} WHERE id = NEW.id) {refuse}"
    )


def downgrade() -> None:
    op.execute("DELETE FROM round WHERE kind = 're-issue'")
    _set_round_kinds(_ROUNDS)
    for table in ("incident_reading", "incident_text", _DECISIONS, "incident_mailing", "incident"):
        op.drop_table(table)
    op.drop_column("opening", "network")
