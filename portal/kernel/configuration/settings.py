"""Settings from the environment: names that are wrong stop the start, with the nearest right one."""

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, Self, get_args
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from portal.kernel.configuration.accent import Accent
from portal.kernel.configuration.databases import Databases
from portal.kernel.configuration.deadlines import Deadline, parse_deadlines
from portal.kernel.configuration.environment import FILE, check_names, with_secrets_read
from portal.kernel.configuration.gate_places import Place, check_certificate, gate_domain, gate_places, long_secret
from portal.kernel.configuration.networks import is_loopback, is_some_network
from portal.kernel.configuration.provider_terms import ProviderTerms, read_terms
from portal.kernel.configuration.retention import days_of
from portal.kernel.configuration.shared_mailboxes import SharedMailboxes
from portal.kernel.errors import StartRefused
from portal.kernel.text.addresses import NotOneAddress, OneAddress, is_one_address
from portal.kernel.text.moments import QuietHours
from portal.kernel.text.zones import zone_name

_PREFIX = "PORTAL_"
_OFF: Final = Path("off")
_LONGEST_BOUNCE_NAME = 14
"""What is left of the 64 octets of a local part (RFC 5321, 4.5.3.1.1) beside the mark that names a notice."""
_LATER = {"PORTAL_SEND_RATE"}
"""Named by the interface, built by later work: refused rather than accepted and ignored."""


