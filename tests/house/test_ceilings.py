"""Files, functions and folders stay small enough to be read in one sitting."""

import ast
from collections import Counter, defaultdict
from pathlib import Path

from tests.house.tree import HOUSE, modules, named, parsed

FILE_LINES = 400
FUNCTION_LINES = 40
FOLDER_MODULES = 15
DRAWERS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services", "data", "misc"}
DRAWER_CLASSES = ("Util", "Utils", "Helper", "Helpers", "Manager", "Service")


def test_no_file_is_longer_than_the_ceiling() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in modules("portal", "tests", "bench")}
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_the_ceiling() -> None:
    long = {
        f"{named(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in modules("portal", "tests", "bench")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= FUNCTION_LINES
    }
    assert long == {}


def test_nothing_is_named_like_a_drawer() -> None:
    paths = modules("portal", "tests", "bench")
    drawers = [named(path) for path in paths if DRAWERS & {path.stem, *path.parent.parts[-3:]}]
    classes = [
        f"{named(path)}: {node.name}"
        for path in paths
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(DRAWER_CLASSES)
    ]
    assert drawers + classes == []


def test_no_folder_of_the_portal_holds_more_modules_than_the_ceiling() -> None:
    """Beside `__init__`. What grows past it becomes a folder with a sentence of its own."""
    paths = (path for path in modules("portal") if path.stem != "__init__")
    counts = Counter(named(path.parent) for path in paths)
    assert {folder: count for folder, count in counts.items() if count > FOLDER_MODULES} == {}


def test_every_package_of_the_portal_says_in_a_sentence_what_it_holds() -> None:
    folders = {path.parent for path in modules("portal")}
    assert [named(folder) for folder in sorted(folders) if not _sentence(folder)] == []


def _sentence(folder: Path) -> str:
    init = folder / "__init__.py"
    return (ast.get_docstring(parsed(init)) or "") if init.exists() else ""


def test_no_two_modules_of_one_room_have_the_same_name() -> None:
    rooms: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in modules("portal"):
        below = path.relative_to(HOUSE).parts[1:]
        if len(below) > 1 and path.stem != "__init__":
            rooms[below[0], path.stem].append(named(path))
    assert [paths for paths in rooms.values() if len(paths) > 1] == []
