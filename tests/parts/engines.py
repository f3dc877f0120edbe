"""Engines that share what they have compiled: most tests open a database of their own, and none compiles twice.

Compiling a statement takes longer than running it, and SQLAlchemy keeps what it has compiled per engine and dialect.
A server compiles each of its statements once; here the dialect of the first engine that connected serves them all.
"""

from typing import Any

import sqlalchemy
from sqlalchemy import Engine, event
from sqlalchemy.util import LRUCache

from portal.kernel import db

_STATEMENTS = 5_000
_WARM: dict[str, Engine] = {}


def warm_engine(*words: Any, **more: Any) -> Engine:  # noqa: ANN401 - as SQLAlchemy takes them
    """Make the engine SQLAlchemy makes, which then compiles with those before it."""
    engine = sqlalchemy.create_engine(*words, **more)
    first = _WARM.get(engine.dialect.name)
    if first is None:
        engine._compiled_cache = LRUCache(_STATEMENTS)
        event.listen(engine, "connect", lambda *_: _WARM.setdefault(engine.dialect.name, engine), once=True)
        return engine
    engine.dialect.initialize = lambda _: None  # type: ignore[method-assign]  # what it would ask the server is known
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


def share_engines() -> None:
    """Have every database of this process, from now on, share what is compiled."""
    db.create_engine = warm_engine
