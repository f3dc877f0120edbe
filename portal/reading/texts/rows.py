"""Text that is laid out: tables, lists of records, and prose that may turn out to be a table."""

import csv
import html
import io
import json
import quopri
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, Literal

from portal.reading.budget import CannotRead
from portal.reading.gathering import Gathering
from portal.reading.merged import rows_with_first_cells
from portal.reading.reader import Kind
from portal.reading.texts.encodings import SINGLE_BYTES, Decoded
from portal.reading.texts.mailed import QUOTED
from portal.reading.texts.markup import read_fragments, without_tags

_SAMPLE: Final = 64 * 1024
_QUOTED: Final = re.compile(r'"[^"\n]*"')
_QUOTED_LINES: Final = re.compile(r'"[^"]*"')
_QUOTED_CELL: Final = re.compile(r'(?:^|[,;\t|])"', re.MULTILINE)
_SEPARATOR: Final = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)  # Excel's own first line
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,32});")
"""A letter as HTML writes it, whose semicolon parts no cells."""
_PARTING: Final = frozenset(',;|"\t\r\n')
_ALIGNED: Final = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_TIGHT: Final = re.compile(r",(?!\s|\Z)")
_BAR: Final = "|"
_PROSE: Final = 50  # letters in a line that is no cell
_ESCAPE: Final = re.compile(r"\\++u([0-9A-Fa-f]{4})(?:\\++u([Dd][C-Fc-f][0-9A-Fa-f]{2}))?")
_ROOT: Final = re.compile(  # where a page or drawing begins, after what may stand before
    r"\ufeff?(?:\s++|<\?[^>]*+>|<!--.*?-->|<!doctype\s[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)*+"
    r"<(?:\w+:)?(html|head|body|svg|meta|title|table|style|script|div|p|h[1-6]|ul|ol|span|center|font)\b",
    re.IGNORECASE | re.DOTALL,
)
_FOLDED: Final = re.compile(r"\r?\n[ \t]|=\r?\n")
_EMPHASIS: Final = re.compile(r"[*`~]+|(?<![^\W_])_+|_+(?![^\W_])|\\(?=[!-/:-@\[-`{-~])")
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,300})\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,300}\])")
_NO_FIRST_CELL: Final = re.compile(r"\n\n[^\w\n\t]*\t")
_TABLE_LINE: Final = re.compile(r"^[ \t]*\|?(.*?\|.*?)\|?[ \t]*$", re.MULTILINE)


def delimiter_of(text: str) -> str:
    """Return what parts the cells of a table of text; empty where the lines have too little in common."""
    if told := _SEPARATOR.match(text):
        return told[1]
    sample = _without_entities(text[:_SAMPLE])
    return _shared_delimiter(_QUOTED.sub("", sample)) or _shared_delimiter(_QUOTED_LINES.sub("", sample))


def _without_entities(text: str) -> str:
    return _ENTITY.sub(_read_entity, text) if "&" in text and ";" in text else text


def _read_entity(entity: re.Match[str]) -> str:
    """Return the letter that an entity is, and a blank for what would part cells or quote them."""
    read = html.unescape(entity[0])
    if len(read) > 1 and read.endswith(";"):
        return read  # no entity: "Smith&Sons;Ana"
    return " " if not _PARTING.isdisjoint(read) else read


def _shared_delimiter(sample: str) -> str:
    lines = [line for line in sample.splitlines()[:200] if line.strip()]
    best, most = "", 0
    for delimiter in "\t;,|":
        if best and best in lines[0] and delimiter not in lines[0]:
            continue  # it parts no columns: "204,893;no"
        count, share = _usual(line.count(delimiter) for line in lines)
        if count > most and share >= (0.8 if count > 1 or delimiter != "," else 0.95) * len(lines):
            best, most = delimiter, count
    return best


def _usual(counts: Iterator[int]) -> tuple[int, int]:
    """Return the count most lines have, and how many have it."""
    return max(Counter(counts).most_common(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))


