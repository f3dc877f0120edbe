"""The signature at the end of a message: contact lines, what a mail program adds, notes on confidence."""

import re
from typing import Final

_DELIMITER: Final = re.compile(r"(?:--|__+|——+)\s*")
_MOST_BELOW: Final = 20
_PROGRAM: Final = re.compile(
    r"(?:sent from (?:my|the|outlook|yahoo|mail|proton|aol|samsung|gmail)|sent via |get outlook for |"
    r"enviado desde |obt[eé]n(?:er)? outlook |envoy[ée] (?:de|depuis) |t[ée]l[ée]charger outlook |von meinem )"
    r"[^\n]{0,120}",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"(?:(?:kind|best|warm|warmest|kindest|many)?\s*(?:regards|wishes|thanks)|thanks(?: so much| again)?|thank you"
    r"(?: so much| very much| again)?|sincerely(?: yours)?|yours (?:sincerely|truly|faithfully)|respectfully|best|"
    r"warmly|cheers|take care|(?:un )?(?:cordial(?:es)? )?saludos?(?: cordial(?:es)?)?|atentamente|cordialmente|"
    r"(?:muchas )?gracias|"
    r"(?:bien )?cordialement|merci(?: beaucoup)?|bien [àa] vous|sinc[èe]res salutations)\s*[,.!–-]?",
    re.IGNORECASE,
)
_CONTACT: Final = re.compile(
    r"(?:\+?\d[\d().\s/-]{6,}\d)|\b[\w.+-]+@[\w-]+\.[\w.-]+|(?:https?://|\bwww\.)\S+|\b(?:ext|tel|phone|cell|fax|mobile)\b",
    re.IGNORECASE,
)
_IN_CONFIDENCE: Final = re.compile(
    r"\W*(?:confidential(?:ity)?\b|disclaimer|notice:|this (?:e-?mail|message|communication|transmission)\b|"
    r"the information (?:contained )?in this|please consider the environment|if you (?:are not|have received))",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[.!?:;]\s*$")
_LONGEST_LINE: Final = 110
_LONGEST_NAME: Final = 50
_LEAST_LINES: Final = 3


def split_signature(text: str) -> tuple[str, str]:
    """Return a text without its signature, and the signature: a name below a closing stays, what says more of it goes.

    A text that would be nothing else keeps all of it.
    """
    lines = text.rstrip().split("\n")
    end = _before_notes(lines)
    cut = _cut(lines, end)
    kept, dropped = "\n".join(lines[:cut]).rstrip(), "\n".join(lines[cut:]).strip()
    return (kept, dropped) if kept.strip() else (text.rstrip(), "")


def _cut(lines: list[str], end: int) -> int:
    """Return at which line the signature begins; `end` where there is none."""
    for at in range(max(end - _MOST_BELOW, 0), end):
        if _DELIMITER.fullmatch(lines[at].rstrip()):
            return at
    for at in range(max(end - _MOST_BELOW, 0), end):
        if _CLOSING.fullmatch(lines[at].strip()):
            return _below_closing(lines, at + 1, end)
    return _contact_block(lines, end)


def _before_notes(lines: list[str]) -> int:
    """Return where what programs and offices add to every message begins."""
    end = len(lines)
    while end:
        begin = end - 1
        if not lines[begin].strip() or _PROGRAM.fullmatch(lines[begin].strip()):
            end = begin
            continue
        while begin and lines[begin - 1].strip():
            begin -= 1
        note = next((at for at in range(begin, end) if _IN_CONFIDENCE.match(lines[at])), end)
        if note == end or len("".join(lines[note:end])) < _LONGEST_LINE:
            break
        end = note
    return end


def _below_closing(lines: list[str], begin: int, end: int) -> int:
    """Return where the block below a closing begins, after the name; `end` where it is no block."""
    said = [at for at in range(begin, end) if lines[at].strip()]
    if any(len(lines[at]) > _LONGEST_LINE or _is_sentence(lines[at]) for at in said):
        return _contact_block(lines, end)
    is_name = bool(said) and len(lines[said[0]]) <= _LONGEST_NAME and not _CONTACT.search(lines[said[0]])
    return said[0] + 1 if is_name else begin


def _is_sentence(line: str) -> bool:
    return len(line.split()) > 4 and _SENTENCE.search(line) is not None and not _CONTACT.search(line)


def _contact_block(lines: list[str], end: int) -> int:
    """Return where a last paragraph of short lines with a phone, an address or a site begins."""
    begin = end
    while begin and lines[begin - 1].strip():
        begin -= 1
    block = lines[begin:end]
    is_block = (
        len(block) >= _LEAST_LINES
        and begin > 0
        and all(len(line) <= _LONGEST_LINE and not _is_sentence(line) for line in block)
        and any(_CONTACT.search(line) for line in block)
        and not _CONTACT.search(block[0])
    )
    return begin if is_block else end
