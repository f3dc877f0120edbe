"""Tesseract's models: each reads a line that was cut out, and says what it saw and where."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import tesserocr
from PIL import Image

from portal.reading.ocr.components.line_crops import key_of

ENGLISH: Final = 0  # the number of the model that is asked first; by definition
_EMPTY: Final = (90, 70)  # pixels wide and high, of a cut without ink; by eye
_OURS: Final = Path(__file__).with_name("models")  # Latin letters with the marks that English has none of


@dataclass(frozen=True, slots=True)
class Place:
    """A word as tesseract gives it: with the pixels of a cut from which to which it stands."""

    text: str
    confidence: float
    left: int
    right: int


class Readers:
    """The models, by number: English, those beside this module, and all in a folder. Not safe for threads."""

    def __init__(self, models: Path | None = None) -> None:
        """Load them. Raises `RuntimeError` for one that is missing or damaged."""
        named = {"eng": Path(sys.prefix, "share", "tessdata")}
        for folder in filter(None, (_OURS, models)):
            named |= {model.stem: folder for model in sorted(folder.glob("*.traineddata"))}
        self._readers = [_reader(folder, name) for name, folder in named.items()]
        self._known: dict[tuple[int, bytes], tuple[Place, ...]] = {}
        self._open_log()

    def _open_log(self) -> None:
        """Have tesseract speak of an empty cut, which opens its log: once the cage is shut it could not."""
        self.read(ENGLISH, Image.new("L", _EMPTY, 255))
        self.forget()

    @property
    def numbers(self) -> range:
        """The number of each model."""
        return range(len(self._readers))

    def forget(self) -> None:
        """Forget what was read: the next picture has other lines."""
        self._known.clear()

    def read(self, number: int, cut: Image.Image) -> tuple[Place, ...]:
        """Read a cut with one of the models; one that stays as it was when rules are taken out is not read again."""
        key = number, key_of(cut)
        if key not in self._known:
            reader = self._readers[number]
            reader.SetImageBytes(cut.tobytes(), cut.width, cut.height, 1, cut.width)
            reader.Recognize()
            self._known[key] = tuple(_places(reader))
        return self._known[key]


def _reader(folder: Path, model: str) -> tesserocr.PyTessBaseAPI:
    reader = tesserocr.PyTessBaseAPI(
        path=str(folder), lang=model, oem=tesserocr.OEM.LSTM_ONLY, psm=tesserocr.PSM.SINGLE_LINE
    )
    reader.SetVariable("tessedit_do_invert", "0")  # the strips are dark on light
    return reader


def _places(reader: tesserocr.PyTessBaseAPI) -> Iterator[Place]:
    if not reader.AllWordConfidences():
        return
    for word in tesserocr.iterate_level(reader.GetIterator(), tesserocr.RIL.WORD):
        left, _, right, _ = word.BoundingBox(tesserocr.RIL.WORD)
        text, confidence = word.GetUTF8Text(tesserocr.RIL.WORD).strip(), word.Confidence(tesserocr.RIL.WORD)
        yield Place(text, confidence, left, right)
