"""What a worker does beside mail: files that staff gave or sent in, files that letters begin with, rosters.

Each kind is worked through one at a time and beside the others, so that no zip of report cards keeps a letter waiting
that somebody is writing. What fails is held back by its lease for a minute, and it alone.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from portal.documents.repository import intakes
from portal.kernel.errors import PortalError
from portal.kernel.log import log
from portal.overviews.arriving.gathering_work import Task
from portal.publish.beginning import read_begun, waiting_to_be_read
from portal.publish.gathered.answering import waiting_gatherings, work_on_gathering
from portal.publish.per_child.sorting import sort_given
from portal.publish.rosters.roster_uploads import waiting_rosters, work_on_roster
from portal.publish.upkeep.rights import ComingOfAge
from portal.wiring import House

_BEAT_SECONDS: Final = 1.0
Waiting = TypeVar("Waiting")


class Jobs:
    """The jobs of one worker; a drain waits until none is left."""

    def __init__(self, house: House) -> None:
        """Take the house whose files these are."""
        self._house = house
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
        before: Callable[[], object] = lambda: None,
    ) -> None:
        """Look once a beat what of a kind waits, and work through it in a thread, for it takes time.

        Nothing is begun while the portal moves.
        """
        while not stop.is_set():
            with suppress(PortalError, SQLAlchemyError):  # the next beat tries again
                await asyncio.to_thread(before)
                for one in () if self._house.age.closed_by else waiting():
                    self._in_hand.add(kind)
                    await asyncio.to_thread(work, one, stop)
            self._in_hand.discard(kind)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _BEAT_SECONDS)

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
