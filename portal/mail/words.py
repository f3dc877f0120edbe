"""The sentences of a message to families. Another language is another value of `Words`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Words:
    """One language's sentences; what stands in braces is filled in by the letter."""

    language: str
    direction: str
    subject: str
    test_subject: str
    test_notice: str
    greeting: str
    sender: str
    origin: str
    for_child: str
    open_letter: str
    type_code: str
    expiry: str
    keep: str
    note: str
    about_title: str
    about: str
    contact: str
    automatic: str
    nameless: str
    between: str
    last: str
    more: str

    def names(self, names: Sequence[str], at_most: int = 20) -> str:
        """Join names as a person would say them: "Ana, Ben and Cleo"; from `at_most` on, the rest is counted."""
        shown, rest = list(names[:at_most]), len(names) - at_most
        if rest > 0:
            shown.append(self.more.format(count=rest))
        return self.last.join(filter(None, [self.between.join(shown[:-1]), shown[-1]])) if shown else self.nameless


ENGLISH = Words(
    language="en",
    direction="ltr",
    subject="{title} — for {children}",
    test_subject="TEST: {subject}",
    test_notice="TEST. A family would get this message. Here its links lead to the staff preview.",
    greeting="There is a letter for {children}.",
    sender="{program}, {organisation}",
    origin="It is from {sender}. You do not need an account or a password to read it.",
    for_child="For {child}",
    open_letter="Open the letter for {child}",
    type_code="or go to {place} and type this code:",
    expiry="You can open it until {date}.",
    keep="This message is for you only. Please do not forward it.",
    note="A note from {sender}:",
    about_title="Is this really from the school?",
    about="You can find out without pressing anything here. Open your browser and type {place} as the address.",
    contact="Questions? {contact}",
    automatic="This message was sent automatically. Nothing is attached to it.",
    nameless="your child",
    between=", ",
    last=" and ",
    more="{count} more",
)


def day_in_words(day: date) -> str:
    """Return a day as English writes it out: “Friday, 5 September 2026”, whatever the machine's locale."""
    weekday, month = _WEEKDAYS[day.weekday()], _MONTHS[day.month - 1]
    return f"{weekday}, {day.day} {month} {day.year}"


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
