"""What the browser itself refuses a page: to share a process with others, and to make markup or script of text."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SINKS = (
    "document.body.innerHTML = '<img src=x>'",
    "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
    "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
    "document.createElement('iframe').srcdoc = '<b>x</b>'",
    "document.createElement('script').src = '/static/once.js'",
    "document.createElement('script').text = '1'",
    "trustedTypes.createPolicy('ours', {createHTML: text => text})",
)


@pytest.fixture
def places(live: str) -> list[str]:
    return [f"{live}/staff/sign-in", f"{live}/o", f"{live}/nowhere"]


def test_a_page_shares_nothing_with_other_sites(page: "Page", places: list[str]) -> None:
    for place in places:
        page.goto(place)
        assert page.evaluate("self.crossOriginIsolated"), place
        assert page.evaluate("self.originAgentCluster"), place


def test_no_text_becomes_markup_or_script(page: "Page", places: list[str], blocked: list[str]) -> None:
    for place in places:
        page.goto(place)
        for sink in _SINKS:
            refused = page.evaluate(f"() => {{ try {{ {sink}; return ''; }} catch (error) {{ return error.name; }} }}")
            assert refused == "TypeError", (place, sink)
    assert len(blocked) >= len(places) * len(_SINKS), "what is blocked is not noticed by the tests of other pages"
    blocked.clear()
