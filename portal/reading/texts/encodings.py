"""Bytes as text, in whatever encoding they are: strict, and with every other spelling they may have."""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from portal.reading.budget import MIB, CannotRead
from portal.reading.bytewise import has_controls, has_controls_beyond_ascii
from portal.reading.gathering import Gathering
from portal.reading.texts.likely import likely
from portal.reading.texts.mailed import QUOTED, unquoted
from portal.reading.texts.twice import mended

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the other's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Old encodings of letters beside ASCII, by what people call them. In those of the second group only runs of
# letters beyond ASCII make words, so text without two such bytes in a row is in none of them.
_LATIN: Final = {
    "cp1252": "Windows Western", "mac_roman": "Mac Roman", "cp850": "DOS Western", "cp437": "DOS American",
    "cp1250": "Windows Central European", "iso8859_2": "ISO Latin 2", "cp852": "DOS Central European",
    "mac_latin2": "Mac Central European", "cp1254": "Windows Turkish", "cp857": "DOS Turkish",
    "mac_turkish": "Mac Turkish", "cp1257": "Windows Baltic", "cp775": "DOS Baltic", "iso8859_15": "ISO Latin 9",
    "iso8859_3": "ISO Latin 3", "iso8859_4": "ISO Latin 4", "iso8859_10": "ISO Latin 6", "iso8859_13": "ISO Latin 7",
    "iso8859_14": "ISO Latin 8", "iso8859_16": "ISO Latin 10", "cp1258": "Windows Vietnamese",
    "cp860": "DOS Portuguese", "cp861": "DOS Icelandic", "cp863": "DOS French", "cp865": "DOS Nordic",
    "mac_iceland": "Mac Icelandic", "hp_roman8": "HP Roman",
}  # fmt: skip
_OTHER: Final = {
    "cp1251": "Windows Cyrillic", "koi8_u": "KOI8", "cp866": "DOS Cyrillic", "iso8859_5": "ISO Cyrillic",
    "mac_cyrillic": "Mac Cyrillic", "cp1253": "Windows Greek", "iso8859_7": "ISO Greek", "cp737": "DOS Greek",
    "mac_greek": "Mac Greek", "cp1255": "Windows Hebrew", "iso8859_8": "ISO Hebrew", "cp862": "DOS Hebrew",
    "cp1256": "Windows Arabic", "iso8859_6": "ISO Arabic", "cp874": "Thai", "cp932": "Shift JIS", "euc_jp": "EUC-JP",
    "gb18030": "GB 18030", "big5hkscs": "Big5", "cp949": "Korean",
}  # fmt: skip
_SEVEN_BITS: Final = ("iso2022_jp_2", "iso2022_kr")
_MAINFRAME: Final = "cp037"
_MAIL: Final = "utf-7"
_CHINESE_MAIL: Final = "hz"
_WIDE: Final = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16, high byte first"}
_WEB: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030"}
"""How every browser reads what a page declares (WHATWG Encoding)."""
_WEB_TOO: Final = ("iso8859-1", "ascii", "shift_jis", "gb2312", "gbk", "koi8-r", "big5", "euc_kr", "iso8859-9")
ENCODINGS: Final = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-32-le", "utf-32-be"),
    *(*_WIDE, *_LATIN, *_OTHER, *_SEVEN_BITS, "iso2022_jp", *_WEB_TOO, _MAINFRAME, _MAIL, _CHINESE_MAIL),
)
"""Every encoding that may be asked for: a caged process must have looked them up before."""

