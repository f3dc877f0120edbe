"""The first docstring a reader meets is the import contract in words."""

import ast
import re
import tomllib

from tests.house.tree import HOUSE, parsed

ROW = re.compile(r"    (?P<names>\w+(?:, \w+)*)(?:  .*)?")


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
