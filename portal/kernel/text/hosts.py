"""Hosts that a text names: every one that a mail program could make a link of."""

import re
import unicodedata
from typing import Final

URL: Final = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]{0,30}://|\bwww\.)[^\s<>\"']+")  # bounded: each dot may begin one
_BARE_HOST: Final = re.compile(
    r"(?i)(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|us|io|info|co|me|link|ly|biz|app|xyz|site|online|top|dev)"
    r"(?![\w-])(?:/[^\s<>\"']*)?"
)


def hosts_in(text: str) -> set[str]:
    """Return every host that a mail program could make a link of, in lower case."""
    text = unicodedata.normalize("NFKC", text)
    hosts = set()
    for found in URL.finditer(text):
        rest = re.sub(r"(?i)^[a-z][a-z0-9+.-]*://", "", found[0])
        authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
        is_plain = "@" not in authority and "\\" not in rest  # readers disagree on which host those lead to
        hosts.add((authority.split(":")[0].rstrip(".,;!)") if is_plain else rest).lower())
    hosts.update(found[0].split("/")[0].lower() for found in _BARE_HOST.finditer(URL.sub(" ", text)))
    return {host for host in hosts if host}