_NAMES: Final = frozenset(codecs.lookup(encoding).name for encoding in ENCODINGS)
_MAX_OTHERS: Final = 32 * MIB
_LONG: Final = MIB // 2
"""Bytes of a text, its lines of ASCII aside, from which on it is read in likely encodings alone."""
_MAX_EIGHT_BITS: Final = 16 * MIB
_PRINTED: Final = bytes(range(0x20, 0x7F))
_MOSTLY: Final = 0.7
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_ESCAPED: Final = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
_IN_A_ROW: Final = re.compile(rb"[\x80-\xff]{2}")
_SEVEN: Final = re.compile(rb"\+[A-Za-z0-9+/]{2,400}-")
SINGLE_BYTES: Final = "single bytes"
_SINGLE: Final = re.compile(rb"[A-Za-z0-9 ,.;:@'\"()+/&\t\r\n-]{8,}")
_WORDS_APART: Final = re.compile(r"[A-Za-z]{2}")
_UNWRITTEN: Final = frozenset(("Cn", "Co", "Cs"))
"""Code points that are no characters: not given out, of no meaning, or halves."""
_FEW_BYTES: Final = 8
_BY_CHANCE: Final = 4
_NOT_LATIN: Final = re.compile("[\u0250-\u1fff\u2c00-\ua71f\ua800-\ufaff\U00010000-\U0001efff\U00020000-\U0010ffff]")
_LOST: Final = re.compile(r"[^\W\d_]\ufffd+(?!(?:[tsdm]|re|ve|ll)\b)[^\W\d_]|\b\ufffd+[^\W\d_]{2}")
_NOT_TEXT: Final = "This file is not text in an encoding the portal knows. Save it as UTF-8 text and choose it again."
_CONTROLLED: Final = (
    "This file holds marks that control a machine, which no text does. Save it as PDF and choose it again."
)
_TOO_MANY: Final = "This text can be read in too many ways. Save it as UTF-8 text and choose it again."
_LETTERS_LOST: Final = (
    "Some letters of this text were lost when it was saved. Save it anew from where it came, as UTF-8 text."
)

_CHARSET: Final = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE
)

Form = Callable[[str], str]
"""How a format lays out text before it is said."""


class NotText(CannotRead):
    """The bytes are no text, or in an encoding nobody here knows."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and what else its bytes may spell: the lines that differ, by the name of the encoding."""

    text: str
    others: tuple[tuple[str, str], ...] = ()

    @property
    def spellings(self) -> tuple[tuple[str, str], ...]:
        """Every way to read the bytes, with what to add to a place: nothing, then `, read as Mac Roman` and so on."""
        return (("", self.text), *((f", read as {encoding}", text) for encoding, text in self.others))

    def say(self, to: Gathering, place: str, form: Form = str) -> None:
        """Say every way to read the bytes at `place`, as `form` lays it out.

        Raises `CannotRead`, also where letters were replaced by a mark that says they are lost.
        """
        for how, text in self.spellings:
            laid_out = form(text)
            to.say(place + how, laid_out)
            if not how and not laid_out.isascii():
                if "\ufffd" in laid_out and _LOST.search(laid_out):
                    raise CannotRead(_LETTERS_LOST)
                for what, lines in mended(laid_out):
                    to.say(f"{place}, {what}", lines)


def decode(data: bytes) -> Decoded:
    """Return the text in `data`: what its mark says, else UTF-16 or UTF-32 by its zeros, else UTF-8, else 8 bits.

    Every step is strict: a control character no text has means that this is no text. Which of the old encodings
    bytes beyond UTF-8 are in cannot be known, so all that fit are given, first the one a page declares. Lines that are
    spelt as in the source of a mail are given as they were meant as well. Raises `CannotRead`.
    """
    decoded = _decoded(data)
    mailed = tuple(_as_mailed(decoded.text))
    return replace(decoded, others=decoded.others + mailed) if mailed else decoded


def _as_mailed(text: str) -> Iterator[tuple[str, str]]:
    if not (meant := unquoted(text)):
        return
    try:
        decoded = _decoded(meant)
    except NotText:
        decoded = Decoded(meant.decode("utf-8", "replace"))
    yield QUOTED, decoded.text
    yield from ((f"{QUOTED} in {encoding}", spelt) for encoding, spelt in decoded.others)


