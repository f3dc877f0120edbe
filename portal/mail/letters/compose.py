"""A notice to one guardian, as bytes: where the letter of each child can be opened, and nothing of the letter.

It is in the guardian's language, with English below for whoever helps. What all guardians of a mailing who read one
language share is written once; `NoticeLetter.render` fills in the rest.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from html import escape
from urllib.parse import urlsplit

from portal.kernel.errors import Refused
from portal.kernel.text.addresses import OneAddress
from portal.mail.letters import paper
from portal.mail.letters.wire import assemble, one_line, paragraphs, plain_lines, quoted, sender_headers
from portal.mail.letters.words import Occasion, Words, laid_out, words_in
from portal.words.languages import ENGLISH, Language
from portal.words.saying import listed, whole_day

_NAMES_IN_SUBJECT = 3
_PREVIEWED = 90  # characters; a phone shows fewer
_BETWEEN = " · "
# A test goes to staff, who read English.
_TEST_SUBJECT = "TEST: %s"
_TEST_NOTICE = "TEST. A family would get this message. Here its links lead to the staff preview."
_BELOW = "In English"
_WAY_ABOVE = "Use the link above, or go to %(place)s and type the code above."
_WAYS_ABOVE = "Use the links above, or go to %(place)s and type the codes above."
# Marks that keep a code together inside a line that is read from right to left (UAX 9, isolates).
_LTR_START, _LTR_END = "\u2066", "\u2069"


@dataclass(frozen=True, slots=True)
class ChildLink:
    """One child's way in: given name only, the link, the code for those whose link was cut, and the child's site."""

    given_name: str
    url: str = field(repr=False)
    code: str = field(repr=False)
    site: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeLetter:
    """The notice of one mailing in one language, ready to be written to each of its guardians who read it.

    `message` is the staff's plain text, `signer` who wrote it (may be empty), `expires` the last day, `contact` whom to
    ask (may be empty). `in_english` are title and message in English where those are in the letter's own language.
    The subject names the children where `names_in_subject`. A test copy is what a family would get, marked as a test;
    its links are given by the caller like all others.
    """

    organisation: str
    signer: str = ""
    title: str
    message: str
    base_url: str
    contact: str
    expires: date
    mail_from: OneAddress
    reply_to: OneAddress | None = None
    language: Language = ENGLISH
    in_english: tuple[str, str] | None = None
    occasion: Occasion = "first"
    is_confidential: bool = False
    names_in_subject: bool = True
    is_test: bool = False

    def render(self, to: OneAddress, *, message_id: str, date: datetime, children: Sequence[ChildLink]) -> bytes:
        """Return the message to one guardian. Raises `Refused` for a link that is not the portal's own."""
        for child in children:
            if not self._own_link.fullmatch(child.url):
                raise Refused("A message to a family may only link to the portal itself. Nothing was sent.")
        given = [one_line(child.given_name, 60) for child in children]
        names = [name or self._words.nameless for name in given]
        return assemble(
            self._headers,
            to=to,
            subject=self._subject(names),
            message_id=message_id,
            date=date,
            plain=self._plain(names, children) + self._english_plain(given),
            html=self._html(names, children) + self._english_html(given) + _PAGE_END,
        )

    def _subject(self, names: Sequence[str]) -> str:
        words = self._words.subject_for(self.occasion) % {"title": self._title}
        if self.names_in_subject:
            children = listed(names, self.language, at_most=_NAMES_IN_SUBJECT)
            words = self._words.subject % {"title": words, "children": children}
        subject = laid_out(words, self.language)
        return _TEST_SUBJECT % subject if self.is_test else subject

    def _plain(self, names: Sequence[str], children: Sequence[ChildLink]) -> bytes:
        start, end = (_LTR_START, _LTR_END) if self.language.direction == "rtl" else ("", "")
        ways = [
            f"{self._words.for_child % {'child': name}}\n{child.url}\n"
            f"{self._own.type_code} {start}{one_line(child.code)}{end}"
            for name, child in zip(names, children, strict=True)
        ]
        top = [self._sender(children), *self._plain_top, self._own.greeting(names)]
        return self._plain_preview + quoted(plain_lines([*top, *ways])) + self._plain_end

    def _html(self, names: Sequence[str], children: Sequence[ChildLink]) -> bytes:
        shown = [paper.name(name) for name in names]
        ways = [
            paper.button(child.url, self._own_html.open_letter % {"child": name})
            + paper.aside(f"{self._own_html.type_code} {paper.code(one_line(child.code))}")
            for name, child in zip(shown, children, strict=True)
        ]
        sender = paper.aside(self._sender(children, paper.name))
        greeting = paper.paragraph(self._own_html.greeting(shown))
        return self._html_start + quoted(sender) + self._html_top + quoted("".join([greeting, *ways])) + self._html_end

    def _sender(self, children: Sequence[ChildLink], value: Callable[[str], str] = str) -> str:
        """Return who writes: the organisation, the site or sites of these children alone, and who signs."""
        sites = list(dict.fromkeys(one_line(child.site, 80) for child in children))
        where = listed([value(site) for site in sites if site], self.language)
        by = [value(one_line(name, 80)) for name in (self.organisation, self.signer)]
        return _BETWEEN.join(filter(None, [by[0], where, one_line(self.signer) and by[1]]))

    def _english_plain(self, given: Sequence[str]) -> bytes:
        if self.language == ENGLISH:
            return b""
        english, (title, message) = self._english, self._below
        names = [name or words_in(ENGLISH).nameless for name in given]
        about = f"{words_in(ENGLISH).about_title}\n{english.about}"
        sentences = [_BELOW, title, english.greeting(names), english.ways_above(len(names)), english.private]
        sentences += [english.free, about, english.question, english.note if message else "", _cited(message)]
        return quoted("\n----\n\n" + plain_lines(sentences))

    def _english_html(self, given: Sequence[str]) -> bytes:
        if self.language == ENGLISH:
            return b""
        english, (title, message) = self._english_html_text, self._below
        names = [paper.name(name or words_in(ENGLISH).nameless) for name in given]
        sentences = [f"<strong>{paper.name(title)}</strong>" if title else "", english.greeting(names)]
        about = f"{escape(words_in(ENGLISH).about_title)} {english.about}"
        sentences += [english.ways_above(len(names)), english.private, english.free, about, english.question]
        inner = "".join(paper.paragraph(sentence) for sentence in sentences if sentence)
        note = paper.part_heading_of(english.note) + paper.quotation(message) if message else ""
        return quoted(paper.below(_BELOW, inner + note, language=ENGLISH.tag))

    # What follows is the same for every guardian who reads this language, so it is written at the first and kept.

    @cached_property
    def _words(self) -> Words:
        return words_in(self.language)

    @cached_property
    def _own(self) -> "_Sentences":
        return _Sentences(self, self.language, is_html=False)

    @cached_property
    def _own_html(self) -> "_Sentences":
        return _Sentences(self, self.language, is_html=True)

    @cached_property
    def _english(self) -> "_Sentences":
        return _Sentences(self, ENGLISH, is_html=False)

    @cached_property
    def _english_html_text(self) -> "_Sentences":
        return _Sentences(self, ENGLISH, is_html=True)

    @cached_property
    def _title(self) -> str:
        return one_line(self.title)

    @cached_property
    def _own_link(self) -> re.Pattern[str]:
        return re.compile(re.escape(self.base_url) + r"/[!-~]{1,500}")

    @cached_property
    def _headers(self) -> str:
        languages = ", ".join(dict.fromkeys([self.language.tag, ENGLISH.tag]))
        return sender_headers(self.organisation, self.mail_from, self.reply_to, languages)

    @cached_property
    def _written(self) -> list[list[str]]:
        return paragraphs(self.message)

    @cached_property
    def _below(self) -> tuple[str, list[list[str]]]:
        title, message = self.in_english or ("", "")
        return one_line(title), paragraphs(message)

    @cached_property
    def _preview(self) -> str:
        """What an inbox shows beside the subject: the letter's title and its first words."""
        words = " ".join(line for lines in self._written for line in lines)
        return f"{self._title} — {_first_words(words)}" if words else self._title

    @cached_property
    def _plain_preview(self) -> bytes:
        return quoted(self._preview + "\n\n")

    @cached_property
    def _plain_top(self) -> tuple[str, str]:
        return (_TEST_NOTICE if self.is_test else "", self._words.reason_for(self.occasion))

    @cached_property
    def _plain_end(self) -> bytes:
        own = self._own
        about = f"{self._words.about_title}\n{own.about}"
        note, automatic = own.note if self._written else "", self._words.automatic
        return quoted(
            "\n" + plain_lines([own.private, own.free, note, _cited(self._written), about, own.question, automatic])
        )

    @cached_property
    def _html_start(self) -> bytes:
        start = paper.page_start(self._title, language=self.language.tag, direction=self.language.direction)
        return quoted(start + paper.preview(self._preview))

    @cached_property
    def _html_top(self) -> bytes:
        reason = escape(self._words.reason_for(self.occasion))
        return quoted(
            (paper.warning(_TEST_NOTICE) if self.is_test else "")
            + paper.heading(self._title)
            + (paper.paragraph(f"<strong>{reason}</strong>") if reason else "")
        )

    @cached_property
    def _html_end(self) -> bytes:
        own = self._own_html
        return quoted(
            (paper.paragraph(own.private) if own.private else "")
            + paper.paragraph(own.free)
            + (paper.part_heading_of(own.note) + paper.quotation(self._written) if self._written else "")
            + paper.part_heading(self._words.about_title)
            + paper.paragraph(own.about)
            + (paper.paragraph(own.question) if own.question else "")
            + paper.aside(escape(self._words.automatic))
        )


