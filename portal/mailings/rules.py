"""What a mailing may say, whom it may be for, and which state follows which."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from portal.mailings.errors import DraftFaults, NotNow

TITLE_MOST = 120
MESSAGE_MOST = 1_500

State = Literal["draft", "checked", "waiting", "held", "sending", "paused", "sent", "stopped", "revoked", "returned"]
Move = Literal["edit", "check", "submit", "return", "approve", "start", "finish", "stop", "revoke"]

_MOVES: dict[Move, tuple[frozenset[State], State]] = {
    "edit": (frozenset({"draft", "checked", "waiting", "returned"}), "draft"),
    "check": (frozenset({"draft", "checked", "waiting"}), "checked"),
    "submit": (frozenset({"checked"}), "waiting"),
    "return": (frozenset({"waiting"}), "returned"),
    "approve": (frozenset({"waiting"}), "held"),
    "start": (frozenset({"held"}), "sending"),
    "finish": (frozenset({"sending"}), "sent"),
    "stop": (frozenset({"waiting", "held", "sending", "paused"}), "stopped"),
    "revoke": (frozenset({"held", "sending", "paused", "sent", "stopped", "revoked"}), "revoked"),
}
_STATE_WORDS: dict[State, str] = {
    "draft": "still a draft",
    "checked": "checked, but not submitted for approval",
    "waiting": "waiting for approval",
    "held": "approved and held before sending",
    "sending": "being sent",
    "paused": "paused",
    "sent": "sent",
    "stopped": "stopped",
    "revoked": "taken back",
    "returned": "returned to its author",
}
assert set(_STATE_WORDS) == set(get_args(State))

TermKind = Literal["everyone", "program", "site", "grade", "child"]

_URL = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>\"']+")
_BARE_HOST = re.compile(
    r"(?i)(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|us|io|info|co|me|link|ly|biz|app|xyz|site|online|top|dev)"
    r"(?![\w-])(?:/[^\s<>\"']*)?"
)
_FORBIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of an audience."""

    kind: TermKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff write: checked, and the same however often it is checked."""

    title: str
    message: str
    terms: tuple[Term, ...]
    link_days: int
    confidential: bool = False


def move(state: str, by: Move) -> State:
    """Return the state that follows. Raises `NotNow` with the reason in words."""
    allowed, after = _MOVES[by]
    if state not in allowed:
        raise NotNow(f"This mailing is {state_words(state)}, so this can't be done now.")
    return after


def state_words(state: str) -> str:
    """Return a state as people say it."""
    return _STATE_WORDS[cast("State", state)]


def check_draft(
    *, title: str, message: str, terms: Iterable[Term], link_days: int, link_hosts: frozenset[str]
) -> Draft:
    """Return the draft, or raise `DraftFaults` with a sentence for each field that is wrong."""
    title = " ".join(title.split())
    lines = message.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    message = "\n".join(line.rstrip() for line in lines).strip()
    chosen = tuple(dict.fromkeys(terms))
    found = {
        "title": _fault_of_length("title", title, least=1, most=TITLE_MOST)
        or _fault_of_text("title", title, link_hosts),
        "message": _fault_of_length("message", message, least=0, most=MESSAGE_MOST)
        or _fault_of_text("message", message, link_hosts),
        "audience": _fault_of_audience({term.kind for term in chosen}),
        "expires": None if 1 <= link_days <= 365 else "Links can stay open for 1 to 365 days.",
    }
    faults = {name: sentence for name, sentence in found.items() if sentence}
    if faults:
        raise DraftFaults(faults)
    return Draft(title, message, chosen, link_days)


def _fault_of_length(name: str, text: str, *, least: int, most: int) -> str | None:
    if len(text) < least:
        return f"Give the letter a {name}."
    return f"The {name} is {len(text):,} letters long; {most:,} is the most." if len(text) > most else None


def _fault_of_text(name: str, text: str, link_hosts: frozenset[str]) -> str | None:
    if any(letter in _FORBIDDEN or (unicodedata.category(letter) == "Cc" and letter not in "\n\t") for letter in text):
        return f"The {name} holds a hidden control character. Type it again by hand."
    strangers = sorted(hosts_in(text) - link_hosts)
    if strangers:
        return (
            f"The {name} links to {', '.join(strangers)}, which families are not sent to from here. "
            "Take the address out, or ask an administrator to allow it."
        )
    return None


def _fault_of_audience(kinds: set[TermKind]) -> str | None:
    if not kinds:
        return "Choose whom the letter is for."
    if "everyone" in kinds and len(kinds) > 1:
        return "Choose either everyone or a part of the families, not both."
    if "child" in kinds and len(kinds) > 1:
        return "Named children stand alone: take the other choices away."
    return None


def hosts_in(text: str) -> set[str]:
    """Return every host that a mail program could make a link of, in lower case."""
    text = unicodedata.normalize("NFKC", text)
    hosts = set()
    for found in _URL.finditer(text):
        rest = re.sub(r"(?i)^[a-z][a-z0-9+.-]*://", "", found[0])
        authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
        is_plain = "@" not in authority and "\\" not in rest  # readers disagree on which host those lead to
        hosts.add((authority.split(":")[0].rstrip(".,;!)") if is_plain else rest).lower())
    hosts.update(found[0].split("/")[0].lower() for found in _BARE_HOST.finditer(_URL.sub(" ", text)))
    return {host for host in hosts if host}


def parse_term(text: str) -> Term:
    """Read `everyone`, `program:NAME`, `site:NAME`, `grade:G` or `child:NUMBER`. Raises `DraftFaults`."""
    kind, _, value = text.partition(":")
    kind, value = kind.strip(), value.strip()
    if kind == "everyone" and not value:
        return Term("everyone")
    if kind in {"program", "site", "grade", "child"} and value:
        return Term(cast("TermKind", kind), value)
    raise DraftFaults(
        {"audience": f"“{text}” is not an audience: use everyone, program:NAME, site:NAME, grade:G or child:NUMBER."}
    )


def audience_sentence(terms: Sequence[Term], organisation: str) -> str:
    """Say whom a mailing is for, as a person would: “grade 3 or 4 in After School at Oak”."""
    by_kind: dict[str, list[str]] = {}
    for term in terms:
        by_kind.setdefault(term.kind, []).append(term.value)
    if "everyone" in by_kind or not by_kind:
        return f"everyone at {organisation}"
    if "child" in by_kind:
        numbers = by_kind["child"]
        return f"the child with number {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} named children"
    parts = []
    if "grade" in by_kind:
        parts.append(f"grade {_either(by_kind['grade'])}")
    if "program" in by_kind:
        parts.append(("in " if parts else "everyone in ") + _either(by_kind["program"]))
    if "site" in by_kind:
        parts.append(("at " if parts else "everyone at ") + _either(by_kind["site"]))
    return " ".join(parts)


def _either(values: Sequence[str]) -> str:
    if len(values) <= 2:
        return " or ".join(values)
    return f"{', '.join(values[:-1])} or {values[-1]}"
