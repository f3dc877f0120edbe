"""What a canary is looked for in: each spelling of a secret, every row and file, and every object that is printed."""

import base64
import binascii
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import is_dataclass
from functools import wraps
from typing import Any

import pytest
from sqlalchemy import inspect, text

from portal.kernel.storage.db import Database
from tests.parts.roles import owning

_STORIES = ("web", "flows", "overviews", "kernel", "links", "mail", "outbox", "staff", "press", "publish", "worker")
_SHORTEST = 8
"""Fewer signs than these turn up by chance in what is sealed."""
Rows = dict[tuple[str, str], list[bytes]]


def spellings(secret: str | bytes) -> set[bytes]:
    """Return a secret as it may stand somewhere: itself, its parts, without dashes, and its bytes in each notation."""
    whole = secret.encode() if isinstance(secret, str) else secret
    plain = {whole, whole.replace(b"-", b""), *whole.split(b".")}
    raw = {found for one in plain if (found := _decoded(one))} if isinstance(secret, str) else {whole}
    for one in {whole, *raw}:
        plain |= {
            one,
            one.hex().encode(),
            base64.b64encode(one).rstrip(b"="),
            base64.urlsafe_b64encode(one).rstrip(b"="),
        }
    return {one for one in plain if len(one) >= _SHORTEST}


def _decoded(text_: bytes) -> bytes | None:
    """Return the bytes that hexadecimal digits or a base64 text of some length stand for, or None."""
    if re.fullmatch(rb"[0-9a-f]{32,}", text_):
        return bytes.fromhex(text_.decode())
    if re.fullmatch(rb"[A-Za-z0-9_-]{40,}", text_):
        try:
            return base64.urlsafe_b64decode(text_ + b"=" * (-len(text_) % 4))
        except binascii.Error:
            return None
    return None


def found_in(said: str | bytes, canaries: Mapping[str, Iterable[bytes]]) -> set[str]:
    """Return which canaries stand in what was said, by their names; words in whatever case."""
    there = (said.encode() if isinstance(said, str) else said).lower()
    return {name for name, every in canaries.items() if any(one.lower() in there for one in every)}


def every_row(database: Database) -> Rows:
    """Return what each column of each table of a database holds, by their names, as bytes."""
    rows: Rows = {}
    with owning(database) as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    rows.setdefault((table, column), []).append(_as_bytes(value))
    return rows


def _as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else str(value).encode()


@contextmanager
def printed(patch: pytest.MonkeyPatch) -> Iterator[dict[str, set[str]]]:
    """Print each object that a story makes, the moment it is made; give what was printed, by its class."""
    said: dict[str, set[str]] = {}
    with patch.context() as until:
        for kind in list(_classes()):
            until.setattr(kind, "__init__", _printing(kind, said))
        yield said


def _classes() -> Iterator[type]:
    for name, module in list(sys.modules.items()):
        if name.startswith(tuple(f"portal.{one}" for one in _STORIES)):
            for kind in vars(module).values():
                if isinstance(kind, type) and kind.__module__ == name and is_dataclass(kind):
                    yield kind


def _printing(kind: type, said: dict[str, set[str]]) -> Callable[..., None]:
    made = kind.__init__

    @wraps(made)
    def init(self: Any, *given: Any, **more: Any) -> None:  # noqa: ANN401 - as the class takes them
        made(self, *given, **more)
        said.setdefault(f"{kind.__module__}.{kind.__name__}", set()).add(f"{self!r} {self}")

    return init
