"""The page about cryptography names every module that uses any, and every purpose of a key."""

import ast
import re
from pathlib import Path
from typing import get_args

from portal.kernel.secrets.keys import PART_OF, Purpose
from tests.house.tree import HOUSE

PAGE = HOUSE / "docs" / "safety" / "cryptography.md"
CRYPTOGRAPHY = {
    *("hashlib", "hmac", "secrets", "ssl", "cryptography", "itsdangerous", "dkim", "joserfc", "authlib", "aiosmtplib"),
    *("crypt", "bcrypt", "argon2", "nacl", "jwt", "jose", "Crypto", "OpenSSL"),
}


def imports(path: Path) -> set[str]:
    """Return the first names of whatever a module imports, within functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def users() -> set[str]:
    portal = HOUSE / "portal"
    return {str(path.relative_to(portal)) for path in portal.rglob("*.py") if imports(path) & CRYPTOGRAPHY}


def named() -> set[str]:
    return set(re.findall(r"`([a-z_/0-9]+\.py)`", PAGE.read_text(encoding="utf-8")))


def test_every_module_that_uses_cryptography_is_on_the_page() -> None:
    assert users() - named() == set()


def test_nothing_stands_there_that_uses_none() -> None:
    assert named() - users() == set()


def test_every_purpose_stands_beside_its_part() -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| ((?:`[a-z-]+`(?:, )?)+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    said = {purpose: part for part, purposes in rows for purpose in re.findall(r"`([a-z-]+)`", purposes)}
    assert said == {purpose: PART_OF[purpose] for purpose in get_args(Purpose)}
