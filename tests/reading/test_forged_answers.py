"""Answers of a parser that a hostile file has taken over: whoever reads them is neither held up nor led astray."""

import json

import pytest

from portal.kernel.cage.frames import HEAD
from portal.reading.answers import unpack_parsed, unpack_stripped
from portal.reading.reader import Unreadable
from portal.reading.seeing import Parsed

HEADED = {
    "kind": "txt", "pages": 0, "pictures": 0, "sheets": 0, "hidden": 0, "misnamed": False, "unheard": [], "parts": [],
    "unseen": [], "counted": False,
}  # fmt: skip


def answer(rest: bytes = b"", **told: object) -> Parsed | Unreadable:
    return unpack_parsed(json.dumps(HEADED | told).encode() + b"\n" + rest)


def test_a_text_in_pieces_of_one_letter_is_refused():
    pieces = b"".join(HEAD.pack(b"1", 1) + b"a" for _ in range(9))
    assert isinstance(answer(HEAD.pack(b"1", 9) + b"a" * 9, parts=[["text", "by pieces", 9]]), Parsed)
    assert isinstance(answer(pieces, parts=[["text", "by pieces", 9]]), Unreadable)


def test_a_head_longer_than_any_files_is_refused():
    assert isinstance(answer(kind="txt", unheard=["x" * 9_000_000]), Unreadable)


def test_empty_parts_ahead_come_to_an_end():
    ahead = b'{"ahead":["text","latin-1",0]}\n'
    head = json.dumps(HEADED).encode() + b"\n"
    assert isinstance(unpack_parsed(ahead * 1_000 + head), Parsed)
    assert isinstance(unpack_parsed(ahead * 500_000 + head), Unreadable)


@pytest.mark.parametrize("odd", ["\x1b[2Jpage", "page\n1", "page \ud800", "\u202epage"])
def test_what_people_read_has_nothing_in_it_that_leads_their_screens_astray(odd: str):
    read = answer(parts=[[odd, "latin-1", 0]], unseen=[[odd, "0" * 64, 1, 1, 1]], rest=b"x")
    assert isinstance(read, Parsed)
    told = [read.reading.parts[0].place, read.pictures[0].place]
    refused = unpack_parsed(json.dumps({"reason": odd}).encode() + b"\n")
    assert isinstance(refused, Unreadable)
    stripped = unpack_stripped(json.dumps({"removed": [odd]}).encode() + b"\nx")
    assert not isinstance(stripped, Unreadable)
    assert all(text.isprintable() and "page" in text for text in (*told, refused.reason, *stripped[1]))
