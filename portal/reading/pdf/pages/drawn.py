"""Tell from shapes alone whether a page's lines could be letters, and whether its pictures are pieces of one."""

from typing import Final

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

_BOX_OR_DISC: Final = 17
"""Points of a rounded box; a disc has 13. Nearly every letter of an outline font has more."""
_PLAIN: Final = frozenset((13, 17))
_FRAME: Final = frozenset((22, 26, 34))  # a box, disc or rounded box within another
_SOME_LETTERS: Final = 66
_DISTINCT: Final = 5
_LARGE: Final = 60.0
_STROKE: Final = 6
_STROKES: Final = 10
_DOTS: Final = 100
_MOST_PIECES: Final = 400
_NEAR: Final = 6.0


def could_be_letters(drawn: list[tuple[int, Box]]) -> bool:
    """Whether shapes, each with its number of points and its box, are rich enough to spell a name.

    A shape drawn again and again (a bullet, an icon, a table's lines) counts once. True for outlines of some
    six letters, one path or many, curved or not; for a handful of slanted strokes; for dots enough to make
    letters of. Not for tables, rules, boxes, discs, bars and slices. Tried on "Ana Rivera" in 35 typefaces.
    """
    shapes = {(points, round(box[2] - box[0], 1), round(box[3] - box[1], 1)) for points, box in drawn}
    sized = [shape for shape in shapes if not (shape[0] in _FRAME and max(shape[1:]) > _LARGE)]
    if sum(points for points, _, _ in sized if points > _BOX_OR_DISC) >= _SOME_LETTERS:
        return True
    letters = [
        points
        for points, width, height in sized
        if points > _STROKE and points not in _PLAIN and max(width, height) <= _LARGE and min(width, height) > 0.7
    ]
    if len(letters) >= _DISTINCT:
        return True
    strokes = {
        (width, height)
        for points, width, height in sized
        if points <= _STROKE and min(width, height) > 0.7 and max(width, height) <= 30
    }
    if len(strokes) >= _STROKES:
        return True
    dots = sum(0.2 < box[2] - box[0] <= 8 and 0.2 < box[3] - box[1] <= 8 for _, box in drawn)
    return dots >= _DOTS


def pieces(boxes: list[Box]) -> list[Box]:
    """Return the boxes of groups of pictures that stand side by side, so that one may be read as a whole."""
    boxes = [box for box in boxes if box[2] > box[0] and box[3] > box[1]]
    if len(boxes) < 2:
        return []
    if len(boxes) > _MOST_PIECES:
        return [_around(boxes)]
    groups: list[list[Box]] = []
    for box in boxes:
        near = [group for group in groups if any(_are_near(box, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([box, *(other for group in near for other in group)])
    around = [(_around(group), max(map(_area, group))) for group in groups if len(group) > 1]
    return [whole for whole, largest in around if _area(whole) > 1.1 * largest]


def _are_near(one: Box, other: Box) -> bool:
    return (
        one[0] - _NEAR <= other[2]
        and other[0] - _NEAR <= one[2]
        and one[1] - _NEAR <= other[3]
        and other[1] - _NEAR <= one[3]
    )


def _around(boxes: list[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
