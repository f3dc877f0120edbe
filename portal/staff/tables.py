"""How staff are stored. No passwords: an OpenID subject or a one-time link."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlmodel import Field

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime


class StaffMember(Row, table=True):
    """Somebody who signs in. The identity is issuer and subject, never the address alone.

    `role_since` is when they got the role they have; who never had another has it since they were put here.
    """

    __tablename__ = "staff_member"
    __table_args__ = (
        CheckConstraint("role IN ('publisher', 'approver', 'admin')", name="ck_staff_member_role"),
        UniqueConstraint("oidc_issuer", "oidc_subject", name="uq_staff_member_identity"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    address: str
    address_key: str = Field(unique=True)
    name: str = ""
    role: str
    oidc_issuer: str | None = None
    oidc_subject: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    role_since: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StaffScope(Row, table=True):
    """A site somebody may act for. Nobody without a row here is limited: no row means every site."""

    __tablename__ = "staff_scope"

    staff_id: str = Field(primary_key=True, foreign_key="staff_member.id")
    site: str = Field(primary_key=True)


class SignInLink(Row, table=True):
    """A one-time way in for one staff member; its token is derived, never stored.

    `leads_to` is the page of ours that they came for before they had to sign in.
    """

    __tablename__ = "sign_in_link"

    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff_member.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leads_to: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class SetupLink(Row, table=True):
    """A one-time way in for whoever becomes the first admin; its token is derived, never stored."""

    __tablename__ = "setup_link"

    id: str = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ProviderToken(Row, table=True):
    """With what the provider of a session is asked again whether that person is still theirs; sealed."""

    __tablename__ = "provider_token"

    session_id: str = Field(primary_key=True, foreign_key="staff_session.id")
    sealed: bytes
    answered_at: datetime = Field(sa_type=UtcDateTime)
    asking_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StaffSession(Row, table=True):
    """A signed-in browser; `id` is the hash of its cookie.

    `authenticated_at` is when its owner last proved who they are, at the provider perhaps long before `created_at`;
    None, in a row of an earlier release, is the same as `created_at`.
    """

    __tablename__ = "staff_session"

    id: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff_member.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    authenticated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MailKey(Row, table=True):
    """With what one mail program of a staff member hands messages in; 120 random bits, of which a keyed hash is kept.

    It ends by hand, with whoever's it is, or at `expires_at`. `label` is what they call the program.
    """

    __tablename__ = "mail_key"

    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff_member.id", index=True)
    label: str
    mac: bytes = Field(unique=True)
    key_id: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
