"""What a mailing may say, whom it may be for, and which state follows which."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, cast, get_args

from portal.kernel.text.hosts import hosts_in
from portal.mailings.errors import DraftFaults, NotNow
from portal.words.languages import ENGLISH, Language, languages, with_tag
from portal.words.saying import clock_time, short_day, weekday_and_day
from portal.words.sentences import Sentence, numbered, one_after_another, sentence
from portal.words.several import one_of, with_commas

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
_STATE_WORDS: dict[State, Sentence] = {
    "draft": sentence("still a draft"),
    "checked": sentence("checked, but not submitted for approval"),
    "waiting": sentence("waiting for approval"),
    "held": sentence("approved and held before sending"),
    "sending": sentence("being sent"),
    "paused": sentence("paused"),
    "sent": sentence("sent"),
    "stopped": sentence("stopped"),
    "revoked": sentence("taken back"),
    "returned": sentence("returned to its author"),
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
    English. Families are asked to say that they have read it where `acknowledge`. `addressed` are the only guardians
    whom it is for; None is all of them.
    """

    title: str
    message: str
    terms: tuple[Term, ...]
    link_days: int
    confidential: bool = False
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    acknowledge: bool = False
    addressed: frozenset[str] | None = None


def may_move(state: str, by: Move) -> bool:
    """Tell whether a mailing in this state may be moved on like this."""
    return state in _MOVES[by][0]


def move(state: str, by: Move) -> State:
    """Return the state that follows. Raises `NotNow` with the reason in words."""
    allowed, after = _MOVES[by]
    if state not in allowed:
        raise NotNow(sentence("This mailing is %(state)s, so this can't be done now.", state=state_words(state)))
    return after


def check_may_schedule(state: str, *, round_number: int) -> None:
    """Refuse a moment for what has begun, and for a round: that one leaves when its hold is over. Raises `NotNow`."""
    if state not in _SCHEDULED_IN:
        raise NotNow(
            sentence("This mailing is %(state)s, so it can't be scheduled any more.", state=state_words(state))
        )
    if round_number:
        raise NotNow(
            sentence("Only the first sending of a mailing is scheduled; what is sent again leaves after its hold.")
        )


def check_may_print(state: str, *, hold_over: datetime | None, now: datetime, zone: tzinfo) -> None:
    """Refuse letters on paper for what is held, that nobody has approved, or that was stopped. Raises `NotNow`.

    A page hands out links like a message that has left, so it waits for the end of the hold like one.
    """
    if state == "held" and hold_over is not None:
        over = hold_over.astimezone(zone)
        if over.date() == now.astimezone(zone).date():
            raise NotNow(sentence("The pages can be printed when the hold is over, at %(time)s.", time=_time(over)))
        told = {"day": _weekday(over), "time": _time(over)}
        raise NotNow(sentence("The pages can be printed when the hold is over, on %(day)s at %(time)s.", **told))
    if state not in _PRINTED_IN:
        raise NotNow(sentence("This mailing is %(state)s, so nothing of it is printed.", state=state_words(state)))


def check_may_pause_links(state: str) -> None:
    """Refuse to pause the links of what has none, or whose links are dead already. Raises `NotNow`."""
    if state == "revoked":
        raise NotNow(sentence("This letter is taken back already: no link of it opens."))
    if state not in _CORRECTED_IN:
        raise NotNow(sentence("This letter is %(state)s, so no family has a link to it.", state=state_words(state)))


def check_links_open(paused_at: datetime | None) -> None:
    """Refuse to send or print anything more of a mailing while its links are paused. Raises `NotNow`."""
    if paused_at is not None:
        raise NotNow(sentence("Its links are paused, so families could not open it. Let them open it again first."))


def may_open_again(*, is_admin: bool, is_theirs: bool, paused_at: datetime, now: datetime) -> bool:
    """Tell whether somebody may undo a pause of links: an admin, or for ten minutes whoever paused them."""
    return is_admin or (is_theirs and now < paused_at + OPENED_AGAIN_WITHIN)


def check_may_correct(state: str) -> None:
    """Refuse a corrected version of what nobody has approved yet, or of what was taken back. Raises `NotNow`."""
    if state not in _CORRECTED_IN:
        told = sentence("This mailing is %(state)s, so no file of it is replaced.", state=state_words(state))
        raise NotNow(one_after_another(told, sentence("Change the letter itself.") if state in _SCHEDULED_IN else ""))


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
        raise NotNow(
            one_after_another(
                sentence("Families were reminded on %(day)s, and are reminded at most once a day.", day=_day(local))
                if days == 1
                else sentence(
                    "Families were reminded on %(day)s, and are reminded at most once every %(count)s days.",
                    day=_day(local),
                    count=days,
                ),
                sentence(
                    "They may be reminded again on %(day)s, from %(time)s.",
                    day=_weekday(due.astimezone(zone)),
                    time=_time(due.astimezone(zone)),
                ),
            )
        )


def _time(moment: datetime) -> Sentence:
    return Sentence(lambda language: clock_time(moment, language))


def _day(moment: datetime) -> Sentence:
    return Sentence(lambda language: short_day(moment.date(), language))


def _weekday(moment: datetime) -> Sentence:
    day = moment.date()
    return Sentence(lambda language: weekday_and_day(day, language))


