"""Calls into a cage: a function of a cell does what it is told with one open file, and typed values come back.

The one way for every parser that is not the reader's or the press's own. The other end is `kernel.cage.answering`.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final, TypeVar
from weakref import finalize

from pydantic import TypeAdapter, ValidationError

from portal.kernel.cage.frames import END, REASON, VALUE, CageBroken, Frame, frames_from
from portal.kernel.cage.limits import MIB, Limits
from portal.kernel.cage.warm import Cell, Cells
from portal.kernel.errors import PortalError

T = TypeVar("T")
_LONGEST_SENTENCE: Final = 2_000
_REASON: Final = TypeAdapter(tuple[str, str])
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Calls:
    """Calls the functions of one cell's module, each call in a process of its own. Safe for threads.

    What a function refuses is one of `refusals` with its sentence. A crash, a breach of limits or an answer that makes
    no sense is `broken`. Cells are started at the first call and stay warm, `cells` of them at the most.
    """

    def __init__(
        self,
        module: str,
        *,
        limits: Limits,
        refusals: Sequence[type[PortalError]],
        broken: Callable[[], PortalError],
        cells: int = 1,
    ) -> None:
        """Start nothing yet."""
        self._cells = Cells(cells, partial(Cell, module))
        self._limits = limits
        self._refusals = {refusal.__name__: refusal for refusal in refusals}
        self._broken = broken
        finalize(self, self._cells.close)

    def value(
        self, do: str, file: int, answer: TypeAdapter[T], told: Mapping[str, object] = {}, *, longest: int = 2 * MIB
    ) -> T:
        """Return the one value that a function gives. Raises what it refuses, or `broken`."""

        def take(values: Iterator[bytes]) -> T:
            (value,) = (checked(answer, body) for body in values)
            return value

        return self.values(do, file, take, told, longest=longest)

    def values(
        self,
        do: str,
        file: int,
        take: Callable[[Iterator[bytes]], T],
        told: Mapping[str, object] = {},
        *,
        longest: int = 2 * MIB,
    ) -> T:
        """Return what `take` makes of the values that a function gives, each as JSON; it raises `CageBroken`.

        Raises what the function refuses, or `broken`.
        """

        def taken(answer: int, until: float) -> T | PortalError:
            try:
                return take(self._heard(frames_from(answer, until, longest)))
            except PortalError as refusal:  # an answer like any other: the cell stays warm
                return refusal
            except ValueError:  # fewer values than one, or more
                raise CageBroken from None

        try:
            told_back = self._cells.ask({"do": do, **told}, file, self._limits, taken)
        except CageBroken:
            raise self._broken() from None
        if isinstance(told_back, PortalError):
            raise told_back
        return told_back

    def _heard(self, frames: Iterator[Frame]) -> Iterator[bytes]:
        for kind, body in frames:
            if kind == END:
                return
            if kind == REASON:
                raise self._refusal(body)
            if kind != VALUE:
                raise CageBroken
            yield body
        raise CageBroken

    def _refusal(self, body: bytes) -> PortalError:
        name, sentence = checked(_REASON, body)
        if name not in self._refusals:
            raise CageBroken
        return self._refusals[name](_UNSEEN.sub("�", sentence[:_LONGEST_SENTENCE]))


def checked(answer: TypeAdapter[T], body: bytes) -> T:
    """Return a value of this type. Raises `CageBroken` for what is none: nothing that a cage says is trusted."""
    try:
        return answer.validate_json(body, strict=True)
    except (ValidationError, RecursionError):
        raise CageBroken from None


@contextmanager
def in_memory(data: bytes) -> Iterator[int]:
    """Give an open file without a name that holds these bytes, in memory alone."""
    with os.fdopen(os.memfd_create("given", os.MFD_CLOEXEC), "w+b") as file:
        file.write(data)
        file.seek(0)
        yield file.fileno()
