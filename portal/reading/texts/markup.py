"""HTML and SVG: what is shown, what is not, and what is packed into them.

No parser decides what counts: the text is said as written, and once more without its tags, in several views. A
name may be cut in pieces by formatting (`<b>An</b>a`), stand in two neighbouring elements without a blank, or be
spelt with entities, once or twice.
"""

import base64
import binascii
import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.kinds import FILES, is_font
from portal.reading.texts.coded import hex_read, read_bytes
from portal.reading.texts.encodings import Decoded, decode
from portal.reading.texts.guides import without_guides
from portal.reading.texts.spans import rows_as_seen
from portal.reading.texts.svg import draw

# A tag from after its name on, as WHATWG HTML 13.2.5 reads it: a quote counts only after "=". It always ends,
# if only with the text, so no text is gone through twice.
_REST: Final = r"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+(?:>|\Z)"""
_TAG: Final = re.compile(r"<([a-zA-Z/!?][^\s>/]*+)(" + _REST + ")")
_LINE: Final = re.compile(
    r"p|div|br|li|d[tdl]|h[1-6r]|table|[uo]l|title|option|section|article|header|footer|main|nav|aside|label|button"
    r"|textarea|pre|blockquote|fig\w+|caption|address|form|fieldset|legend|select|text|desc|body"
).fullmatch
_ELEMENT: Final = re.compile(
    r"</?(?:abbr|address|area|article|aside|audio|base|bdi|bdo|big|blockquote|body|br|button|canvas|caption|center"
    r"|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset|figcaption|figure"
    r"|font|footer|form|frame|frameset|h[1-6r]|head|header|hgroup|html|iframe|img|input|ins|kbd|label|legend|li|link"
    r"|main|map|mark|marquee|menu|meta|meter|nav|noscript|object|ol|optgroup|option|output|param|picture|pre|progress"
    r"|rp|rt|ruby|samp|script|search|section|select|slot|small|source|span|strike|strong|style|sub|summary|sup|svg"
    r"|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|tt|ul|var|video|wbr)(?=[\s>/])",
    re.IGNORECASE,
)
"""The elements of HTML (WHATWG HTML 4; 16.2 for those of old) that are as long as a name, and the slash of an end."""
_COMMENT: Final = re.compile(r"<!--(?:-?>|(.*?)(?:--!?>|\Z))", re.DOTALL)
"""Also one that ends where it begins (WHATWG HTML 13.2.5.43 and 44)."""
_SCRIPT: Final = re.compile(r"<(script|style)\b[^>]*+>(.*?)(?:</\1|\Z)", re.DOTALL | re.IGNORECASE)
_LINE_END: Final = re.compile(r"[\r\n]\s*+")
_VALUE: Final = re.compile(r"""(?<![\w:-])([\w:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>=<]+))""")
_NO_WORDS: Final = re.compile(
    r"(?:class|style|id|d|points|transform|width|height|viewbox|rel|type|xmlns(?::\w+)?|(?:xlink:)?href|src|fill|stroke"
    r"|x|y|dx|dy|x[12]|y[12]|r|r[xy]|c[xy]|lang|dir|role|charset|colspan|rowspan|target|align|valign|border)\Z",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_TOKEN: Final = re.compile(r"""[^\s"'<>()]+""")
_BACKSLASH: Final = re.compile(
    r"\\++(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([0-9A-Fa-f]{1,6})\s?)"
)
_DATA: Final = re.compile(r"""data:([\w.+-]*/?[\w.+-]*)((?:;[\w.=+"-]*)*),""", re.IGNORECASE)
_DATA_ENDS: Final = re.compile(r"""[\s"'<>)]""")
_IN_A_SET: Final = re.compile(r"\s+[\d.]+[xw]\b")  # the size that follows an address in `srcset`
_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{14,}+={0,2}")
_BASE64_OF_ADDRESSES: Final = re.compile(r"[A-Za-z0-9_-]{14,}+={0,2}")
"""The alphabet in which base64 stands in addresses and tokens (RFC 4648, 5)."""
_OF_ADDRESSES: Final = str.maketrans("-_", "+/")
_BASE64_LINES: Final = re.compile(
    r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{40,}+(?:[ \t]*+\r?\n[> \t]*+|(?:&#(?:x[AaDd]|1[03]);\s*+)++))++"
    r"[A-Za-z0-9+/]*+={0,2}"
)
_LINE_BETWEEN: Final = re.compile(r"&#(?:x[AaDd]|1[03]);|[>\s]+")
"""Ends of lines in base64, also as XML spells them: so previews stand in what Illustrator says of a drawing (XMP)."""
_NOT_WRITTEN: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_CODES: Final = re.compile(r"""fromC(?:harCode|odePoint)\(([\d\s,]{3,20000})\)""")
_JOINED: Final = re.compile(r"""["'`]\s*+\+\s*+["'`]""")
_ROW: Final = re.compile(r"(?=<(?:tr|row)\b)", re.IGNORECASE)
_SAID_CELL: Final = re.compile(
    r"<(?:t[dh]|cell)\b[^<>]*+>(?:\s*+<(?!/?(?:t[dhr]|cell|row)\b)[^<>]*+>)*+\s*+(?!&nbsp;|&#160;)[^<\s]", re.IGNORECASE
)
"""A cell that says something."""
_TURNED: Final = re.compile(r"bidi-override|<bdo\b|row-reverse", re.IGNORECASE)
_SVG: Final = re.compile(r"<svg\b.*?(?:</svg\s*+>|\Z)", re.DOTALL | re.IGNORECASE)
_ENTITY: Final = re.compile(r"""<!ENTITY[^"'>]*+["']?([^"'>]*)""")
_SVG_TEXT: Final = re.compile(r"<(?:\w+:)?text\b" + _REST + r"(.*?)(?:</(?:\w+:)?text|\Z)", re.DOTALL)
_LETTERS_APART: Final = 8
_MOST_NESTED: Final = 5_000
_NESTS: Final = re.compile(
    r"<(?=[/A-Za-z])(/?)(?:div|span|table|tbody|[uo]l|blockquote|section|article|main|nav|aside|form|fieldset|figure|center|font|em?"
    r"|strong|[abiu]|su[bp]|small|big|svg|g|defs|symbol|tspan|switch)\b[^<>]*?(/?)>",
    re.IGNORECASE,
)
"""What may hold others of its kind, and has an end."""
_NEVER_IDLE: Final = frozenset({"p", "br"})
"""Their ends make one where none began."""
_OF_TABLES: Final = frozenset({"caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})
_SHORT: Final = 1 << 20
_DEEPEST: Final = 3


def read_html(decoded: Decoded, to: Gathering) -> None:
    """Say a page as written and as read, with every script, comment, hidden element and attribute.

    Raises `CannotRead` for a file packed into it that cannot be read, and for what nests too deep.
    """
    _check_depth(decoded.text)
    decoded.say(to, "source", _as_source)
    for how, text in decoded.spellings:
        say_markup(text, to, how)
    for drawing in dict.fromkeys(_SVG.findall(decoded.text)):
        draw(drawing, to)


def read_svg(decoded: Decoded, to: Gathering) -> None:
    """Say a drawing as a page, and show it, for letters may be drawn as lines.

    Raises `CannotRead` for entities of its own, which are what entity bombs are made of, and for letters that
    stand one by one.
    """
    _check_depth(decoded.text)
    decoded.say(to, "source", _as_source)
    text = decoded.text
    if not all(address.startswith("http") for address in _ENTITY.findall(text)):
        raise CannotRead(f"This drawing declares things no drawing needs. {SAVE_AS_PDF}")
    for how, spelt in decoded.spellings:
        say_markup(spelt, to, how)
    runs = [without_tags(run).strip() for run in _SVG_TEXT.findall(text)]
    if sum(len(run) == 1 and run.isalpha() for run in runs) > max(_LETTERS_APART, len(runs) / 2):
        raise CannotRead(f"The letters of this drawing stand one by one. {SAVE_AS_PDF}")
    draw(text, to)


def _check_depth(text: str) -> None:
    """Refuse elements within elements deeper than any program writes them. Those that need no end count for nothing."""
    if text.count("<") <= _MOST_NESTED:
        return
    depth = 0
    for ends, is_empty in _NESTS.findall(text):
        depth = max(depth - 1, 0) if ends else depth + (not is_empty)
        if depth > _MOST_NESTED:
            raise CannotRead(f"A part of this file is nested far too deep. {SAVE_AS_PDF}")


def say_markup(text: str, to: Gathering, how: str = "") -> None:
    """Say every view of markup that is said as written already; `how` it was read ends each place."""
    said = {text}
    tags = -1
    for _ in range(_DEEPEST):
        if text.count("<") != tags:  # else no entity spelt a tag
            for place, view in _views(text):
                if view not in said:
                    said.add(view)
                    to.say(place + how, view)
        _unpack(text, to, said)
        tags = text.count("<")
        unescaped = html.unescape(text)
        if unescaped == text:
            return
        text = unescaped
        to.say("source" + how, _as_source(text))


def _as_source(text: str) -> str:
    """Return markup as written, but for the names of elements: in a list, "<li>May we …" would call May Li.

    Another word is in their place, so that those on either side come no nearer to each other. Rows of several cells are
    parted: else the halves of a name may stand in any two. Those of one may be lines of a letter.
    """
    return _ELEMENT.sub("<xml", "".join(_rows_parted(text)))


def _rows_parted(text: str) -> Iterator[str]:
    had_cells = False
    for row in _ROW.split(text):
        has_cells = len(_SAID_CELL.findall(row)) > 1
        if had_cells and has_cells:
            yield "\n\n"
        yield row
        had_cells = has_cells


def _views(text: str) -> Iterator[tuple[str, str]]:
    shown = text.replace("<![CDATA[", "").replace("]]>", "")
    scripts = [script[2] for script in _SCRIPT.finditer(shown)]
    comments = _COMMENT.findall(shown)
    shown = _COMMENT.sub("", _SCRIPT.sub("", shown) if scripts else shown)
    texts, names, inside = _split(shown)
    page = _woven(texts, names, "")
    yield "page", page
    if (heeded := _heeded(names)) != names:
        yield "page, without tags that no browser heeds", _woven(texts, heeded, "")
    if not all(map(_breaks, set(names))):
        yield "page, element by element", _woven(texts, names, " ")
    if rows := "\n\n".join(rows_as_seen(texts, names, inside)):
        yield "page, rows with the cells above", rows
    for reading in without_guides(texts, names):
        yield "page, guides and letters apart", _woven(reading, names, "")
    if _TURNED.search(text):
        yield "page, backwards", "\n".join(line[::-1] for line in page.split("\n"))
    if comments:
        yield "comments", without_tags("\n\n".join(comments))
    if scripts:
        script = _JOINED.sub("", _BACKSLASH.sub(_read_escape, "\n\n".join(scripts)))
        script = _CODES.sub(_read_codes, script)
        yield "scripts and styles", script
        yield "scripts and styles", without_tags(script)
    yield "attributes", _attributes(inside)
    if _PERCENT.search(text):
        yield "addresses", "\n\n".join(percent_read(token[0]) for token in _TOKEN.finditer(text) if "%" in token[0])


def without_tags(text: str) -> str:
    """Return marked-up text as it reads: cells parted by tabs, rows by blank lines, paragraphs by lines."""
    texts, names, _ = _split(text)
    return _woven(texts, names, "")


def _split(text: str) -> tuple[list[str], list[str], list[str]]:
    """Return the texts between the tags, the names of the tags, and what stands inside these beside the name."""
    pieces = _TAG.split(_LINE_END.sub("\n", text))
    return pieces[::3], pieces[1::3], pieces[2::3]


def _heeded(names: list[str]) -> list[str]:
    """Return the names, with nothing for ends of what never began and cells outside tables (WHATWG HTML 13.2.6)."""
    begun: Counter[str] = Counter()
    heeded: list[str] = []
    for name in names:
        tag = name.lower()
        is_end, of = tag.startswith("/"), tag.lstrip("/")
        is_idle = (is_end and not begun[of] and of not in _NEVER_IDLE) or (of in _OF_TABLES and not begun["table"])
        heeded.append("" if is_idle else name)
        begun[of] += 0 if is_idle else -1 if is_end else 1
    return heeded


def _woven(texts: list[str], names: list[str], between: str) -> str:
    instead = {name: _breaks(name) or between for name in set(names)}
    pieces = [""] * (2 * len(texts) - 1)
    pieces[::2] = texts
    pieces[1::2] = map(instead.__getitem__, names)
    woven = "".join(pieces)
    for _ in range(_DEEPEST if "&" in woven else 0):
        woven = html.unescape(woven)
    return woven


def _breaks(tag: str) -> str:
    """Return what a tag puts between two texts: a tab, lines, or nothing."""
    name = tag.lower().rpartition(":")[2]
    if name in {"td", "th", "cell"}:
        return "\t"
    name = name.lstrip("/")
    if name in {"tr", "row"}:
        return "\n\n"
    return "\n" if _LINE(name) else ""


def _attributes(inside: list[str]) -> str:
    """Return what the attributes of each tag say as a row, pages in them, and what all fields of forms say as a row."""
    rows: list[str] = []
    fields: list[str] = []
    for tag in dict.fromkeys(inside):
        values = [(name, "".join(value)) for name, *value in _VALUE.findall(tag) if not _NO_WORDS.match(name)]
        fields += [value for name, value in values if name.lower() == "value"]
        if len(values) > 1:
            rows.append("\t".join(value for _, value in values))
        rows += [without_tags(html.unescape(value)) for _, value in values if "<" in value or "&" in value]
    return html.unescape("\n\n".join([*rows, "\t".join(fields)]))


def percent_read(token: str) -> str:
    """Return percent-encoded text as it reads (RFC 3986), in UTF-8 or else in the letters of Windows."""
    read = unquote(token.replace("+", " "))
    return unquote(token.replace("+", " "), "cp1252") if "\ufffd" in read else read


def _read_codes(codes: re.Match[str]) -> str:
    numbers = (int(code) for code in codes[1].split(",") if code.strip().isdigit())
    return "".join(chr(number) if number < 0x110000 else " " for number in numbers)


def _read_escape(escape: re.Match[str]) -> str:
    code = int(next(filter(None, escape.groups())), 16)
    return chr(code) if code < 0x110000 else " "


def read_packed(text: str, to: Gathering) -> None:
    """Read every file that is packed into a text, and every text, as base64."""
    _unpack(text, to, set())


def read_fragments(text: str, to: Gathering, *, is_code: bool = False) -> None:
    """Say what tags and packed files in a text of another kind hold; a very long one packs files in code alone."""
    if "<" in text and "</" in text:
        say_markup(text, to)
    elif is_code or len(text) <= _SHORT:
        _unpack(text, to, set())


def _unpack(text: str, to: Gathering, done: set[str]) -> None:
    """Read every file that is packed into markup as a `data:` address (RFC 2397) or as bare base64."""
    rest: list[str] = []
    last = 0
    for start in _DATA.finditer(text):
        if start.start() < last:
            continue
        end = _end_of_address(text, start)
        payload = text[start.end() : end]
        rest.append(text[last : start.start()])
        last = end
        if payload not in done and ("/" in start[1] or start[2]):
            done.add(payload)
            _read_packed(payload, start[2].lower(), to)
    bare = "".join([*rest, text[last:]])
    for lines in _BASE64_LINES.findall(bare):
        if lines not in done:
            done.add(lines)
            done.update(_read_lines(lines, to))
    of_addresses = (
        run.translate(_OF_ADDRESSES) for run in _BASE64_OF_ADDRESSES.findall(bare) if "-" in run or "_" in run
    )
    for run in (*_BASE64.findall(bare), *of_addresses):
        if run not in done:
            done.add(run)
            _read_bare(run, to)
    if len(bare) <= _SHORT and (numbers := hex_read(bare)):
        to.say("packed inside", numbers)


def _end_of_address(text: str, start: re.Match[str]) -> int:
    quote = text[start.start() - 1 : start.start()]
    if quote and quote in "\"'":
        end = text.find(quote, start.end())
        return len(text) if end < 0 else end
    stop = _DATA_ENDS.search(text, start.end())
    return stop.start() if stop else len(text)


def _read_packed(payload: str, options: str, to: Gathering) -> None:
    content = bytes(unquote_to_bytes(html.unescape(payload)))
    if options.endswith("base64"):
        first = _IN_A_SET.split(payload, maxsplit=1)[0]
        try:
            content = base64.b64decode(unquote_to_bytes(first).translate(None, b" \t\r\n\\") + b"==")
        except binascii.Error:
            raise CannotRead(f"A file that is packed into this one is damaged. {SAVE_AS_PDF}") from None
    if content.strip() and not is_font(content):
        to.inside(content, "packed inside")


def _read_bare(run: str, to: Gathering) -> None:
    """Read base64 that no address announces: a file of a kind the portal knows, or text."""
    try:
        content = base64.b64decode(run.rstrip("=") + "=" * (-len(run.rstrip("=")) % 4))
    except ValueError:
        return  # an address
    if content.startswith(FILES):
        to.inside(content, "packed inside")
    elif _is_utf8(content) and not _NOT_WRITTEN.search(content.decode()):
        to.say("packed inside", content.decode())
    elif not run.isalpha() or "A" in run:  # else a word of code: what most of UTF-16 begins with are zeros
        to.say("packed inside", read_bytes(content))  # a hash or a font has no letters


def _read_lines(lines: str, to: Gathering) -> list[str]:
    """Read what stands in base64 as mail carries it: in lines that break its words, and in whatever encoding it is.

    Behind the last one a word may stand that has no part in it. Returns the first line where it begins a file, all of
    which is read: by itself it would be a damaged one.
    """
    pieces = [piece for piece in _LINE_BETWEEN.split(lines) if piece]
    contents = [_decoded("".join(pieces)), _decoded("".join(pieces[:-1]))]
    if contents[0].startswith(FILES):
        to.inside(contents[0], "packed inside")
        return pieces[:1]
    for content in sorted(contents, key=_is_utf8, reverse=True):
        try:
            decoded = decode(content)
        except CannotRead:
            continue  # a key, a picture or a font: no letters
        decoded.say(to, "packed inside")
        break
    return []


def _decoded(run: str) -> bytes:
    """Return what base64 holds, but for a letter that no byte comes of."""
    bare = run.rstrip("=")
    bare = bare[:-1] if len(bare) % 4 == 1 else bare
    return base64.b64decode(bare + "=" * (-len(bare) % 4))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
