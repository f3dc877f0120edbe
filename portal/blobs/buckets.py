"""A place in an S3 bucket, as a URL names it; keys come from the AWS variables."""

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from obstore.store import S3Store

from portal.kernel.errors import StartRefused

if TYPE_CHECKING:
    from obstore.store import S3Config  # known to the type checker alone

_SECONDS = timedelta(seconds=30)


def bucket_of(url: str) -> S3Store:
    """Return the place that `s3://bucket/prefix?endpoint=…&region=…` names. Raises `StartRefused`."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.netloc or not options.keys() <= {"endpoint", "region"}:
        raise StartRefused(f"{parts.scheme}://{parts.netloc} is not s3://bucket/prefix?endpoint=…&region=….")
    endpoint = options.get("endpoint")
    place: S3Config = {"region": options.get("region", "us-east-1")}
    if endpoint:
        place["endpoint"] = endpoint
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config=place,
        client_options={"allow_http": (endpoint or "").startswith("http://"), "timeout": _SECONDS},
        retry_config={"max_retries": 3, "retry_timeout": _SECONDS},
    )


def host_of_bucket(url: str) -> str:
    """Return on which host a bucket is, for the log: its endpoint's, or the provider's own by region."""
    options = dict(parse_qsl(urlsplit(url).query))
    endpoint = urlsplit(options.get("endpoint", "")).netloc.rpartition("@")[2]
    return endpoint or f"s3.{options.get('region', '')}.amazonaws.com".replace("..", ".")
