"""Text as mail carries it, cut out of a message's source or written by an address book: read as it was meant."""

import base64
import quopri
import random
import textwrap
import uuid
from email.header import Header

import carriers
import pytest
from test_text import LATIN, read, says

from portal.reading.plain import PlainReader
from portal.reading.reader import Reading, Unreadable
from portal.reading.seeing import Parsed
from tests.pace import at_most

NOTICE = "Welcome to the program. We begin on Monday. Please bring a bottle of water and a small snack, both marked."
NAMES = [(LATIN, "utf-8"), (LATIN, "cp1252"), ("Łukasz Dvořák", "iso8859_2"), ("Анна Петрова", "koi8_r")]


@pytest.mark.parametrize(("name", "encoding"), NAMES)
@pytest.mark.parametrize("ending", ["txt", "csv", "html", "md", "json"])
def test_a_name_in_quoted_printable_is_read(name: str, encoding: str, ending: str):
    text = f'{{"note": "{NOTICE} Dear {name}, hello."}}' if ending == "json" else f"{NOTICE} Dear {name}, hello."
    assert says(read(quopri.encodestring(text.encode(encoding)), f"a.{ending}"), name)


def test_a_name_that_a_soft_end_of_line_breaks_is_read():
    for before in range(60, 76):
        text = (
            f"{'a ' * (before // 2)}{'b' * (before % 2)} Ana Rivera and many more words behind it, so that it goes on."
        )
        assert says(read(b"Begin of a message\r\n" + quopri.encodestring(text.encode())), "Ana Rivera"), before


def test_colours_and_addresses_take_nothing_from_the_lines_beside_them():
    data = b"color=00FF01\nhttps://a.example/?id=80&b=FFAA\nWe saw Jos=C3=A9 Riv=C3=A9ra\nBGCOLOR=07\n"
    assert says(read(data), "José Rivéra")


def test_a_text_beside_quoted_lines_is_read_as_ever():
    reading = read(f"José\nN=C3=BA=\n=C3=B1ez and {LATIN}\n".encode())
    assert says(reading, "José Núñez")
    assert says(reading, LATIN)


def test_plain_letters_that_are_spelt_in_seven_bits_are_read():
    spelt = "".join(f"+{base64.b64encode(letter.encode('utf-16-be')).decode().rstrip('=')}-" for letter in "Ana Rivera")
    assert says(read(f"Thank {spelt} for it".encode()), "Ana Rivera")


def test_a_sum_is_no_letter():
    assert [part.place for part in read(b"1+1=2, a=b and c = d\nx=1").parts[1:]] == ["text"]


@pytest.mark.parametrize(("name", "encoding"), [*NAMES, ("山田 太郎", "iso2022_jp")])
def test_a_name_in_an_encoded_word_is_read(name: str, encoding: str):
    subject = Header(f"Welcome, {name}, to the program of this year and to all others", encoding).encode()
    assert says(read(f"The message was:\nSubject: {subject}\nBye".encode()), name)


def test_a_file_name_in_an_encoded_word_is_read():
    answer = PlainReader().read_bytes(b"Hello", "=?utf-8?Q?Jos=C3=A9_N=C3=BA=C3=B1ez.txt?=")
    assert isinstance(answer, Reading)
    assert any("José Núñez.txt" in part.text for part in answer.parts)


@pytest.mark.parametrize(("name", "encoding"), NAMES)
def test_a_name_in_lines_of_base64_is_read(name: str, encoding: str):
    for before in range(30, 60, 3):
        text = f"{'a ' * (before // 2)}{'b' * (before % 2)} {name} {NOTICE}"
        packed = base64.encodebytes(text.encode(encoding))
        assert says(read(b"Begin\r\n\r\n" + packed + b"End\r\n"), name), before
        assert says(read(b"> " + packed.replace(b"\n", b"\r\n> ")), name), before


@pytest.mark.parametrize("between", ["\n", "\r\n> ", "&#xA;", "&#10;"])
@pytest.mark.parametrize("ending", ["txt", "html", "svg"])
def test_a_picture_packed_in_lines_is_seen_and_no_damaged_one(between: str, ending: str):
    """As a preview stands in what a drawing program says of its drawing (XMP)."""
    lines = textwrap.wrap(base64.b64encode(carriers.png(300, 80)).decode(), 48)
    page = f"<svg><metadata>{between.join(lines)}</metadata><text>Hello</text></svg>"
    text = page if ending == "svg" else f"<p>{page}" if ending == "html" else between.join(lines)
    parsed = PlainReader().parse(text.encode(), f"a.{ending}")
    assert isinstance(parsed, Parsed)
    if "&" not in between or ending != "txt":  # a text has no entities
        assert parsed.reading.pictures >= 1


@pytest.mark.parametrize("between", ["\n", "&#xA;"])
def test_a_file_packed_in_lines_is_read_to_its_end_or_refused(between: str):
    drawing = b"<svg>" + b"<g/>" * 40 + b"<text>We saw Ana Rivera</text></svg>"
    lines = between.join(textwrap.wrap(base64.b64encode(drawing).decode(), 48))
    assert says(read(f"<p>{lines}</p>".encode(), "a.html"), "We saw Ana Rivera")
    broken = between.join(textwrap.wrap(base64.b64encode(carriers.png(300, 80)[:120]).decode(), 48))
    assert isinstance(PlainReader().read_bytes(f"<p>{broken}</p>".encode(), "a.html"), Unreadable)
    archive = between.join(textwrap.wrap(base64.b64encode(b"PK\x03\x04" + bytes(200)).decode(), 48))
    assert isinstance(PlainReader().read_bytes(f"<p>{archive}</p>".encode(), "a.html"), Unreadable)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("name", ["Ana Rivera", "Łukasz Dvořák", "Анна Петрова", "王小明同学", "김민준 학생"])
def test_a_name_in_base64_of_utf_16_is_read(name: str, encoding: str):
    packed = base64.b64encode(f"{name} 3B".encode(encoding)).decode()
    for ending in ("txt", "html"):
        assert says(read(f"Run this: {packed} and go".encode(), f"a.{ending}"), name)


@pytest.mark.parametrize("between", ["", " ", ":", "\n", ", 0x", "\\x"])
@pytest.mark.parametrize("name", ["Ana Rivera", "Łukasz Dvořák", "王小明同学"])
def test_a_name_in_the_numbers_of_its_bytes_is_read(name: str, between: str):
    numbers = between.join(f"{byte:02x}" for byte in f"{name}, 3B".encode())
    assert says(read(f"Dear all,\n{between.strip(', ')}{numbers}\nRegards".encode(), "a.txt"), name)


@pytest.mark.parametrize("seed", range(20))
def test_hashes_keys_and_rows_of_figures_are_no_text(seed: int):
    dice = random.Random(seed)
    some = dice.randbytes(32)
    figures = " ".join(str(dice.randrange(10, 100)) for _ in range(40))
    text = f"sha256 {some.hex()}, key {base64.b64encode(some).decode()}, {uuid.UUID(bytes=some[:16])}\nmultiplicative"
    assert not any(part.place == "packed inside" for part in read(text.encode(), "a.txt").parts)
    packed = [part for part in read(figures.encode(), "a.txt").parts if part.place == "packed inside"]
    assert not packed or all(part.text.isascii() for part in packed)


def test_long_rows_of_figures_are_looked_at_as_bytes_in_no_time_to_speak_of():
    with at_most(30):
        read(b"41 " * 150_000 + b"4z", "a.txt")
