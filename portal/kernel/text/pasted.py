"""What a family types or pastes to open a letter: a link, what a mail program made of it, a code, or a whole message.

Safe Links and the like carry a link inside their own address, escaped once or twice (Microsoft Defender; Proofpoint URL
Defense v2 writes `-` for `%` and `_` for `/`, v3 a `*` for each letter that it took out). A link that was exchanged for
a ticket (Mimecast) is in nobody's text: then the code of the message is what opens.
Only shapes are found here; whether a token is genuine its signature says.
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

_LONGEST = 8_000  # characters; a message of ours with ten children has fewer
_MOST = 6  # of each kind: every one costs a signature or a lookup
_SHAPE = r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"
_BARE = re.compile(_SHAPE)
# Where a line was broken: white space, the soft break of quoted-printable, and the marks of a quoted message.
_BREAK = r"(?:=?[\s\u200b\ufeff]+(?:>[ \t]?)*)?"
_WRAPPED = re.compile(rf"(?:^|[#*]){_BREAK}((?:[A-Za-z0-9_-]{_BREAK}){{22}}\.{_BREAK}(?:[A-Za-z0-9_-]{_BREAK}){{43}})")
_NOT_TOKEN = re.compile(r"[^A-Za-z0-9_.-]")
_AROUND = re.compile(r"^[^A-Za-z0-9_-]+|[^A-Za-z0-9_-]+$")
_DASH = r"[-\u2010-\u2014\u2212]"
_CODE = re.compile(rf"(?<![A-Za-z0-9])([A-Za-z0-9]{{4}}){_DASH}([A-Za-z0-9]{{4}}){_DASH}([A-Za-z0-9]{{4}})")
_DEFENSE_V2 = re.compile(r"urldefense\.[a-z.]{1,60}/v2/url\?u=([^&\s>\"']+)", re.IGNORECASE)


def tokens_in(text: str) -> list[str]:
    """Return what has the shape of a token, the likeliest first: the text itself, then what stands behind a `#`."""
    text = text[:_LONGEST]
    found: list[str] = []
    for reading in _readings(text):
        bare = _AROUND.sub("", re.sub(r"\s+", "", reading))
        found += [bare] if _BARE.fullmatch(bare) else []
        found += [_NOT_TOKEN.sub("", one) for one in _WRAPPED.findall(reading)]
    return list(dict.fromkeys(found))[:_MOST]


def _readings(text: str) -> Iterator[str]:
    """Give a text as it is, and as those read it who undo what mail programs did to links."""
    seen = text
    for _ in range(4):
        yield seen
        yield from (unquote(url.replace("-", "%").replace("_", "/")) for url in _DEFENSE_V2.findall(seen))
        undone = html.unescape(unquote(seen))
        if undone == seen:
            return
        seen = undone


def codes_in(text: str) -> list[str]:
    """Return what has the shape of a typed code somewhere in a longer text, the first first."""
    codes = ("-".join(parts) for parts in _CODE.findall(text[:_LONGEST]))
    return list(dict.fromkeys(codes))[:_MOST]
