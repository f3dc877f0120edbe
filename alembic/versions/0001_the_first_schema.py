"""The first schema, and the triggers that make the ledger append-only.

SQLite needs the INSERT trigger: `INSERT OR REPLACE` would slip past the other two. `batch_alter_table`
silently drops triggers, so a migration that uses it on these tables calls `guard_append_only` again; a
test looks for the triggers at every head.
"""

import sqlalchemy as sa
from alembic import op

from portal.kernel.storage import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = {"ledger_entry": "seq", "disclosure": "id"}

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$
"""


def guard_append_only(table: str, key: str) -> None:
    """Refuse UPDATE, DELETE, TRUNCATE and an INSERT over a known row."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) {refuse}"
    )


def upgrade() -> None:
    op.create_table(
        "child",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("student_number", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("birth_date_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seen_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("left_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_id"),
        sa.UniqueConstraint("student_number"),
    )
    op.create_index("ix_child_family_name", "child", ["family_name", "given_name"], unique=False)
    op.create_table(
        "guardian",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("address_key", sa.String(), nullable=True),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("home_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("left_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(address IS NULL) = (address_key IS NULL)", name="ck_guardian_address_key"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_id"),
    )
    op.create_index("ix_guardian_address_key", "guardian", ["address_key"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_ledger_entry_act", "ledger_entry", ["act"], unique=False)
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_ledger_head_one"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "roster_version",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("imported_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("guardians", sa.Integer(), nullable=False),
        sa.Column("guardianships", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("oidc_issuer", sa.String(), nullable=True),
        sa.Column("oidc_subject", sa.String(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("removed_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('publisher', 'approver', 'admin')", name="ck_staff_member_role"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("address_key"),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject", name="uq_staff_member_identity"),
    )
    op.create_table(
        "enrolment",
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("program", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
        ),
        sa.PrimaryKeyConstraint("child_id", "site", "program"),
    )
    op.create_index("ix_enrolment_site_program", "enrolment", ["site", "program"], unique=False)
    op.create_table(
        "family_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["guardian_id"],
            ["guardian.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id", "guardian_id", name="uq_family_session_guardian"),
    )
    op.create_index(op.f("ix_family_session_guardian_id"), "family_session", ["guardian_id"], unique=False)
    op.create_table(
        "guardianship",
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("may_view", sa.Boolean(), nullable=False),
        sa.Column("starts_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
        ),
        sa.ForeignKeyConstraint(
            ["guardian_id"],
            ["guardian.id"],
        ),
        sa.PrimaryKeyConstraint("guardian_id", "child_id"),
    )
    op.create_index("ix_guardianship_child", "guardianship", ["child_id"], unique=False)
    op.create_table(
        "mailing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("link_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("checked_roster", sa.Integer(), nullable=True),
        sa.Column("submitted_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approver_id", sa.String(), nullable=True),
        sa.Column("approved_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approval_waived", sa.Boolean(), nullable=False),
        sa.Column("return_reason", sa.String(), nullable=False),
        sa.Column("held_until", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("links_expire_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'checked', 'waiting', 'held', 'sending', 'paused', 'sent', 'stopped', 'revoked', 'returned')",
            name="ck_mailing_state",
        ),
        sa.CheckConstraint("approver_id IS NULL OR approver_id <> author_id", name="ck_mailing_second_person"),
        sa.ForeignKeyConstraint(
            ["approver_id"],
            ["staff_member.id"],
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff_member.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"],
            ["staff_member.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mailing_state", "mailing", ["state"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_member.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_sign_in_link_staff_id"), "sign_in_link", ["staff_id"], unique=False)
    op.create_table(
        "staff_mail",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("about_id", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_id", sa.String(), nullable=True),
        sa.Column("lease_until", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("done_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('approval-asked', 'returned', 'sent', 'stopped', 'sign-in', 'test-copy', 'not-mine')",
            name="ck_staff_mail_kind",
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'refused', 'bounced', 'cancelled')", name="ck_staff_mail_state"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_member.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "staff_id", "about_id", "turn", name="uq_staff_mail_once"),
    )
    op.create_index("ix_staff_mail_due", "staff_mail", ["state", "due_at"], unique=False)
    op.create_table(
        "staff_scope",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_member.id"],
        ),
        sa.PrimaryKeyConstraint("staff_id", "site"),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_member.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "audience_term",
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('everyone', 'program', 'site', 'grade', 'child')", name="ck_audience_term_kind"),
        sa.ForeignKeyConstraint(
            ["mailing_id"],
            ["mailing.id"],
        ),
        sa.PrimaryKeyConstraint("mailing_id", "kind", "value"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("addressee_id", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("parts_read", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'own') = (addressee_id IS NOT NULL)", name="ck_document_addressee"),
        sa.CheckConstraint("kind IN ('own', 'shared')", name="ck_document_kind"),
        sa.ForeignKeyConstraint(
            ["addressee_id"],
            ["child.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mailing_id"],
            ["mailing.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id", "addressee_id", name="uq_document_addressee"),
        sa.UniqueConstraint("id", "mailing_id", "kind", name="uq_document_mailing_kind"),
    )
    op.create_index("ix_document_mailing", "document", ["mailing_id"], unique=False)
    op.create_table(
        "mailing_writer",
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("mailing_id", "staff_id"),
    )
    op.create_table(
        "mailing_site",
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"]),
        sa.PrimaryKeyConstraint("mailing_id", "site"),
    )
    op.create_table(
        "left_out",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
        ),
        sa.ForeignKeyConstraint(
            ["guardian_id"],
            ["guardian.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mailing_id"],
            ["mailing.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_left_out_mailing", "left_out", ["mailing_id"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("code_key_id", sa.String(), nullable=False),
        sa.Column("code_lookup", sa.String(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guardian_id", "child_id"],
            ["guardianship.guardian_id", "guardianship.child_id"],
            name="fk_link_guardianship",
        ),
        sa.ForeignKeyConstraint(
            ["mailing_id"],
            ["mailing.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_lookup"),
        sa.UniqueConstraint("id", "mailing_id", "guardian_id", "child_id", name="uq_link_scope"),
        sa.UniqueConstraint("mailing_id", "guardian_id", "child_id", "edition", name="uq_link_edition"),
    )
    op.create_index("ix_link_child", "link", ["child_id"], unique=False)
    op.create_index("ix_link_guardian_child", "link", ["guardian_id", "child_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_id", sa.String(), nullable=True),
        sa.Column("lease_until", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("done_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'refused', 'bounced', 'cancelled')", name="ck_notice_state"
        ),
        sa.ForeignKeyConstraint(
            ["guardian_id"],
            ["guardian.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mailing_id"],
            ["mailing.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id", "mailing_id", "guardian_id", name="uq_notice_guardian"),
        sa.UniqueConstraint("mailing_id", "guardian_id", "round", name="uq_notice_round"),
    )
    op.create_index("ix_notice_due", "notice", ["state", "due_at"], unique=False)
    op.create_index("ix_notice_guardian", "notice", ["guardian_id"], unique=False)
    op.create_index("ix_notice_mailing_state", "notice", ["mailing_id", "state"], unique=False)
    op.create_table(
        "copy",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("addressee_id", sa.String(), nullable=True),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("revoked_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'own' AND addressee_id IS NOT NULL AND addressee_id = child_id) OR (kind = 'shared' AND addressee_id IS NULL)",
            name="ck_copy_own_child",
        ),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "addressee_id"], ["document.id", "document.addressee_id"], name="fk_copy_addressee"
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "mailing_id", "kind"],
            ["document.id", "document.mailing_id", "document.kind"],
            name="fk_copy_document",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "child_id", name="uq_copy_child"),
        sa.UniqueConstraint("id", "mailing_id", "child_id", name="uq_copy_mailing_child"),
    )
    op.create_index("ix_copy_mailing_child", "copy", ["mailing_id", "child_id"], unique=False)
    op.create_table(
        "notice_link",
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_notice_link_link",
        ),
        sa.ForeignKeyConstraint(
            ["notice_id", "mailing_id", "guardian_id"],
            ["notice.id", "notice.mailing_id", "notice.guardian_id"],
            name="fk_notice_link_notice",
        ),
        sa.PrimaryKeyConstraint("notice_id", "link_id"),
    )
    op.create_index("ix_notice_link_link", "notice_link", ["link_id"], unique=False)
    op.create_table(
        "opening",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_opening_link",
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "guardian_id"],
            ["family_session.id", "family_session.guardian_id"],
            name="fk_opening_guardian",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id", "link_id", name="uq_opening_link"),
    )
    op.create_index("ix_opening_link", "opening", ["link_id"], unique=False)
    op.create_index("ix_opening_session", "opening", ["session_id"], unique=False)
    op.create_table(
        "disclosure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("opening_id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("copy_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('view', 'download')", name="ck_disclosure_kind"),
        sa.ForeignKeyConstraint(
            ["copy_id", "mailing_id", "child_id"],
            ["copy.id", "copy.mailing_id", "copy.child_id"],
            name="fk_disclosure_copy",
        ),
        sa.ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_disclosure_link",
        ),
        sa.ForeignKeyConstraint(
            ["opening_id", "link_id"], ["opening.id", "opening.link_id"], name="fk_disclosure_opening"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_disclosure_child", "disclosure", ["child_id", "at"], unique=False)
    op.create_index("ix_disclosure_mailing", "disclosure", ["mailing_id", "at"], unique=False)
    op.create_index("ix_disclosure_opening_copy", "disclosure", ["opening_id", "copy_id", "kind", "at"], unique=False)
    op.create_table(
        "taking_back",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("notices_cancelled", sa.Integer(), nullable=False),
        sa.Column("sessions_ended", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('link', 'document', 'mailing')", name="ck_taking_back_kind"),
        sa.PrimaryKeyConstraint("kind", "target_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL_FUNCTION)
    for table, key in APPEND_ONLY.items():
        guard_append_only(table, key)
    op.execute(sa.text("INSERT INTO ledger_head (id, seq, mac) VALUES (1, 0, :mac)").bindparams(mac=b""))


def downgrade() -> None:
    message = "the first schema is where the portal begins; restore a backup instead"
    raise NotImplementedError(message)
