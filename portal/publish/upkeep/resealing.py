"""What an older key sealed is sealed anew in the background: a key in wrong hands then opens nothing of it."""

from datetime import datetime, timedelta

from portal.flows.taking_back.end_dead_keys import note_sealed_anew
from portal.kernel.log import log
from portal.kernel.secrets import resealing
from portal.kernel.secrets.keys import SealBroken
from portal.kernel.storage.db import hold_still
from portal.overviews.operation.sealed_before import SEALED
from portal.wiring import House

_AT_ONCE = 200
_PAGES_A_BEAT = 10
"""Two thousand rows a beat: 100,000 children and their guardians in a few minutes, the lock never for long."""
_LOOK_AGAIN = timedelta(hours=1)
"""An import that was under way may bring back a value as an older key sealed it."""


class Resealing:
    """Goes through the sealed columns once for each newest key; a new process begins anew and finds what is left."""

    def __init__(self, house: House) -> None:
        """Nothing was looked at yet."""
        self._house = house
        self._key = ""
        self._begin("")

    def _begin(self, key: str) -> None:
        self._key, self._table, self._after, self._done = key, 0, "", 0
        self._again_at: datetime | None = None

    def do(self, now: datetime) -> None:
        """Do a few pages, if any are left."""
        keys = self._house.keys
        if len(keys.order("column")) == 1:
            return
        if keys.newest("column") != self._key or (self._again_at and now >= self._again_at):
            self._begin(keys.newest("column"))
        if self._table >= len(SEALED):
            return
        for _ in range(_PAGES_A_BEAT):
            if self._table >= len(SEALED):
                break
            self._page()
        if self._table >= len(SEALED):
            self._again_at = now + _LOOK_AGAIN
            if self._done:
                with self._house.db.write() as session:
                    note_sealed_anew(session, keys, self._done, by="portal", now=now)
                log("keys").info("sealed anew", values=self._done)

    def _page(self) -> None:
        house, where = self._house, SEALED[self._table]
        with house.db.read() as session:
            page = resealing.page_behind(session, where, house.keys, after=self._after, limit=_AT_ONCE)
        if not page:
            self._table, self._after = self._table + 1, ""
            return
        values = []
        for owner in page:
            try:
                values += resealing.seal_anew(where, house.keys, [owner])
            except SealBroken:  # it is shown to nobody as it is, and doctor goes on telling of it
                log("keys").warning("not sealed anew", table=where.table.__tablename__, row=owner[0])
        with house.db.write() as session:
            hold_still(session, "roster", shared=False)  # an import changes the same rows, in an order of its own
            resealing.write(session, where, values)
        self._after, self._done = page[-1][0], self._done + len(values)
