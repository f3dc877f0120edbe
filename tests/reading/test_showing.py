"""The pages of a letter are drawn in a cage, kept within bounds, and drawn once for all who ask."""

import contextlib
import io
import json
import threading
from collections.abc import Iterator
from concurrent.futures import wait

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.kernel.cage.frames import ABOUT, BYTES, COUNT, END, TEXT, CageBroken, Frame
from portal.reading.budget import MIB, Limits
from portal.reading.samples import sample_letters
from portal.reading.showing.blocks import Cell, Paragraph, Run, Table, text_of
from portal.reading.showing.caged_viewer import CagedViewer, _outline
from portal.reading.showing.kept import KeptPages
from portal.reading.showing.viewer import MOST_PAGES, NotShown, Outline, PageShown, Shape, ShowingBusy
from tests.letter_files import pdf_of, png_of

TAGGED = sample_letters()[0]
PAGE = b'[1,1,true,[["p",[["x",""]]]]]'


@pytest.fixture(scope="module")
def viewer() -> Iterator[CagedViewer]:
    viewer = CagedViewer(1)
    yield viewer
    viewer.close()


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_a_letter_says_its_pages_their_sizes_and_their_words(viewer: CagedViewer) -> None:
    seen = viewer.outline(pdf_of("Welcome\nBack", "Bring a coat.", language="es-MX"), "pdf")
    welcome, bring = (Paragraph((Run(text),)) for text in ("Welcome\nBack", "Bring a coat."))
    pages = (PageShown(640, 828, (welcome,), is_sure=True), PageShown(640, 828, (bring,), is_sure=True))
    assert seen == Outline(pages, 2, language="es-MX")


def test_a_page_is_drawn_twice_as_sharp_as_it_stands_and_in_few_colours(viewer: CagedViewer) -> None:
    page = opened(viewer.picture(pdf_of("Welcome", ""), 1))
    assert (page.format, page.size) == ("PNG", (1280, 1657))
    assert page.mode == "P"
    assert page.convert("L").getextrema() == (0, 255)  # print on paper
    assert len(viewer.picture(pdf_of("Welcome"), 1)) < 20_000


def test_a_page_of_absurd_length_is_drawn_within_bounds(viewer: CagedViewer) -> None:
    width, height = opened(viewer.picture(pdf_of("x", size=(10, 14_000)), 1)).size
    assert width * height <= 9_100_000


@pytest.mark.parametrize(
    ("shape", "data"),
    [("pdf", b"%PDF-1.7 nothing"), ("pdf", b""), ("picture", b"GIF89a"), ("picture", b"")],
)
def test_what_cannot_be_shown_says_so_and_ends_nothing(viewer: CagedViewer, shape: Shape, data: bytes) -> None:
    with pytest.raises(NotShown):
        viewer.outline(data, shape)
    assert viewer.outline(pdf_of("x"), "pdf").total == 1


@pytest.mark.parametrize("number", [0, -1, 3])
def test_there_is_no_page_before_the_first_or_after_the_last(viewer: CagedViewer, number: int) -> None:
    with pytest.raises(NotShown):
        viewer.picture(pdf_of("one", "two"), number)


def test_a_letter_that_takes_too_much_memory_is_not_shown() -> None:
    tight = CagedViewer(1, Limits(memory=48 * MIB, cpu_seconds=5, wall_seconds=10.0))
    with pytest.raises(NotShown):
        tight.picture(pdf_of("x", size=(3000, 3000)), 1)
    tight.close()


def test_a_picture_says_its_size_no_wider_than_the_page(viewer: CagedViewer) -> None:
    assert viewer.outline(png_of(1600, 800), "picture").pages == (PageShown(640, 320),)
    assert viewer.outline(png_of(100, 50), "picture").pages == (PageShown(100, 50),)


def test_a_long_letter_says_how_long_it_is_and_shows_its_beginning(viewer: CagedViewer) -> None:
    seen = viewer.outline(pdf_of(*["x"] * (MOST_PAGES + 3)), "pdf")
    assert (len(seen.pages), seen.total) == (MOST_PAGES, MOST_PAGES + 3)


def test_a_sentence_goes_on_where_the_paper_broke_it(viewer: CagedViewer) -> None:
    long = "Your child may come from seven in the morning until half"
    (page,) = viewer.outline(pdf_of(f"Hours\n{long}\npast five.\nMonday"), "pdf").pages
    assert "\n".join(map(text_of, page.blocks)) == f"Hours\n{long} past five.\nMonday"


def test_signs_that_turn_or_hide_the_text_do_not_come_along(viewer: CagedViewer) -> None:
    (page,) = viewer.outline(pdf_of("a\x07b"), "pdf").pages
    assert "".join(map(text_of, page.blocks)).isprintable()


