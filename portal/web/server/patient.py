"""Uvicorn's server, asleep while nobody asks: its own loop wakes ten times a second to see whether it is to end."""

import asyncio
import time
from email.utils import formatdate

import uvicorn
from uvicorn.server import ServerState


class _State(ServerState):
    """What connections share; the headers of every answer are made when an answer needs them, once a second."""

    own_headers: tuple[tuple[bytes, bytes], ...] = ()
    _second, _dated = -1, list[tuple[bytes, bytes]]()

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of every answer, its date first."""
        second = int(time.time())
        if second != self._second:
            date = formatdate(second, usegmt=True).encode()
            self._second, self._dated = second, [(b"date", date), *self.own_headers]
        return self._dated

    @default_headers.setter
    def default_headers(self, _: list[tuple[bytes, bytes]]) -> None:
        """Take nothing: uvicorn begins with none."""


class PatientServer(uvicorn.Server):
    """Serves until it is told to end, by a signal or by `should_exit`, from whatever thread."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Take how to serve; nothing is opened yet."""
        self._is_over = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        super().__init__(config)
        self.server_state = _State()

    @property
    def should_exit(self) -> bool:
        """Whether it is to end."""
        return self._ends

    @should_exit.setter
    def should_exit(self, ends: bool) -> None:
        self._ends = ends
        if ends and self._loop is not None:
            self._loop.call_soon_threadsafe(self._is_over.set)

    async def main_loop(self) -> None:
        """Sleep until it is to end."""
        assert isinstance(self.server_state, _State)
        self.server_state.own_headers = tuple(self.config.encoded_headers)
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._is_over.wait()
