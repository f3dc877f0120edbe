"""`GET /metrics`: figures for Prometheus, for this machine itself or for whoever shows the token.

Whatever all processes did is asked of the database (ADR 61), at most once in five seconds. No figure names anybody.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from portal.figures.rules import COUNTED, PREFIX, by_label, durations
from portal.kernel.errors import PortalError
from portal.overviews.operation.standing_figures import Standing, standing_figures
from portal.web.waiting.lanes import run_in_lane
from portal.wiring import House, machine_at_a_glance

_HOLDS: Final = timedelta(seconds=5)
_FORWARDED: Final = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
"""A request with one of these came through a proxy, so it came from somewhere else, whatever the connection says."""
_REFUSED: Final = "Figures are for this machine itself, or for whoever shows the token of PORTAL_METRICS_TOKEN.\n"


@dataclass(slots=True)
class Scrapes:
    """The last answer of this process, which holds for five seconds."""

    at: datetime | None = None
    text: bytes = b""

    def answer(self, house: House, now: datetime) -> bytes:
        """Return the figures; those asked for in the last seconds, if somebody did."""
        if self.at is None or not timedelta() <= now - self.at < _HOLDS:
            registry = CollectorRegistry()
            registry.register(_Figures(house, now))
            self.text, self.at = generate_latest(registry), now
        return self.text


async def metrics(request: Request) -> Response:
    """Answer with figures, or with 401. Who may not have them costs neither a thread nor a question."""
    house: House = request.state.house
    token = house.settings.metrics_token
    if not (_is_from_here(request) or (token and _shows(request, token.get_secret_value()))):
        return PlainTextResponse(_REFUSED, 401, {"WWW-Authenticate": "Bearer"})
    request.state.lanes.enter("probe", request.scope)
    text = await run_in_lane(request.state.scrapes.answer, house, house.clock())
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})


metrics.guard, metrics.lane = "anyone", "probe"  # type: ignore[attr-defined]  # as `anyone` would say


def _shows(request: Request, token: str) -> bool:
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode())


def _is_from_here(request: Request) -> bool:
    """Tell whether it was asked on this machine, by its own name and through no proxy."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return _is_loopback(request.client.host) and (host == "localhost" or _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class _Figures(Collector):
    """What one answer consists of."""

    house: House
    now: datetime

    def describe(self) -> list[Metric]:
        """Say nothing before it is asked: registering would ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give every figure; without the database those of this process alone."""
        used, most = self.house.db.pool()
        used += self.house.family_db.pool()
        yield _labelled("info", "The version that answers.", "version", {version("portal"): 1})
        yield _plain("database_connections", "Connections to the database that the answering process uses.", used)
        yield _plain("database_connections_most", "Connections that one process may use.", most)
        try:
            with self.house.db.read() as session:
                machine = machine_at_a_glance(self.house)
                standing = standing_figures(session, self.house.settings, machine, now=self.now)
        except PortalError:
            yield _plain("database_up", "Whether the database answered in time.", 0)
            return
        yield _plain("database_up", "Whether the database answered in time.", 1)
        yield from _standing(standing)
        yield from _counted(standing)


def _plain(name: str, means: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, means, value=value)


def _labelled(name: str, means: str, label: str, values: dict[str, float]) -> Metric:
    gauge = GaugeMetricFamily(PREFIX + name, means, labels=[label])
    for kind, value in values.items():
        gauge.add_metric([kind], value)
    return gauge


def _standing(standing: Standing) -> Iterator[Metric]:
    ages = "Seconds that the oldest message has been due; letters count 0 in quiet hours."
    yield _labelled("queue_age_seconds", ages, "queue", standing.queue_ages)
    in_order = "What admins are told of by mail: 1 while it is in order."
    yield _labelled("in_order", in_order, "what", {what: float(is_so) for what, is_so in standing.in_order.items()})
    unsafe = "What else doctor calls unsafe, by finding: 0 while an admin accepts it for a time."
    yield _labelled("unsafe_findings", unsafe, "finding", {key: float(is_so) for key, is_so in standing.unsafe.items()})
    yield _plain("ledger_entries", "Entries of the ledger.", standing.ledger_entries)
    if standing.head_file_behind is not None:
        behind = "Entries of which the head file does not know."
        yield _plain("ledger_head_file_behind_entries", behind, standing.head_file_behind)
    if standing.export_behind is not None:
        behind = "Entries since the last head that was taken outside."
        yield _plain("ledger_export_behind_entries", behind, standing.export_behind)
    aside = "Files for many children that were set aside because two workers were ended over them."
    yield _plain("set_aside", aside, standing.set_aside)
    waiting = "Mail that came in and is not a letter yet: open takes more messages, closed waits for a worker."
    yield _labelled("gatherings_waiting", waiting, "state", dict(standing.gatherings))


def _counted(standing: Standing) -> Iterator[Metric]:
    counted = by_label(standing.counted)
    for one in COUNTED:
        values = counted[one.name]
        if one.is_seconds:
            took = durations(values)
            yield HistogramMetricFamily(PREFIX + one.name, one.means, buckets=took.buckets, sum_value=took.seconds)
            continue
        family = CounterMetricFamily(PREFIX + one.name, one.means, labels=[one.label] if one.label else [])
        for label, value in (values or ({} if one.label else {"": 0})).items():
            family.add_metric([label] if one.label else [], value)
        yield family
