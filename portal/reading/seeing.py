"""From parsed file to finished reading: every picture is known, seen to hold no text, or read; else the answer is no.

The agreement of the parts: `PlainReader().parse(data, name) -> Parsed | Unreadable` runs the parsers of a file
and looks at no picture. `finish(parsed, known, look)` asks `look` for a sight of each picture that is not known
and gives the reading. In the cage, parsing and every looking are orders of their own; in-process,
`PlainReader.read` is `finish(parsed, known, Sights(Eyes().look_at).of)`.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from portal.reading.images.grey import WHOLE_FILE, Picture
from portal.reading.reader import Part, Preview, Reading, Unreadable

MAX_PICTURES: Final = 60
"""Different pictures of one file that are looked at."""
MAX_PIXELS: Final = 150_000_000
"""Pixels of one file that are looked at."""
MAX_REMEMBERED: Final = 10_000
MAX_TEXT_REMEMBERED: Final = 64 * 1024
_BLANK_LINES: Final = re.compile(r"\n\s*\n")
_FEW_LINES: Final = 12
_FEWER: Final = "Divide the file and choose a part, or leave some pictures out."
_SMALLER: Final = "Divide the file and choose a part, or save it with smaller pictures."


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as its parsers leave it: what they read, and the pictures nobody has looked at yet."""

    reading: Reading
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class NoText:
    """Nothing in the picture looks like writing."""


@dataclass(frozen=True, slots=True)
class Read:
    """All that looks like writing was read with confidence."""

    text: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """Something may be writing and was not read with confidence, or looking took too long."""


Sight = NoText | Read | Unsure
"""What looking at one picture gave."""
Look = Callable[[Sequence[Picture]], Sequence[Sight]]
"""Looks at pictures and gives a sight of each, in their order. Never raises for what they show."""


def finish(parsed: Parsed, known: Collection[str], look: Look) -> Reading | Unreadable:
    """Return the reading with all that its pictures say, or why nobody can vouch for them.

    Pictures whose hash is in `known` are counted and not looked at.
    """
    pictures = [picture for picture in parsed.pictures if picture.sha256 not in known]
    if len(pictures) > MAX_PICTURES:
        return Unreadable(f"This file holds more than {MAX_PICTURES} different pictures. {_FEWER}")
    if sum(picture.width * picture.height for picture in pictures) > MAX_PIXELS:
        return Unreadable(f"The pictures in this file are too large for the portal to read. {_SMALLER}")
    sights = list(zip(pictures, look(pictures), strict=True))
    unsure = [picture for picture, sight in sights if isinstance(sight, Unsure)]
    if unsure:
        previews = tuple(Preview(one.sha256, one.width, one.height, one.packed) for one in unsure)
        return Unreadable(_cannot_tell(unsure), tuple(picture.sha256 for picture in unsure), previews)
    seen = tuple(part for picture, sight in sights if isinstance(sight, Read) for part in _parts(picture, sight.text))
    if not seen:
        return parsed.reading
    return replace(parsed.reading, parts=(*parsed.reading.parts, *seen), rows=None)  # a list may go on in a picture


def _parts(picture: Picture, text: str) -> Iterator[Part]:
    """Yield what a picture says; again with its lines together, where large ones may look like paragraphs."""
    yield Part(picture.place, text, by_ocr=True)
    together = "\n".join(block for block in _BLANK_LINES.split(text) if "\t" not in block)
    if together.count("\n") < _FEW_LINES and together != text:
        yield Part(f"{picture.place}, lines together", together, by_ocr=True)


def _cannot_tell(unsure: Sequence[Picture]) -> str:
    """Name the places; they hold no word of the file."""
    places = list(dict.fromkeys(picture.place for picture in unsure))
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    where = "this picture" if places == [WHOLE_FILE] else f"a picture ({'; '.join(places[:3])}{more})"
    return (
        f"The portal cannot be sure of every word in {where}. "
        "Save the letter as a PDF from the program that made it: then its words are text. "
        "Or type them into the letter. "
        "An administrator can register a logo, a seal or a photo as known."
    )


class Sights:
    """Remembers what was seen in a picture, by its pixels: a letterhead is looked at once, not in every letter.

    By the pixels that were looked at, not by the hash that comes with them: a parser that a hostile file has taken over
    may tell any hash, and what it says must not be believed of another file's picture. Safe for threads. Holds the
    10,000 last asked for, none with more than 64 kB of text, none unsure.
    """

    def __init__(self, look: Look) -> None:
        """Take whoever looks at what is not remembered."""
        self._look = look
        self._remembered: OrderedDict[str, Sight] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, pictures: Sequence[Picture]) -> list[Sight]:
        """Return a sight of each picture."""
        pixels = [picture.pixels for picture in pictures]
        sights = self._recall(pixels)
        fresh = {key: picture for key, picture in zip(pixels, pictures, strict=True) if key not in sights}
        for key, sight in zip(fresh, self._look(list(fresh.values())), strict=True):
            sights[key] = sight
            self._remember(key, sight)
        return [sights[key] for key in pixels]

    def _recall(self, pixels: Sequence[str]) -> dict[str, Sight]:
        sights = {}
        with self._lock:
            for key in {*pixels} & self._remembered.keys():
                self._remembered.move_to_end(key)
                sights[key] = self._remembered[key]
        return sights

    def _remember(self, key: str, sight: Sight) -> None:
        if isinstance(sight, Unsure) or (isinstance(sight, Read) and len(sight.text) > MAX_TEXT_REMEMBERED):
            return  # an unsure one may only have had too little time
        with self._lock:
            self._remembered[key] = sight
            while len(self._remembered) > MAX_REMEMBERED:
                self._remembered.popitem(last=False)
