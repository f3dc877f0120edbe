"""What of the lines that nobody could read may be writing all the same, or was read into something else."""

from collections.abc import Sequence
from typing import Final

from portal.reading.ocr.components.connected_components import Levels
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.components.square_scripts import Drawn
from portal.reading.ocr.recognition.line_readings import BY_FAR, Strip

LEVEL: Final = 12  # degrees: what is no more aslant runs along the page; by eye
LIKELY: Final = 55  # confidence, of 100: what is worth judging, though nobody may rely on it; by eye
TEXTURE: Final = 60
"""Lines that nobody could read: so many are leaves, and some of them look like writing by chance; by eye."""
_BRIEF: Final = 20  # letters: as many as a name; by eye
_TWO: Final = 1.7  # times as long as high: two letters that fill a square; by eye
_SMALL: Final = 18  # pixels: lines that are less high may be writing, and yet not clear; by eye
_ROW: Final = 5  # marks, or letters, that make a row; by eye
_LETTERS, _LETTERS_ASLANT, _NAME = 2, 4, 8  # letters of a low line, of one aslant, and of one as long as a name; by eye


def is_brief_on_its_head(strips: Sequence[Strip]) -> bool:
    """Whether a few letters of level lines were read on their heads: so models read some Hebrew, as `LIL cul`."""
    return 0 < sum(len(one.text) for one in strips if one.is_turned and one.line.slant <= LEVEL) < _BRIEF


def somebody_wrote(lines: Sequence[Line]) -> bool:
    """Whether one of the lines nobody could read is writing. Among very many, a short clear one is chance: leaves."""
    clear = [line for line in lines if line.is_clear]
    is_texture = len(lines) >= TEXTURE and len(clear) <= 0.05 * len(lines)
    return any(not is_texture or line.signs.count >= 7 for line in clear)


def has_squares(strip: Strip, levels: Levels) -> bool:
    """Whether a word of it is drawn as no Latin word is, so that what was read into it is rubbish."""
    drawn = Drawn(strip.line, levels)
    for word in strip.words:
        density = drawn.between(word.start, word.end)
        is_drawn = density.may_be_square if word.confidence < BY_FAR else density.is_square_all_along
        if len(word.text) > 1 and density.length >= 1 and is_drawn:
            return True
    return False


def may_be_a_name(strip: Strip, levels: Levels) -> bool:
    """Whether a line too short to be clear is a few letters that no model knows, though not a figure half read."""
    line = strip.line
    if line.slant > LEVEL or line.length < _TWO * line.height:
        return False
    drawn = Drawn(line, levels).between(0, 1) if line.signs.may_be_filled else None
    if drawn and drawn.is_row_of_squares:
        return True
    is_figure = strip.confidence >= LIKELY and not any(character.isalpha() for character in strip.text)
    return not is_figure and (line.signs.may_be_few or bool(drawn and drawn.may_be_row_of_squares))


def may_be_foreign(strip: Strip) -> bool:
    """Whether a line of a photo that nobody could read may be another script: a model reads something into it, too.

    Into letters too small to be clear, or into a word of five that is not level: of leaves and fur it makes less.
    """
    line = strip.line
    if line.height < _SMALL:
        return strip.letters >= (_LETTERS if line.slant <= LEVEL else _LETTERS_ASLANT)
    return line.slant > LEVEL and strip.letters >= _ROW and strip.confidence >= LIKELY


def is_foreign(strip: Strip) -> bool:
    """Whether it is, and no net has to be asked whether that is writing: it is long enough for a name, or likely."""
    line = strip.line
    if line.slant > LEVEL and strip.confidence < LIKELY and strip.letters < _NAME:
        return False
    return line.height >= _SMALL or line.signs.count >= _ROW
