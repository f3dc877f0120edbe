"""The proxies that stand in front, with the very files that operators are given; only names, ports and paths differ."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

import trustme

from tests.parts.process import MissingPart, answers, free_ports, running

NAME = "letters.riverbend.example"
DEPLOY = Path(__file__).parents[2] / "deploy"

# What stands around the file on Debian, with a log of everything for whoever forgets to turn theirs off.
# One process, so that none outlives the tests.
_AROUND = """
daemon off;
master_process off;
{user}
pid {home}/nginx.pid;
error_log {home}/error.log info;
events {{}}
http {{
    sendfile on;
    tcp_nopush on;
    gzip on;
    default_type application/octet-stream;
    access_log {home}/access.log;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/portal.conf;
}}
"""


@dataclass(frozen=True)
class Certified:
    """A certificate for the portal's name: the files of the chain and its key, and of who issued it."""

    chain: Path
    key: Path
    authority: Path


def certified(folder: Path) -> Certified:
    """Make a certificate for the portal's name."""
    authority = trustme.CA()
    own = authority.issue_cert(NAME)
    files = Certified(folder / "chain.pem", folder / "key.pem", folder / "authority.pem")
    files.chain.write_bytes(b"".join(one.bytes() for one in own.cert_chain_pems))
    own.private_key_pem.write_to_path(files.key)
    authority.cert_pem.write_to_path(files.authority)
    return files


@dataclass(frozen=True)
class Proxy:
    """A running proxy: its ports for TLS and for plain HTTP, and the folder of its files."""

    kind: str
    port: int
    plain: int
    home: Path

    def bytes_kept(self) -> int:
        """Return how many bytes of answers lie in files of nginx; it removes their names as soon as they are made."""
        if not (pid := self.home / "nginx.pid").exists():
            return 0
        kept = 0
        for one in Path("/proc", pid.read_text().strip(), "fd").iterdir():
            with suppress(FileNotFoundError):
                if str(one.readlink()).startswith((str(self.home / "proxy"), str(self.home / "body"))):
                    kept += one.stat().st_size
        return kept

    def written(self) -> str:
        """Return all that it has written: its logs, and whatever else it keeps, but not the files it was given."""
        given = {"nginx.conf", "portal.conf", "Caddyfile"}
        files = [path for path in self.home.rglob("*") if path.is_file() and path.name not in given]
        return "\n".join(path.read_text(errors="replace") for path in files)


def _replaced(text: str, by: Mapping[str, str]) -> str:
    """Replace each, all of which must be there: what is only believed to be replaced would be tried as it is."""
    for old, new in by.items():
        assert old in text, f"the file has no {old!r}"
        text = text.replace(old, new)
    return text


def _program(name: str) -> str:
    program = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise MissingPart(f"{name} is not on this machine. Run `make test-parts`.")
    return program


@contextmanager
def nginx(home: Path, certificate: Certified, sites: Sequence[int], *, without: str = "") -> Iterator[Proxy]:
    """Run nginx before two sites until the block ends; `without` a line of the file, if one is named."""
    port, plain = free_ports(2)
    home.mkdir()
    by = {
        "/etc/letsencrypt/live/letters.example.org/fullchain.pem": str(certificate.chain),
        "/etc/letsencrypt/live/letters.example.org/privkey.pem": str(certificate.key),
        "letters.example.org": NAME,
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "127.0.0.1:8001": f"127.0.0.1:{sites[0]}",
        "127.0.0.1:8002": f"127.0.0.1:{sites[1]}",
        "/var/log/nginx": str(home),
    } | ({without: ""} if without else {})
    user = f"user {getuser()};" if os.geteuid() == 0 else ""  # else it becomes one who may not enter our folder
    (home / "portal.conf").write_text(_replaced((DEPLOY / "nginx.conf").read_text(), by))
    (home / "nginx.conf").write_text(_AROUND.format(home=home, user=user))
    command = [_program("nginx"), "-p", str(home), "-e", str(home / "error.log"), "-c", str(home / "nginx.conf")]
    with running(command, folder=home, environ={"PATH": os.environ["PATH"]}, ready=lambda: answers(port)):
        yield Proxy("nginx", port, plain, home)


@contextmanager
def caddy(home: Path, certificate: Certified, sites: Sequence[int]) -> Iterator[Proxy]:
    """Run Caddy before two sites until the block ends."""
    port, plain = free_ports(2)
    home.mkdir()
    here = (
        f"admin off\n\tauto_https disable_redirects\n\thttp_port {plain}\n\thttps_port {port}\n\tdefault_bind 127.0.0.1"
    )
    text = (DEPLOY / "Caddyfile").read_text()
    assert len(re.findall(r"^\{$", text, re.MULTILINE)) == 1
    text = re.sub(r"^\{$", lambda _: f"{{\n\t{here}", text, flags=re.MULTILINE)
    head = "{$PORTAL_BASE_URL:https://letters.example.org} {"
    by = {f"\n{head}": f"\n{head}\n\ttls {certificate.chain} {certificate.key}"}
    (home / "Caddyfile").write_text(_replaced(text, by))
    command = [_program("caddy"), "run", "--adapter", "caddyfile", "--config", str(home / "Caddyfile")]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PORTAL_BASE_URL": f"https://{NAME}",
        "SITES": " ".join(f"127.0.0.1:{site}" for site in sites),
    }
    with running(command, folder=home, environ=environ, ready=lambda: answers(port)):
        yield Proxy("caddy", port, plain, home)