class Settings(Databases):
    """Everything an operator may set; each is `PORTAL_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid", ignored_types=(cached_property,))

    blob_url: str | None = None
    key_file: Path | None = None
    wrap_file: Path | None = None
    head_file: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    organisation: str = Field(default="Example School District", min_length=1, max_length=80)
    contact: str = Field(default="", max_length=200)
    mark: Path | None = None
    accent: str = ""
    timezone: str = "UTC"
    smtp_url: SecretStr = SecretStr("smtp://127.0.0.1:1025")
    mail_from: str = "letters@portal.test"
    bounce_address: str = ""
    reply_to: str = ""
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_domains: str = ""
    oidc_roles: str = ""
    allowed_link_hosts: str = ""
    hold_seconds: int = Field(default=300, ge=0, le=86_400)
    quiet_hours: str = ""
    retention_days: str = ""
    ledger_export_url: str | None = None
    subject_names: Literal["plain", "never"] = "plain"
    approval_reminder_hours: int = Field(default=24, ge=0, le=720)
    reminder_days: int = Field(default=3, ge=0, le=365)
    link_days: int = Field(default=30, ge=1, le=365)
    approval_waived_below: int = Field(default=0, ge=0, le=100)
    cli_approval: bool = False
    trusted_proxies: str = ""
    clamav_url: str | None = None
    locale_dir: Path | None = None
    ocr_models: Path | None = None
    office: Literal["auto", "libreoffice", "basic", "off"] = "auto"
    incident_deadlines: str = ""
    gate_url: str = ""
    gate_cert_file: Path | None = None
    gate_key_file: Path | None = None
    gate_domain: str = ""
    gate_secret: SecretStr | None = None
    metrics_token: SecretStr | None = None
    gate_shared: SharedMailboxes = ""

    @field_validator("base_url")
    @classmethod
    def _base_url_is_an_origin(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            message = "must be an origin such as https://letters.example.org, without a path"
            raise ValueError(message)
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            message = "must be https:// for anything but this machine itself"
            raise ValueError(message)
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("timezone")
    @classmethod
    def _timezone_is_known(cls, name: str) -> str:
        return zone_name(name)

    @field_validator("accent")
    @classmethod
    def _accent_can_be_read(cls, text: str) -> str:
        return Accent.parse(text).light if text.strip() else ""

    @field_validator("quiet_hours")
    @classmethod
    def _quiet_hours_are_hours(cls, text: str) -> str:
        if text.strip():
            QuietHours.parse(text)
        return text.strip()

    @field_validator("retention_days")
    @classmethod
    def _retention_is_days(cls, text: str) -> str:
        days_of(text)
        return text.strip()

    @field_validator("ledger_export_url")
    @classmethod
    def _export_is_a_place(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "file:///")
        is_folder = parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc
        is_bucket = parts.scheme == "s3" and bool(parts.netloc)
        is_mailbox = parts.scheme == "mailto" and not parts.query and is_one_address(unquote(parts.path))
        if not (is_folder or is_bucket or is_mailbox):
            message = (
                "must be like file:///safe/heads, s3://bucket/prefix?endpoint=…&region=… or mailto:safe@example.org"
            )
            raise ValueError(message)
        return url

    @field_validator("incident_deadlines")
    @classmethod
    def _deadlines_are_some(cls, text: str) -> str:
        parse_deadlines(text)
        return text.strip()

    @field_validator("mail_from", "reply_to")
    @classmethod
    def _is_one_address(cls, address: str, field: ValidationInfo) -> str:
        if not address and field.field_name == "reply_to":
            return ""
        try:
            return OneAddress.parse(address).text
        except NotOneAddress as error:
            raise ValueError(str(error)) from None

    @field_validator("bounce_address")
    @classmethod
    def _bounces_leave_room_for_a_mark(cls, address: str) -> str:
        if not address:
            return ""
        try:
            one = OneAddress.parse(address).text
        except NotOneAddress as error:
            raise ValueError(str(error)) from None
        name = one.rpartition("@")[0]
        if len(name) > _LONGEST_BOUNCE_NAME or not name.isascii() or "+" in name:
            message = f"must have at most {_LONGEST_BOUNCE_NAME} plain letters before the @, and no +"
            raise ValueError(message)
        return one

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_some(cls, text: str) -> str:
        named = [one.strip() for one in text.split(",") if one.strip()]
        if not all(is_some_network(one) for one in named):
            message = (
                "must be the addresses or networks of your own proxies, such as 10.0.0.7 or 172.16.0.0/12, and never "
                "everybody: whoever is believed can say that they come from anywhere, and slips past every limit"
            )
            raise ValueError(message)
        return ",".join(named)

    @field_validator("clamav_url")
    @classmethod
    def _clamav_is_a_place(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "unix:///run/clamd.ctl")
        is_socket = parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc
        is_host = parts.scheme in {"tcp", "clamd"} and bool(parts.hostname) and parts.port and not parts.path.strip("/")
        if not (is_socket or is_host):
            message = "must be like tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl"
            raise ValueError(message)
        return url

    @field_validator("ocr_models")
    @classmethod
    def _models_are_there(cls, folder: Path | None) -> Path | None:
        if folder is not None and not list(folder.glob("*.traineddata")):
            message = "must be a folder with models of tesseract, such as ara.traineddata"
            raise ValueError(message)
        return folder

    @field_validator("gate_url")
    @classmethod
    def _gate_is_some_places(cls, text: str) -> str:
        gate_places(text)
        return text.strip()

    @field_validator("gate_domain")
    @classmethod
    def _gate_domain_is_one(cls, text: str) -> str:
        return gate_domain(text)

    @field_validator("gate_secret", "metrics_token")
    @classmethod
    def _secret_is_long(cls, secret: SecretStr | None) -> SecretStr | None:
        return SecretStr(long_secret(secret.get_secret_value())) if secret else None

    @model_validator(mode="after")
    def _gate_has_its_certificate(self) -> Self:
        check_certificate(self.gate, self.gate_cert_file, self.gate_key_file)
        return self

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Self:
        given = [bool(self.oidc_issuer), bool(self.oidc_client_id), bool(self.oidc_client_secret)]
        if any(given) and not all(given):
            message = "PORTAL_OIDC_ISSUER, PORTAL_OIDC_CLIENT_ID and PORTAL_OIDC_CLIENT_SECRET go together"
            raise ValueError(message)
        for name, domains, roles in (("DOMAINS", self.oidc_domains, ""), ("ROLES", "", self.oidc_roles)):
            try:
                read_terms(domains, roles)
            except ValueError as error:
                message = f"PORTAL_OIDC_{name} {error}"
                raise ValueError(message) from None
        if not self.oidc_issuer and (self.oidc_domains or self.oidc_roles):
            message = "PORTAL_OIDC_DOMAINS and PORTAL_OIDC_ROLES mean nothing without PORTAL_OIDC_ISSUER"
            raise ValueError(message)
        issuer = urlsplit(self.oidc_issuer or "https:")
        if issuer.scheme != "https" and not (issuer.scheme == "http" and is_loopback(issuer.hostname or "")):
            message = "PORTAL_OIDC_ISSUER must be https:// for anything but this machine itself"
            raise ValueError(message)
        return self

    @property
    def blobs(self) -> str:
        """Where sealed files lie: a folder, or `s3://bucket/prefix?endpoint=…&region=…`."""
        return self.blob_url or str(self.data_dir.absolute() / "blobs")

    @property
    def keys(self) -> Path:
        """The key file; by default beside the data folder, never inside it."""
        if self.key_file:
            return self.key_file
        folder = self.data_dir.absolute()
        return folder.with_name(f"{folder.name}.keys")

    @property
    def bounces(self) -> OneAddress:
        """Where what comes back of notices is sent to; a mark of the notice is put behind its name."""
        return OneAddress.parse(self.bounce_address or f"bounce@{self.mail_from.rpartition('@')[2]}")

    @property
    def wraps(self) -> Path:
        """The wrap file, which forgets what is shredded; by default beside the key file."""
        return self.wrap_file or self.keys.with_name(f"{self.keys.name}.wrap")

    @property
    def head(self) -> Path | None:
        """The head file, which knows how far the ledger has gone; by default beside the wrap file, None for `off`."""
        if self.head_file == _OFF:
            return None
        return self.head_file or self.wraps.with_suffix(".head")

    @property
    def mail_server(self) -> str:
        """Host and port of the mail server, without user and password."""
        return urlsplit(self.smtp_url.get_secret_value()).netloc.rpartition("@")[2]

    @cached_property
    def gate(self) -> tuple[Place, ...]:
        """Where mail programs hand messages in; empty where none is taken."""
        return gate_places(self.gate_url)

    @property
    def has_timezone(self) -> bool:
        """Whether somebody said which zone the organisation is in."""
        return "timezone" in self.model_fields_set

    @cached_property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def accent_tones(self) -> Accent | None:
        """The district's own accent, for light pages and for dark ones; None for the portal's."""
        return Accent.parse(self.accent) if self.accent else None

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """What has to be told to whom within which time of an incident; empty when nobody said."""
        return parse_deadlines(self.incident_deadlines)

    @cached_property
    def quiet(self) -> QuietHours | None:
        """The hours in which no message to a family leaves, in the organisation's time zone; None for none."""
        return QuietHours.parse(self.quiet_hours) if self.quiet_hours else None

    def quiet_until(self, moment: datetime) -> datetime | None:
        """Return when the quiet hours that a moment lies in are over, or None if it lies in none."""
        return self.quiet.over_at(moment, self.zone) if self.quiet else None

    @cached_property
    def link_hosts(self) -> frozenset[str]:
        """Hosts that a message to families may name in a URL; the portal's own is always one."""
        own = urlsplit(self.base_url).hostname or ""
        return frozenset(host.strip().lower() for host in [*self.allowed_link_hosts.split(","), own] if host.strip())

    @cached_property
    def retention(self) -> Mapping[str, int]:
        """For how many days documents are kept, by kind; a kind that is not there is kept until somebody shreds it."""
        return days_of(self.retention_days)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine itself can reach the portal."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the portal over TLS."""
        return self.base_url.startswith("https://")

    @property
    def has_oidc(self) -> bool:
        """Whether staff sign in with an OpenID provider."""
        return self.oidc_issuer is not None

    @cached_property
    def provider_terms(self) -> ProviderTerms:
        """Whom the OpenID provider may let in, and as what."""
        return read_terms(self.oidc_domains, self.oidc_roles)

    def check_key_place(self) -> None:
        """Refuse a key or wrap file beside the documents it protects, unless only this machine is served.

        A head file in the place of either would overwrite it.
        """
        if self.head in {self.keys, self.wraps}:
            raise StartRefused("PORTAL_HEAD_FILE names the key file or the wrap file. Give it a name of its own.")
        for what, path, name in (("key", self.keys, "PORTAL_KEY_FILE"), ("wrap", self.wraps, "PORTAL_WRAP_FILE")):
            if path.absolute().is_relative_to(self.data_dir.absolute()) and not self.is_loopback:
                raise StartRefused(
                    f"The {what} file lies inside the data folder, so a copy of the one is a copy of both. "
                    f"Move it elsewhere and set {name}."
                )


def secret_names() -> set[str]:
    """Return the names of all settings that hold a secret; each may be given by a file as well, as `NAME_FILE`."""
    fields = Settings.model_fields.items()
    return {
        _PREFIX + name.upper() for name, field in fields if SecretStr in {field.annotation, *get_args(field.annotation)}
    }


def known_names() -> set[str]:
    """Return every `PORTAL_*` name that means something."""
    return {_PREFIX + name.upper() for name in Settings.model_fields} | {name + FILE for name in secret_names()}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment. Raises `StartRefused` with a sentence for each wrong one."""
    given = {name: value for name, value in (environ or os.environ).items() if name.startswith(_PREFIX)}
    check_names(given, known_names(), _LATER)
    read = with_secrets_read(given, secret_names())
    values = {name.removeprefix(_PREFIX).lower(): value for name, value in read.items() if value != ""}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        faults = [_fault(fault["loc"], fault["msg"]) for fault in error.errors()]
        raise StartRefused(" ".join(faults)) from None


def _fault(place: tuple[int | str, ...], message: str) -> str:
    name = _PREFIX + str(place[0]).upper() + " " if place else ""
    return f"{name}{message.removeprefix('Value error, ')}."
