"""The first docstring a reader meets is the import contract in words."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import HOUSE, modules, named, parsed

ROW = re.compile(r"    (?P<names>\w+(?:, \w+)*)(?:  .*)?")
PLANS = re.compile(r"^```\n(?P<plans>[a-z/]+\n  .*?)^```", re.MULTILINE | re.DOTALL)
PATHS = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")
GUIDES = [HOUSE / "CONTRIBUTING.md", HOUSE / "docs" / "architecture.md", *(HOUSE / "docs" / "develop").glob("*.md")]
PLAN_ROW = re.compile(r"  (?P<names>\w+(?:, \w+)*)(?:  .*)?")


def drawn() -> list[str]:
    """Return what the docstring names, from the roof down."""
    plan = ast.get_docstring(parsed(HOUSE / "portal" / "__init__.py"), clean=False) or ""
    rows = [row for line in plan.splitlines() if (row := ROW.fullmatch(line))]
    return [name for row in rows for name in row["names"].split(", ")]


def contracted() -> dict[str, int]:
    """Return what the import contract names, and how far below the roof."""
    contracts = tomllib.loads((HOUSE / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (floors,) = (contract["layers"] for contract in contracts if contract["id"] == "floors")
    rows = enumerate(re.findall(r"\w+", floor) for floor in floors)
    return {name: level for level, names in rows for name in names}


def test_the_floor_plan_names_what_the_contract_names_in_its_order() -> None:
    level = contracted()
    assert sorted(drawn()) == sorted(level)
    assert [level[name] for name in drawn()] == sorted(level.values())


def test_every_room_is_on_the_floor_plan() -> None:
    built = {path.stem for path in (HOUSE / "portal").iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))}
    assert built - {"__init__"} - set(drawn()) == set()


def test_migrations_are_not_a_package_that_would_hide_the_library() -> None:
    assert not (HOUSE / "alembic" / "__init__.py").exists()


def plans() -> dict[str, dict[str, int]]:
    """Return what `docs/architecture.md` draws of each room: its folders and modules, and how far below the top."""
    text = (HOUSE / "docs" / "architecture.md").read_text(encoding="utf-8")
    found: dict[str, dict[str, int]] = {}
    for plan in "\n".join(PLANS.findall(text)).split("\n\n"):
        room, *lines = plan.strip("\n").splitlines()
        rows = [row["names"].split(", ") for line in lines if (row := PLAN_ROW.fullmatch(line))]
        assert len(rows) == len(lines), f"{room}: a line that is no row"
        found[room] = {name: level for level, names in enumerate(rows) for name in names}
    return found


@pytest.mark.parametrize("room", sorted(plans()))
def test_the_plan_of_a_floor_names_all_that_stands_on_it(room: str) -> None:
    paths = [path for path in (HOUSE / "portal" / room).iterdir() if path.suffix == ".py" or any(path.glob("*.py"))]
    assert sorted(plans()[room]) == sorted({path.stem for path in paths} - {"__init__"})


@pytest.mark.parametrize("room", sorted(plans()))
def test_within_a_floor_imports_only_go_down_its_plan(room: str) -> None:
    level, above = plans()[room], f"portal.{room}.".replace("/", ".")
    up = [
        f"{named(path)} imports {other}"
        for path in modules("portal")
        if named(path).startswith(f"portal/{room}/") and path.stem != "__init__"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(above)
        for alias in node.names
        if (other := f"{node.module}.{alias.name}".removeprefix(above).partition(".")[0]) in level
        if (own := path.relative_to(HOUSE / "portal" / room).parts[0].removesuffix(".py")) != other
        if level[own] >= level[other]
    ]
    assert up == []


@pytest.mark.parametrize("guide", GUIDES, ids=named)
def test_every_path_that_a_guide_names_is_there(guide: Path) -> None:
    paths = PATHS.findall(guide.read_text(encoding="utf-8"))
    assert [path for path in paths if not (HOUSE / path).exists() and not (HOUSE / "portal" / path).exists()] == []
