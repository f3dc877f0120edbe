"""The command listens where the settings say, and in plain on this machine alone; a renewed certificate is shown."""

import os
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
import trustme
from typer.testing import CliRunner

from portal.cli import app
from portal.gate.listening import Certificate
from portal.kernel.errors import PortalError, StartRefused


@pytest.mark.parametrize(
    ("words", "sentence"),
    [((), "Nobody said where"), (("--host", "0.0.0.0"), "this machine alone"), (("--port", "25"), "key file")],
)
def test_the_gate_says_where_it_would_listen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))
    result = CliRunner().invoke(app, ["gate", *words])
    assert isinstance(result.exception, PortalError)
    assert sentence in str(result.exception)


def shown(context: ssl.SSLContext) -> bytes | None:
    """Return the certificate that somebody is shown."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    client = anybody.wrap_bio(back, there)
    server = context.wrap_bio(there, back, server_side=True)
    for _ in range(3):
        for side in (client, server):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return client.getpeercert(binary_form=True)


def test_a_renewed_certificate_is_shown_and_a_broken_one_is_not(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"

    def renew(moment: int) -> bytes:
        issued = trustme.CA().issue_cert("127.0.0.1")
        issued.private_key_pem.write_to_path(key)
        issued.cert_chain_pems[0].write_to_path(cert)
        for path in (cert, key):
            os.utime(path, (moment, moment))
        return ssl.PEM_cert_to_DER_cert(cert.read_text())

    with pytest.raises(StartRefused, match="PORTAL_GATE_CERT_FILE"):
        Certificate(cert, key)
    first = renew(1)
    kept = Certificate(cert, key)
    assert shown(kept.context) == first
    second = renew(2)
    kept.look_again()
    assert shown(kept.context) == second != first
    cert.write_text("no certificate")
    os.utime(cert, (3, 3))
    kept.look_again()
    assert shown(kept.context) == second
