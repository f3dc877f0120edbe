"""Inside the cage of the reader: a warm process that never sees a file, and what its children answer (`serving`).

The warm process has all parsers loaded and forks; pictures are looked at beside it (`eyes`). The child gives up
everything but memory and two open descriptors, reads what it was given, answers and is gone. So no file can change
how the next one is read.
"""

import codecs
import contextlib
import importlib
import io
import os
import socket
import sys
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from PIL import Image

from portal.kernel.cage.frames import Frame, ended, packed
from portal.kernel.cage.serving import Tell, serve
from portal.kernel.machine.host import tidy_less_often
from portal.reading.answers import Ahead, pack_parsed, pack_stripped
from portal.reading.budget import MAX_FILE, CannotRead
from portal.reading.bundles.cut import cut_pages
from portal.reading.bundles.leaf_texts import page_pictures, page_texts
from portal.reading.bundles.zip_of_files import files_of
from portal.reading.cage.confinement import packed_confinement
from portal.reading.cage.preparing import prepare, prepare_together
from portal.reading.parsing import DAMAGED, parse
from portal.reading.pdf.lettering.faces import draw_with_own_faces
from portal.reading.reader import CountRows, Unreadable
from portal.reading.samples import sample_files, sample_letters
from portal.reading.seeing import Parsed
from portal.reading.strip.strip import strip
from portal.reading.texts.encodings import ENCODINGS

_DAMAGED: Final = "The portal cannot take out what is hidden in this file. Save it as PDF and choose it again."


def warm_up(count_rows: CountRows | None = None) -> None:
    """Load what parsers load late: behind the filter nothing can be opened any more."""
    draw_with_own_faces()
    for name, data in sample_files().items():
        parsed = parse(data, name)
        if count_rows and isinstance(parsed, Parsed):
            count_rows(parsed.reading.parts)
        with contextlib.suppress(CannotRead):
            strip(data)
        for frames in (page_texts(data), page_pictures(data, [0]), cut_pages(data, [[0]]), files_of(io.BytesIO(data))):
            for _ in ended(frames, DAMAGED):
                pass
    Image.init()
    for encoding in (*ENCODINGS, "cp437"):  # the last one for names in a zip
        codecs.lookup(encoding)
    for letter in sample_letters():  # last, so that what they need is at hand: Python keeps what it met last
        for _ in ended(prepare(letter, "letter.pdf"), DAMAGED):
            pass


def _answer(order: Mapping[str, Any], file: int, tell: Tell, count_rows: CountRows | None) -> Iterable[bytes]:
    if order["do"] == "probe":
        return [packed_confinement()]
    opened = os.fdopen(file, "rb")  # closed by the end of this process
    if order["do"] == "unpack":
        return map(packed, ended(files_of(opened), DAMAGED))
    data = opened.read(MAX_FILE + 1)
    match order["do"]:
        case "read":
            ahead = Ahead(tell) if order["ahead"] else None
            return pack_parsed(parse(data, order["name"], ahead.take if ahead else None), count_rows, ahead)
        case "strip":
            return _strip(data)
        case _:
            return map(packed, ended(_frames(order, data), DAMAGED))


def _frames(order: Mapping[str, Any], data: bytes) -> Iterable[Frame]:
    match order["do"]:
        case "prepare":
            return prepare(data, order["name"], order["origin"])
        case "prepare together":
            return prepare_together(io.BytesIO(data), order["papers"])
        case "pages":
            return page_texts(data, tuple(order["share"]), at_their_word=order["at their word"])
        case "show":
            return page_pictures(data, order["pages"])
        case "cut":
            return cut_pages(data, order["groups"])
    return []


def _strip(data: bytes) -> Iterable[bytes]:
    try:
        return pack_stripped(*strip(data))
    except CannotRead as sentence:
        return pack_parsed(Unreadable(str(sentence)))
    except Exception:  # noqa: BLE001 - whatever a library trips over, the answer is no (promise 10)
        return pack_parsed(Unreadable(_DAMAGED))


def main() -> None:
    """Start from the command line the cage writes: a descriptor, and what counts rows, or nothing.

    What counts is told as `module:function`, because nothing here may know the floor above.
    """
    descriptor, counts = sys.argv[1:]
    module, _, function = counts.partition(":")
    count_rows = getattr(importlib.import_module(module), function) if counts else None
    tidy_less_often()
    warm_up(count_rows)
    with socket.socket(fileno=int(descriptor)) as control:
        serve(control, partial(_answer, count_rows=count_rows))
