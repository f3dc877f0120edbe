"""What no file may say: where an index is, how a machine is laid out, that something is still to be done."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.web.admin.words import ACTS
from tests.house.tree import HOUSE, files, modules, named, parsed

PICTURES = {".ttf", ".png", ".ico", ".woff2", ".pdf", ".xlsx", ".docx", ".zip", ".mo", ".xz"}
EVERYWHERE = re.compile(
    r"pypi\.org|pythonhosted|registry\.npmjs|ghcr\.io|docker\.io|quay\.io"  # registries
    r"|(?<![\w.])/(?:work|root|home/\w+|Users)/"  # somebody's machine
    r"|\.\./shared/"
)
LATER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
SILENCED = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|nosec|pragma:\s*no cover)"
    r":?\s*(?:\[[^\]]*\]|[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?"  # what is silenced
)
REASON = re.compile(r"\s*(?:-|#|—)\s*\S+ \S+")
OWN = Path(__file__)


def texts() -> Iterator[tuple[Path, str]]:
    for path in files():
        if path.suffix not in PICTURES and path not in {OWN, HOUSE / "LICENSE"}:
            yield path, path.read_text(errors="replace")


def without_reason(comment: str) -> bool:
    found = SILENCED.search(comment)
    return found is not None and not REASON.match(comment, found.end())


def comments(path: Path) -> Iterator[tuple[int, str]]:
    with tokenize.open(path) as source:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def test_no_file_names_a_registry_or_a_machine() -> None:
    assert [f"{named(path)}: {found[0]}" for path, text in texts() if (found := EVERYWHERE.search(text))] == []


def test_no_requirement_says_where_it_comes_from() -> None:
    for lock in (HOUSE / "requirements").glob("*.txt"):
        lines = [line for line in lock.read_text().splitlines() if not line.lstrip().startswith("#")]
        assert [line for line in lines if "://" in line or line.startswith("-")] == [], lock.name
        pins = [line for line in lines if re.match(r"\w", line)]
        assert pins
        assert all("==" in pin and pin.endswith("\\") for pin in pins), f"{lock.name}: every pin has a hash"


def test_open_work_stands_in_issues_not_in_code() -> None:
    assert [f"{named(path)}: {found[0]}" for path, text in texts() if (found := LATER.search(text))] == []


def test_every_silenced_check_has_its_reason() -> None:
    silent = [
        f"{named(path)}:{line} {comment}"
        for path in modules("portal", "tests", "alembic", "bench")
        for line, comment in comments(path)
        if without_reason(comment)
    ]
    assert silent == []


def test_a_layout_is_kept_only_where_it_has_several_lines() -> None:
    """That is its reason: a table, a signature or a row of arguments, which the formatter would set one to a line."""
    kept = "# fmt: " + "skip"
    alone = []
    for path in modules("portal", "tests", "alembic", "bench"):
        lines = path.read_text().splitlines()
        here = {number for number, line in enumerate(lines, 1) if kept in line}
        if here:
            alone += [f"{named(path)}:{number}" for number in sorted(here - ends_of_several_lines(parsed(path)))]
    assert alone == []


def ends_of_several_lines(tree: ast.Module) -> set[int]:
    """Return the last lines of whatever has several, and those of a head of several lines: of a function, a loop."""
    ends = set()
    for node in ast.walk(tree):
        last = getattr(node, "end_lineno", None)
        if last and last > node.lineno:  # type: ignore[attr-defined]  # what has an end has a beginning
            ends.add(last)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.For | ast.With):
            ends |= set(range(node.lineno + 1, node.body[0].lineno))
    return ends


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("# noqa: ANN401", True),
        ("# noqa: ANN401 - a DBAPI connection has no common type", False),
        ("# type: ignore[arg-type]", True),
        ("# type: ignore[arg-type]  # the stub is wrong", False),
        ("# noqa", True),
        ("# why this is so", False),
    ],
)
def test_a_reason_is_told_from_a_silence(comment: str, silent: bool) -> None:  # noqa: FBT001 - pytest hands it over
    assert without_reason(comment) is silent


def test_every_act_that_the_ledger_keeps_has_words() -> None:
    """An act without words is a code on the ledger's page, and its list of acts cannot find it."""
    kinds = {name.split(":")[0] for name in ACTS}
    labels = {"staff:unknown", "family:unknown"}
    written = {
        node.value
        for path in modules("portal")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[a-z]+:[a-z-]+", node.value) and node.value.split(":")[0] in kinds
    }
    assert len(written) > len(ACTS) / 2
    assert sorted(written - labels - ACTS.keys()) == []
