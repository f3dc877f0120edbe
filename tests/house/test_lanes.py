"""No kind of request waits in the threads of another, and the database has a connection for each thread."""

from starlette.routing import Route

from portal.kernel.storage.db import MOST_CONNECTIONS
from portal.web.routes import routes
from portal.web.waiting.lanes import THREADS
from tests.house.tree import modules, named

BRAKES = {
    "POST /admin/incidents", "GET /admin/incidents/freeze", "POST /admin/revoke", "GET /admin/revoke",
    "POST /staff/mailings/{mailing}/stop", "POST /staff/mailings/{mailing}/pause",
    "POST /staff/mailings/{mailing}/pause-links", "POST /staff/mailings/{mailing}/call-admins",
    "POST /admin/staff/{staff}/remove", "POST /admin/staff/{staff}/mail-keys/{key}/end",
    "POST /staff/mail-programs/keys/{key}/end",
}  # fmt: skip
BESIDE = 9
"""Connections for what runs beside the site's threads: the worker, the disclosures, the guard's index, the heads."""


def lanes() -> dict[str, str]:
    found = [route for route in routes() if isinstance(route, Route)]
    return {
        f"{min((route.methods or set()) - {'HEAD'})} {route.path}": getattr(route.endpoint, "lane", "")
        for route in found
    }


def test_brakes_and_probes_have_threads_of_their_own() -> None:
    found = lanes()
    assert {door for door in BRAKES if found[door] != "brake"} == set()
    assert found["GET /readyz"] == "probe"
    assert {door for door, lane in found.items() if door.startswith(("GET /letters", "POST /letters"))} - {
        door for door, lane in found.items() if lane == "family"
    } == {"GET /letters/{copy}/file"}, "that one says so itself"


def test_the_database_has_a_connection_for_each_thread() -> None:
    assert sum(THREADS.values()) + BESIDE <= MOST_CONNECTIONS


def test_pages_run_nothing_in_the_threads_of_everybody() -> None:
    shared = [named(path) for path in modules("portal") if "run_in_threadpool" in path.read_text()]
    assert shared == []
