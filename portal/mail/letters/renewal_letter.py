"""The message that brings fresh links: one for each letter that its guardian may open, and nothing of the letters.

It is in the guardian's language, with English below.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from urllib.parse import urlsplit

from portal.kernel.errors import Refused
from portal.kernel.text.addresses import OneAddress
from portal.mail.letters import paper
from portal.mail.letters.wire import assemble, one_line, plain_lines, quoted, sender_headers
from portal.mail.letters.words import Words, laid_out, renewal_words, words_in
from portal.words.languages import ENGLISH, Language
from portal.words.saying import whole_day

_BELOW = "In English"
_WAY_ABOVE = "Use the link above, or go to %(place)s and type the code above."
_WAYS_ABOVE = "Use the links above, or go to %(place)s and type the codes above."
_LTR_START, _LTR_END = "\u2066", "\u2069"  # keep a code together inside a line read from right to left (UAX 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshWay:
    """One letter's way in: its title, the child by given name only, the link, the typed code, and the last day."""

    title: str
    given_name: str
    url: str = field(repr=False)
    code: str = field(repr=False)
    expires: date
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalLetter:
    """Fresh links for one guardian; `contact` may be empty."""

    organisation: str
    contact: str
    base_url: str
    ways: tuple[FreshWay, ...]
    language: Language = ENGLISH

    def render(self, to: OneAddress, *, mail_from: OneAddress, message_id: str, date: datetime) -> bytes:
        """Return the message to one guardian. Raises `Refused` for a link that is not the portal's own."""
        if not all(way.url.startswith(f"{self.base_url}/") for way in self.ways):
            raise Refused("A message to a family may only link to the portal itself. Nothing was sent.")
        languages = ", ".join(dict.fromkeys([self.language.tag, ENGLISH.tag]))
        return assemble(
            sender_headers(self.organisation, mail_from, None, languages),
            to=to,
            subject=renewal_words(self.language).subject,
            message_id=message_id,
            date=date,
            plain=quoted(self._plain()),
            html=quoted(self._html()),
        )

    @property
    def _place(self) -> str:
        return urlsplit(self.base_url).netloc

    def _plain(self) -> str:
        words, own = words_in(self.language), renewal_words(self.language)
        about = f"{words.about_title}\n{words.about % {'place': f'{self._place}/about'}}"
        blocks = [one_line(self.organisation, 80), own.lead, *(self._plain_way(way, words) for way in self.ways)]
        blocks += [words.keep, about, own.not_asked, self._question(words), words.automatic]
        if self.language == ENGLISH:
            return plain_lines(blocks)
        return f"{plain_lines(blocks)}\n----\n\n{plain_lines([_BELOW, *self._english()])}"

    def _plain_way(self, way: FreshWay, words: Words) -> str:
        start, end = (_LTR_START, _LTR_END) if self.language.direction == "rtl" else ("", "")
        lines = [
            laid_out(
                words.subject % {"title": one_line(way.title), "children": self._child(way, words)}, self.language
            ),
            way.url,
            f"{words.type_code % {'place': f'{self._place}/o'}} {start}{one_line(way.code)}{end}",
            words.expiry % {"date": whole_day(way.expires, self.language)},
            words.private if way.is_private else "",
        ]
        return "\n".join(line for line in lines if line)

    def _child(self, way: FreshWay, words: Words) -> str:
        return one_line(way.given_name, 60) or words.nameless

    def _english(self) -> list[str]:
        own, words = renewal_words(ENGLISH), words_in(ENGLISH)
        ways = (_WAY_ABOVE if len(self.ways) == 1 else _WAYS_ABOVE) % {"place": f"{self._place}/o"}
        private = words.private if any(way.is_private for way in self.ways) else ""
        about = f"{words.about_title} {words.about % {'place': f'{self._place}/about'}}"
        said = [own.lead, ways, private, words.keep, about, own.not_asked, self._question(words)]
        return [sentence for sentence in said if sentence]

    def _html(self) -> str:
        words, own = words_in(self.language), renewal_words(self.language)
        inner = [
            paper.page_start(own.subject, language=self.language.tag, direction=self.language.direction),
            paper.aside(paper.name(one_line(self.organisation, 80))),
            paper.heading(own.subject),
            paper.paragraph(escape(own.lead)),
            *(part for way in self.ways for part in self._html_way(way, words)),
            paper.paragraph(escape(words.keep)),
            paper.part_heading(words.about_title),
            paper.paragraph(escape(words.about) % {"place": paper.place(f"{self._place}/about")}),
            paper.paragraph(escape(own.not_asked)),
            paper.paragraph(escape(self._question(words))) if self.contact else "",
            paper.aside(escape(words.automatic)),
        ]
        if self.language != ENGLISH:
            below = "".join(paper.paragraph(escape(sentence)) for sentence in self._english())
            inner.append(paper.below(_BELOW, below, language=ENGLISH.tag))
        return "".join([*inner, paper.PAGE_END])

    def _html_way(self, way: FreshWay, words: Words) -> Iterable[str]:
        child = paper.name(self._child(way, words))
        yield paper.part_heading_of(
            escape(words.subject) % {"title": paper.name(one_line(way.title)), "children": child}
        )
        yield paper.button(way.url, escape(words.open_letter) % {"child": child})
        typed = escape(words.type_code) % {"place": paper.place(f"{self._place}/o")}
        yield paper.aside(f"{typed} {paper.code(one_line(way.code))}")
        yield paper.paragraph(
            escape(words.expiry) % {"date": paper.name(whole_day(way.expires, self.language))}
            + (f" {escape(words.private)}" if way.is_private else "")
        )

    def _question(self, words: Words) -> str:
        contact = one_line(self.contact)
        return words.contact % {"contact": contact} if contact else ""
