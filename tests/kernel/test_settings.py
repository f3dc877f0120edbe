"""Settings that are wrong stop the start, with a sentence that says which."""

from pathlib import Path

import pytest

from portal.kernel.configuration.gate_places import Place
from portal.kernel.configuration.settings import known_names, load_settings, secret_names
from portal.kernel.errors import StartRefused
from portal.reading.clamav import parse_clamav_url

KEPT = {"PORTAL_BASE_URL": "https://letters.riverbend.example"}


def refused(**given: str) -> str:
    with pytest.raises(StartRefused) as caught:
        load_settings(KEPT | given)
    return str(caught.value)


def test_an_unknown_name_is_answered_with_the_nearest_right_one() -> None:
    assert refused(PORTAL_BASEURL="x") == "There is no setting PORTAL_BASEURL. Did you mean PORTAL_BASE_URL?"
    assert "PORTAL_SMTP_URL" in refused(PORTAL_SMPT_URL="x")


def test_a_setting_of_later_work_is_refused_rather_than_ignored() -> None:
    assert "not built yet" in refused(PORTAL_SEND_RATE="30")


@pytest.mark.parametrize("name", ["PORTAL_FAMILY_DATABASE_URL", "PORTAL_MIGRATION_DATABASE_URL"])
def test_logins_of_their_own_are_of_postgresql(name: str) -> None:
    assert f"{name} means nothing without PostgreSQL" in refused(**{name: "postgresql+psycopg://a@b/portal"})
    served = load_settings(
        KEPT | {"PORTAL_DATABASE_URL": "postgresql+psycopg://s@b/portal", name: "postgresql+psycopg://a@b/x"}
    )
    assert (served.family_database, served.owned_database).count("postgresql+psycopg://a@b/x") == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://letters.riverbend.example",
        "https://a.example/path",
        "ftp://a.example",
        "letters",
        "https://a.example?x=1",
    ],
)
def test_a_base_address_is_an_https_origin(url: str) -> None:
    assert "PORTAL_BASE_URL" in refused(PORTAL_BASE_URL=url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_plain_http_is_for_this_machine_alone(url: str) -> None:
    assert load_settings({"PORTAL_BASE_URL": url}).is_loopback


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_TIMEZONE", "Mars/Olympus"),
        ("PORTAL_MAIL_FROM", "a@x.example, b@x.example"),
        ("PORTAL_HOLD_SECONDS", "-1"),
        ("PORTAL_LINK_DAYS", "0"),
        ("PORTAL_QUIET_HOURS", "at night"),
        ("PORTAL_QUIET_HOURS", "21:00-21:00"),
        ("PORTAL_REMINDER_DAYS", "-1"),
        ("PORTAL_LINK_DAYS", "many"),
        ("PORTAL_OIDC_ISSUER", "https://id.example"),
        ("PORTAL_CLAMAV_URL", "clamd"),
        ("PORTAL_CLAMAV_URL", "tcp://127.0.0.1"),
        ("PORTAL_CLAMAV_URL", "http://127.0.0.1:3310"),
        ("PORTAL_CLAMAV_URL", "unix://clamd.ctl"),
        ("PORTAL_OCR_MODELS", "/nowhere"),
        ("PORTAL_TRUSTED_PROXIES", "*"),
        ("PORTAL_TRUSTED_PROXIES", "10.0.0.1, *"),
        ("PORTAL_TRUSTED_PROXIES", "0.0.0.0/0"),
        ("PORTAL_TRUSTED_PROXIES", "::/0"),
        ("PORTAL_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("PORTAL_TRUSTED_PROXIES", "proxy.internal"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    assert refused(**{name: value})


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:3310", "clamd://[::1]:3310", "unix:///run/clamav/clamd.ctl"])
def test_a_virus_scanner_is_named_as_its_reader_takes_it(url: str) -> None:
    assert load_settings({"PORTAL_CLAMAV_URL": url}).clamav_url == url
    assert parse_clamav_url(url)


@pytest.mark.parametrize("proxies", ["10.0.0.1", " 10.0.0.1 ,fd00::7,", "172.16.0.0/12, fd00::/8", ""])
def test_proxies_are_named_by_address_or_network(proxies: str) -> None:
    assert load_settings(KEPT | {"PORTAL_TRUSTED_PROXIES": proxies}).trusted_proxies.count("/") == proxies.count("/")


def test_a_time_zone_that_is_none_is_answered_with_the_nearest() -> None:
    nearest = "PORTAL_TIMEZONE is not a time zone; the nearest is America/Chicago."
    assert refused(PORTAL_TIMEZONE="Chicago") == nearest
    assert load_settings(KEPT | {"PORTAL_TIMEZONE": "UTC"}).has_timezone
    assert not load_settings(KEPT | {"PORTAL_TIMEZONE": ""}).has_timezone


def test_all_wrong_values_are_told_at_once() -> None:
    sentence = refused(PORTAL_HOLD_SECONDS="-1", PORTAL_TIMEZONE="Mars")
    assert "PORTAL_HOLD_SECONDS" in sentence
    assert "PORTAL_TIMEZONE" in sentence


def test_secrets_are_not_shown() -> None:
    settings = load_settings(KEPT | {"PORTAL_SMTP_URL": "smtps://me:hunter2@mail.example:465"})
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings.model_dump())


def test_each_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    assert secret_names() >= {"PORTAL_SMTP_URL", "PORTAL_DATABASE_URL", "PORTAL_KEY_STORE_URL"}
    assert "PORTAL_OIDC_CLIENT_SECRET" in secret_names()
    file = tmp_path / "secret"
    for ending in ("", "\n", "\r\n"):
        file.write_bytes(b"smtps://me:hunter2@mail.example:465" + ending.encode())
        for name in secret_names() - {"PORTAL_OIDC_CLIENT_SECRET"}:
            logins = {} if name == "PORTAL_DATABASE_URL" else {"PORTAL_DATABASE_URL": "postgresql+psycopg://a@b/c"}
            settings = load_settings(KEPT | logins | {f"{name}_FILE": str(file)})
            held = getattr(settings, name.removeprefix("PORTAL_").lower())
            assert held.get_secret_value() == "smtps://me:hunter2@mail.example:465"
    assert load_settings(KEPT | {"PORTAL_SMTP_URL_FILE": ""}).smtp_url.get_secret_value() == "smtp://127.0.0.1:1025"
    assert load_settings({"PORTAL_SMTP_URL": "", "PORTAL_SMTP_URL_FILE": str(file)}).smtp_url


def test_a_secret_in_a_file_that_is_not_right_is_told_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    sentence = refused(PORTAL_SMTP_URL_FILE=str(file))
    assert sentence.startswith(f"PORTAL_SMTP_URL_FILE names {file}, which cannot be read: No such file or directory.")
    assert "may read it" in sentence
    assert "Is a directory" in refused(PORTAL_SMTP_URL_FILE=str(tmp_path))
    file.write_bytes(b"\n")
    assert "which is empty" in refused(PORTAL_SMTP_URL_FILE=str(file))
    file.write_bytes(b"\xff\xfe")
    assert "no text in UTF-8" in refused(PORTAL_SMTP_URL_FILE=str(file))
    file.write_bytes(b"x" * 70_000)
    assert "too long for a secret" in refused(PORTAL_SMTP_URL_FILE=str(file))
    both = refused(PORTAL_SMTP_URL_FILE=str(file), PORTAL_SMTP_URL="smtp://mail.example")
    assert both == "Both PORTAL_SMTP_URL and PORTAL_SMTP_URL_FILE are set. Unset one of them."


def test_a_name_of_a_file_that_is_no_secrets_is_answered_with_the_nearest_right_one() -> None:
    assert "Did you mean PORTAL_SMTP_URL_FILE?" in refused(PORTAL_SMPT_URL_FILE="/run/secrets/smtp")
    assert "There is no setting PORTAL_CONTACT_FILE." in refused(PORTAL_CONTACT_FILE="/run/secrets/contact")
    assert "cannot be read" in refused(PORTAL_METRICS_TOKEN_FILE="/run/secrets/token")
    assert "at least 20" in refused(PORTAL_METRICS_TOKEN="short")


def test_keys_inside_the_data_folder_are_for_this_machine_alone(tmp_path: Path) -> None:
    inside = {"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_KEY_FILE": str(tmp_path / "portal.keys")}
    load_settings({"PORTAL_BASE_URL": "http://127.0.0.1:8000"} | inside).check_key_place()
    with pytest.raises(StartRefused):
        load_settings(KEPT | inside).check_key_place()


def test_the_documented_names_are_the_names() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "operate" / "settings.md").read_text(encoding="utf-8")
    for name in known_names():
        assert name in documented or name.removeprefix("PORTAL_OIDC") in documented, name


