"""A bucket that is slow, refuses, cuts what it hands out or mixes it up: a sentence, no byte of it, then as before."""

import io
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from portal.blobs import BlobsUnreachable, KeyMissing
from portal.kernel.configuration.settings import Settings
from portal.kernel.ids import new_id
from portal.wiring import House
from tests.cast import LETTER, Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.hostile.test_outages import SENTENCE
from tests.parts.s3 import S3Server
from tests.parts.s3_proxy import How, S3Proxy, s3_proxy

OTHER = LETTER.replace(b"welcomes everybody", b"is of another child")


@pytest.fixture
def bucket(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Proxy]:
    for name, value in s3.environ.items():
        monkeypatch.setenv(name, value)
    with s3_proxy(s3) as proxy:
        yield proxy


@pytest.fixture
def settings(settings: Settings, bucket: S3Proxy) -> Settings:
    url = f"s3://letters/{new_id()}?endpoint={bucket.endpoint}&region=us-east-1"
    return settings.model_copy(update={"blob_url": url})


@pytest.fixture
def path(site: TestClient, house: House, cast: Cast, clock: Watch) -> str:
    """Give the path of a letter's file that is open in this browser."""
    mailing = send_letter(house, cast, now=clock.now)
    site.post("/o", data={"token": token_of(house, link_of(house, mailing, cast.carla, cast.ana))})
    copy = re.findall(r"/letters/([0-9a-f]{32})", site.get("/letters").text)[0]
    return f"/letters/{copy}/file"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_bucket_spoils_reaches_nobody(site: TestClient, house: House, bucket: S3Proxy, path: str) -> None:
    other = new_id()
    house.documents.seal(other, io.BytesIO(OTHER))
    bucket.other = house.blobs.get(other, 0, 10_000)
    ways: tuple[How, ...] = ("refusing", "shut", "cut", "short", "another")
    for bucket.how in ways:
        answer = site.get(path)
        assert (answer.status_code, bucket.how) == (503, bucket.how)
        assert SENTENCE.search(answer.text)
        assert b"%PDF" not in answer.content
        assert site.get("/letters").status_code == 200, "only the file is away"
    for bucket.how in ("slowly", "well"):
        assert site.get(path).content == LETTER


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_bucket_refuses_is_not_kept_and_can_be_given_again(house: House, bucket: S3Proxy) -> None:
    document = new_id()
    for bucket.how in ("refusing", "shut"):
        with pytest.raises(BlobsUnreachable):
            house.documents.seal(document, io.BytesIO(LETTER))
    bucket.how = "well"
    assert document not in set(house.blobs.names())
    sealed = house.documents.seal(document, io.BytesIO(LETTER))
    assert b"".join(house.documents.open(document, sealed.size)) == LETTER


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_bucket_kept_without_saying_so_opens_for_nobody(house: House, bucket: S3Proxy) -> None:
    document = new_id()
    bucket.how = "silent"
    with pytest.raises(BlobsUnreachable):
        house.documents.seal(document, io.BytesIO(LETTER))
    bucket.how = "well"
    assert document in set(house.blobs.names())
    with pytest.raises(KeyMissing):
        next(house.documents.open(document, len(LETTER)))