def as_rows(text: str, delimiter: str) -> str:
    """Return a table with its cells parted by tabs and its rows by blank lines; empty cells keep their place."""
    if told := _SEPARATOR.match(text):
        text = text[told.end() :]
    text = _without_entities(text) if delimiter == ";" else text
    if '"' not in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if delimiter != "\t":
            text = text.replace("\t", " ").replace(delimiter, "\t") if delimiter else text
        return text.replace("\n", "\n\n")
    before = csv.field_size_limit(len(text) + 1)  # one for the whole process: others are owed theirs back
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or ","))
    except csv.Error:
        return f"{_split(text, delimiter)}\n\n{text}"
    finally:
        csv.field_size_limit(before)
    laid_out = "\n\n".join("\t".join(map(_cell, row)) for row in rows)
    is_plain = '"' not in laid_out and len(rows) == text.count("\n") + (not text.endswith("\n"))
    return laid_out if is_plain else f"{laid_out}\n\n{_split(text, delimiter)}"


def _cell(cell: str) -> str:
    return cell if cell.isprintable() else " ".join(cell.split())


def _split(text: str, delimiter: str) -> str:
    """Return the rows as if no quote meant anything: where a stray one swallows lines, these are not lost."""
    bare = text.replace('"', "").replace(delimiter or ",", "\t")
    return bare.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\n\n")


def read_table(decoded: Decoded, to: Gathering) -> None:
    """Say a table of text (RFC 4180, or with tabs, semicolons or bars), or the prose it turns out to be."""
    sample = _without_entities(decoded.text[:_SAMPLE])
    delimiter = delimiter_of(decoded.text)
    if not delimiter and not _QUOTED_CELL.search(sample) and len(sample) > _PROSE * len(sample.splitlines()):
        decoded.say(to, "text")
    else:
        _say_rows(decoded, to, delimiter or max(",;\t|", key=sample.count))
    read_fragments(decoded.text, to)


def _say_rows(decoded: Decoded, to: Gathering, delimiter: str) -> None:
    """Say the rows of a table; those without a first cell once more, as where cells were merged before it was saved."""

    def with_cells_above(spelt: str) -> str:
        rows = as_rows(spelt, delimiter)
        return "\n\n".join(rows_with_first_cells(rows.split("\n\n"))) if _NO_FIRST_CELL.search(rows) else ""

    decoded.say(to, "rows", lambda spelt: as_rows(spelt, delimiter))
    decoded.say(to, "rows with the cells above", with_cells_above)


def read_text(decoded: Decoded, to: Gathering) -> None:
    """Say a plain text; where it is a table after all, its rows are parted."""
    text = decoded.text
    if looks_like_table(text):
        delimiter = delimiter_of(text)
        _say_rows(decoded, to, delimiter)
        if delimiter == "," and not _TIGHT.search(text[:_SAMPLE]):
            decoded.say(to, "text")  # sentences that have as many commas in every line
        return
    decoded.say(to, "text")
    lines = text[:_SAMPLE].splitlines()
    if sum(_ALIGNED.search(line) is not None for line in lines) > len(lines) / 2 > 1:
        to.say("rows", _ALIGNED.sub("\t", text).replace("\n", "\n\n"))
    if text.startswith("BEGIN:V"):
        _say_cards(text, to)
        return
    for how, spelt in decoded.spellings:
        if not how or QUOTED in how:
            read_fragments(spelt, to)


def _say_cards(text: str, to: Gathering) -> None:
    """Say address cards and calendars (RFC 6350, RFC 5545) with their lines unfolded and their escapes read."""
    unfolded = _FOLDED.sub("", text)
    to.say("text as it reads", quopri.decodestring(unfolded.encode()).decode("utf-8", "replace"))
    read_fragments(unfolded, to, is_code=True)


def looks_like_table(text: str) -> bool:
    """Whether text of no known kind is a table: three lines and more with the same separators."""
    sample = text[:_SAMPLE]
    delimiter = delimiter_of(text) if sample.count("\n") >= 2 else ""
    if delimiter == _BAR and not any(_BAR in line.lstrip()[1:] for line in sample.splitlines()):
        return False  # a rule beside quoted lines
    return bool(delimiter) and (delimiter == "\t" or sample.count(delimiter) >= 2 * sample.strip().count("\n"))


