"""The sentences of messages to families. Another language is another value of `Words`."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from portal.words.languages import Language

_RIGHT_TO_LEFT = "\u200f"

Occasion = Literal["first", "reminder", "again", "corrected", "top-up", "re-issue"]
"""Why a family is written to: the first time, once more, with a better letter, later than the others, or anew."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's sentences of a notice; what stands in `%(…)s` is filled in by the letter."""

    subject: str
    reminder_subject: str
    corrected_subject: str
    reminder: str
    again: str
    corrected: str
    top_up: str
    re_issue: str
    greeting: str
    for_child: str
    open_letter: str
    type_code: str
    expiry: str
    private: str
    free: str
    keep: str
    note: str
    about_title: str
    about: str
    contact: str
    answer: str
    automatic: str
    nameless: str

    def subject_for(self, occasion: Occasion) -> str:
        """Return the subject line of an occasion, before the children are named in it."""
        return {"reminder": self.reminder_subject, "corrected": self.corrected_subject}.get(occasion, "%(title)s")

    def reason_for(self, occasion: Occasion) -> str:
        """Return the sentence that says why this message comes; nothing the first time."""
        return {
            "first": "",
            "reminder": self.reminder,
            "again": self.again,
            "corrected": self.corrected,
            "top-up": self.top_up,
            "re-issue": self.re_issue,
        }[occasion]


def laid_out(line: str, language: Language) -> str:
    """Return a line of plain text that reads in its language's direction, even where it begins in another.

    A title may be in English where the sentence around it is Arabic, and the first letter would decide (UAX 9, P2).
    """
    return f"{_RIGHT_TO_LEFT}{line}" if language.direction == "rtl" else line


@cache
def words_in(language: Language) -> Words:
    """Return a language's sentences of a notice."""
    _ = language.gettext
    return Words(
        subject=_("%(title)s — for %(children)s"),
        reminder_subject=_("Reminder: %(title)s"),
        corrected_subject=_("Corrected: %(title)s"),
        reminder=_("You have not opened this yet."),
        again=_("We sent you this before. Maybe it did not reach you, so here it is again."),
        corrected=_("This is a corrected letter. It takes the place of the one that you had before."),
        top_up=_("Other families had this letter before. It is for your family too."),
        re_issue=_("The link we sent you before does not work any more. Please use this new one."),
        greeting=_("There is a letter for %(children)s."),
        for_child=_("For %(child)s"),
        open_letter=_("Open the letter for %(child)s"),
        type_code=_("or go to %(place)s and type this code:"),
        expiry=_("You can open it until %(date)s."),
        private=_("This letter is private. We will ask you for a code, and send it to this e-mail address."),
        free=_("You do not need an account or a password to read it."),
        keep=_("This message is for you only. Please do not forward it."),
        note=_("A note with this letter:"),
        about_title=_("Is this really from the school?"),
        about=_("You can find out without a link. Open your browser and type %(place)s as the address."),
        contact=_("Questions? %(contact)s"),
        answer=_("Do you have a question about the letter? Answer this message."),
        automatic=_("A computer sent this message. Nothing is attached to it."),
        nameless=_("your child"),
    )


@dataclass(frozen=True, slots=True)
class CodeWords:
    """The message that carries the 6 digits for a private letter."""

    subject: str
    lead: str
    same_browser: str
    not_asked: str
    nobody: str


@cache
def code_words(language: Language) -> CodeWords:
    """Return a language's sentences of the message with a code. The subject does not hold it: phones show subjects."""
    _ = language.gettext
    return CodeWords(
        subject=_("Your code to open the letter"),
        lead=_("Type this code on the page that asked for it:"),
        same_browser=_("It works only in the browser where you asked for it."),
        not_asked=_("Did you not ask for a code? Then do nothing: without it nobody can open the letter."),
        nobody=_("Do not give this code to anybody. The school will never ask you for it."),
    )


@dataclass(frozen=True, slots=True)
class RenewalWords:
    """The message that brings fresh links to somebody who asked for them."""

    subject: str
    lead: str
    not_asked: str


@cache
def renewal_words(language: Language) -> RenewalWords:
    """Return a language's sentences of the message with fresh links. The subject names no child: anybody can ask."""
    _ = language.gettext
    return RenewalWords(
        subject=_("Your new link from the school"),
        lead=_("You asked for a new link. Here it is, with everything you can open now."),
        not_asked=_("Did you not ask? Then you can leave this message. Nothing has changed."),
    )
