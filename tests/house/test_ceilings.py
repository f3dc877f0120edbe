"""Files and functions stay small enough to be read in one sitting."""

import ast

from tests.house.tree import modules, named, parsed

FILE_LINES = 400
FUNCTION_LINES = 40
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
