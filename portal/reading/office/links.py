"""Where the parts of an OOXML container lead to (ECMA-376 part 2, relationships)."""

import posixpath
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from portal.reading.office.marked_up.strict import parse, strict_parser
from portal.reading.office.zip_container import Container

Start = Callable[[str, Mapping[str, str]], None]


def targets_of(parts: Container, name: str) -> dict[str, str]:
    """Return the part that each relationship of part `name` leads to, by its id. Links out of the file are left out."""
    return {at: target for at, (target, _) in _links_of(parts, name).items()}


def part_as(what: str, parts: Container, name: str) -> str:
    """Return the part that is, say, the `styles` of part `name` (of the file where it is empty); or an empty text."""
    return next((part for part, kind in _links_of(parts, name).values() if kind.endswith(f"/{what}")), "")


def _links_of(parts: Container, name: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    folder, _, file = name.rpartition("/")

    def start(_name: str, attributes: Mapping[str, str]) -> None:
        if "Id" in attributes and attributes.get("TargetMode") != "External":
            target = posixpath.join("/" + folder, unquote(attributes.get("Target", "")))
            found[attributes["Id"]] = posixpath.normpath(target).lstrip("/"), attributes.get("Type", "")

    parse_starts(parts.unpack(f"{folder}/_rels/{file}.rels".lstrip("/")), start)
    return found


def parse_starts(data: bytes, start: Start) -> None:
    """Tell `start` of every element with its attributes. No data, no elements. Raises `expat.ExpatError`."""
    if data:
        parser = strict_parser()
        parser.StartElementHandler = start
        parse(parser, data)