def _decoded(data: bytes) -> Decoded:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_strictly(data, encoding), tuple(_in_single_bytes(data)) if encoding != "utf-8-sig" else ())
    data = data.removesuffix(b"\x1a")  # how DOS ended a text
    if b"\0" in data[:4096]:
        return Decoded(_strictly(data, _by_zeros(data[:4096])), tuple(_in_single_bytes(data)))
    if has_controls(data):
        return Decoded(_without_marks(data))
    if data.isascii():
        _declared(data)
        return Decoded(data.decode("ascii"), tuple(_in_seven_bits(data)))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _in_eight_bits(data)
    if has_controls_beyond_ascii(data):
        raise NotText(_CONTROLLED)
    known = _declared(data)
    others = {} if known else _by_chance(data, text)
    otherwise = _tried(data, known) if known not in {"", "utf-8"} else None
    if otherwise:
        others["what the page says it is"] = otherwise
    return Decoded(text, tuple(others.items()))


def _in_single_bytes(data: bytes) -> Iterator[tuple[str, str]]:
    """Give what stands in single bytes within text of two or four: one program wrote on what another had begun."""
    if data.count(0) * 2 < len(data) - _FEW_BYTES:  # else every letter has its zero
        runs = (run.decode("ascii") for run in _SINGLE.findall(data.replace(b"\0", b"")))
        if said := [run for run in runs if _WORDS_APART.search(run)]:
            yield SINGLE_BYTES, "\n\n".join(said)


def _in_seven_bits(data: bytes) -> Iterator[tuple[str, str]]:
    """Give the lines that spell letters and marks in seven bits, as old mail has them (RFC 2152, RFC 1843).

    Marks and figures, too: many programs write an @ as +AEA-.
    """
    if b"+" in data and _SEVEN.search(data):
        lines = (_tried(line, _MAIL) for line in data.splitlines() if any(map(_spells, _SEVEN.findall(line))))
        if said := [line for line in lines if line is not None]:
            yield "UTF-7", "\n\n".join(said)
    if b"~" in data and b"~{" in data and (chinese := _tried(data, _CHINESE_MAIL)) is not None:
        yield "HZ", chinese


def _spells(run: bytes) -> bool:
    """Whether a run spells what people write. Of figures alone all must: +358-18 is dialled, and half of a letter."""
    are_written = [unicodedata.category(char) not in _UNWRITTEN for char in _tried(run, _MAIL) or ""]
    return any(are_written) and (all(are_written) or not run[1:-1].isdigit())


def _by_chance(data: bytes, text: str) -> dict[str, str]:
    """Return what else a text spells that is UTF-8 perhaps by chance: few pairs of bytes, no Latin letters."""
    if len(data) - len(text) > _BY_CHANCE or _NOT_LATIN.search(text) is None:
        return {}
    return _otherwise(_lines_beyond_ascii(data), _LATIN | _OTHER, "utf-8")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding).removesuffix("\x1a")
    except (UnicodeDecodeError, LookupError):
        raise NotText(_NOT_TEXT) from None
    if _CONTROLS.search(text):
        raise NotText(_NOT_TEXT)
    return text


def _by_zeros(start: bytes) -> str:
    """Return the wide encoding whose zeros stand where those of `start` do."""
    zeros = [start[at::4].count(0) for at in range(4)]
    if zeros[3] and zeros[3] == zeros[2] == len(start) // 4:
        return "utf-32-le"
    if zeros[0] and zeros[0] == len(range(0, len(start), 4)) and zeros[1] >= len(start) // 4:
        return "utf-32-be"
    return "utf-16-le" if zeros[1] + zeros[3] >= zeros[0] + zeros[2] else "utf-16-be"


def _without_marks(data: bytes) -> str:
    """Read text full of control bytes that are none: of Chinese in UTF-16, or of old Japanese mail."""
    for encoding in _SEVEN_BITS if b"\x1b" in data else ():
        text = _tried(data, encoding)
        if text is not None:
            return text
    for _, text in _widely(data):
        return text
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotText(_NOT_TEXT) from None
    raise NotText(_CONTROLLED)


