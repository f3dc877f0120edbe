"""What has to be done from time to time, whoever asks for it or not; one failure does not keep the rest waiting."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.documents import repository as documents
from portal.flows.opening.count_tries import forget_counts
from portal.flows.opening.forget_networks import forget_networks
from portal.flows.sending.deliver_family_mail import forget_old_asking
from portal.flows.writing.hold_stopped_file import forget_stopped_files
from portal.kernel.log import log
from portal.kernel.outage import is_told
from portal.ledger import repository as ledger
from portal.publish.beginning import forget_begun
from portal.publish.checking.offering import forget_pictures
from portal.publish.correcting.dead_keys import end_links_of_dead_keys
from portal.publish.gathered.answering import forget_gathered
from portal.publish.per_child.sorting import forget_expired
from portal.publish.upkeep.alerts import see_to_alerts
from portal.publish.upkeep.heads import look_for_later_heads, see_to_head_file, take_head_outside
from portal.publish.upkeep.reminders import remind_waiting
from portal.publish.upkeep.resealing import Resealing
from portal.publish.upkeep.rights import see_to_rights
from portal.publish.upkeep.shredding import shred_expired, shred_loose
from portal.wiring import House

_AGAIN_AFTER = timedelta(minutes=1)
_MINUTE = timedelta(minutes=1)
_HOURLY = timedelta(hours=1)


class Upkeep:
    """The chores of one worker. Several workers may do them side by side: each is the same done twice."""

    def __init__(self, house: House) -> None:
        """Everything is due at once."""
        self._house = house
        self._next: dict[str, datetime] = {}
        self._chores: tuple[tuple[str, timedelta, Callable[[datetime], None]], ...] = (
            ("shred stopped files", timedelta(0), self._shred_stopped_files),
            ("shred previews of pictures", timedelta(0), lambda now: forget_pictures(house, now=now)),
            ("forget expired intakes", timedelta(0), lambda now: forget_expired(house, now=now)),
            ("forget what was gathered", _HOURLY, lambda now: forget_gathered(house, now=now)),
            ("forget begun letters", _MINUTE, lambda now: forget_begun(house, now=now)),
            ("shred loose blobs", timedelta(0), lambda now: shred_loose(house, now=now)),
            ("carry out restrictions", timedelta(0), lambda now: see_to_rights(house, now=now)),
            ("index the ledger", timedelta(0), self._index_ledger),
            ("look for later heads", _HOURLY, lambda now: look_for_later_heads(house, now=now)),
            ("keep the head file", _MINUTE, lambda now: see_to_head_file(house, now=now)),
            ("take the head outside", _MINUTE, self._take_head_outside),
            ("tell admins", _MINUTE, self._tell_admins),
            ("remind approvers", _MINUTE, self._remind_approvers),
            ("shred what is over", _HOURLY, self._shred_expired),
            ("end links of dead keys", _MINUTE, self._end_links_of_dead_keys),
            ("seal columns anew", timedelta(0), Resealing(house).do),
            ("wrap keys anew", _HOURLY, self._wrap_keys_anew),
            ("forget old asking", _MINUTE, self._forget_old_asking),
            ("forget networks", _HOURLY, self._forget_networks),
        )

    def do(self, now: datetime) -> None:
        """Do whatever is due; nothing while the portal moves."""
        if self._house.age.closed_by:
            return
        for name, every, chore in self._chores:
            if self._next.get(name, now) > now:
                continue
            try:
                chore(now)
                self._next[name] = now + every
            except Exception as error:  # noqa: BLE001 - one chore that fails may keep neither the others nor the mail
                self._next[name] = now + _AGAIN_AFTER
                if not is_told(error):
                    log("worker").warning("chore failed", chore=name, error=type(error).__name__)

    def _index_ledger(self, _: datetime) -> None:
        with self._house.db.read() as session:
            is_behind = ledger.watch_of(session).indexed_seq < ledger.head(session)[0]
        if is_behind:
            with self._house.db.write() as session:
                ledger.index_words(session)

    def _shred_expired(self, now: datetime) -> None:
        done = shred_expired(self._house, now=now)
        if done:
            log("worker").info("documents shredded", documents=done)

    def _take_head_outside(self, now: datetime) -> None:
        if take_head_outside(self._house, now=now):
            log("worker").info("head of the ledger taken outside")

    def _tell_admins(self, now: datetime) -> None:
        for kind in see_to_alerts(self._house, now=now):
            log("worker").info("admins told", about=kind)

    def _remind_approvers(self, now: datetime) -> None:
        if done := remind_waiting(self._house, now=now):
            log("worker").info("approvers reminded", mailings=done)

    def _end_links_of_dead_keys(self, now: datetime) -> None:
        keys = self._house.keys
        if len(keys.ids("link-token")) < len(keys.order("link-token")):  # somebody gave one up, and may have died then
            end_links_of_dead_keys(self._house, by="portal", now=now)

    def _wrap_keys_anew(self, _: datetime) -> None:
        done = self._house.data_keys.roll()
        if done:
            log("worker").info("keys wrapped anew", keys=done)

    def _forget_networks(self, now: datetime) -> None:
        with self._house.db.write() as session:
            forget_networks(session, now=now)
            forget_counts(session, now=now)

    def _forget_old_asking(self, now: datetime) -> None:
        with self._house.db.write() as session:
            forget_old_asking(session, now=now)

    def _shred_stopped_files(self, now: datetime) -> None:
        with self._house.db.read() as session:
            over = documents.expired_held(session, now=now)
        if over:
            self._house.documents.shred(*over)
            with self._house.db.write() as session:
                forget_stopped_files(session, self._house.keys, over, now=now)
