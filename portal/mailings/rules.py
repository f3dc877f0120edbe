"""What a mailing may say, whom it may be for, and which state follows which."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, cast, get_args

from portal.mailings.errors import DraftFaults, NotNow
from portal.words.languages import ENGLISH, Language, languages, with_tag

TITLE_MOST = 120
MESSAGE_MOST = 1_500

State = Literal["draft", "checked", "waiting", "held", "sending", "paused", "sent", "stopped", "revoked", "returned"]
Move = Literal[
    "edit", "check", "submit", "return", "approve", "start", "pause", "continue", "finish", "again", "end-round",
    "stop", "revoke", "re-issue", "fresh-links",
]  # fmt: skip

_MOVES: dict[Move, tuple[frozenset[State], State]] = {
    "edit": (frozenset({"draft", "checked", "waiting", "returned"}), "draft"),
    "check": (frozenset({"draft", "checked", "waiting"}), "checked"),
    "submit": (frozenset({"checked"}), "waiting"),
    "return": (frozenset({"waiting"}), "returned"),
    "approve": (frozenset({"waiting"}), "held"),
    "start": (frozenset({"held"}), "sending"),
    "pause": (frozenset({"sending"}), "paused"),
    "continue": (frozenset({"paused"}), "sending"),
    "finish": (frozenset({"sending"}), "sent"),
    "again": (frozenset({"sent"}), "held"),
    "end-round": (frozenset({"held", "sending", "paused"}), "sent"),
    "stop": (frozenset({"draft", "checked", "returned", "waiting", "held", "sending", "paused"}), "stopped"),
    "revoke": (frozenset({"held", "sending", "paused", "sent", "stopped", "revoked"}), "revoked"),
    "re-issue": (frozenset({"revoked"}), "held"),
    "fresh-links": (frozenset({"sent", "held", "sending"}), "held"),
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
STATES: tuple[State, ...] = get_args(State)
assert set(_STATE_WORDS) == set(STATES)

RoundKind = Literal["again", "reminder", "top-up", "one-family"]
_PRINTED_IN: frozenset[State] = frozenset({"sending", "paused", "sent"})
_CORRECTED_IN: frozenset[State] = _PRINTED_IN | {"held", "stopped"}
_SCHEDULED_IN: frozenset[State] = frozenset({"draft", "checked", "waiting", "returned", "held"})

_SATURDAY = 5
OPENED_AGAIN_WITHIN = timedelta(minutes=10)
"""So long may whoever paused a letter's links let them open again by themselves; afterwards an admin looks first."""
CALLED_AGAIN_AFTER = timedelta(hours=1)
"""Until then a second press on “call” tells when the admins were called."""

TermKind = Literal["everyone", "program", "site", "grade", "child", "files"]
"""`files` are the children whom the files of a mailing are for, whoever they turn out to be."""

_URL = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]{0,30}://|\bwww\.)[^\s<>\"']+")  # bounded: each dot may begin one
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
    """What staff write: checked, and the same however often it is checked.

    `words` are title and message in other languages, by the language's tag; title and message themselves are the
    English. Families are asked to say that they have read it where `acknowledge`.
    """

    title: str
    message: str
    terms: tuple[Term, ...]
    link_days: int
    confidential: bool = False
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    acknowledge: bool = False


def may_move(state: str, by: Move) -> bool:
    """Tell whether a mailing in this state may be moved on like this."""
    return state in _MOVES[by][0]


def move(state: str, by: Move) -> State:
    """Return the state that follows. Raises `NotNow` with the reason in words."""
    allowed, after = _MOVES[by]
    if state not in allowed:
        raise NotNow(f"This mailing is {state_words(state)}, so this can't be done now.")
    return after


def check_may_schedule(state: str, *, round_number: int) -> None:
    """Refuse a moment for what has begun, and for a round: that one leaves when its hold is over. Raises `NotNow`."""
    if state not in _SCHEDULED_IN:
        raise NotNow(f"This mailing is {state_words(state)}, so it can't be scheduled any more.")
    if round_number:
        raise NotNow("Only the first sending of a mailing is scheduled; what is sent again leaves after its hold.")


def check_may_print(state: str, *, hold_over: datetime | None, now: datetime, zone: tzinfo) -> None:
    """Refuse letters on paper for what is held, that nobody has approved, or that was stopped. Raises `NotNow`.

    A page hands out links like a message that has left, so it waits for the end of the hold like one.
    """
    if state == "held" and hold_over is not None:
        over = hold_over.astimezone(zone)
        day = "" if over.date() == now.astimezone(zone).date() else f" on {over:%A}, {over.day} {over:%B}"
        raise NotNow(f"The pages can be printed when the hold is over,{day} at {over:%H:%M}.")
    if state not in _PRINTED_IN:
        raise NotNow(f"This mailing is {state_words(state)}, so nothing of it is printed.")


def check_may_pause_links(state: str) -> None:
    """Refuse to pause the links of what has none, or whose links are dead already. Raises `NotNow`."""
    if state == "revoked":
        raise NotNow("This letter is taken back already: no link of it opens.")
    if state not in _CORRECTED_IN:
        raise NotNow(f"This letter is {state_words(state)}, so no family has a link to it.")


