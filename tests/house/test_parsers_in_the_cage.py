"""Parsers that Python brings itself, which the import contract cannot hold: in the cage alone, like all others."""

import ast
from pathlib import Path

from tests.house.tree import HOUSE, modules, parsed

PARSERS = {
    "zipfile", "tarfile", "gzip", "bz2", "lzma", "csv", "email", "mailbox", "xml", "html.parser", "plistlib", "sqlite3",
    "configparser", "tomllib", "pickle", "marshal", "shelve", "wave", "imghdr", "netrc", "quopri", "uu",
}  # fmt: skip
DOORS = ("portal.app", "portal.worker", "portal.__main__", "portal.web", "portal.cli", "portal.publish")
WRITES = {
    "portal.kernel.text.cells": "writes CSV",
    "portal.rosters.synthetic": "writes CSV of made-up people",
    "portal.rosters.fields.scratch": "makes a database of its own, from rows",
    "portal.publish.per_child.giving": "writes a zip",
    "portal.publish.incidents.incident_pack": "writes a zip",
    "portal.mail.letters.wire": "writes the date of a message",
    "portal.mail.transport.inbox": "shows what the demo itself has mailed",
    "portal.cli.demonstration.inbox_page": "shows what the demo itself has mailed",
    "portal.overviews.writing.samples": "shows a message that it has just written",
    "portal.web.server.patient": "writes the date of an answer",
    "portal.web.answers.compressing": "writes gzip of our own pages and files",
}
"""What a module outside the cage does with a parser's library, where it takes nothing from outside apart."""


def _named(path: Path) -> str:
    return ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path) -> set[str]:
    """Return what a module imports, and each name it imports from somewhere as if that were a module too."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _outside() -> set[str]:
    """Return every module of ours that a door loads, by whatever detour: the cells are not among them."""
    imports = {_named(path): _imports(path) for path in modules("portal")}
    waiting = [name for name in imports if name in DOORS or name.startswith(tuple(f"{door}." for door in DOORS))]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in imports and name not in found:
            found.add(name)
            waiting += imports[name]
            waiting.append(name.rpartition(".")[0])
    return found


def test_what_doors_load_takes_nothing_from_outside_apart() -> None:
    outside = _outside()
    parse = {
        name
        for path in modules("portal")
        if (name := _named(path)) in outside
        and any(one in PARSERS or one.partition(".")[0] in PARSERS - {"html.parser"} for one in _imports(path))
    }
    assert sorted(parse - set(WRITES)) == []
    assert sorted(set(WRITES) - parse) == [], "these need no exemption any more"


def test_the_cells_are_not_loaded_by_any_door() -> None:
    cells = {
        _named(path)
        for path in modules("portal")
        if path.stem in {"cell", "eyes", "reading_cell", "viewer_cell", "arriving_cell"}
    }
    assert len(cells) >= 6
    assert cells & _outside() == set()