def test_what_comes_back_goes_to_the_senders_domain_or_to_an_address_with_room_for_a_mark() -> None:
    assert load_settings({"PORTAL_MAIL_FROM": "letters@oak.test"}).bounces.text == "bounce@oak.test"
    assert load_settings({"PORTAL_BOUNCE_ADDRESS": "back@mail.oak.test"}).bounces.text == "back@mail.oak.test"
    for address in ("fifteen-letters@oak.test", "a+b@oak.test", "oak.test"):
        with pytest.raises(StartRefused, match="PORTAL_BOUNCE_ADDRESS"):
            load_settings({"PORTAL_BOUNCE_ADDRESS": address})


def test_the_gate_listens_where_it_is_told_and_in_plain_on_this_machine_alone(tmp_path: Path) -> None:
    cert = {f"PORTAL_GATE_{one}_FILE": str(tmp_path / one) for one in ("CERT", "KEY")}
    found = load_settings(
        {"PORTAL_GATE_URL": "smtps://0.0.0.0, smtp+starttls://[::]:2587,smtp://127.0.0.1"} | cert
    ).gate
    assert found == (Place("0.0.0.0", 465, "tls"), Place("::", 2587, "starttls"), Place("127.0.0.1", 2525, ""))
    assert load_settings({}).gate == ()
    for url in (
        "smtp://0.0.0.0:25",
        "smtp://mail.oak.test",
        "https://127.0.0.1",
        "smtp://u:p@127.0.0.1",
        "smtp://[::1]/x",
    ):
        assert "PORTAL_GATE_URL" in refused(PORTAL_GATE_URL=url), url
    assert "needs PORTAL_GATE_CERT_FILE" in refused(PORTAL_GATE_URL="smtps://127.0.0.1")
    assert "go together" in refused(PORTAL_GATE_CERT_FILE="cert.pem")


def test_the_gates_domain_and_secret_have_a_shape() -> None:
    assert load_settings({"PORTAL_GATE_DOMAIN": "Letters.Oak.test"}).gate_domain == "letters.oak.test"
    for domain in ("oak", "a@oak.test", "oak.test.", "*.oak.test"):
        assert "PORTAL_GATE_DOMAIN" in refused(PORTAL_GATE_DOMAIN=domain), domain
    secret = load_settings({"PORTAL_GATE_SECRET": "x" * 20}).gate_secret
    assert secret is not None
    assert "xxx" not in repr(secret)
    for text in ("x" * 19, "x" * 20 + " ", "é" * 20):
        assert "PORTAL_GATE_SECRET" in refused(PORTAL_GATE_SECRET=text)
