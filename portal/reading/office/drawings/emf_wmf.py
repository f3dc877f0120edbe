"""Windows metafiles (EMF, WMF): the text they write, the bitmaps they hold, and what they draw, as a picture.

Letters may be drawn as outlines, so every line is drawn again for whoever looks at pictures.
"""

import struct
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.office.drawings.bitmap import as_file
from portal.reading.office.drawings.metafile import Stroke, play_emf, play_wmf
from portal.reading.texts.svg import draw

_DAMAGED: Final = f"A picture in this file is damaged. {SAVE_AS_PDF}"
_EMF_HEADER: Final = b"\x01\x00\x00\x00"
_PLACEABLE: Final = b"\xd7\xcd\xc6\x9a"
_PLAIN_WMF: Final = (b"\x01\x00\x09\x00\x00", b"\x02\x00\x09\x00\x00")


def is_drawing(content: bytes) -> bool:
    """Whether the bytes are a metafile."""
    is_emf = content.startswith(_EMF_HEADER) and content[40:44] == b" EMF"
    return is_emf or content.startswith((_PLACEABLE, *_PLAIN_WMF))


def read_drawing(content: bytes, to: Gathering, place: str, *, exempt: int | None = None) -> None:
    """Say the words, hand over the bitmaps, draw the lines; of a thumbnail (`exempt` pixels) only the first two.

    Raises `CannotRead`.
    """
    try:
        if content.startswith(_EMF_HEADER):
            drawn = play_emf(content)
        else:
            drawn = play_wmf(content[22:] if content.startswith(_PLACEABLE) else content)
    except (struct.error, OverflowError):
        raise CannotRead(_DAMAGED) from None
    to.seen += 1
    to.say(place, drawn.text())
    for bitmap in drawn.bitmaps:
        to.show_file(place, as_file(bitmap), exempt=exempt)
    for file in drawn.files:
        to.inside(file, place)
    if exempt is None:
        if drawn.is_closed:
            raise CannotRead(f"It holds a drawing the portal cannot read. {SAVE_AS_PDF}")
        if drawn.strokes:
            draw(_as_svg(drawn.strokes), to)


def _as_svg(strokes: list[Stroke]) -> str:
    """Return all lines in one drawing, black on white, however they were coloured."""
    points = [point for stroke in strokes for point in stroke.points]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    width, height = max(x for x, _ in points) - left, max(y for _, y in points) - top
    scale = 2000 / max(width, height, 1e-9)
    paths = []
    for stroke in strokes:
        first, *rest = (f"{(x - left) * scale + 9:.1f},{(y - top) * scale + 9:.1f}" for x, y in stroke.points)
        fill, end = ("#999", "Z") if stroke.is_filled else ("none", "")
        along = f"{'C' if stroke.is_curved else 'L'}{' '.join(rest or [first])}"
        paths.append(f'<path fill="{fill}" d="M{first} {along}{end}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * scale + 18:.1f} {height * scale + 18:.1f}">'
        f'<g stroke="black" stroke-width="2" fill-rule="evenodd">{"".join(paths)}</g></svg>'
    )
