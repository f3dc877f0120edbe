"""An S3 server of this test process: SeaweedFS in one process on loopback, without telemetry."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
import pytest
from obstore.exceptions import BaseError
from obstore.store import S3Store

from tests.parts.process import free_ports, running

if TYPE_CHECKING:
    from obstore.store import S3Config  # known to the type checker alone

_DOORS = (
    "s3.port",
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "admin.port",
    "admin.port.grpc",
)
_QUIET = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-master.telemetry=false",
    "-webdav=false",
    "-admin.ui=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
)
_BUCKET = "letters"


@dataclass(frozen=True)
class S3Server:
    """Where the bucket is, and the keys that open it, as the environment names them."""

    endpoint: str
    environ: Mapping[str, str]

    def url(self, prefix: str) -> str:
        return f"s3://{_BUCKET}/{prefix}?endpoint={self.endpoint}&region=us-east-1"


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run a server with one empty bucket until the block ends."""
    home = Path(tempfile.mkdtemp(prefix="portal-s3-"))
    ports = free_ports(len(_DOORS))
    endpoint = f"http://127.0.0.1:{ports[0]}"
    keys = {"AWS_ACCESS_KEY_ID": "portal-tests", "AWS_SECRET_ACCESS_KEY": "only-for-tests"}
    doors = [f"-{name}={port}" for name, port in zip(_DOORS, ports, strict=True)]
    command = [str(Path(sys.executable).parent / "weed"), "mini", f"-dir={home}", f"-bucket={_BUCKET}", *_QUIET, *doors]
    try:
        with running(
            command, folder=home, environ={"HOME": str(home), **keys}, ready=lambda: _has_bucket(endpoint, keys)
        ):
            yield S3Server(endpoint, keys)
    finally:
        for left in (found for port in ports for found in Path("/tmp").glob(f"seaweedfs-*-{port}.sock")):
            left.unlink(missing_ok=True)  # it puts its sockets there whatever TMPDIR says
        shutil.rmtree(home, ignore_errors=True)


def _has_bucket(endpoint: str, keys: Mapping[str, str]) -> bool:
    """Tell whether the bucket is there: before it is, the gateway refuses a stranger in the same way."""
    place: S3Config = {"endpoint": endpoint, "region": "us-east-1"}
    place |= {"access_key_id": keys["AWS_ACCESS_KEY_ID"], "secret_access_key": keys["AWS_SECRET_ACCESS_KEY"]}
    bucket = S3Store(_BUCKET, config=place, client_options={"allow_http": True}, retry_config={"max_retries": 0})
    try:
        return obstore.list(bucket).collect() == []
    except BaseError:
        return False


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server
