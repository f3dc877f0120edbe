"""`portal mailing draft --confidential` and `--acknowledge`: who may approve it, and what its status tells."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import APPROVER, WRITER, Run, letter, portal, roster

pytestmark = pytest.mark.parametrize(
    "database_url", ["postgresql"], indirect=True
)  # the acts themselves are tried on both in tests/flows

__all__ = ["letter", "portal", "roster"]


def test_a_confidential_letter_is_drafted_here_and_approved_in_the_browser_alone(
    portal: Run, roster: Path, letter: Path
) -> None:
    portal("init")
    portal("roster", "import", str(roster))
    for address, role in ((WRITER, "publisher"), (APPROVER, "approver")):
        portal("staff", "add", address, "--role", role)
    draft = ("mailing", "draft", "--by", WRITER, "--title", "Welcome", "--file", str(letter), "--json")
    ids = {}
    for kind, more in (("plain", ("--acknowledge",)), ("confidential", ("--confidential",))):
        drafted = portal(*draft, *more)
        assert drafted.returncode == 0, drafted.stderr
        ids[kind] = json.loads(drafted.stdout)["mailing"]
        assert portal("mailing", "submit", ids[kind], "--by", WRITER).returncode == 0
    unsafe = {"PORTAL_CLI_APPROVAL": "1"}
    assert portal("mailing", "approve", ids["plain"], "--by", APPROVER, **unsafe).returncode == 0
    refused = portal("mailing", "approve", ids["confidential"], "--by", APPROVER, **unsafe)
    assert refused.returncode == 3
    assert "browser" in refused.stderr
    told = json.loads(portal("mailing", "status", ids["plain"], "--json").stdout)
    assert told["acknowledge"] is True
    assert told["acknowledged"] == 0
    assert told["not_acknowledged"] > 0
    assert json.loads(portal("mailing", "status", ids["confidential"], "--json").stdout)["acknowledge"] is False
