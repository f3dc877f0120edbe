"""The print run: rows first, then pages in each family's language, then the ledger, and only then a PDF.

The PDF is never stored. It is made from the links as they stand at that moment, whenever somebody asks for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from urllib.parse import urlsplit

from portal import wiring
from portal.flows.sending import print_letters
from portal.kernel.secrets.tokens import mint_code, mint_token
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, NobodyLeft, RosterChanged
from portal.mailings.tables import Mailing
from portal.outbox.rules import PaperMark
from portal.overviews.sending import on_paper
from portal.overviews.sending.on_paper import Named, PaperNotice, PaperRun, PaperWay
from portal.overviews.sending.unprinted import unprinted
from portal.press import NotTypeset, Press
from portal.press.papers.paper_notice import MAX_CHILDREN, PaperChild, PaperPage, print_pages
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.languages import Language
from portal.words.paper import PaperWords, paper_words
from portal.words.saying import listed, whole_day
from portal.words.sentences import sentence

_press = cache(wiring.press)
_GUARDIANS_A_PART = 400
"""A part is set at once and has at most 500 pages; whoever has more than eight children gets two of them."""
_NO_TITLE = "A page on trial"
_RIGHT_TO_LEFT, _AS_IT_BEGINS, _END = "\u2067", "\u2068", "\u2069"
"""Signs without a shape around words that run their own way: RLI, FSI and PDI (Unicode, UAX #9, 2.4)."""
_HOW_TO_BESIDE_EACH = 1  # from two children on, how to open a letter is said once for all of them


@dataclass(frozen=True, slots=True)
class Printed:
    """A print run as a PDF, or one part of it, and who is not in it."""

    pdf: bytes
    notice_ids: tuple[str, ...]
    missing: tuple[Named, ...]
    part: int
    parts: int

    @property
    def file_name(self) -> str:
        """What the file is called; it names nobody."""
        return "letters-on-paper.pdf" if self.parts == 1 else f"letters-on-paper-{self.part}-of-{self.parts}.pdf"


def parts_of(pages: int) -> int:
    """Return in how many parts so many guardians' pages are printed; one where there are none."""
    return max(1, -(-pages // _GUARDIANS_A_PART))


def print_run(
    house: House, mailing_id: str, *, by: Acting, now: datetime, open_only: bool = False, part: int = 1
) -> Printed:
    """Add whoever has no page yet, and return all pages as a PDF: at most 400 guardians a part.

    Printing again makes nothing twice. Raises `NoSuchMailing`, `OutOfScope`, `NotNow`, `NobodyLeft`, `NotTypeset`.
    """
    _add_pages(house, mailing_id, by=by, now=now)
    for _ in range(3):  # what is taken back while the pages are being set is not among them
        mailing, run, missing, words = _read(house, mailing_id, open_only=open_only, by=by, now=now)
        notices = [page for page in run.pages if page.ways]
        parts = parts_of(len(notices))
        if not notices or not 1 <= part <= parts:
            raise NobodyLeft(sentence("There is nobody left whose letter could be printed, so nothing was printed."))
        chosen = notices[(part - 1) * _GUARDIANS_A_PART : part * _GUARDIANS_A_PART]
        pdf = _typeset(house, mailing, words, chosen, today=now.astimezone(house.settings.zone).date())
        ids = tuple(page.notice_id for page in chosen)
        with house.db.write() as session:
            if on_paper.pages_of(session, mailing_id, open_only=open_only, now=now) != run:
                continue
            print_letters.note_download(session, house.keys, house.settings, mailing_id, ids, by=by, now=now)
        return Printed(pdf, ids, run.missing + missing, part, parts)
    raise ChangedMeanwhile(
        sentence("Letters of this mailing were being taken back while it was printed. Print it again.")
    )


def mark_printed(
    house: House, mailing_id: str, notice_ids: tuple[str, ...], mark: PaperMark | None, *, by: Acting, now: datetime
) -> int:
    """Note what became of printed pages; return how many stood differently before. Twice is once."""
    with house.db.write() as session:
        return print_letters.mark_pages(session, house.keys, mailing_id, notice_ids, mark, by=by, now=now)


def _add_pages(house: House, mailing_id: str, *, by: Acting, now: datetime) -> None:
    tries = 3  # an import may finish, or a colleague press the same, between working it out and writing it
    while tries:
        with house.db.read() as session:
            mailing = print_letters.check_may_print(session, mailing_id, house.settings, by=by, now=now)
            found = unprinted(session, mailing, now=now)
            prepared = print_letters.prepare_pages(session, house.keys, mailing, found, now=now)
        try:
            with house.db.write() as session:
                print_letters.add_pages(session, house.keys, house.settings, prepared, by=by, now=now)
        except (RosterChanged, ChangedMeanwhile):
            tries -= 1
            continue
        if prepared.is_last:
            return
    raise ChangedMeanwhile(sentence("This mailing is being changed at this moment. Print it again."))


Words = Mapping[str, tuple[str, str]]
"""Title and message of a mailing, by language."""


def _read(
    house: House, mailing_id: str, *, open_only: bool, by: Acting, now: datetime
) -> tuple[Mailing, PaperRun, tuple[Named, ...], Words]:
    with house.db.read() as session:
        mailing = print_letters.check_may_print(session, mailing_id, house.settings, by=by, now=now)
        run = on_paper.pages_of(session, mailing_id, open_only=open_only, now=now)
        missing = on_paper.named(session, unprinted(session, mailing, now=now).missing)
        return mailing, run, missing, mailings.words_of(session, mailing_id)


def _typeset(house: House, mailing: Mailing, words: Words, notices: list[PaperNotice], *, today: date) -> bytes:
    """Set the pages with the mailing's message; a page that it does not fit on is set without, as browsers show it."""
    press: Press = _press()

    def pages_of(notice: PaperNotice, *, message_too: bool) -> list[PaperPage]:
        return list(_pages(house, mailing, words, notice, today=today, message_too=message_too))

    pages = [pages_of(notice, message_too=True) for notice in notices]
    try:
        return print_pages(press, list(chain(*pages)), title=mailing.title)
    except NotTypeset:
        pages = [
            whole if _fits(press, whole) else pages_of(notice, message_too=False)
            for notice, whole in zip(notices, pages, strict=True)
        ]
        return print_pages(press, list(chain(*pages)), title=mailing.title)


def _fits(press: Press, pages: list[PaperPage]) -> bool:
    try:
        print_pages(press, pages, title=_NO_TITLE)
    except NotTypeset:
        return False
    return True


def _pages(
    house: House, mailing: Mailing, words: Words, notice: PaperNotice, *, today: date, message_too: bool
) -> Iterator[PaperPage]:
    title, message = words.get(notice.language.tag, (mailing.title, mailing.message))
    for start in range(0, len(notice.ways), MAX_CHILDREN):
        ways = notice.ways[start : start + MAX_CHILDREN]
        yield PaperPage(
            notice.language.tag,
            notice.language.direction,
            _address(notice, ways),
            _words(house, notice, ways, said=(title, message if message_too else ""), today=today),
            tuple(_child(house, way, notice, alone=len(ways) == _HOW_TO_BESIDE_EACH) for way in ways),
        )


def _address(notice: PaperNotice, ways: tuple[PaperWay, ...]) -> tuple[str, ...]:
    """Return the lines of the envelope's window, in the family's language; who hands it out goes by the names.

    The roster has no postal addresses.
    """
    names = listed([way.given_name for way in ways], notice.language)
    places = list(dict.fromkeys(way.place for way in ways if way.place))
    family = paper_words(notice.language).for_family % {"child": names}
    return (notice.guardian_name, _together(family, notice.language, _RIGHT_TO_LEFT), *places[:3])


def _words(
    house: House,
    notice: PaperNotice,
    ways: tuple[PaperWay, ...],
    *,
    said: tuple[str, str],
    today: date,
) -> dict[str, str]:
    settings, language, (title, message) = house.settings, notice.language, said
    words = paper_words(language)
    names = listed([way.given_name for way in ways], language)
    before = [words.greeting % {"children": names}, words.free, message]
    if len(ways) > _HOW_TO_BESIDE_EACH:
        before += _how_to(house, words, language)
    expires = min(way.expires_at for way in ways).astimezone(settings.zone).date()
    after = [
        words.expiry % {"date": whole_day(expires, language)},
        words.keep,
        words.about_title,
        words.about % {"place": _place(house, "/about", language)},
    ]
    return {
        "organisation": settings.organisation,
        "date": whole_day(today, language),
        "title": title,
        "before": "\n".join(filter(None, before)),
        "qr": words.scan_title,
        "after": "\n".join(after),
        "contact": words.contact % {"contact": _together(settings.contact, language)} if settings.contact else "",
    }


def _how_to(house: House, words: PaperWords, language: Language) -> tuple[str, ...]:
    code = (words.code % {"code": ""}).strip()  # the code itself stands large, beside its child
    return words.scan, f"{words.type_title}: {words.place % {'place': _place(house, '/o', language)}}", code


def _child(house: House, way: PaperWay, notice: PaperNotice, *, alone: bool) -> PaperChild:
    token = mint_token(house.keys, "link-token", way.link_id, way.code_key_id)
    url = f"{house.settings.base_url}/o#{token}"
    lines = _how_to(house, paper_words(notice.language), notice.language) if alone else ()
    return PaperChild(way.given_name, url, mint_code(house.keys, way.link_id, way.code_key_id), lines)


def _place(house: House, path: str, language: Language) -> str:
    """Return what is typed as an address."""
    return _together(f"{urlsplit(house.settings.base_url).netloc}{path}", language)


def _together(words: str, language: Language, way: str = _AS_IT_BEGINS) -> str:
    """Keep words in their own order on a page whose other words run from right to left."""
    return f"{way}{words}{_END}" if language.direction == "rtl" else words