def check_links_open(paused_at: datetime | None) -> None:
    """Refuse to send or print anything more of a mailing while its links are paused. Raises `NotNow`."""
    if paused_at is not None:
        raise NotNow("Its links are paused, so families could not open it. Let them open it again first.")


def may_open_again(*, is_admin: bool, is_theirs: bool, paused_at: datetime, now: datetime) -> bool:
    """Tell whether somebody may undo a pause of links: an admin, or for ten minutes whoever paused them."""
    return is_admin or (is_theirs and now < paused_at + OPENED_AGAIN_WITHIN)


def check_may_correct(state: str) -> None:
    """Refuse a corrected version of what nobody has approved yet, or of what was taken back. Raises `NotNow`."""
    if state not in _CORRECTED_IN:
        change = " Change the letter itself." if state in _SCHEDULED_IN else ""
        raise NotNow(f"This mailing is {state_words(state)}, so no file of it is replaced.{change}")


def held_until(*, held_from: datetime, hold: timedelta, send_at: datetime | None) -> datetime:
    """Return when a held mailing may begin: after its hold, and not before the moment it is scheduled for."""
    over = held_from + hold
    return max(over, send_at) if send_at else over


def reminder_of_approval_due(*, asked: datetime, told: datetime | None, hours: int, zone: tzinfo) -> datetime:
    """Return when approvers are told once more that a mailing waits: after so many hours, then at most once a day.

    Hours of a Saturday or a Sunday do not count: what is asked for on Friday at four is due on Monday at four.
    """
    local = (told or asked).astimezone(zone).replace(tzinfo=None)
    left = timedelta(hours=max(hours, 24) if told else hours)
    while True:
        tomorrow = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        if local.weekday() < _SATURDAY and local + left <= tomorrow:
            return (local + left).replace(tzinfo=zone).astimezone(UTC)
        left -= (tomorrow - local) if local.weekday() < _SATURDAY else timedelta()
        local = tomorrow


def check_reminder_is_due(*, latest: datetime | None, days: int, now: datetime, zone: tzinfo) -> None:
    """Refuse a reminder within so many days of the one before; they end at the same time of day. Raises `NotNow`."""
    if latest is None or days == 0:
        return
    local = latest.astimezone(zone)
    due = (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone).astimezone(UTC)
    if now < due:
        day = due.astimezone(zone)
        often = "a day" if days == 1 else f"every {days} days"
        raise NotNow(
            f"Families were reminded on {local.day} {local:%B}, and are reminded at most once {often}. "
            f"They may be reminded again on {day:%A}, {day.day} {day:%B}, from {day:%H:%M}."
        )


def state_words(state: str) -> str:
    """Return a state as people say it."""
    return _STATE_WORDS[cast("State", state)]


def check_draft(
    *,
    title: str,
    message: str,
    terms: Iterable[Term],
    link_days: int,
    link_hosts: frozenset[str],
    words: Mapping[str, tuple[str, str]] | None = None,
    confidential: bool = False,
    acknowledge: bool = False,
) -> Draft:
    """Return the draft, or raise `DraftFaults` with a sentence for each field that is wrong.

    `words` are title and message in other languages. One of the two that is left empty is the English one there; a
    fault of theirs is named after the field and the language: `title-es`.
    """
    title, message = _plain(title, message)
    spoken = {tag: _plain(*said) for tag, said in (words or {}).items()}
    spoken = {tag: (own or title, text or message) for tag, (own, text) in spoken.items() if own or text}
    chosen, base = tuple(dict.fromkeys(terms)), {title, message}  # what is wrong with the English is said once
    found = {
        **_faults_of_words(title, message, link_hosts),
        "audience": _fault_of_audience({term.kind for term in chosen}),
        "expires": None if 1 <= link_days <= 365 else "Links can stay open for 1 to 365 days.",
    }
    for tag, said in spoken.items():
        spoken_name = language_called(tag).name
        for (name, sentence), text in zip(_faults_of_words(*said, link_hosts).items(), said, strict=True):
            found[f"{name}-{tag}"] = f"{spoken_name}: {sentence}" if sentence and text not in base else None
    faults = {name: sentence for name, sentence in found.items() if sentence}
    if faults:
        raise DraftFaults(faults)
    return Draft(title, message, chosen, link_days, confidential, spoken, acknowledge)


def language_called(tag: str) -> Language:
    """Return another language than English that families can choose. Raises `DraftFaults`."""
    language = with_tag(tag)
    if language is None or language == ENGLISH:
        known = ", ".join(one.tag for one in languages() if one != ENGLISH)
        raise DraftFaults({"": f"“{tag[:40]}” is not another language that families read here: {known}."})
    return language


def _plain(title: str, message: str) -> tuple[str, str]:
    lines = message.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return " ".join(title.split()), "\n".join(line.rstrip() for line in lines).strip()


def _faults_of_words(title: str, message: str, link_hosts: frozenset[str]) -> dict[str, str | None]:
    return {
        "title": _fault_of_length("title", title, least=1, most=TITLE_MOST)
        or _fault_of_text("title", title, link_hosts),
        "message": _fault_of_length("message", message, least=0, most=MESSAGE_MOST)
        or _fault_of_text("message", message, link_hosts),
    }


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
    if "files" in kinds and len(kinds) > 1:
        return "Choose either the children these files are for or other families, not both."
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
    if "files" in by_kind:
        return "the children its files are for"
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
