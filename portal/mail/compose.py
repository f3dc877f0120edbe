"""A notice to one guardian, as bytes: where the letter of each child can be opened, and nothing of the letter.

What all guardians of a mailing share is written once; `NoticeLetter.render` fills in the rest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from html import escape
from urllib.parse import urlsplit

from portal.kernel.addresses import OneAddress
from portal.kernel.errors import Refused
from portal.mail import paper
from portal.mail.wire import assemble, one_line, paragraphs, plain_lines, quoted, sender_headers
from portal.mail.words import ENGLISH, Words

_NAMES_IN_SUBJECT = 3


@dataclass(frozen=True, slots=True)
class ChildLink:
    """One child's way in: given name only, the link, and the code for those whose link was cut."""

    given_name: str
    url: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class NoticeLetter:
    """The notice of one mailing, ready to be written to each of its guardians.

    `message` is the staff's plain text, `expires` a date in words, `contact` whom to ask (may be empty). A test
    copy is what a family would get, marked as a test; its links are given by the caller like all others.
    """

    organisation: str
    program: str
    title: str
    message: str
    base_url: str
    contact: str
    expires: str
    mail_from: OneAddress
    reply_to: OneAddress | None = None
    words: Words = ENGLISH
    is_test: bool = False

    def render(self, to: OneAddress, *, message_id: str, date: datetime, children: Sequence[ChildLink]) -> bytes:
        """Return the message to one guardian. Raises `Refused` for a link that is not the portal's own."""
        for child in children:
            if not self._own_link.fullmatch(child.url):
                raise Refused("A message to a family may only link to the portal itself. Nothing was sent.")
        names = [one_line(child.given_name, 60) or self.words.nameless for child in children]
        return assemble(
            self._headers,
            to=to,
            subject=self._subject(names),
            message_id=message_id,
            date=date,
            plain=self._plain(names, children),
            html=self._html(names, children),
        )

    def _subject(self, names: Sequence[str]) -> str:
        children = self.words.names(names, at_most=_NAMES_IN_SUBJECT)
        subject = self.words.subject.format(title=self._title, children=children)
        return self.words.test_subject.format(subject=subject) if self.is_test else subject

    def _plain(self, names: Sequence[str], children: Sequence[ChildLink]) -> bytes:
        greeting = self.words.greeting.format(children=self.words.names(names))
        ways = [
            f"{self.words.for_child.format(child=name)}\n{child.url}\n{self._type_code} {one_line(child.code)}"
            for name, child in zip(names, children, strict=True)
        ]
        return self._plain_top + quoted(plain_lines([f"{greeting} {self._origin}", *ways])) + self._plain_end

    def _html(self, names: Sequence[str], children: Sequence[ChildLink]) -> bytes:
        shown = [paper.name(name) for name in names]
        greeting = escape(self.words.greeting).format(children=self.words.names(shown))
        button, type_code = escape(self.words.open_letter), escape(self._type_code)
        ways = [
            paper.button(child.url, button.format(child=name))
            + paper.aside(f"{type_code} {paper.code(one_line(child.code))}")
            for name, child in zip(shown, children, strict=True)
        ]
        origin = paper.paragraph(f"{greeting} {escape(self._origin)}")
        return self._html_top + quoted("".join([origin, *ways])) + self._html_end

    # What follows is the same for every guardian, so it is written at the first and kept.

    @cached_property
    def _title(self) -> str:
        return one_line(self.title)

    @cached_property
    def _host(self) -> str:
        return urlsplit(self.base_url).netloc

    @cached_property
    def _own_link(self) -> re.Pattern[str]:
        return re.compile(re.escape(self.base_url) + r"/[!-~]{1,500}")

    @cached_property
    def _headers(self) -> str:
        return sender_headers(self.organisation, self.mail_from, self.reply_to, self.words.language)

    @cached_property
    def _sender(self) -> str:
        program, organisation = one_line(self.program, 120), one_line(self.organisation, 80)
        return self.words.sender.format(program=program, organisation=organisation) if program else organisation

    @cached_property
    def _origin(self) -> str:
        return self.words.origin.format(sender=self._sender)

    @cached_property
    def _type_code(self) -> str:
        return self.words.type_code.format(place=f"{self._host}/o")

    @cached_property
    def _until(self) -> str:
        return f"{self.words.expiry.format(date=one_line(self.expires, 60))} {self.words.keep}"

    @cached_property
    def _note(self) -> tuple[str, list[list[str]]]:
        return self.words.note.format(sender=self._sender), paragraphs(self.message)

    @cached_property
    def _about(self) -> str:
        return self.words.about.format(place=f"{self._host}/about")

    @cached_property
    def _question(self) -> str:
        contact = one_line(self.contact)
        return self.words.contact.format(contact=contact) if contact else ""

    @cached_property
    def _plain_top(self) -> bytes:
        return quoted(plain_lines([self._sender, self.words.test_notice if self.is_test else "", self._title]) + "\n")

    @cached_property
    def _plain_end(self) -> bytes:
        note, written = self._note
        cited = "\n>\n".join("\n".join(f"> {line}" for line in lines) for lines in written)
        about = f"{self.words.about_title}\n{self._about}"
        parts = [self._until, note if written else "", cited, about, self._question, self.words.automatic]
        return quoted("\n" + plain_lines(parts))

    @cached_property
    def _html_top(self) -> bytes:
        return quoted(
            paper.page_start(self._title, language=self.words.language, direction=self.words.direction)
            + paper.aside(escape(self._sender))
            + (paper.warning(self.words.test_notice) if self.is_test else "")
            + paper.heading(self._title)
        )

    @cached_property
    def _html_end(self) -> bytes:
        note, written = self._note
        return quoted(
            paper.paragraph(escape(self._until))
            + (paper.part_heading(note) + paper.quotation(written) if written else "")
            + paper.part_heading(self.words.about_title)
            + paper.paragraph(escape(self._about))
            + (paper.paragraph(escape(self._question)) if self._question else "")
            + paper.aside(escape(self.words.automatic))
            + paper.PAGE_END
        )
