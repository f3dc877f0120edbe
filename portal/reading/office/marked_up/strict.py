"""Parses the XML of office files, and refuses what bombs are made of: entities, inner types, endless nesting."""

from collections.abc import Sized
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from portal.reading.budget import SAVE_AS_PDF, CannotRead

_DEEPEST: Final = 1_000


@lru_cache(maxsize=4096)
def bare(name: str) -> str:
    """Return an element or attribute name in small letters without its namespace."""
    return name.rpartition("}")[2].rpartition(":")[2].lower()


def strict_parser() -> expat.XMLParserType:
    """Return an XML parser that refuses entities and inner document types, which entity bombs are made of.

    A bare `<!DOCTYPE manifest PUBLIC …>`, as old OpenOffice writes it, passes: nothing is loaded for it.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_inner
    parser.EntityDeclHandler = _refuse
    parser.SkippedEntityHandler = _refuse
    return parser


def parse(parser: expat.XMLParserType, data: bytes) -> None:
    """Give a parser all of a part. Raises `CannotRead` for entities, `expat.ExpatError` for what is not XML."""
    parser.Parse(data, True)  # noqa: FBT003 - expat takes its last-piece flag by position


def check_depth(open_elements: Sized) -> None:
    """Refuse elements within elements deeper than any program writes them."""
    if len(open_elements) > _DEEPEST:
        raise CannotRead(f"A part of this file is nested far too deep. {SAVE_AS_PDF}")


def _refuse_inner(_name: str, _system: str | None, _public: str | None, has_inner: int) -> None:
    if has_inner:
        _refuse()


def _refuse(*_declaration: object) -> None:
    raise CannotRead(f"A part of this file declares things no letter needs. {SAVE_AS_PDF}")