def test_more_text_than_any_letter_has_is_shown_as_pictures(viewer: CagedViewer) -> None:
    seen = viewer.outline(pdf_of("Welcome", "\n".join(["x" * 10_000] * 31)), "pdf")
    assert [len(page.blocks) for page in seen.pages] == [1, 0]
    assert not seen.pages[1].is_sure


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [Frame(END)],
        [Frame(COUNT, b"2"), Frame(TEXT, PAGE), Frame(END)],
        [Frame(COUNT, b"1"), Frame(TEXT, PAGE), Frame(TEXT, PAGE), Frame(END)],
        [Frame(COUNT, b"1"), Frame(TEXT, b"[99999999,1,true,[]]"), Frame(END)],
        [Frame(COUNT, b"1"), Frame(TEXT, b"[1,1,true,[[]]]"), Frame(END)],
        [Frame(COUNT, b"1"), Frame(TEXT, b"[" * 100_000), Frame(END)],
        [Frame(COUNT, b"1"), Frame(TEXT, PAGE.replace(b"x", b"x" * 600_000)), Frame(END)],
        [Frame(COUNT, b"1"), Frame(TEXT, b"[1,1,true,[%s]]" % b",".join([b'["p",[]]'] * 30_000)), Frame(END)],
        [Frame(COUNT, b"1"), Frame(ABOUT, b'{"tagged": 1}'), Frame(TEXT, PAGE), Frame(END)],
        [Frame(COUNT, b"1"), Frame(ABOUT, b'{"tagged":true,"language":"<b>","title":""}'), Frame(END)],
        [Frame(BYTES, b"x"), Frame(END)],
    ],
)
def test_no_answer_that_makes_no_sense_is_taken_for_an_outline(frames: list[Frame]) -> None:
    with pytest.raises(CageBroken):
        _outline(iter(frames))


@given(json_values=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_block_that_makes_no_sense_leaves_the_cage(json_values: object) -> None:
    page = json.dumps([1, 1, True, [json_values]]).encode()
    try:
        seen = _outline(iter([Frame(COUNT, b"1"), Frame(TEXT, page), Frame(END)]))
    except CageBroken:
        return
    assert "".join(map(text_of, seen.pages[0].blocks)).encode()


@settings(max_examples=15)
@given(places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_letter_is_shown_or_not_and_ends_nothing(
    viewer: CagedViewer, places: list[tuple[int, int]]
) -> None:  # fmt: skip
    damaged = bytearray(TAGGED)
    for at, byte in places:
        damaged[at % len(damaged)] = byte
    with contextlib.suppress(NotShown):
        assert viewer.outline(bytes(damaged), "pdf").total >= 1


class CountingViewer:
    """Shows a page as its number, as often as it is told to, when it is let."""

    def __init__(self) -> None:
        self.drawn: list[int] = []
        self.go = threading.Event()

    def outline(self, _data: bytes, _shape: Shape) -> Outline:
        raise NotShown

    def picture(self, _data: bytes, number: int) -> bytes:
        self.go.wait()
        self.drawn.append(number)
        return b"%d" % number * 1000


def test_a_page_that_many_ask_for_is_drawn_once_and_kept() -> None:
    viewer = CountingViewer()
    kept = KeptPages(viewer, 1)
    asked = [kept.picture("letter", 1, bytes) for _ in range(50)]
    viewer.go.set()
    wait(asked)
    assert {future.result() for future in [*asked, kept.picture("letter", 1, bytes)]} == {b"1" * 1000}
    assert viewer.drawn == [1]
    kept.close()


def test_what_is_kept_is_bounded_and_the_longest_unseen_goes_first() -> None:
    viewer = CountingViewer()
    viewer.go.set()
    kept = KeptPages(viewer, 1, most_kept=3_200)  # two pages with their bookkeeping
    for number in (1, 2, 1, 3, 1, 2):
        kept.picture("letter", number, bytes).result()
        kept._threads.submit(int).result()  # what comes after the drawing has been done
    assert viewer.drawn == [1, 2, 3, 2]
    kept.close()


class Linked:
    """Shows a letter whose words each lead to a long address."""

    def __init__(self) -> None:
        self.drawn = 0

    def outline(self, _data: bytes, _shape: Shape) -> Outline:
        self.drawn += 1
        cell = Cell(tuple(Run("x", f"https://school.test/{'y' * 1_900}{at}") for at in range(100)))
        return Outline((PageShown(1, 1, (Paragraph(cell.runs), Table(((cell,),)))),), 1)

    def picture(self, _data: bytes, _number: int) -> bytes:
        raise NotShown


def test_addresses_weigh_as_well_of_what_is_kept() -> None:
    viewer = Linked()
    kept = KeptPages(viewer, 1, most_kept=400_000)
    for _ in range(2):
        kept.outline("letter", "pdf", bytes).result()
        kept._threads.submit(int).result()
    assert viewer.drawn == 2
    kept.close()


def test_a_failure_is_told_and_not_kept_and_not_tried_a_third_time() -> None:
    kept, tries = KeptPages(CountingViewer(), 1), list[int]()

    def opened() -> bytes:
        tries.append(1)
        return b""

    for _ in range(4):
        with pytest.raises(NotShown):
            kept.outline("letter", "pdf", opened).result()
        kept._threads.submit(int).result()  # what comes after the drawing has been done
    assert len(tries) == 2
    kept.close()


def test_no_more_than_so_many_wait_and_the_next_is_told_to_come_back() -> None:
    viewer = CountingViewer()
    kept = KeptPages(viewer, 1)
    for number in range(256):
        kept.picture("letter", number, bytes)
    with pytest.raises(ShowingBusy):
        kept.picture("letter", 999, bytes)
    viewer.go.set()
    kept.close()