def _is_written(text: str) -> bool:
    """Whether every character is one people use: binary data read as UTF-16 soon has others."""
    return all(unicodedata.category(char) not in _UNWRITTEN | {"So"} for char in set(text))


def _widely(data: bytes) -> Iterator[tuple[str, str]]:
    """Give the text as UTF-16 without a mark or a zero, where it may be that: half of its bytes are no letters."""
    letters = len(data) - len(data.translate(None, _PRINTED))
    for encoding in _WIDE if len(data) % 2 == 0 and letters < _MOSTLY * len(data) else ():
        text = _tried(data, encoding)
        if text is not None and _is_written(text):
            yield _WIDE[encoding], text


def _tried(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS.search(text) else text


def _declared(data: bytes) -> str:
    """Return the encoding a page names as Python calls it; empty where it names none or nobody knows it."""
    told = _CHARSET.search(data[:2048])
    try:
        name = codecs.lookup(told[1].decode("ascii")).name if told else ""
    except LookupError:
        return ""
    if name.startswith(("utf-7", "iso2022", "hz")):  # letters in them look like other letters
        raise NotText(_NOT_TEXT)
    return _WEB.get(name, name) if name in _NAMES else ""


def _in_eight_bits(data: bytes) -> Decoded:
    if len(data) > _MAX_EIGHT_BITS:
        raise CannotRead(_TOO_MANY)
    declared = _declared(data)
    told = _tried(data, declared) if declared else None
    fits = _LATIN | (_OTHER if _IN_A_ROW.search(data) else {})
    main = declared if told is not None else next((one for one in fits if _tried(data, one) is not None), "")
    text = data.decode(main) if main else ""
    others = {} if told is not None else dict(_widely(data)) | _in_likely(_lines_beyond_ascii(data), fits, main)
    partly = data.decode("utf-8", "surrogateescape").translate(_ESCAPED)
    if "\ufffd" not in partly and partly != text:
        others["UTF-8 in part"] = partly
    if data.count(b"@") > 10 * data.count(b" ") and (text_there := _tried(data, _MAINFRAME)) is not None:
        others["EBCDIC"] = text_there
    if not main and not others:
        raise NotText(_NOT_TEXT)
    return Decoded(text, tuple(others.items()))


def _in_likely(lines: bytes, encodings: Mapping[str, str], main: str) -> dict[str, str]:
    """Return what `lines` spell in other encodings; of a long text in those in which its words are words.

    A line that has none in any of these is read in all the others, too: two texts may have been put together.
    """
    if len(lines) < _LONG:
        return _otherwise(lines, encodings, main)
    kept, odd = likely(lines, encodings, main)
    others = _otherwise(lines, {one: encodings[one] for one in kept}, main)
    return others | _otherwise(odd, {one: name for one, name in encodings.items() if one not in kept}, main)


def _otherwise(lines: bytes, encodings: Mapping[str, str], main: str) -> dict[str, str]:
    """Return what `lines` spell in other encodings than the main one, each spelling once, by a name for people.

    Raises `CannotRead` for too much.
    """
    said = {lines.decode(main)} if main else set()
    others: dict[str, str] = {}
    for encoding, name in encodings.items():
        spelt = _tried(lines, encoding)
        if spelt is not None and spelt not in said:
            said.add(spelt)
            others[name] = spelt
            if sum(map(len, others.values())) > _MAX_OTHERS:
                raise CannotRead(_TOO_MANY)
    return others


def _lines_beyond_ascii(data: bytes) -> bytes:
    """Return the lines that read otherwise in another encoding, and their neighbours; gaps are blank lines."""
    lines = [b"", *data.splitlines(), b""]
    differs = [not line.isascii() for line in lines]
    near = [any(differs[max(at - 1, 0) : at + 2]) for at in range(len(lines))]
    return b"\n".join(
        line if here else b"" for line, here, before in zip(lines, near, [False, *near], strict=False) if here or before
    )
