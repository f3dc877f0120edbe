"""What a patch is made to say: the net is asked in several ways, and tesseract once.

A net reads one cut of a name it knows like another. What is a drawing to it, or an alphabet it has never seen, is
something else in each, or nothing.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final

import numpy as np
from PIL import ImageOps

from portal.kernel.text.folding import bare
from portal.reading.ocr.components.connected_components import Grey
from portal.reading.ocr.components.line_crops import EDGE
from portal.reading.ocr.nets.oriented_boxes import Patch
from portal.reading.ocr.recognition.cross_check import Heard, Witness
from portal.reading.ocr.recognition.tesseract import ENGLISH, Readers

_HEIGHTS: Final = (1, 0.86, 1.25, 0.8)  # times as high as a patch: what is cut out; by eye
_TURNED: Final = (1, 0.86)  # times as high as a patch: what is cut out on its head; by eye
_ALIKE: Final = 0.85  # of 1, how alike two readings are; by eye
_LONG: Final = 5  # letters that two cuts have to say alike; by eye
_LIKELY: Final = 0.8  # confidence, of 1, of the net; by eye
_SOUND, _FAIR = 70, 60  # confidence, of 100, of tesseract: to be believed, and that there may be a word; by eye
_DOWN: Final = 60  # degrees: what runs so may as well run up; by eye
_SOME, _WORD = 3, 4  # letters: fewer seen by the net are silence, and as many said by tesseract may be a word; by eye
_MOST: Final = 3  # of six cuts, so many that say the same; by eye
DASH: Final = "一"  # what a dash is to a net that learnt Chinese
_SOFT: Final = 2.8  # pixels: what a blurred edge takes; by eye
_JOINED: Final = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-Z])")
_BOXES: Final = frozenset("□☐☑☒■")  # beside which there may be anything
_QUOTES: Final = "\"'“”‘’"
_RIM: Final = 3  # rows of a cut that are paper, above and below; by eye


@dataclass(frozen=True, slots=True)
class Testimony:
    """All that a patch may say, the likeliest first; whether that `is_sure`, or it `is_silent`: nothing is written.

    It `is_soft` if its edges are blurred: then nobody can tell a letter from a shadow.
    """

    texts: tuple[str, ...]
    is_sure: bool = False
    is_silent: bool = False
    is_soft: bool = False

    @property
    def is_in_doubt(self) -> bool:
        """Whether it may be a word, though nobody knows which: a row of stars is one letter many times."""
        letters = [*filter(str.isalpha, "".join(self.texts[:1]))]
        return not (self.is_sure or self.is_silent) and len(letters) >= _WORD and len({*letters}) > 1

    @property
    def sign(self) -> str:
        """The letter by itself or the number that most cuts show; nothing if they do not, or it is more."""
        texts = Counter(text.strip(_QUOTES) for text in self.texts)
        best, count = texts.most_common(1)[0] if texts else ("", 0)
        is_plain = best == DASH or (best.isascii() and (best.isdigit() or (len(best) == 1 and best.isalpha())))
        return best if count >= _MOST and is_plain else ""

    @property
    def told(self) -> list[str]:
        """What may be written, also with the blanks that the net may have left out: `ReadingAna Rivera`."""
        texts = self.texts if self.is_sure or self.is_in_doubt else filter(None, [self.sign])
        return list(dict.fromkeys(one for text in texts for one in (text, _JOINED.sub(" ", text))))


def testimony_of(patch: Patch, grey: Grey, witness: Witness, readers: Readers) -> Testimony:
    """Ask about a patch of a picture."""
    said = _said_of(patch, grey, witness, readers)
    return replace(said, is_soft=patch.softness(patch.cut(grey)) > _SOFT)


def _said_of(patch: Patch, grey: Grey, witness: Witness, readers: Readers) -> Testimony:
    heard: list[Heard] = []
    for times in _HEIGHTS:
        heard.append(witness.hear(patch.times_as_high(times).cut(grey)))
        if said := _said_twice(heard):
            return Testimony((said,), is_sure=True)
    sure = [one for one in heard if one.is_sure]
    if len(sure) > 1 and len(sure[0].key) >= _LONG and _are_alike(sure[0].text, sure[1].text):
        return Testimony((sure[0].text, sure[1].text), is_sure=True)
    best = max(heard, key=lambda one: one.likely)
    said, confidence = _english(patch.cut(grey), readers)
    if len(best.key) > 1 and best.likely >= _LIKELY and confidence >= _SOUND and _are_alike(best.text, said):
        return Testimony((best.text, said), is_sure=True)
    turned = [witness.hear(patch.times_as_high(times).cut(grey, is_turned=True)) for times in _TURNED]
    ways = sorted((*heard, *turned), key=lambda one: -one.likely)
    texts = tuple(one.text for one in ways if one.may_be)
    if patch.slant > _DOWN and _said_twice(turned):
        return Testimony(texts, is_sure=True)
    may_be_a_word = sum(map(str.isalpha, said)) >= _WORD and confidence >= _FAIR
    return Testimony(texts, is_silent=not may_be_a_word and max(one.seen for one in ways) < _SOME)


def _said_twice(heard: Sequence[Heard]) -> str:
    """Return what two cuts say for sure; nothing if there are no two, or it is a letter by itself, or a tick box."""
    pairs = combinations((one for one in heard if one.is_sure and len(one.key) > 1 and not _BOXES & {*one.text}), 2)
    return next((one.text for one, other in pairs if one.key == other.key), "")


def _are_alike(one: str, other: str) -> bool:
    return SequenceMatcher(a=bare(one), b=bare(other), autojunk=False).ratio() >= _ALIKE


def _english(cut: Grey, readers: Readers) -> tuple[str, float]:
    """Return what tesseract makes of a cut, and how sure it is."""
    pixels = np.asarray(cut)
    is_light = pixels.mean() > np.median(np.concatenate((pixels[:_RIM], pixels[-_RIM:])))
    strip = ImageOps.autocontrast(ImageOps.invert(cut) if is_light else cut, cutoff=1)
    words = readers.read(ENGLISH, ImageOps.expand(strip, EDGE, 255))
    letters = sum(len(word.text) for word in words)
    confidence = sum(len(word.text) * word.confidence for word in words) / max(1, letters)
    return " ".join(word.text for word in words), confidence