def state_words(state: str) -> Sentence:
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
        "expires": None if 1 <= link_days <= 365 else sentence("Links can stay open for 1 to 365 days."),
    }
    for tag, said in spoken.items():
        spoken_name = language_called(tag).name
        for (name, fault), text in zip(_faults_of_words(*said, link_hosts).items(), said, strict=True):
            told = fault and sentence("%(language)s: %(fault)s", language=spoken_name, fault=fault)
            found[f"{name}-{tag}"] = told if text not in base else None
    faults = {name: fault for name, fault in found.items() if fault}
    if faults:
        raise DraftFaults(faults)
    return Draft(title, message, chosen, link_days, confidential, spoken, acknowledge)


def language_called(tag: str) -> Language:
    """Return another language than English that families can choose. Raises `DraftFaults`."""
    language = with_tag(tag)
    if language is None or language == ENGLISH:
        known = ", ".join(one.tag for one in languages() if one != ENGLISH)
        told = sentence(
            "“%(tag)s” is not another language that families read here: %(known)s.", tag=tag[:40], known=known
        )
        raise DraftFaults({"": told})
    return language


def _plain(title: str, message: str) -> tuple[str, str]:
    lines = message.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return " ".join(title.split()), "\n".join(line.rstrip() for line in lines).strip()


def _faults_of_words(title: str, message: str, link_hosts: frozenset[str]) -> dict[str, str | None]:
    return {
        "title": _fault_of_title(title) or _fault_of_text("title", title, link_hosts),
        "message": _fault_of_message(message) or _fault_of_text("message", message, link_hosts),
    }


def _fault_of_title(title: str) -> str | None:
    if not title:
        return sentence("Give the letter a title.")
    told = {"count": len(title), "most": TITLE_MOST}
    is_over = len(title) > TITLE_MOST
    return sentence("The title is %(count)s letters long; %(most)s is the most.", **told) if is_over else None


def _fault_of_message(message: str) -> str | None:
    told = {"count": len(message), "most": MESSAGE_MOST}
    is_over = len(message) > MESSAGE_MOST
    return sentence("The message is %(count)s letters long; %(most)s is the most.", **told) if is_over else None


def _fault_of_text(name: Literal["title", "message"], text: str, link_hosts: frozenset[str]) -> str | None:
    is_title = name == "title"
    if any(letter in _FORBIDDEN or (unicodedata.category(letter) == "Cc" and letter not in "\n\t") for letter in text):
        return (
            sentence("The title holds a hidden control character. Type it again by hand.")
            if is_title
            else sentence("The message holds a hidden control character. Type it again by hand.")
        )
    strangers = with_commas(sorted(hosts_in(text) - link_hosts))
    if not strangers:
        return None
    told = (
        sentence("The title links to %(hosts)s, which families are not sent to from here.", hosts=strangers)
        if is_title
        else sentence("The message links to %(hosts)s, which families are not sent to from here.", hosts=strangers)
    )
    return one_after_another(told, sentence("Take the address out, or ask an administrator to allow it."))


def _fault_of_audience(kinds: set[TermKind]) -> str | None:
    if not kinds:
        return sentence("Choose whom the letter is for.")
    if "everyone" in kinds and len(kinds) > 1:
        return sentence("Choose either everyone or a part of the families, not both.")
    if "files" in kinds and len(kinds) > 1:
        return sentence("Choose either the children these files are for or other families, not both.")
    if "child" in kinds and len(kinds) > 1:
        return sentence("Named children stand alone: take the other choices away.")
    return None


def parse_term(text: str) -> Term:
    """Read `everyone`, `program:NAME`, `site:NAME`, `grade:G` or `child:NUMBER`. Raises `DraftFaults`."""
    kind, _, value = text.partition(":")
    kind, value = kind.strip(), value.strip()
    if kind == "everyone" and not value:
        return Term("everyone")
    if kind in {"program", "site", "grade", "child"} and value:
        return Term(cast("TermKind", kind), value)
    raise DraftFaults(
        {
            "audience": sentence(
                "“%(text)s” is not an audience: use everyone, program:NAME, site:NAME, grade:G or child:NUMBER.",
                text=text,
            )
        }
    )


def audience_sentence(terms: Sequence[Term], organisation: str) -> Sentence:
    """Say whom a mailing is for, as a person would: “grade 3 or 4 in After School at Oak”."""
    by_kind: dict[str, list[str]] = {}
    for term in terms:
        by_kind.setdefault(term.kind, []).append(term.value)
    if "everyone" in by_kind or not by_kind:
        return sentence("everyone at %(site)s", site=organisation)
    if "files" in by_kind:
        return sentence("the children its files are for")
    if "child" in by_kind:
        numbers = by_kind["child"]
        if len(numbers) == 1:
            return sentence("the child with number %(child_number)s", child_number=numbers[0])
        return numbered("%(number)s named child", "%(number)s named children", len(numbers))
    told = {kind: one_of(values) for kind, values in by_kind.items()}
    return _PARTS[tuple(kind in told for kind in ("grade", "program", "site"))](**told)


_PARTS: Mapping[tuple[bool, ...], Callable[..., Sentence]] = {
    (True, False, False): lambda **facts: sentence("grade %(grade)s", **facts),
    (True, True, False): lambda **facts: sentence("grade %(grade)s in %(program)s", **facts),
    (True, False, True): lambda **facts: sentence("grade %(grade)s at %(site)s", **facts),
    (True, True, True): lambda **facts: sentence("grade %(grade)s in %(program)s at %(site)s", **facts),
    (False, True, False): lambda **facts: sentence("everyone in %(program)s", **facts),
    (False, False, True): lambda **facts: sentence("everyone at %(site)s", **facts),
    (False, True, True): lambda **facts: sentence("everyone in %(program)s at %(site)s", **facts),
}
