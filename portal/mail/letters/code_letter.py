"""The message that carries 6 digits to a guardian. It names no child and no letter, and has no link.

It is in the guardian's language, with English below.
"""

from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from portal.kernel.text.addresses import OneAddress
from portal.mail.letters import paper
from portal.mail.letters.wire import assemble, one_line, plain_lines, quoted, sender_headers
from portal.mail.letters.words import code_words, words_in
from portal.words.languages import ENGLISH, Language
from portal.words.pages import code_ends

_BELOW = "In English"
_LTR_START, _LTR_END = "\u2066", "\u2069"  # keep the digits together inside a line read from right to left (UAX 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLetter:
    """The 6 digits for one browser, and for how many minutes they are still taken; `contact` may be empty."""

    organisation: str
    contact: str
    digits: str = field(repr=False)
    minutes: int
    language: Language = ENGLISH

    def render(self, to: OneAddress, *, mail_from: OneAddress, message_id: str, date: datetime) -> bytes:
        """Return the message to one guardian."""
        languages = ", ".join(dict.fromkeys([self.language.tag, ENGLISH.tag]))
        return assemble(
            sender_headers(self.organisation, mail_from, None, languages),
            to=to,
            subject=code_words(self.language).subject,
            message_id=message_id,
            date=date,
            plain=quoted(self._plain()),
            html=quoted(self._html()),
        )

    def _sentences(self, language: Language) -> list[str]:
        """Return what is said after the digits."""
        words = code_words(language)
        return [f"{code_ends(self.minutes, language)} {words.same_browser}", words.nobody, words.not_asked]

    def _plain(self) -> str:
        start, end = (_LTR_START, _LTR_END) if self.language.direction == "rtl" else ("", "")
        lead = f"{code_words(self.language).lead}\n\n{start}{self.digits}{end}"
        text = plain_lines(
            [one_line(self.organisation, 80), lead, *self._sentences(self.language), self._contact(self.language)]
        )
        automatic = words_in(self.language).automatic
        if self.language == ENGLISH:
            return f"{text}\n{automatic}\n"
        english = [_BELOW, f"{code_words(ENGLISH).lead} {self.digits}", *self._sentences(ENGLISH)]
        english.append(self._contact(ENGLISH))
        return f"{text}\n{automatic}\n\n----\n\n{plain_lines(english)}"

    def _html(self) -> str:
        words = code_words(self.language)
        inner = [
            paper.page_start(words.subject, language=self.language.tag, direction=self.language.direction),
            paper.aside(paper.name(one_line(self.organisation, 80))),
            paper.heading(words.subject),
            paper.paragraph(escape(words.lead)),
            paper.digits(self.digits),
            *(paper.paragraph(escape(sentence)) for sentence in self._sentences(self.language)),
            paper.paragraph(escape(self._contact(self.language))) if self.contact else "",
            paper.aside(escape(words_in(self.language).automatic)),
        ]
        if self.language != ENGLISH:
            english = [f"{escape(code_words(ENGLISH).lead)} {paper.code(self.digits)}"]
            english += [escape(sentence) for sentence in (*self._sentences(ENGLISH), self._contact(ENGLISH))]
            below = "".join(paper.paragraph(sentence) for sentence in english if sentence)
            inner.append(paper.below(_BELOW, below, language=ENGLISH.tag))
        return "".join([*inner, paper.PAGE_END])

    def _contact(self, language: Language) -> str:
        contact = one_line(self.contact)
        return words_in(language).contact % {"contact": contact} if contact else ""
