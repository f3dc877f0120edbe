"""The smallest mail server that says yes: it counts messages and throws them away, in a process of its own."""

import asyncio
import sys

_REPLIES = {
    b"EHLO": b"250-sink.test\r\n250-8BITMIME\r\n250-DSN\r\n250 SMTPUTF8\r\n",
    b"HELO": b"250 sink.test\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._held = b""
        self._takes_text = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.test\r\n")

    def data_received(self, received: bytes) -> None:
        assert self._transport is not None
        self._held += received
        while True:
            end, _, rest = self._held.partition(b"\r\n.\r\n" if self._takes_text else b"\r\n")
            if len(end) == len(self._held):
                return
            self._held = rest
            if self._takes_text:
                self._takes_text = False
                self._transport.write(b"250 taken\r\n")
            elif end[:4].upper() == b"DATA":
                self._takes_text = True
                self._transport.write(b"354 go on\r\n")
            else:
                self._transport.write(_REPLIES.get(end[:4].upper(), b"250 OK\r\n"))


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until whoever started it goes away
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
