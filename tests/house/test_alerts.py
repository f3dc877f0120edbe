"""Alerts, dashboard and the page for 3 a.m. speak of the same things, and of figures that are there."""

import json
import re
from typing import Any

import pytest
import yaml

from portal.figures.rules import COUNTED
from tests.house.tree import HOUSE

PAGE = HOUSE / "docs" / "operate" / "at-3-am.md"
RULES = HOUSE / "deploy" / "alerts.yml"
DASHBOARD = HOUSE / "deploy" / "grafana.json"
FIGURE = re.compile(r"\bportal_\w+")


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def asked() -> dict[str, str]:
    """Return every question of the rules and the dashboard, by whose it is."""
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    of_panels = {f"{one['title']} {at['refId']}": at["expr"] for one in panels for at in one["targets"]}
    return of_panels | {rule["alert"]: rule["expr"] for rule in alerts()}


def given() -> set[str]:
    """Return the figures that `/metrics` gives, read from its source and from the list of what is counted."""
    source = (HOUSE / "portal" / "web" / "probes" / "metrics.py").read_text(encoding="utf-8")
    gauges = {f"portal_{name}" for name in re.findall(r'_(?:plain|labelled)\(\s*"(\w+)"', source)}
    ends = {True: ("_bucket", "_count", "_sum"), False: ("_total",)}
    return gauges | {f"portal_{one.name}{end}" for one in COUNTED for end in ends[one.is_seconds]}


def test_every_alert_has_its_paragraph_and_every_paragraph_its_alert() -> None:
    text = PAGE.read_text(encoding="utf-8")
    paragraphs = re.findall(r"^### (\w+)\n\n(.+)$", text, re.MULTILINE)
    assert sorted(name for name, _ in paragraphs) == sorted(rule["alert"] for rule in alerts())
    summaries = {rule["alert"]: rule["annotations"]["summary"] for rule in alerts()}
    assert [name for name, told in paragraphs if not told.startswith(summaries[name])] == []
    assert [name for name, told in paragraphs if len(told) < len(summaries[name]) + 80] == [], "it says what to do"
    for rule in alerts():
        assert rule["annotations"]["runbook"] == f"docs/operate/at-3-am.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"critical", "warning"}


@pytest.mark.parametrize("whose", sorted(asked()))
def test_every_figure_that_is_asked_for_is_given(whose: str) -> None:
    expr = asked()[whose]
    assert set(FIGURE.findall(expr)) - given() == set()
    assert "portal_" in expr or "up{" in expr
    assert "sum(portal" not in expr, "each site gives the same figure"


def test_every_figure_that_is_given_is_described_and_somewhere_shown() -> None:
    described = (HOUSE / "docs" / "operate" / "monitoring.md").read_text(encoding="utf-8")
    names = {name for name in given() if not name.endswith(("_bucket", "_count", "_sum"))} | {"portal_guard_seconds"}
    assert {name for name in names if name not in described} == set()
    shown = set(FIGURE.findall(" ".join(asked().values())))
    assert given() - shown == {
        "portal_info", "portal_ledger_entries", "portal_guard_seconds_count", "portal_guard_seconds_sum",
    }  # fmt: skip


def test_everything_that_is_counted_is_on_the_list() -> None:
    calls = re.compile(r'(?<![.\w])(?:count|took|count_if_kept)\((?:session, )?"(\w+)"')
    found = {name for path in (HOUSE / "portal").rglob("*.py") for name in calls.findall(path.read_text())}
    assert found == {one.name for one in COUNTED}
