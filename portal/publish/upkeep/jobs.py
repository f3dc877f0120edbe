"""What a worker does beside mail: files that staff gave or sent in, files that letters begin with, rosters.

Each kind is worked through one at a time and beside the others, so that no zip of report cards keeps a letter waiting
that somebody is writing. What fails is held back by its lease for a minute, and it alone.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from portal.documents.repository import intakes
from portal.kernel.errors import PortalError
from portal.kernel.log import log
from portal.kernel.storage.bell import BEAT_SECONDS, Bell, until_any
from portal.overviews.arriving.gathering_work import Task
from portal.publish.beginning import read_begun, waiting_to_be_read
from portal.publish.gathered.answering import waiting_gatherings, work_on_gathering
from portal.publish.per_child.sorting import sort_given
from portal.publish.rosters.roster_uploads import waiting_rosters, work_on_roster
from portal.publish.upkeep.rights import ComingOfAge
from portal.wiring import House

Waiting = TypeVar("Waiting")


class Jobs:
    """The jobs of one worker; a drain waits until none is left."""

    def __init__(self, house: House, bell: Bell) -> None:
        """Take the house whose files these are, and what tells that there is another."""
        self._house, self._bell = house, bell
        self._coming_of_age = ComingOfAge(house)
        self._in_hand: set[str] = set()

    def are_left(self) -> bool:
        """Whether files, rosters or what was sent in wait, or are in this worker's hands."""
        if self._house.age.closed_by:
            return bool(self._in_hand)
        waiting = (self._waiting_intakes, self._waiting_rosters, self._waiting_gatherings)
        return bool(self._in_hand) or any(look() for look in waiting)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what is in hand then ends at its next step."""
        async with asyncio.TaskGroup() as group:
            group.create_task(
                self._each(stop, "files", self._waiting_intakes, self._sort_one, self._coming_of_age.look)
            )
            group.create_task(self._each(stop, "roster", self._waiting_rosters, self._import_one))
            group.create_task(self._each(stop, "begun", self._waiting_begun, self._read_one))
            group.create_task(self._each(stop, "gathered", self._waiting_gatherings, self._gather_one))

    async def _each(
        self,
        stop: asyncio.Event,
        kind: str,
        waiting: Callable[[], Sequence[Waiting]],
        work: Callable[[Waiting, asyncio.Event], object],
        before: Callable[[], object] | None = None,
    ) -> None:
        """Look, when something was committed, what of a kind waits; work through it in a thread, for it takes time.

        Nothing is begun while the portal moves.
        """
        rung = self._bell.sleeper()
        while not stop.is_set():
            rung.clear()
            rest = BEAT_SECONDS
            with suppress(PortalError, SQLAlchemyError):  # the next beat tries again
                if before:
                    await asyncio.to_thread(before)
                found = () if self._house.age.closed_by else waiting()
                for one in found:
                    self._in_hand.add(kind)
                    await asyncio.to_thread(work, one, stop)
                rest = BEAT_SECONDS if found else self._bell.longest_rest
            self._in_hand.discard(kind)
            await until_any(rest, stop, rung)

    def _waiting_intakes(self) -> Sequence[str]:
        with self._house.db.read() as session:
            return intakes.waiting_intakes(session, now=self._house.clock())

    def _waiting_rosters(self) -> Sequence[str]:
        return waiting_rosters(self._house)

    def _waiting_begun(self) -> Sequence[str]:
        return waiting_to_be_read(self._house)

    def _waiting_gatherings(self) -> Sequence[Task]:
        return waiting_gatherings(self._house)

    def _sort_one(self, mailing_id: str, stop: asyncio.Event) -> None:
        try:
            sort_given(self._house, mailing_id, is_over=stop.is_set)
        except (PortalError, SQLAlchemyError) as error:
            log("worker").warning("files not sorted", mailing=mailing_id, error=type(error).__name__)

    def _import_one(self, upload_id: str, stop: asyncio.Event) -> None:
        work_on_roster(self._house, upload_id, is_over=stop.is_set)

    def _read_one(self, begun_id: str, stop: asyncio.Event) -> None:
        if not stop.is_set():
            read_begun(self._house, begun_id)

    def _gather_one(self, task: Task, stop: asyncio.Event) -> None:
        try:
            work_on_gathering(self._house, task, is_over=stop.is_set)
        except (PortalError, SQLAlchemyError) as error:
            log("worker").warning("gathering not worked through", error=type(error).__name__)
