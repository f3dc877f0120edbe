"""Links as they were before a mail system rewrote them, and the hosts that a text leads to."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from portal.kernel.text.hosts import URL, hosts_in

_LAYERS: Final = 4
_LONGEST: Final = 8_000
_DEFENSE_V3: Final = re.compile(r"/v3/__(?P<url>.+?)__;", re.DOTALL)
_CLOUDS: Final = (
    "1drv.ms", "onedrive.live.com", "onedrive.com", "sharepoint.com", "sharepoint.us", "drive.google.com",
    "docs.google.com", "photos.google.com", "photos.app.goo.gl", "dropbox.com", "db.tt", "dropboxusercontent.com",
    "icloud.com", "icloud-content.com", "wetransfer.com", "we.tl", "box.com", "app.box.com", "mega.nz", "mediafire.com",
    "smash.gg", "fromsmash.com", "transfernow.net", "sendspace.com", "adobe.ly", "acrobat.adobe.com",
    "documentcloud.adobe.com", "canva.com", "sway.office.com", "sway.cloud.microsoft",
)  # fmt: skip


def unwrapped(url: str) -> str:
    """Return where a link leads that a mail system has rewritten (Safe Links, URL Defense, Google); others as it is."""
    url = url.strip()[:_LONGEST]
    for _ in range(_LAYERS):
        inner = _inner(url)
        if not inner:
            break
        url = inner
    return url


def _inner(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        asked = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return ""
    if host.endswith(".safelinks.protection.outlook.com"):
        return _first(asked, "url")
    if host.startswith("urldefense."):
        if found := _DEFENSE_V3.search(url):
            return found["url"].replace("*", "-")
        return unquote(_first(asked, "u").replace("-", "%").replace("_", "/"))
    if host in {"www.google.com", "google.com"} and parts.path == "/url":
        return _first(asked, "q") or _first(asked, "url")
    return ""


def _first(asked: dict[str, list[str]], name: str) -> str:
    return next((value for value in asked.get(name, []) if "://" in value or name == "u"), "")


def plain_links(text: str) -> str:
    """Return a text in which every rewritten link is what it was."""
    return URL.sub(lambda found: unwrapped(found[0]), text)


def all_hosts(text: str, links: Iterable[str]) -> set[str]:
    """Return every host that a text and these links lead to."""
    return hosts_in("\n".join([plain_links(text), *map(unwrapped, links)]))


def is_cloud(host: str) -> bool:
    """Tell whether files are kept at a host for whoever has their links."""
    return host in _CLOUDS or host.endswith(tuple(f".{cloud}" for cloud in _CLOUDS))
