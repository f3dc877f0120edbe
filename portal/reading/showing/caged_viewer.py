"""A viewer whose drawing runs in a cage: even a letter that was judged is a stranger's bytes."""

import json
import os
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final, TypeVar
from weakref import finalize

from portal.kernel.cage.frames import ABOUT, BYTES, COUNT, TEXT, CageBroken, Frame, until_the_end
from portal.kernel.cage.warm import Cell, Cells, Take
from portal.reading.budget import MAX_FILE, MIB, Limits
from portal.reading.cage.cells import SHOWS, framed
from portal.reading.reader import LONGEST_TITLE, TAG, Unreadable
from portal.reading.showing.blocks import MOST_BLOCKS, NoBlock, pieces_of, text_of, unpacked
from portal.reading.showing.viewer import (
    MARK_HIGH,
    MARK_WIDE,
    MOST_PAGES,
    MOST_TEXT,
    MarkShown,
    NotShown,
    Outline,
    PageShown,
    Shape,
)

_LIMITS: Final = Limits(memory=512 * MIB, cpu_seconds=5, wall_seconds=10.0)
_LARGEST: Final = 12 * MIB
_LARGEST_MARK: Final = 8_192
_MOST_SIDE: Final = 20_000
_MOST_COUNTED: Final = 10_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
T = TypeVar("T")


class CagedViewer:
    """Shows each letter in a process of its own without environment, network or files; `cells` at once.

    Safe for threads. Whatever goes wrong in there is `NotShown`, and the letter's file is there all the same.
    """

    def __init__(self, cells: int, limits: Limits = _LIMITS) -> None:
        """Start nothing yet: the first letters warm the cells up."""
        self._cells = Cells(cells, partial(Cell, module=SHOWS))
        self._limits = limits
        finalize(self, self._cells.close)

    def close(self) -> None:
        """End every cell that is not at work."""
        self._cells.close()

    def outline(self, data: bytes, shape: Shape) -> Outline:
        """Return sizes and text of the pages. Raises `NotShown`."""
        return self._told({"do": "outline", "shape": shape}, data, framed(_outline))

    def picture(self, data: bytes, number: int) -> bytes:
        """Return a page as a PNG. Raises `NotShown`."""
        return self._told({"do": "picture", "number": number}, data, framed(_picture, _LARGEST))

    def mark(self, data: bytes) -> MarkShown:
        """Return a school's mark, made small. Raises `NotShown`."""
        return self._told({"do": "mark"}, data, framed(_mark))

    def _told(self, order: Mapping[str, object], data: bytes, take: Take[T | Unreadable]) -> T:
        if len(data) > MAX_FILE:
            raise NotShown
        file = os.memfd_create("letter", os.MFD_CLOEXEC)  # in memory: plain bytes of a letter never touch the disk
        try:
            with os.fdopen(os.dup(file), "wb") as into:
                into.write(data)
            os.lseek(file, 0, os.SEEK_SET)
            answer = self._cells.ask(order, file, self._limits, take)
        except CageBroken:
            raise NotShown from None
        finally:
            os.close(file)
        if isinstance(answer, Unreadable):
            raise NotShown
        return answer


def _outline(frames: Iterator[Frame]) -> Outline:
    """Return what a cell saw; nothing in it is trusted. Raises `CageBroken`, `CannotRead`."""
    pages: list[PageShown] = []
    about: tuple[bool, str, str] | None = None
    total = letters = pieces = 0
    for kind, body in until_the_end(frames):
        if kind == COUNT and not total and body.isdigit() and 0 < int(body) <= _MOST_COUNTED:
            total = int(body)
        elif kind == ABOUT and about is None:
            about = _about(body)
        elif kind == TEXT and len(pages) < min(total, MOST_PAGES):
            pages.append(_page(body))
            letters += sum(len(text_of(block)) for block in pages[-1].blocks)
            pieces += sum(map(pieces_of, pages[-1].blocks))
        else:
            raise CageBroken
    if not total or len(pages) != min(total, MOST_PAGES) or letters > MOST_TEXT or pieces > MOST_BLOCKS:
        raise CageBroken
    return Outline(tuple(pages), total, *(about or ()))


def _about(body: bytes) -> tuple[bool, str, str]:
    match _parsed(body):
        case {"tagged": bool(tagged), "language": str(language), "title": str(title)}:
            if len(title) <= LONGEST_TITLE and (not language or TAG.fullmatch(language)):
                return tagged, language, title
    raise CageBroken


def _page(body: bytes) -> PageShown:
    match _parsed(body):
        case [int(width), int(height), bool(is_sure), list(blocks)] if (
            0 < min(width, height) <= max(width, height) <= _MOST_SIDE
        ):
            try:
                return PageShown(width, height, tuple(map(unpacked, blocks)), is_sure)
            except NoBlock:
                pass
    raise CageBroken


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise CageBroken from None


def _mark(frames: Iterator[Frame]) -> MarkShown:
    png = _picture(frames)
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))  # a PNG begins with its size (PNG 11.2.1)
    if len(png) > _LARGEST_MARK or not (0 < width <= MARK_WIDE and 0 < height <= MARK_HIGH):
        raise CageBroken
    return MarkShown(png, width, height)


def _picture(frames: Iterator[Frame]) -> bytes:
    told = list(until_the_end(frames))
    if len(told) != 1 or told[0].kind != BYTES or not told[0].body.startswith(_PNG):
        raise CageBroken
    return told[0].body
