"""The documentation is a site: every link of it leads somewhere, and a browser that reads it asks no other host."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import HOUSE

LOADED = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*?\bsrc=[\"']?([^\"'\s>]+)|<link\b[^>]*?\bhref=[\"']?([^\"'\s>]+)"
)
SOUGHT = re.compile(r"@import\s*[\"']?(?!data:)([^\"';]+)|url\([\"']?(?!data:)([^\"')]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make docs` does."""
    folder = tmp_path_factory.mktemp("docs")
    config = HOUSE / "docs" / "site" / "mkdocs.yml"
    call = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--config-file",
        config,
        "--site-dir",
        folder,
    ]
    done = subprocess.run(
        call, capture_output=True, text=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


def asked(site: Path) -> set[str]:
    """Return what the pages and styles of a site load."""
    pages = [hit for path in site.rglob("*.html") for hit in LOADED.findall(path.read_text(encoding="utf-8"))]
    styles = [hit for path in site.rglob("*.css") for hit in SOUGHT.findall(path.read_text(encoding="utf-8"))]
    return {part for hit in pages + styles for part in hit if part}


def test_every_page_is_in_the_site_and_none_asks_another_host(site: Path) -> None:
    written = {path.relative_to(HOUSE / "docs").with_suffix("") for path in HOUSE.glob("docs/**/*.md")}
    built = {path.relative_to(site).with_suffix("") for path in site.rglob("*.html")}
    assert {path.with_name("index") if path.name == "README" else path for path in written} - built == set()
    loaded = asked(site)
    assert any(name.endswith(".js") for name in loaded)
    assert any(name.endswith(".css") for name in loaded)
    assert [name for name in loaded if re.match(r"(\w+:)?//", name)] == []


def test_what_asks_another_host_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<script async src="https://a.test/x.js"></script><link rel=icon href=//b.test/i>'
    )
    (tmp_path / "style.css").write_text("@import '//c.test/s.css'; a { background: url(https://d.test/p.png) }")
    assert asked(tmp_path) == {"https://a.test/x.js", "//b.test/i", "//c.test/s.css", "https://d.test/p.png"}