def read_json(decoded: Decoded, to: Gathering) -> None:
    """Say JSON (RFC 8259, also one value a line): as written, and each record as a row of its strings.

    Raises `CannotRead` where it nests too deep, or is in an encoding no JSON may be in.
    """
    if any(how != SINGLE_BYTES and not how.startswith(QUOTED) for how, _ in decoded.others):
        raise CannotRead("The letters of this file can be read in several ways. Save it as UTF-8 and choose it again.")
    decoded.say(to, "source", _apart)
    values = parsed(decoded.text)
    if values is None:
        return
    rows = ["\t".join(row) for value in values for row in _records(value)]
    to.say("records", "\n\n".join(rows))
    read_fragments("\n\n".join(rows), to, is_code=True)


def parsed(text: str) -> list[Any] | None:
    """Return the values JSON text holds; None where it is no JSON. Numbers stay as they are written."""
    try:
        return [_loads(text)]
    except RecursionError:
        raise CannotRead("This file nests too deep to be read. Save it as a table (CSV) and choose it again.") from None
    except ValueError:
        pass
    try:
        return [_loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def _loads(text: str) -> Any:  # noqa: ANN401 - JSON may hold anything
    return json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str)


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON with every key it was given, twice where it stands twice."""


def _records(value: Any) -> Iterator[list[str]]:  # noqa: ANN401 - JSON may hold anything
    """Give a row for each object in a list, of the strings in it and in the objects inside it."""
    waiting = [value]
    while waiting:
        row: list[str] = []
        level: list[Any] = [waiting.pop()]
        while level:
            here = level.pop()
            if isinstance(here, _Pairs):
                level += [value for _, value in reversed(here)]
            elif isinstance(here, list):
                apart = any(isinstance(item, list) for item in here)
                (waiting if apart else level).extend(reversed(here))
            elif isinstance(here, str) and (inner := _kept_in(here)) is not None:
                level += inner
            elif here not in {None, True, False}:
                row.append(str(here).replace("\t", " "))
        if row:
            yield row


def _kept_in(text: str) -> list[Any] | None:
    """Return the values that a text of JSON holds as JSON itself: so logs and forms keep a record in a field."""
    return parsed(text) if text.lstrip()[:1] in {"{", "["} else None


def _apart(text: str) -> str:
    """Return JSON as written, escapes read, with its objects parted so that one record does not run into the next."""
    if "\\u" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return text.replace("},", "},\n\n").replace("],", "],\n\n").replace("}\n", "}\n\n")


def _unescaped(escape: re.Match[str]) -> str:
    codes = [int(code, 16) for code in escape.groups() if code]
    return b"".join(code.to_bytes(2, "big") for code in codes).decode("utf-16-be", "replace")


def read_markdown(decoded: Decoded, to: Gathering) -> None:
    """Say Markdown as written, and as it reads: without emphasis, escapes, link targets, entities and tags."""
    read_text(decoded, to)
    read_fragments(decoded.text, to, is_code=True)
    for how, text in decoded.spellings:
        read = without_tags(_EMPHASIS.sub("", _LINK.sub(r"\1", text)))
        if read != text:
            to.say("text as it reads" + how, _TABLE_LINE.sub(_table_line, read))


def _table_line(line: re.Match[str]) -> str:
    return "\n" + line[1].replace("|", "\t") + "\n"


def text_kind(text: str, claimed: Kind | Literal["other"] | None) -> Kind:
    """Return the kind of a text: that which its name claims, as long as the content can be that."""
    root = _ROOT.match(text[:_SAMPLE])
    tag = root[1].lower() if root else ""
    is_page = tag in {"html", "head", "body"} or (root is not None and "<!doctype html" in root[0].lower())
    if tag == "svg" and not is_page:
        return "svg"
    if is_page or claimed == "html" or (tag and claimed != "md"):
        return "html"
    if claimed == "json" or (claimed in {"other", "svg", None} and text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}):
        return "json" if parsed(text) is not None else "txt"
    if claimed in {"csv", "md"}:
        return claimed
    return "csv" if claimed is None and looks_like_table(text) else "txt"
