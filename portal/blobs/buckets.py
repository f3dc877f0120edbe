"""A place in an S3 bucket, as a URL names it; keys come from the AWS variables."""

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from portal.kernel.errors import StartRefused

if TYPE_CHECKING:
    from obstore.store import S3Config  # known to the type checker alone

_SECONDS = timedelta(seconds=30)
_GLANCE = timedelta(seconds=5)
_MISTAKES = {
    "SignatureDoesNotMatch": "does not take AWS_SECRET_ACCESS_KEY. See that it is the secret of AWS_ACCESS_KEY_ID.",
    "InvalidAccessKeyId": "does not know AWS_ACCESS_KEY_ID. See that the key was made there, and is typed right.",
    "NoSuchBucket": "has no such bucket. Make it, or name another.",
}
"""Error codes of S3 that do not mend themselves, and what to say of them."""


def bucket_of(url: str, *, at_a_glance: bool = False) -> S3Store:
    """Return the place that `s3://bucket/prefix?endpoint=…&region=…` names. Raises `StartRefused`.

    `at_a_glance`: a request is tried once, for at most 5 s, instead of three times for 30.
    """
    return _store(url, patience=_GLANCE, tries=0) if at_a_glance else _store(url, patience=_SECONDS, tries=3)


def check_bucket(url: str) -> None:
    """Ask a bucket for a file that is never there. Raises `StartRefused` for keys or a bucket that it does not know.

    A store that does not answer within 5 s is no mistake of a setting, so nothing is said of it here.
    """
    try:
        obstore.get(_store(url, patience=_GLANCE, tries=0), "answers")
    except (BaseError, FileNotFoundError) as error:
        for code, words in _MISTAKES.items():
            if f"<Code>{code}</Code>" in str(error):
                raise StartRefused(f"The store of {url.partition('?')[0]} {words}") from None


def _store(url: str, *, patience: timedelta, tries: int) -> S3Store:
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
        client_options={"allow_http": (endpoint or "").startswith("http://"), "timeout": patience},
        retry_config={"max_retries": tries, "retry_timeout": patience},
    )


def host_of_bucket(url: str) -> str:
    """Return on which host a bucket is, for the log: its endpoint's, or the provider's own by region."""
    options = dict(parse_qsl(urlsplit(url).query))
    endpoint = urlsplit(options.get("endpoint", "")).netloc.rpartition("@")[2]
    return endpoint or f"s3.{options.get('region', '')}.amazonaws.com".replace("..", ".")
