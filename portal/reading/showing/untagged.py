"""The reading order of a page without tags, from the geometry of its lines: tables, columns, text blocks."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from portal.reading.showing.blocks import DEEPEST, Table
from portal.reading.showing.layout import Found, FoundTable, Layout, TextBlock
from portal.reading.showing.page_words import Word
from portal.reading.showing.rulings import Rulings, as_rows, ruled_tables
from portal.reading.showing.text_lines import Edges, TextLine, rows_of

_BULLET: Final = re.compile(r"[•●○◦▪■□▫‣⁃∙·►▶➢➤✓✔❖★☐☑◆◇❑❏➔→*–—-]")
_NUMBER: Final = re.compile(r"\(?(?:\d{1,2}|[A-Za-z]|[ivxIVX]{2,5})[.)]")
_SENTENCE_ENDS: Final = tuple(".!?:;…。！？؟")
_FEWEST_ROWS: Final = 3
_PROSE: Final = 4
"""Words of a line in a column of running text, on the average; cells of a table have fewer in one column at least."""
_FAR: Final = 3.5
_CELL_PITCH: Final = 1.6
_COLUMN_GAP: Final = 0.8
_SPANS: Final = 0.62
_GUTTER: Final = 0.6
_DEEPEST_COLUMNS: Final = 3
_UNRESOLVED: Final = 0.3
_WIDER_PITCH: Final = 1.35
_USUAL_PITCH: Final = 1.25
_LARGEST_PITCH: Final = 2.5
_SAME_SIZE: Final = 0.1
_INDENT: Final = 1.0

Piece = TextLine | FoundTable


def laid_out(words: list[Word], rulings: Rulings, width: float) -> Layout:
    """Return what is on a page in the order of reading."""
    tables, rest = ruled_tables(rulings, words)
    rows = list(map(_with_marker, rows_of(rest)))
    edges = Edges((line for row in rows for line in row), width)
    pieces: list[Piece] = list(tables)
    for run in _runs(rows, tables):
        table = _aligned(run, edges)
        if table:
            pieces.append(table)
        else:
            pieces += [line for row in run for line in row]
    ordered = _ordered(pieces, _DEEPEST_COLUMNS)
    return Layout(text_blocks(ordered, edges), is_doubtful=_unresolved(ordered) > _UNRESOLVED * max(len(words), 1))


def _with_marker(row: list[TextLine]) -> list[TextLine]:
    """Return a row with the marker of a list item and what follows it as one line."""
    marker = row[0].text if len(row) > 1 and len(row[0].words) == 1 else ""
    if _BULLET.fullmatch(marker) or _NUMBER.fullmatch(marker):
        return [TextLine([*row[0].words, *row[1].words]), *row[2:]]
    return row


def _runs(rows: Sequence[list[TextLine]], tables: Sequence[FoundTable]) -> Iterable[list[list[TextLine]]]:
    """Give rows that may be a table together: of several lines each, or of one between such; and all others alone."""
    run: list[list[TextLine]] = []
    for row in rows:
        last = run[-1] if run else None
        is_near = last is not None and row[0].middle - last[0].middle < _FAR * max(row[0].size, last[0].size)
        between = any(last and last[0].middle < table.top < row[0].middle for table in tables)
        if run and is_near and not between and (len(row) > 1 or _continues(row[0], run)):
            run.append(row)
            continue
        if run:
            yield from _trimmed(run)
        run = [row]
    if run:
        yield from _trimmed(run)


def _continues(line: TextLine, run: list[list[TextLine]]) -> bool:
    """Whether a line by itself stands below one cell of the row before, as the second line of a cell does."""
    above, last = max(run[-3:], key=len), run[-1][0]
    is_near = line.middle - last.middle < _CELL_PITCH * line.size and abs(line.size - last.size) < 1
    return (
        is_near
        and len(above) > 1
        and line.is_bold == last.is_bold
        and sum(line.left < cell.right and cell.left < line.right for cell in above) == 1
    )


def _trimmed(run: list[list[TextLine]]) -> Iterable[list[list[TextLine]]]:
    """Give the lines before a table's first row of several cells by themselves."""
    first = next((at for at, row in enumerate(run) if len(row) > 1), len(run))
    yield from ([row] for row in run[:first])
    if run[first:]:
        yield run[first:]