_PAGE_END = quoted(paper.PAGE_END)


def _first_words(text: str) -> str:
    """Return as many whole words as a preview shows."""
    if len(text) <= _PREVIEWED:
        return text
    whole = text[:_PREVIEWED].rpartition(" ")[0] or text[:_PREVIEWED]
    return f"{whole.rstrip('.,;:!?')}…"


def _cited(written: list[list[str]]) -> str:
    return "\n>\n".join("\n".join(f"> {line}" for line in lines) for lines in written)


class _Sentences:
    """What one letter says in one language, for plain text or for HTML; in HTML each value keeps its direction."""

    def __init__(self, letter: NoticeLetter, language: Language, *, is_html: bool) -> None:
        words = words_in(language)
        said, value, typed = (escape, paper.name, paper.place) if is_html else (str, str, str)
        place = urlsplit(letter.base_url).netloc
        contact, expires = one_line(letter.contact), whole_day(letter.expires, language)
        self._language = language
        self._greeting = said(words.greeting)
        self._until = said(words.expiry) % {"date": value(expires)}
        self.open_letter = said(words.open_letter)
        self.type_code = said(words.type_code) % {"place": typed(f"{place}/o")}
        self._entry = typed(f"{place}/o")
        self.free = f"{said(words.free)} {said(words.keep)}"
        self.private = said(words.private) if letter.is_confidential else ""
        self.note = said(words.note)
        self.about = said(words.about) % {"place": typed(f"{place}/about")}
        asks = [said(words.contact) % {"contact": value(contact)}] if contact else []
        self.question = ("<br>\n" if is_html else "\n").join(
            [*asks, *([said(words.answer)] if letter.reply_to else [])]
        )

    def ways_above(self, many: int) -> str:
        """Return where the links of so many children are, for the English below them; it holds nothing to escape."""
        return (_WAY_ABOVE if many == 1 else _WAYS_ABOVE) % {"place": self._entry}

    def greeting(self, names: Sequence[str]) -> str:
        """Return the first sentences; `names` are text or HTML as the rest is."""
        return f"{self._greeting % {'children': listed(names, self._language)}} {self._until}"
