"""A closed gathering becomes a mailing, or its sender is told why nothing comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from portal.arrivals import repository as arrivals
from portal.arrivals.rules.reports import Report, report_of, stopped
from portal.families import repository as families
from portal.families.repository.guardians import guardians_of_audience
from portal.flows.writing.sort_files import LEASE
from portal.guard.errors import GuardNotReady
from portal.kernel.errors import PortalError
from portal.kernel.ids import new_id
from portal.kernel.machine.scratch import scratch
from portal.mail.arriving.bodies import strange_hosts, without_signature
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, DraftFaults
from portal.mailings.rules import may_move
from portal.mailings.tables import Mailing
from portal.overviews.arriving.drop_targets import drop_targets, drops_among, terms_of
from portal.overviews.arriving.whose import Whose, key_of, our_addresses, whose
from portal.publish.checking.check_file import Yardstick, check_file
from portal.publish.checking.judging import yardstick
from portal.publish.checking.stops import words_of
from portal.publish.gathered.deciding import (
    Halted,
    are_equal,
    common_to_all,
    content_of,
    is_wider,
    one_for_both,
    own_files,
)
from portal.publish.gathered.opening import Brought, Opened, open_messages
from portal.publish.gathered.paging import name_of, with_first_page, with_pages
from portal.publish.gathered.wording import Wording, wording_of
from portal.publish.gathered.work import Work
from portal.publish.gathered.writing import (
    Audience,
    Sender,
    children_as_terms,
    is_same_text,
    write_own,
    write_shared,
)
from portal.publish.holding import held
from portal.publish.one_letter.drafts import Stopped
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import reason

MOST_ATTEMPTS = 2
"""So many processes may begin a gathering and end without an answer; then it is set aside."""
_HOUSEHOLD = 12
"""Files for more children than these are no family's own letters, whatever they say."""


def make_letters(house: House, gathering_id: str) -> bool:
    """Make a mailing of a closed gathering; False when there is nothing to do, or somebody else does it.

    Its id is that of the gathering, so whoever takes over after a crash changes the mailing that is there already.
    """
    lease_id, now = new_id(), house.clock()
    with house.db.write() as session:
        row = arrivals.claim(session, gathering_id, lease_id=lease_id, until=now + LEASE, now=now)
        by = staff.by_id(session, row.staff_id) if row else None
    if row is None:
        return False
    work = Work(house, row, lease_id, by, now)
    if by is None or row.attempts > MOST_ATTEMPTS:
        return work.stop(stopped("broken" if by else "no-author"))
    try:
        with held(work.hold), scratch() as folder:
            return _Making(work, by, folder).run()
    except (ChangedMeanwhile, GuardNotReady):
        return work.put_down()
    except (Halted, PortalError) as error:
        return work.stop(_why_not(error))


def _why_not(error: Halted | PortalError) -> Report:
    if isinstance(error, Halted):
        return stopped(error.why)
    told = next(iter(error.faults.values())) if isinstance(error, DraftFaults) else reason(error)
    return stopped("not-taken", advice=told)


@dataclass(frozen=True, slots=True)
class _Mailed:
    """What was mailed to whom: messages with the files of each, whose their addresses are, how many lead to nobody.

    `drops` are the drop addresses among them, by what stands before the @.
    """

    opened: Sequence[Opened]
    files: Sequence[tuple[Brought, ...]]
    found: Whose
    lost: int
    drops: Sequence[str]

    @property
    def children(self) -> frozenset[str]:
        """The children of all guardians who were written to."""
        return frozenset[str]().union(*self.found.children.values())

    @property
    def guardians(self) -> frozenset[str]:
        """All guardians who were written to."""
        return frozenset[str]().union(*self.found.guardians.values())