def _aligned(run: list[list[TextLine]], edges: Edges) -> FoundTable | None:
    """Return a run of rows as a table where its cells stand below each other; None for anything else."""
    several = [row for row in run if len(row) > 1]
    if len(several) < 2:
        return None
    lines = [line for row in several for line in row]
    columns = max(_begun_together(several), _columns(lines), key=len)
    enough = len(several) >= _FEWEST_ROWS or len(columns) > 2
    if len(columns) < 2 or not enough or _is_prose(several, columns):
        return None
    rows: list[list[tuple[list[Word], int]]] = []
    for row in run:
        cells: list[tuple[list[Word], int]] = [([], 1) for _ in columns]
        for word in (word for line in row for word in line.words):
            at = max(range(len(columns)), key=lambda column: _shared(word, columns[column]))
            cells[at][0].append(word)
        if len(row) == 1 and rows and not cells[0][0]:
            for held, more in zip(rows[-1], cells, strict=True):  # a cell of several lines goes on
                held[0].extend(more[0])
        else:
            rows.append(cells)
    lines = [line for row in run for line in row]
    return FoundTable(
        Table(as_rows(rows, edges)),
        min(line.left for line in lines),
        min(line.top for line in lines),
        max(line.right for line in lines),
        max(line.bottom for line in lines),
    )


def _columns(lines: list[TextLine]) -> list[tuple[float, float]]:
    """Return the strips of a page that lines stand in, parted by blank ones."""
    strips: list[tuple[float, float]] = []
    for line in sorted(lines, key=lambda line: line.left):
        if strips and line.left - strips[-1][1] < _COLUMN_GAP * line.size:
            strips[-1] = (strips[-1][0], max(strips[-1][1], line.right))
        else:
            strips.append((line.left, line.right))
    return strips


def _begun_together(rows: list[list[TextLine]]) -> list[tuple[float, float]]:
    """Return the strips of a page that begin where lines of most rows do: a long cell may touch its neighbour."""
    lefts = sorted(line.left for row in rows for line in row)
    size = median(line.size for row in rows for line in row)
    begun: list[list[float]] = []
    for left in lefts:
        if begun and left - begun[-1][0] < size / 2:
            begun[-1].append(left)
        else:
            begun.append([left])
    starts = [each[0] for each in begun if 2 * len(each) >= len(rows) and len(each) > 1]
    ends = [*starts[1:], max(line.right for row in rows for line in row)]
    return [(start, max(end, start)) for start, end in zip(starts, ends, strict=False)]


def _shared(word: Word, column: tuple[float, float]) -> float:
    return min(word.right, column[1]) - max(word.left, column[0])


def _is_prose(rows: list[list[TextLine]], columns: list[tuple[float, float]]) -> bool:
    """Whether every column holds running text."""
    for left, right in columns:
        counts = [len(line.words) for row in rows for line in row if left <= line.left < right]
        if not counts or sum(counts) < _PROSE * len(counts):
            return False
    return True


def _ordered(pieces: list[Piece], depth: int) -> list[Piece]:
    """Return pieces of a page in the order of reading: down one column, then down the next."""
    pieces = sorted(pieces, key=lambda piece: (piece.top, piece.left))
    gutter = _gutter(pieces) if depth else None
    if gutter is None:
        return _by_rows(pieces)
    ordered: list[Piece] = []
    before: list[Piece] = []
    after: list[Piece] = []
    is_from_right = sum(piece.is_from_right for piece in pieces if isinstance(piece, TextLine)) * 2 > len(pieces)

    def flush() -> None:
        for side in (after, before) if is_from_right else (before, after):
            ordered.extend(_ordered(side, depth - 1) if side else ())
            side.clear()

    for piece in pieces:
        if piece.right <= gutter:
            before.append(piece)
        elif piece.left >= gutter:
            after.append(piece)
        else:
            flush()
            ordered.append(piece)
    flush()
    return ordered


def _by_rows(pieces: list[Piece]) -> list[Piece]:
    """Return pieces from above, those on one height from where the line begins."""
    rows: list[list[Piece]] = []
    for piece in pieces:
        last = rows[-1][0] if rows else None
        if isinstance(piece, TextLine) and isinstance(last, TextLine) and _is_level(piece, last):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        is_from_right = isinstance(row[0], TextLine) and row[0].is_from_right
        row.sort(key=lambda piece: piece.left, reverse=is_from_right)
    return [piece for row in rows for piece in row]


def _is_level(line: TextLine, other: TextLine) -> bool:
    return abs(line.middle - other.middle) < line.size / 2


def _gutter(pieces: list[Piece]) -> float | None:
    """Return where a blank strip parts two columns of lines; None where there are none."""
    if len(pieces) < 2 * _FEWEST_ROWS:
        return None
    width = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    narrow = sorted(
        (piece for piece in pieces if piece.right - piece.left < _SPANS * width), key=lambda piece: piece.left
    )
    best: tuple[int, float] | None = None
    reach = narrow[0].right if narrow else 0.0
    size = (
        median(piece.size for piece in pieces if isinstance(piece, TextLine))
        if any(isinstance(piece, TextLine) for piece in pieces)
        else 10.0
    )
    for at, piece in enumerate(narrow[1:], start=1):
        if piece.left - reach >= _GUTTER * size:
            fewer = min(at, len(narrow) - at)
            if fewer >= _FEWEST_ROWS and _stand_beside(narrow[:at], narrow[at:]) and (not best or fewer > best[0]):
                best = (fewer, (reach + piece.left) / 2)
        reach = max(reach, piece.right)
    return best[1] if best else None


