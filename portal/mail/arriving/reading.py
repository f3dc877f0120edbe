"""Messages that staff hand in are taken apart in a cage: what is attached to them comes from anywhere."""

from pathlib import Path

from portal.mail.arriving.message import Arrived


def read_message(raw: bytes) -> Arrived:
    """Say what a message says. Never raises: what cannot be taken apart is refused as unreadable."""
    raise NotImplementedError


def read_message_in(file: int) -> Arrived:
    """Say what the message in an open file says, from its first byte on, without reading it into this process."""
    raise NotImplementedError


def take_files(raw: bytes, into: Path) -> tuple[Arrived, list[Path]]:
    """Write the files of a message below a folder, in the order of its attachments; none where it is unreadable."""
    raise NotImplementedError