@dataclass(frozen=True, slots=True)
class _Making:
    """What is made of one version of a gathering, on behalf of its sender."""

    work: Work
    by: Acting
    folder: Path

    def run(self) -> bool:
        """Open, decide and write; return whether its end was written. Raises `Halted` and what the counter raises."""
        house, work = self.work.house, self.work
        with house.db.read() as session:
            mailing = mailings.find_any(session, work.row.id)
        if mailing is not None and not may_move(mailing.state, "edit"):
            return self._too_late(mailing)
        opened = open_messages(house, work.row.id, self.folder)
        self._check_links(opened)
        files, has_dropped = content_of(opened)
        mailed = self._mailed(opened, files)
        sender = Sender(self.by, work.now, (mailing.id, mailing.version) if mailing else None, work.row.id)
        done, report = self._write(mailed, sender, is_own=mailing is not None and mailing.way != "shared")
        if isinstance(done, Stopped):
            words = words_of(done.report)
            return work.stop(stopped("guard", heading=words.heading, advice=words.advice))
        ids = [one.said.message_id for one in opened if one.said.message_id]
        was_edited = "edited" in report_of(work.row.report).told
        beside = {"pictures": has_dropped, "one-id": len(set(ids)) < len(ids), "edited": was_edited}
        told = (*report.told, *(key for key, is_so in beside.items() if is_so))
        return work.note(replace(report, told=told, lost=mailed.lost + report.lost, messages=len(opened)))

    def _too_late(self, mailing: Mailing) -> bool:
        """Say so of what came after the letter was approved; with one that was thrown away, all of it ends."""
        if mailing.approved_at is None:
            return self.work.stop(stopped("not-taken"))
        return self.work.note(Report(is_shared=mailing.way == "shared", told=("came-late",)))

    def _check_links(self, opened: Sequence[Opened]) -> None:
        """Refuse links that families are not sent to; those of a signature go with it. Raises `Halted`."""
        for text, links in {(one.said.text, one.said.links) for one in opened}:
            rest, signature = without_signature(text)
            found = strange_hosts(rest, () if signature else links, self.work.house.settings.link_hosts)
            if found.clouds or found.hosts:
                raise Halted("cloud-link" if found.clouds else "link")

    def _mailed(self, opened: Sequence[Opened], files: Sequence[tuple[Brought, ...]]) -> _Mailed:
        house, domain = self.work.house, self.work.house.settings.gate_domain
        addresses = list(dict.fromkeys(address for one in opened for address in one.addresses))
        plain = [one for one in addresses if not drops_among([one], domain)]
        with house.db.read() as session:
            found = whose(session, plain, our_addresses(house.settings), by=self.by, now=self.work.now)
        return _Mailed(opened, files, found, len(found.lost(plain)), drops_among(addresses, domain))

    def _write(self, mailed: _Mailed, sender: Sender, *, is_own: bool) -> tuple[object, Report]:
        house, files, children = self.work.house, mailed.files, mailed.children
        if mailed.drops:
            return self._for_drops(mailed, sender)
        if not children:
            raise Halted("nobody")
        is_own = is_own or not are_equal(files) or self._is_one_familys(files[0], children)
        wording = self._wording(mailed, is_own=is_own)
        if is_own:
            each = own_files(mailed.opened, files, wording, mailed.found, key_of(self.by.address))
            own = one_for_both(each, self._are_same)
            beside = {"common-file": bool(common_to_all(files)), "wider": is_wider(own, mailed.found)}
            own, told = with_pages(house, wording, own, self._measure(), self.folder)
            told = (*told, *(key for key, is_so in beside.items() if is_so))
            return write_own(house, wording, own, sender), Report(told=told)
        audience = Audience(children_as_terms(house, children), mailed.guardians)
        return self._write_shared(wording, files[0], audience, sender)

    def _for_drops(self, mailed: _Mailed, sender: Sender) -> tuple[object, Report]:
        """Write one letter for the families of drop addresses, and for guardians who were written to beside them."""
        audience, lost = self._audience_of_drops(mailed)
        all_files = list({file.about.sha256: file for each in mailed.files for file in each}.values())
        wording = self._wording(mailed, is_own=False)
        done, report = self._write_shared(wording, all_files, audience, sender)
        return done, replace(report, lost=lost)

    def _write_shared(
        self, wording: Wording, files: Sequence[Brought], audience: Audience, sender: Sender
    ) -> tuple[object, Report]:
        uploads, told = with_first_page(self.work.house, wording, files, self.folder)
        done = write_shared(self.work.house, wording, uploads, audience, sender)
        return done, Report(told=told, is_shared=True)

    def _audience_of_drops(self, mailed: _Mailed) -> tuple[Audience, int]:
        """Return the audience of drop addresses, and how many of them nobody has. Raises `Halted`."""
        by, named = self.by, mailed.children
        with self.work.house.db.read() as session:
            targets = drop_targets(session, by)
            terms, lost = terms_of(targets, mailed.drops)
            known = [targets[one] for one in mailed.drops if one in targets]
            meant = [guardians_of_audience(session, one, by.sites, now=self.work.now) for one in known if named]
            children = {row[0] for one in known for row in families.pupils_of(session, one, scope=by.sites)} | named
        if not known and not named:
            raise Halted("no-such-drop")
        if terms and not named:
            return Audience(terms, None), len(lost)
        guardians = mailed.guardians | {one.id for each in meant for one in each} if named else None
        return Audience(children_as_terms(self.work.house, children), guardians), len(lost)

    def _is_one_familys(self, files: Sequence[Brought], children: frozenset[str]) -> bool:
        """Tell whether files that were mailed to one family of several children are letters of single ones of these."""
        if not 1 < len(children) <= _HOUSEHOLD:
            return False
        house = self.work.house
        measure = self._measure()
        found = [check_file(house.reader, measure, path=one.path, name=name_of(one)) for one in files]
        return any(one.people & children for one in found) and not any(one.roster_shaped for one in found)

    def _measure(self) -> Yardstick:
        """Return what says whom a file names, whoever that is."""
        return yardstick(self.work.house, (), now=self.work.now, sites=self.by.sites)

    def _are_same(self, one: Path, other: Path) -> bool:
        return is_same_text(self.work.house, one, other)

    def _wording(self, mailed: _Mailed, *, is_own: bool) -> Wording:
        """Return title and message, without what is one family's."""
        with self.work.house.db.read() as session:
            called = families.names_of_guardians(session, sorted(mailed.guardians)).values()
            children = families.names_of_children(session, sorted(mailed.children)).values()
        names = [*(name for name, _ in called), *(f"{given} {family}" for _, given, family in children)]
        first = next(file for each in mailed.files for file in each)
        return wording_of([one.said for one in mailed.opened], names, name_of(first), is_own=is_own)
