"""Messages to staff: one small value for each kind, and the one function that writes it out.

None of them names a child: what there is to see is seen after signing in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from portal.kernel.text.addresses import OneAddress
from portal.kernel.text.counts import count_of
from portal.mail.letters import paper
from portal.mail.letters.wire import assemble, one_line, plain_lines, quoted, sender_headers
from portal.mail.letters.words import words_in
from portal.words.languages import ENGLISH


@dataclass(frozen=True, slots=True)
class StaffLetter:
    """What a message to staff says: a subject, sentences, and one thing to do."""

    subject: str
    sentences: tuple[str, ...]
    action: str
    url: str = field(repr=False)


def approval_asked(
    *, title: str, author: str, audience: str, children: int, guardians: int, left_out: Mapping[str, int], url: str,
    passed_on_by: str = "", since: str = "",
) -> StaffLetter:  # fmt: skip
    """Ask an approver to look at a mailing; `left_out` counts the children who are left out, by reason in words.

    `passed_on_by` is who asks this approver by name; `since` when approval was asked for, in a reminder.
    """
    of = f"{count_of(guardians, 'guardian')} of {count_of(children, 'child', 'children')}"
    whom = f"{one_line(audience)}: {of}"
    return StaffLetter(
        f"Still waits for approval: “{one_line(title)}”" if since else f"Please look at “{one_line(title)}”",
        (
            *([f"{one_line(passed_on_by)} asks you by name to look at this letter."] if passed_on_by else []),
            *([f"This letter has waited for approval since {since}."] if since else []),
            f"{one_line(author)} asks to send “{one_line(title)}” to {whom}.",
            *_left_out(left_out),
            "Nothing is sent until you approve it. You can also return it with a reason.",
            *(["If you have no time, its page lets you ask somebody else."] if since else []),
        ),
        "Look at the letter",
        url,
    )


def approval_asked_too(*, title: str, who: str, by: str, url: str) -> StaffLetter:
    """Tell whoever was asked before that somebody else was asked by name."""
    return StaffLetter(
        f"Somebody else was asked as well: “{one_line(title)}”",
        (
            f"{one_line(by)} asked {one_line(who)} to look at “{one_line(title)}”, which waits for approval.",
            "One yes is enough. If you are looking at it already, go on: you may still approve or return it.",
        ),
        "Look at the letter",
        url,
    )


def _left_out(counts: Mapping[str, int]) -> Iterator[str]:
    total = sum(counts.values())
    if total:
        by_reason = ". ".join(f"{why}: {count:,}" for why, count in counts.items())
        yield f"{count_of(total, 'child is', 'children are')} left out. {by_reason}."
        yield "The page names them, with the reason that was written down."


def correction_waits(*, title: str, url: str) -> StaffLetter:
    """Ask an approver to look at the corrected version of a letter that families have."""
    return StaffLetter(
        f"Please look at a corrected version of “{one_line(title)}”",
        (
            f"A file of “{one_line(title)}” is to be replaced with a corrected version.",
            "Families still have the old one. The new one takes its place when you approve it.",
        ),
        "Look at the corrected version",
        url,
    )


def returned(*, title: str, reason: str, url: str, is_by_guard: bool = False) -> StaffLetter:
    """Tell the author that an approver returned the mailing, or that the guard stopped it before its approval."""
    named = f"“{one_line(title)}”"
    if is_by_guard:
        subject, said = f"Stopped before approval: {named}", f"{named} waited for approval and is a draft again."
    else:
        subject, said = f"Returned to you: {named}", f"An approver returned {named}."
    return StaffLetter(
        subject,
        (
            f"{said} Nothing was sent.",
            f"The reason: {one_line(reason, 1000)}",
            "Change what is needed and ask for approval again.",
        ),
        "Open the draft",
        url,
    )


def sending_done(*, title: str, sent: int, refused: int, url: str) -> StaffLetter:
    """Tell the author that everything was handed to the mail server."""
    not_taken = (
        f"{refused:,} could not be delivered. The page lists them with the mail server's own words."
        if refused
        else "None was refused."
    )
    return StaffLetter(
        f"Sent: “{one_line(title)}”",
        (f"“{one_line(title)}” has gone out: {count_of(sent, 'message was', 'messages were')} sent.", not_taken),
        "See who has opened it",
        url,
    )


def set_aside(*, title: str, url: str) -> StaffLetter:
    """Tell whoever gave files that the portal could not work through them, and what to do."""
    return StaffLetter(
        f"Set aside: the files for “{one_line(title)}”",
        (
            f"The portal began twice to work through what you gave for “{one_line(title)}”. It was ended both times.",
            "So it was set aside. Nobody has received anything.",
            "Make the files anew, save tables as CSV, and choose them again.",
            "If it happens again, tell whoever runs the portal.",
        ),
        "Choose the files again",
        url,
    )


def wave_sent(*, title: str, sent: int, refused: int, waiting: int, url: str) -> StaffLetter:
    """Tell the author that the first wave has left, and that the others wait for a person."""
    not_taken = f"{refused:,} could not be delivered." if refused else "None was refused."
    had, left = count_of(sent, "message was", "messages were"), count_of(waiting, "message waits", "messages wait")
    return StaffLetter(
        f"The first families have it: “{one_line(title)}”",
        (
            f"The first wave of “{one_line(title)}” has gone out: {had} sent. {not_taken}",
            f"It is paused now. {left} until somebody continues, or stops it.",
        ),
        "Look, and continue",
        url,
    )


def sending_stopped(*, title: str, by: str, sent: int, unsent: int, pages: int, url: str) -> StaffLetter:
    """Tell the author that somebody stopped the mailing; `pages` were printed before."""
    had = count_of(sent, "message had been", "messages had been")
    on_paper = (f"{count_of(pages, 'printed page')} may be in somebody's hands.",) if pages else ()
    return StaffLetter(
        f"Stopped: “{one_line(title)}”",
        (
            f"{one_line(by)} stopped “{one_line(title)}”.",
            f"{had} sent before. {count_of(unsent, 'was', 'were')} not sent, and will not be.",
            *on_paper,
        ),
        "See what happened",
        url,
    )


def sign_in_link(*, url: str, minutes: int) -> StaffLetter:
    """Give a staff member the link they asked for."""
    return StaffLetter(
        "Your link to sign in",
        (
            f"This link signs you in once. It works for {minutes} minutes.",
            "If you did not ask for it, leave it alone and tell your administrator.",
        ),
        "Sign in",
        url,
    )


def roster_report(*, sentences: tuple[str, ...], failed: bool, url: str) -> StaffLetter:
    """Tell an admin how the nightly import of the roster went, in numbers."""
    return StaffLetter(
        "The roster was not imported" if failed else "The roster was imported", sentences, "Go to the portal", url
    )


def unsafe_now(*, facts: tuple[str, ...], url: str) -> StaffLetter:
    """Tell an admin what about the portal itself has become unsafe."""
    return StaffLetter("The portal needs a look", facts, "See how it stands", url)


def alert_stands(*, name: str, sentence: str, since: str, url: str) -> StaffLetter:
    """Tell an admin that something about the portal itself is not in order."""
    return StaffLetter(
        f"The portal needs a look: {one_line(name)}",
        (
            sentence,
            f"It was seen first on {since}. While it goes on you are told once a day, and then when it is over.",
        ),
        "See how it stands",
        url,
    )


def alert_over(*, name: str, since: str, until: str, url: str) -> StaffLetter:
    """Tell an admin that what they were told of is over."""
    return StaffLetter(
        f"In order again: {one_line(name)}",
        (
            f"What you were told about “{one_line(name)}” is over. It went on from {since} to {until}.",
            "If nobody knows why it happened, look into it: it may come back.",
        ),
        "See how it stands",
        url,
    )


@dataclass(frozen=True, slots=True)
class AlarmFacts:
    """Who noticed that something is wrong with a letter, when, and whether they paused its links."""

    mailing_id: str
    title: str
    by: str
    at: str
    is_paused: bool


def alarm(facts: AlarmFacts, *, base_url: str) -> StaffLetter:
    """Call an admin to a letter."""
    title, by = f"“{one_line(facts.title)}”", one_line(facts.by)
    if facts.is_paused:
        subject, did = f"Links paused: {title}", f"{by} paused the links of {title} on {facts.at}."
        stands = "No family can open it now, and nothing more of it is sent. Nothing is taken back yet."
    else:
        subject, did = f"Please look at once: {title}", f"{by} calls all administrators about {title}, on {facts.at}."
        stands = "Nothing was stopped: families can still open it."
    return StaffLetter(
        subject,
        (
            did,
            stands,
            "The page says who has opened it. There you freeze it, take it back, or leave it open.",
        ),
        "Look at it now",
        f"{base_url}/admin/incidents/freeze?kind=mailing&id={facts.mailing_id}",
    )


@dataclass(frozen=True, slots=True)
class FrozenFacts:
    """What a freeze did, in numbers: no name of a letter, a file or a person it is about."""

    what: str
    by: str
    at: str
    links: int
    cancelled: int
    pages: int
    readers: int


def frozen(facts: FrozenFacts, *, url: str) -> StaffLetter:
    """Tell an admin that something was frozen."""
    return StaffLetter(
        f"Frozen: {facts.what}",
        (
            f"{one_line(facts.by)} froze {facts.what} on {facts.at}.",
            f"Dead links: {facts.links:,}. Messages cancelled: {facts.cancelled:,}. Pages closed: {facts.pages:,}.",
            f"Guardians who had opened it before: {facts.readers:,}.",
            "Who they are, and what comes next, is on the page of the incident.",
        ),
        "Look at the incident",
        url,
    )


def admin_added(*, who: str, url: str) -> StaffLetter:
    """Tell an admin that somebody else became one."""
    return StaffLetter(
        "Somebody became an administrator",
        (
            f"{one_line(who)} is an administrator now: they can take letters back, and change who is on the staff.",
            "If nobody has told you why, ask; you can take the role away again. The ledger says who gave it.",
        ),
        "Look at this person",
        url,
    )


def trial(*, url: str) -> StaffLetter:
    """Say that mail of the portal arrives, to whoever runs it."""
    return StaffLetter(
        "A test of the portal’s mail",
        (
            "This message was sent to see that mail of the portal arrives. It names no child and opens nothing.",
            "Look at its header: your mail program should say that SPF, DKIM and DMARC passed.",
        ),
        "Go to the portal",
        url,
    )


def not_my_child(*, title: str, url: str) -> StaffLetter:
    """Alert admins that a family pressed "This is not my child"."""
    return StaffLetter(
        "A family says: this is not my child",
        (
            f"Somebody who opened a link of “{one_line(title)}” says that it is about a child that is not theirs.",
            "That link is dead already. Please check the address on file, and whether others need to be taken back.",
        ),
        "Look at the link",
        url,
    )


def render_staff_letter(
    letter: StaffLetter, *, organisation: str, mail_from: OneAddress, to: OneAddress, message_id: str, date: datetime
) -> bytes:
    """Return the message to one staff member."""
    sender, subject, url = one_line(organisation, 80), one_line(letter.subject, 250), one_line(letter.url, 500)
    sentences = [one_line(sentence, 1500) for sentence in letter.sentences]
    html = "".join(
        [
            paper.page_start(subject),
            paper.aside(escape(sender)),
            paper.heading(subject),
            *(paper.paragraph(escape(sentence)) for sentence in sentences),
            paper.button(url, escape(letter.action)),
            paper.aside(escape(words_in(ENGLISH).automatic)),
            paper.PAGE_END,
        ]
    )
    return assemble(
        sender_headers(sender, mail_from, None, ENGLISH.tag),
        to=to,
        subject=subject,
        message_id=message_id,
        date=date,
        plain=quoted(plain_lines([sender, *sentences, f"{letter.action}:\n{url}", words_in(ENGLISH).automatic])),
        html=quoted(html),
    )
