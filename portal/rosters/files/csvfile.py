"""The rows of a CSV file as schools save them: UTF-8 with or without mark, UTF-16, or Windows-1252."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Generator
from itertools import chain
from typing import IO

from portal.rosters.fields.values import Report, RosterUnreadable

_CHUNK = 1 << 20
_TOP_LINES = 10  # a title may stand above the header
_DELIMITERS = ",;\t|"
_SAYS_DELIMITER = re.compile(r"sep=([,;\t|])\s*", re.IGNORECASE)  # the line by which Excel is told what parts cells
_QUOTED = re.compile(r'"[^"]*"')
Opener = Callable[[], IO[bytes]]


def csv_rows(file: str, opener: Opener, report: Report) -> Generator[tuple[int, list[str]]]:
    """Give each record with its spreadsheet row number, empty ones too.

    The bytes are read twice: once to find the encoding, once for the rows, never more than a chunk in memory.
    Raises `RosterUnreadable` when quotation marks do not pair up or no encoding fits.
    """
    encoding = _encoding(file, opener, report)
    row = 0
    with opener() as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
        try:
            top = [text.readline(_CHUNK) for _ in range(_TOP_LINES)]
            said = _SAYS_DELIMITER.fullmatch(top[0])
            mark = said[1] if said else _delimiter(top)
            reader = csv.reader(chain(top[1:] if said else top, text), delimiter=mark, strict=True)
            for row, cells in enumerate(reader, start=1):
                yield row, cells
        except csv.Error as error:
            raise RosterUnreadable(
                f"{file} is not well-formed CSV after row {row}: {error}. Look for a quotation mark that is not closed."
            ) from None
        except UnicodeError:
            raise RosterUnreadable(f"{file} is damaged: it does not read as {encoding}. Save it as UTF-8.") from None


def _delimiter(top: list[str]) -> str:
    """Return what parts the cells of the first line of three cells or more, else of the top as a whole."""
    bare = [_QUOTED.sub("", line) for line in top]
    wide = (line for line in bare if any(line.count(mark) >= 2 for mark in _DELIMITERS))
    return max(_DELIMITERS, key=next(wide, "".join(bare)).count)


def _encoding(file: str, opener: Opener, report: Report) -> str:
    with opener() as raw:
        head = raw.read(1024)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head and head.count(0) * 3 > len(head):  # UTF-16 without its mark: every other byte of Latin text is zero
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    if _first_wrong_row(opener, "utf-8") is None:
        return "utf-8-sig"
    if _first_wrong_row(opener, "cp1252") is not None:
        raise RosterUnreadable(f"The letters of {file} are in no encoding the portal knows. Save it as UTF-8.")
    row = _first_wrong_row(opener, "utf-8")
    report.note(f"{file} is not UTF-8 and was read as Windows-1252 (Latin-1); look at the letters near line {row}.")
    return "cp1252"


def _first_wrong_row(opener: Opener, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    row = 1
    with opener() as raw:
        while chunk := raw.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return row + chunk[: error.start].count(b"\n")
            row += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return row
    return None
