"""The sentences of pages that ask a family for something: a code, an address, a yes; one value for each page."""

from dataclasses import dataclass
from functools import cache

from portal.words.languages import Language


@dataclass(frozen=True, slots=True)
class CodePageWords:
    """Before a private letter opens: a code is offered, mailed, typed."""

    title: str
    why: str
    ask: str
    check_mail: str
    on_its_way: str
    label: str
    hint: str
    remember: str
    remember_hint: str
    again: str
    nothing_came: str
    wrong: str
    over: str
    too_many: str
    nowhere: str


@cache
def code_page_words(language: Language) -> CodePageWords:
    """Return the sentences of the code page. `%(address)s` is the masked address on file."""
    _ = language.gettext
    return CodePageWords(
        title=_("This letter is private"),
        why=_("To open it you need a code. We send the code to the address that the school has: %(address)s."),
        ask=_("Send me the code by e-mail"),
        check_mail=_("Check your e-mail"),
        on_its_way=_("A code is on its way to %(address)s."),
        label=_("Code of 6 digits"),
        hint=_("Type it here, in the same browser where you asked for it."),
        remember=_("Remember this device for 30 days"),
        remember_hint=_("Do not tick this on a phone or computer that others use too."),
        again=_("Send the code again"),
        nothing_came=_("No e-mail yet? Wait a minute. Look among the junk mail too."),
        wrong=_("That is not the code. Look at the newest message and type it again."),
        over=_("This code has ended. Ask for a new one."),
        too_many=_("Too many tries. Wait an hour, then start again from the school’s message."),
        nowhere=_("We have no e-mail address to send a code to. Please call the school."),
    )


def code_ends(minutes: int, language: Language) -> str:
    """Return how long a code lasts, for the page and the message alike."""
    words = language.ngettext(
        "This code ends in %(minutes)s minute.", "This code ends in %(minutes)s minutes.", minutes
    )
    return words % {"minutes": minutes}


@dataclass(frozen=True, slots=True)
class RenewWords:
    """A family asks for a fresh link; the answer is the same whatever was typed."""

    title: str
    lead: str
    label: str
    ask: str
    answered: str
    answer: str
    nothing_came: str


@cache
def renew_words(language: Language) -> RenewWords:
    """Return the sentences of the page that mails a fresh link."""
    _ = language.gettext
    return RenewWords(
        title=_("Get a new link"),
        lead=_("We send new links only to an e-mail address that the school has."),
        label=_("Your e-mail address, or the old link"),
        ask=_("Send me a new link"),
        answered=_("Look at your e-mail"),
        answer=_("If the school has this address, a message is on its way. It can take a few minutes."),
        nothing_came=_("Nothing came? Ask the school office which e-mail address it has for you."),
    )


@dataclass(frozen=True, slots=True)
class DevicesWords:
    """The devices on which a private letter opens without a code."""

    title: str
    lead: str
    this_one: str
    since: str
    forget: str
    none: str
    forgotten: str


@cache
def devices_words(language: Language) -> DevicesWords:
    """Return the sentences of the page of remembered devices."""
    _ = language.gettext
    return DevicesWords(
        title=_("Devices we remember"),
        lead=_("On these phones and computers you can open a private letter without a code."),
        this_one=_("This device"),
        since=_("Remembered since %(day)s, until %(until)s"),
        forget=_("Forget this device"),
        none=_("We remember no device of yours."),
        forgotten=_("Done. That device has to ask for a code next time."),
    )


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What a letter's page may say beside the letter."""

    acknowledge_why: str
    acknowledge: str
    acknowledged: str
    acknowledged_before: str
    replaced: str


@cache
def letter_words(language: Language) -> LetterWords:
    """Return the sentences about reading and replacing a letter."""
    _ = language.gettext
    return LetterWords(
        acknowledge_why=_("The school asks you to say when you have read this letter."),
        acknowledge=_("I have read this"),
        acknowledged=_("You said on %(day)s that you have read this letter."),
        acknowledged_before=_("You read an earlier version on %(day)s. This one is new, so the school asks again."),
        replaced=_("The school replaced this letter on %(day)s. You see the new one."),
    )


@dataclass(frozen=True, slots=True)
class DeadWords:
    """What is said of a link that opens nothing any more: a title, what happened, and what to do next."""

    title: str
    what: str
    next: str
    more: str = ""


@cache
def dead_words(language: Language) -> dict[str, DeadWords]:
    """Return what is said for each reason; whatever has none of its own is told as taken back."""
    _ = language.gettext
    return {
        "expired": DeadWords(
            _("This link is too old"),
            _("The link was real, but links stop after some weeks. That keeps old messages safe."),
            _("Press the button. We send a new link to the e-mail address that the school has."),
        ),
        "followed": DeadWords(
            _("There is a newer link"),
            _("The school sent you a newer message. Use the link in that one."),
            _("You can’t find it? Press the button, and we send it again."),
        ),
        "not-mine": DeadWords(
            _("This letter is closed"),
            _("Somebody told us that this letter is not for them. So we closed the link and told the school."),
            _("Is the letter for you? Then ask the school to send it again."),
        ),
        "paused": _looked_at(language),
        "session-ended": DeadWords(
            _("Your letters are closed"),
            _("You closed them, or they were open for a long time. Then they close by themselves."),
            _("Open the link in the school’s message again, or type its code here."),
        ),
        "step-ended": DeadWords(
            _("This page is closed"),
            _("It was open for a long time, or it was used already. Then it closes by itself."),
            _("Open the link in the school’s message again, or type its code here."),
        ),
        "taken-back": DeadWords(
            _("This letter is closed"),
            _("The link was real, but it does not open the letter any more. Nothing is wrong with your phone."),
            _("If you still need the letter, ask the school to send it again."),
            _("Did the school send you a newer message? Then use the link in that one."),
        ),
    }


def _looked_at(language: Language) -> DeadWords:
    _ = language.gettext
    return DeadWords(
        _("The school is looking at this letter"),
        _("It is closed for now. Nothing is wrong with your phone, and you do not have to do anything."),
        _("Try the same link again tomorrow."),
    )
