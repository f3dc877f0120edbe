"""Our own style sheets and scripts. The address of each names its content, so a browser may keep it for a year."""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from typing import Final

from markupsafe import Markup
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from portal.kernel.storage.migrations import shipped
from portal.web.answers.compressing import BY_ENCODING, GZIP, compressed, takes_gzip

FOR_A_YEAR: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_PATH: Final = re.compile(r"/([a-z-]+)(?:\.([0-9a-f]{12}))?\.(css|js)")
_STRING: Final = re.compile(r'("[^"]*")')
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE: Final = re.compile(r"\s+")
_AROUND: Final = re.compile(r"\s*([{};,>])\s*|(:)\s+")


def fingerprint_of(content: bytes) -> str:
    """Return what names a content: the same in every process, and another for every other content."""
    return sha256(content).hexdigest()[:12]


@dataclass(frozen=True)
class StaticFile:
    """One file as it is served."""

    stem: str
    suffix: str
    body: bytes

    @cached_property
    def fingerprint(self) -> str:
        """What names its content."""
        return fingerprint_of(self.body)

    @cached_property
    def zipped(self) -> bytes:
        """Its content in gzip."""
        return compressed(self.body)

    @property
    def address(self) -> str:
        """Where pages ask for it."""
        return f"/static/{self.stem}.{self.fingerprint}.{self.suffix}"


@dataclass(frozen=True)
class Inlined:
    """A style sheet or a script that stands in the page itself."""

    markup: Markup
    source: str
    """What the content security policy names it by: the hash of its text, so no other text is believed."""


def address_of(name: str) -> str:
    """Return the address of a file of ours, as pages name it."""
    return _files()[name].address


@cache
def inlined_style(more: str = "") -> Inlined:
    """Return the style sheet that every page holds, and what is laid over it here."""
    return _inlined("style", _files()["portal.css"].body.decode() + more)


@cache
def inlined_script(name: str) -> Inlined:
    """Return a script for a page that would have to wait for a second answer."""
    return _inlined("script", _files()[name].body.decode())


def _inlined(tag: str, text: str) -> Inlined:
    assert "</" not in text, "it would end the element"
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Inlined(Markup("<{0}>{1}</{0}>").format(tag, Markup(text)), f"'sha256-{digest}'")  # noqa: S704 - a file of ours


@cache
def _files() -> dict[str, StaticFile]:
    found = {}
    for path in sorted(shipped("static").iterdir()):
        text = path.read_text(encoding="utf-8")
        body = _without_space(text) if path.suffix == ".css" else text
        found[path.name] = StaticFile(path.stem, path.suffix[1:], body.encode())
    return found


def _without_space(sheet: str) -> str:
    """Return a style sheet without the comments and spaces that only its readers need; strings stay as they are."""
    parts = _STRING.split(_COMMENT.sub("", sheet))
    parts[::2] = [_AROUND.sub(r"\1\2", _SPACE.sub(" ", part)) for part in parts[::2]]
    return "".join(parts).strip()


class OurFiles:
    """Answers for `/static`.

    A page that is older or newer than this process asks for another fingerprint: after an upgrade, or while one is
    under way. It is given the file as it is here, and keeps it for no longer than it takes to ask again.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Raises `HTTPException`."""
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        asked = _PATH.fullmatch(scope["path"].removeprefix(scope["root_path"]))
        file = _files().get(f"{asked[1]}.{asked[3]}") if asked else None
        if asked is None or file is None:
            raise HTTPException(404)
        answer = _answer(file, Headers(scope=scope), is_this_very_one=asked[2] == file.fingerprint)
        await answer(scope, receive, send)


def _answer(file: StaticFile, asked: Headers, *, is_this_very_one: bool) -> Response:
    is_zipped = takes_gzip(asked)
    tag = f'"{file.fingerprint}{"-gzip" if is_zipped else ""}"'
    headers = {"Cache-Control": FOR_A_YEAR if is_this_very_one else ASK_AGAIN, "ETag": tag} | BY_ENCODING
    if tag in {one.strip().removeprefix("W/") for one in asked.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    headers |= {"Content-Type": _TYPES[file.suffix]} | (GZIP if is_zipped else {})
    return Response(file.zipped if is_zipped else file.body, headers=headers)
