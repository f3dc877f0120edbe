"""`make audit`: known weaknesses of what the lock lists, as the OSV database tells them (osv.dev).

`python requirements/audit.py [--service URL]`. What is accepted for a time stands in `requirements/accepted.toml`, with
a reason and its last day. The service is told names and versions, and nothing else. Ends with 0 when nothing is known
that is not accepted; 1 when something is, or an acceptance has ended; 2 when the service gave no answer: then nothing
is known. Wants nothing but Python.
"""

import argparse
import json
import re
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

SERVICE = "https://api.osv.dev"
FOLDER = Path(__file__).parent
_LOCKED = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z0-9,._-]+\])?==([^\s;\\]+)", re.MULTILINE)
_SECONDS = 30
_AT_ONCE = 500


class Locked(NamedTuple):
    """One version of one package."""

    name: str
    version: str


class Accepted(NamedTuple):
    """An advisory that somebody looked at, and that may stand until the end of a day."""

    advisory: str
    package: str
    until: date
    reason: str


def locked(folder: Path) -> list[Locked]:
    """Return all that the locks of a folder list."""
    texts = (file.read_text() for file in folder.glob("*.txt"))
    return sorted({Locked(*pair) for text in texts for pair in _LOCKED.findall(text)})


def acceptances(file: Path) -> list[Accepted]:
    """Return what is accepted. Raises `ValueError` for one without a reason or a day."""
    found = []
    for one in tomllib.loads(file.read_text()).get("accepted", []):
        until, reason = one.get("until"), str(one.get("reason", "")).strip()
        if type(until) is not date or not reason or not one.get("id") or not one.get("package"):
            raise ValueError(f"{file.name}: each acceptance has an id, a package, a reason and a day, `until`.")
        found.append(Accepted(one["id"], one["package"], until, reason))
    return found


class Osv:
    """The database of advisories."""

    def __init__(self, url: str) -> None:
        """Take where it is."""
        self._url = url.rstrip("/")

    def known(self, packages: Sequence[Locked]) -> dict[Locked, set[str]]:
        """Return the ids of advisories of each package that has any. Raises `OSError`, `ValueError`."""
        found: dict[Locked, set[str]] = {}
        for first in range(0, len(packages), _AT_ONCE):
            asked = [(package, "") for package in packages[first : first + _AT_ONCE]]
            while asked:
                answer = self._get("/v1/querybatch", {"queries": [_query(*one) for one in asked]})
                more = []
                for (package, _), result in zip(asked, answer["results"], strict=True):
                    found.setdefault(package, set()).update(one["id"] for one in result.get("vulns", ()))
                    if token := result.get("next_page_token"):
                        more.append((package, token))
                asked = more
        return {package: ids for package, ids in found.items() if ids}

    def advisory(self, name: str) -> dict[str, Any]:
        """Return what is told of one advisory. Raises `OSError`, `ValueError`."""
        return self._get(f"/v1/vulns/{name}")

    def _get(self, path: str, asked: object = None) -> dict[str, Any]:
        body = None if asked is None else json.dumps(asked).encode()
        request = urllib.request.Request(self._url + path, body, {"Content-Type": "application/json"})  # noqa: S310 - whoever calls names the service
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - the same
            told: dict[str, Any] = json.load(answer)
            return told


def _query(package: Locked, token: str) -> dict[str, object]:
    query: dict[str, object] = {"package": {"name": package.name, "ecosystem": "PyPI"}, "version": package.version}
    return query | ({"page_token": token} if token else {})


def judge(
    packages: Iterable[Locked], accepted: Sequence[Accepted], service: Osv, today: date
) -> tuple[list[str], list[str]]:
    """Return what has to be mended and what is accepted, a line each. Raises `OSError`, `ValueError`, `KeyError`."""
    open_ones, standing = [], []
    used = set()
    for package, ids in sorted(service.known(list(packages)).items()):
        told: set[str] = set()
        for advisory in map(service.advisory, sorted(ids)):
            names = {advisory["id"], *advisory.get("aliases", ())}
            if advisory.get("withdrawn") or told & names:
                continue
            told |= names
            line = f"{package.name} {package.version}: {advisory['id']} {advisory.get('summary', '')}".rstrip()
            mine = [one for one in accepted if one.package == package.name and one.advisory in names]
            used.update(mine)
            if any(today <= one.until for one in mine):
                standing.append(f"{line} - accepted until {max(one.until for one in mine)}: {mine[0].reason}")
            elif mine:
                open_ones.append(f"{line} - was accepted until {max(one.until for one in mine)}")
            else:
                open_ones.append(line)
    unused = (one for one in accepted if one not in used)
    standing += [f"{one.package}: {one.advisory} is accepted, and known no more: take it out" for one in unused]
    return open_ones, standing


def _warn(line: str) -> None:
    print(line, file=sys.stderr)


def main(words: Sequence[str] | None = None) -> int:
    """Ask, tell, and return how it ended."""
    asked = argparse.ArgumentParser(prog="make audit", description="Known weaknesses of what the lock lists.")
    asked.add_argument("--service", default=SERVICE, metavar="URL")
    asked.add_argument("--folder", type=Path, default=FOLDER)
    asked.add_argument("--today", type=date.fromisoformat, default=datetime.now(UTC).date())
    told = asked.parse_args(words)
    packages = locked(told.folder)
    try:
        accepted = acceptances(told.folder / "accepted.toml")
    except ValueError as error:
        _warn(f"NOT audited: {error}")
        return 2
    try:
        open_ones, standing = judge(packages, accepted, Osv(told.service), told.today)
    except (OSError, ValueError, KeyError) as error:
        _warn(f"NOT audited: {told.service} gave no answer to go by ({error}).")
        _warn(f"Nothing is known of the {len(packages)} versions in the lock.")
        return 2
    for line in standing:
        print(line)
    for line in open_ones:
        _warn(line)
    if open_ones:
        _warn(f"{len(open_ones)} known weaknesses. Lock versions without them (make lock), or accept one for a time")
        _warn("in requirements/accepted.toml.")
        return 1
    print(f"No weakness is known of the {len(packages)} versions in the lock, beside what is accepted.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