def _stand_beside(some: list[Piece], others: list[Piece]) -> bool:
    """Whether two groups of pieces stand at one height for a good part of the shorter one."""
    top, bottom = (
        max(min(piece.top for piece in each) for each in (some, others)),
        min(max(piece.bottom for piece in each) for each in (some, others)),
    )
    shorter = min(max(piece.bottom for piece in each) - min(piece.top for piece in each) for each in (some, others))
    return bottom - top > _OVERLAP_OF_COLUMNS * shorter


_OVERLAP_OF_COLUMNS: Final = 0.3


def _unresolved(ordered: list[Piece]) -> int:
    """Return how many words stand in rows of several lines that are neither a table nor columns."""
    count = 0
    for before, piece in pairwise(ordered):
        if isinstance(before, TextLine) and isinstance(piece, TextLine) and _is_level(piece, before):
            count += len(before.words) + len(piece.words)
    return count


def text_blocks(pieces: Sequence[Piece], edges: Edges) -> list[Found]:
    """Return lines as text blocks, each a paragraph, a heading or an item of a list; tables as they are."""
    pitch = _pitch(pieces)
    found: list[Found] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, FoundTable):
            found.append(piece)
        elif isinstance(last, TextBlock) and not _begins(last, piece, edges, pitch):
            last.lines.append(piece)
        else:
            found.append(TextBlock([piece]))
    for block in found:
        if isinstance(block, TextBlock):
            note_marker(block)
    note_depths(found)
    return found


def _pitch(pieces: Sequence[Piece]) -> float:
    """Return how far lines are apart that follow each other, in sizes of their face."""
    apart = [
        (after.middle - before.middle) / after.size
        for before, after in pairwise(pieces)
        if isinstance(before, TextLine) and isinstance(after, TextLine) and after.middle > before.middle
    ]
    usual = [each for each in apart if 0.5 < each < _LARGEST_PITCH]
    return median(usual) if len(usual) >= _FEWEST_ROWS else _USUAL_PITCH


def _begins(block: TextBlock, line: TextLine, edges: Edges, pitch: float) -> bool:
    """Whether a line begins a text block, rather than going on with the one before."""
    last = block.lines[-1]
    if abs(line.size - last.size) > _SAME_SIZE * max(line.size, last.size) or line.is_bold != last.is_bold:
        return True
    apart = (line.middle - last.middle) / line.size
    is_ended = edges.breaks(last, line)
    marker, _ = marker_of(line)
    if marker and (_BULLET.match(marker) or is_ended or abs(line.left - last.left) > line.size / 2):
        return True
    if apart < -_SAME_SIZE:  # the next column
        return last.text.endswith(_SENTENCE_ENDS) or not line.text[:1].islower()
    if apart > _WIDER_PITCH * pitch:
        return True
    first = block.lines[0]
    if marker_of(first)[0]:
        return line.left < first.words[min(1, len(first.words) - 1)].left - line.size and is_ended
    return is_ended and line.left > last.left + _INDENT * line.size


def marker_of(line: TextLine) -> tuple[str, int]:
    """Return the marker of a list item that a line begins with, and how many words it is; none where there is none."""
    first = line.words[0].text
    if len(line.words) > 1:
        if _BULLET.fullmatch(first) and line.words[-1].text != first:
            return first, 1
        if _NUMBER.fullmatch(first):
            return first, 1
        if first == "o" and line.words[1].left - line.words[0].right > line.size / 2:
            return "•", 1
    return "", 0


def note_marker(block: TextBlock) -> None:
    """Make a text block that begins with a marker an item of a list."""
    marker, count = marker_of(block.lines[0])
    if block.role == "text" and marker:
        block.role, block.skip = "item", count
        block.label = "" if _BULLET.fullmatch(marker) else marker


def note_depths(found: Iterable[Found]) -> None:
    """Tell how deep each item stands, by where the items before it in its list begin."""
    lefts: list[float] = []
    for block in found:
        if not isinstance(block, TextBlock) or block.role != "item":
            lefts = []
            continue
        left, size = block.lines[0].left, block.lines[0].size
        while lefts and left < lefts[-1] - size / 2:
            lefts.pop()
        if not lefts or left > lefts[-1] + size / 2:
            lefts.append(left)
        block.level = min(len(lefts), DEEPEST)
