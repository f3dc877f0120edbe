"""A route without a guard fails the build, and so does an error without a status."""

import importlib
import inspect
import pkgutil
from pathlib import Path

from starlette.routing import Mount, Route

import portal
from portal.kernel.errors import PortalError
from portal.web.problems import STATUS, status_of
from portal.web.routes import routes
from tests.house.doors import doors, table

GUARDS = {"anyone", "family", "staff", "admin"}
WRITING_FOR_ANYONE = {
    "/o", "/o/verify", "/renew", "/leave", "/language", "/setup", "/staff/sign-in/link", "/staff/sign-in/token",
}  # fmt: skip


def test_every_route_says_who_may_pass() -> None:
    for route in routes():
        if isinstance(route, Mount):
            assert route.path == "/static"
            continue
        assert isinstance(route, Route)
        guard = getattr(route.endpoint, "guard", None)
        assert guard in GUARDS, f"{route.path} has no guard"
        if route.path.startswith("/admin"):
            assert guard == "admin", route.path
        if route.path.startswith("/letters"):
            assert guard == "family", route.path
        if route.path.startswith("/staff") and not route.path.startswith("/staff/sign-in"):
            assert guard == "staff", route.path
        if guard == "anyone" and "POST" in (route.methods or set()):
            assert route.path in WRITING_FOR_ANYONE, route.path


def test_every_route_stands_in_the_table_of_who_may_pass() -> None:
    found, said = doors(), table()
    assert found.keys() - said.keys() == set(), "a new route needs a line in tests/house/doors.py"
    assert said.keys() - found.keys() == set(), "there is no such route any more"
    weaker = {door: who for door, who in said.items() if found[door] != ("staff" if who == "approver" else who)}
    assert weaker == {}, "its guard lets in others than the table says"


def test_every_route_has_one_method_and_a_limit_of_its_own() -> None:
    for route in routes():
        if isinstance(route, Route):
            assert (route.methods or set()) - {"HEAD"} in ({"GET"}, {"POST"}), route.path


def test_every_error_has_a_status() -> None:
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    kinds = [PortalError]
    while kinds:
        kind = kinds.pop()
        kinds.extend(kind.__subclasses__())
        assert 400 <= status_of_kind(kind) <= 503
        assert inspect.getdoc(kind), kind


def status_of_kind(kind: type[PortalError]) -> int:
    return next(STATUS[one] for one in kind.__mro__ if one in STATUS)


def test_the_status_of_an_error_is_its_nearest_class() -> None:
    assert status_of(PortalError()) == 500


def test_no_template_marks_text_as_safe_or_writes_script_or_style() -> None:
    for path in (Path(portal.__file__).parent / "web" / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for forbidden in (
            "|safe",
            "| safe",
            "autoescape false",
            " style=",
            " onclick=",
            "javascript:",
            "<style",
            "http://",
        ):
            assert forbidden not in text, f"{path.name} holds {forbidden}"
        assert "<script>" not in text, path.name
