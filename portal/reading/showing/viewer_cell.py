"""Inside the cage of the viewer: a warm process like the reader's, lighter, and second to the site itself."""

import os
import socket
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from PIL import Image

from portal.kernel.cage.frames import Frame, ended, packed
from portal.kernel.cage.serving import Tell, serve
from portal.reading.budget import MAX_FILE
from portal.reading.pdf.lettering.faces import draw_with_own_faces
from portal.reading.samples import sample_files
from portal.reading.showing.drawn_pages import CANNOT, outline, picture
from portal.reading.showing.mark_drawing import mark
from portal.reading.showing.viewer import SHAPES

_SECOND_TO_THE_SITE: Final = 10  # of 19, see nice(2)


def answer(order: Mapping[str, Any], file: int, _tell: Tell) -> Iterable[bytes]:
    """Do one order about one sealed letter."""
    data = os.fdopen(file, "rb").read(MAX_FILE + 1)  # closed by the end of this process
    return map(packed, ended(_frames(order, data), CANNOT))


def _frames(order: Mapping[str, Any], data: bytes) -> Iterable[Frame]:
    match order["do"]:
        case "outline":
            return outline(data, order["shape"])
        case "picture":
            return picture(data, order["number"])
        case "mark":
            return mark(data)
    return []


def warm_up() -> None:
    """Load what libraries load late: behind the filter nothing can be opened any more."""
    draw_with_own_faces()
    Image.init()
    for name, data in sample_files().items():
        shape = {"pdf": SHAPES["application/pdf"], "png": SHAPES["image/png"]}.get(name.rpartition(".")[2])
        if shape:
            for frames in (outline(data, shape), picture(data, 1), mark(data)):
                list(ended(frames, CANNOT))


def main() -> None:
    """Start from the command line the cage writes: a descriptor."""
    warm_up()
    os.nice(_SECOND_TO_THE_SITE)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        serve(control, answer)
