"""What families and an authority are told: a first draft from the facts, with brackets where only people know."""

from dataclasses import dataclass

from portal.incidents.rules import TextKind
from portal.kernel.text.counts import count_of


@dataclass(frozen=True, slots=True)
class Told:
    """The facts that drafts are made of. Days and times are in words already, in the organisation's time zone.

    `sent` is when its messages left, empty where none had; `released` that a person overruled the guard.
    """

    organisation: str
    contact: str
    titles: tuple[str, ...]
    audience: str
    files: tuple[str, ...]
    file_count: int
    reason: str
    sent: str
    sent_day: str
    frozen: str
    is_each: bool
    messages: int
    families: int
    guardians: int
    children: int
    families_opened: int
    children_opened: int
    saved: int
    links: int
    cancelled: int
    sessions: int
    released: bool


def draft_of(kind: TextKind, told: Told) -> str:
    """Return the first draft of a text."""
    return _notice(told) if kind == "notice" else _report(told)


def _letters(told: Told) -> str:
    names = " and ".join(f"“{title}”" for title in told.titles[:3])
    return names if len(told.titles) <= 3 else f"{names} and {count_of(len(told.titles) - 3, 'more letter')}"


def _opened(told: Told) -> str:
    if not told.families_opened:
        return "Our records show that nobody opened it before that."
    saved = f", and {count_of(told.saved, 'person', 'people')} saved it" if told.saved else ""
    return f"Our records show that {count_of(told.families_opened, 'family', 'families')} opened it before that{saved}."


def _notice(told: Told) -> str:
    asked = f", {told.contact}" if told.contact else ""
    return f"""Dear families,

On {told.sent_day} you may have had a message from us about {_letters(told)}. It should not have gone out as it was: [say in one sentence what was wrong].

**What was in it.** [Say what kinds of facts it held, for example names, grades or addresses, and of how many children.]

**What happened.** Each family could open it with a link of its own until {told.frozen}. {_opened(told)}

**What we did.** We closed every link and stopped every message that had not left. [Say what you found out, and what you will do so that it does not happen again.]

**What you can do.** If you saved or printed it, please delete it or throw it away, and do not pass it on. You do not need to do anything else. [If there is more that families can do, say it here.]

**Whom you can ask.** {told.organisation}{asked}.

We are sorry that this happened.
"""  # noqa: E501 - a paragraph is a line, so that whoever edits it is not in the way of line ends


def _report(told: Told) -> str:
    return f"Report of an incident with personal data of students\n\n{_what_it_was(told)}\n{_what_was_done(told)}"


def _what_it_was(told: Told) -> str:
    each = "Each child had a letter of its own." if told.is_each else "All families had the same letter."
    files = ", ".join(told.files[:5]) + (f" and {told.file_count - 5:,} more" if told.file_count > 5 else "")
    return f"""1. Who reports
{told.organisation}
Contact: {told.contact or "[name, telephone, e-mail]"}
Reported on: [date]

2. When
Messages left: {told.sent or "No message had left."}
It became known, and was stopped: {told.frozen}

3. What happened
{told.reason}
[Say how it came about, as far as it is known.]

4. Whose data
Sent to: {told.audience}
{count_of(told.guardians, "guardian", "guardians")} in {count_of(told.families, "family", "families")} were written to, for {count_of(told.children, "child", "children")}. {each}

5. Kinds of data
Files: {files}
[Name each kind: names, addresses, birth dates, grades, health, fees, others. Say whether any of it is about health.]
"""  # noqa: E501 - a paragraph is a line, so that whoever edits it is not in the way of line ends


def _what_was_done(told: Told) -> str:
    guard = (
        "The portal's content check had stopped the file; a second member of staff had released it, with a reason."
        if told.released
        else "The portal's content check had read the whole file and found nobody in it who did not belong there."
    )
    return f"""6. Number of records
Messages delivered: {told.messages:,}
Families that opened it: {told.families_opened:,}, with the letters of {count_of(told.children_opened, "child", "children")}
Guardians who saved it: {told.saved:,}
Records in the file, if it held others than the family's own: [number]

7. Who had access
Every access was by a personal link of one guardian and is recorded with time and network. The list is in the incident pack.

8. What was done
{told.frozen}: {count_of(told.links, "link was", "links were")} closed, {count_of(told.cancelled, "message that had not left was", "messages that had not left were")} cancelled, {count_of(told.sessions, "open page was", "open pages were")} closed, and running downloads were cut.
{guard}
The document is kept sealed as evidence. It is read by two administrators together, and each reading is recorded.
[Say what else was done, and what will be.]

9. What may follow from it
[Say what it may mean for the people concerned.]

10. Evidence
The incident pack holds the recipients, every access, the log of decisions and the entries of the portal's ledger, with its signed head.
"""  # noqa: E501 - a paragraph is a line, so that whoever edits it is not in the way of line ends
