"""Inside a cage that is called: functions by name, each with one open file, and the values they give as JSON."""

import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from pydantic import TypeAdapter

from portal.kernel.cage.frames import END, REASON, VALUE, Frame, packed
from portal.kernel.cage.serving import Tell, serve
from portal.kernel.errors import PortalError
from portal.kernel.machine.host import tidy_less_often

Function = Callable[[Mapping[str, Any], int], Iterable[object]]
"""Takes what it is told and an open file; gives values. What it refuses it raises, a `PortalError`."""
_JSON: Final = TypeAdapter[object](object)
_BROKEN: Final = ("", "")
"""The reason when a library trips over something: which error it is, nobody outside needs to know."""


def answer_calls(functions: Mapping[str, Function]) -> None:
    """Answer call after call, from the command line that `warm.Cell` writes: a descriptor, and nothing."""
    tidy_less_often()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        serve(control, partial(_answer, functions))


def _answer(functions: Mapping[str, Function], order: Mapping[str, Any], file: int, _tell: Tell) -> Iterator[bytes]:
    return map(packed, framed_values(partial(functions[order["do"]], order, file)))


def framed_values(give: Callable[[], Iterable[object]]) -> Iterator[Frame]:
    """Give each value as a frame, and an end or a reason: whatever a library trips over, there is one (promise 10)."""
    try:
        for value in give():
            yield Frame(VALUE, _JSON.dump_json(value))
        yield Frame(END)
    except PortalError as refusal:
        yield _reason(type(refusal).__name__, str(refusal))
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic in Rust is none of `Exception`
        yield _reason(*_BROKEN)


def _reason(name: str, sentence: str) -> Frame:
    return Frame(REASON, _JSON.dump_json((name, sentence)))
