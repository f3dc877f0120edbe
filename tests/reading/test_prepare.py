import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pikepdf
import pytest
from carriers import NAME, document, in_runs, pdf, simple_pdf, stream
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_makers import attached, changed, image, later, outlined
from PIL import Image, ImageDraw, ImageFont

from portal.kernel.cage.frames import BYTES, END, PARSED, REASON, REMOVED, SAME, CageBroken, Frame, frames_from, packed
from portal.press.typesetting.typeset import TypstPress
from portal.reading.answers import pack_parsed
from portal.reading.budget import Limits
from portal.reading.cage.caged import CagedReader
from portal.reading.cage.drafts import SMALL, TOGETHER, receive_draft, receive_together, runs_of
from portal.reading.cage.preparing import prepare
from portal.reading.plain import PlainReader
from portal.reading.reader import Paper, Part, Prepared, Reader, Reading, Stripped, Unreadable
from portal.reading.scripted import ScriptedReader
from portal.reading.seeing import Parsed
from tests.press.accessible import check_pdf_ua, language_of, title_of

LETTER = """
#set document(title: sys.inputs.title, author: "Ana Rivera", keywords: ("Ana Rivera",))
#set text(lang: "es")
= Carta
Estimada familia, #link("https://example.org")[nuestra página].
"""


@pytest.fixture(params=["caged", "plain", "scripted"])
def reader(request: pytest.FixtureRequest, cage: CagedReader) -> Reader:
    return {"caged": cage, "plain": PlainReader(), "scripted": ScriptedReader()}[request.param]


def prepared(reader: Reader, data: bytes, folder: Path, known: frozenset[str] = frozenset()) -> Prepared | Unreadable:
    (folder / "x").write_bytes(data)
    return reader.prepare([Paper(folder / "x", "letter.pdf", folder / "y")], known)[0]


def is_as_one_by_one(reader: Reader, data: bytes, folder: Path) -> Prepared:
    """Prepare, and compare with reading, stripping and reading one by one."""
    answer = prepared(reader, data, folder)
    assert isinstance(answer, Prepared), answer
    stripped = reader.strip(folder / "x", folder / "z")
    assert isinstance(stripped, Stripped)
    assert answer.removed == stripped.removed
    assert answer.before == reader.read(folder / "x", "letter.pdf")
    read_again = reader.read(folder / "y", "letter.pdf")
    assert isinstance(read_again, Reading)
    if not answer.removed:
        assert (folder / "y").read_bytes() == data
    assert (answer.after or answer.before).parts == read_again.parts
    assert answer.after is None or answer.after == read_again
    return answer


def test_every_reader_prepares_as_if_one_by_one(reader: Reader, tmp_path: Path):
    is_as_one_by_one(reader, b"Welcome" if isinstance(reader, ScriptedReader) else simple_pdf(), tmp_path)


def test_every_reader_answers_what_it_cannot_prepare_with_a_sentence_and_writes_nothing(reader: Reader, tmp_path: Path):
    for data in (b"\x81\x00\x8d", b"", b"%PDF-1.7\nnothing"):
        if data.startswith(b"%PDF") and isinstance(reader, ScriptedReader):
            continue
        answer = prepared(reader, data, tmp_path)
        assert isinstance(answer, Unreadable)
        assert answer.reason.endswith(".")
    gone = Paper(tmp_path / "missing", "a.pdf", tmp_path / "y")
    assert isinstance(reader.prepare([gone], frozenset())[0], Unreadable)
    assert not (tmp_path / "y").exists()


CARRIERS = {
    "an author": lambda folder: pdf(folder, f'#set document(author: "{NAME}", title: "Welcome")\nWelcome'),
    "an attachment": lambda _: changed(attached),
    "bookmarks": lambda _: changed(outlined),
    "an earlier version": lambda _: later(simple_pdf(text=stream(b"BT /F 9 Tf (Ana) Tj ET")), (4, stream(b"BT ET"))),
    "a table": lambda folder: pdf(folder, "#table(columns: 2, [Ana], [Rivera], [Zoë], [Nuñez])"),
}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_file_is_prepared_in_the_cage_as_one_by_one(carrier: str, cage: CagedReader, tmp_path: Path):
    answer = is_as_one_by_one(cage, CARRIERS[carrier](tmp_path), tmp_path)
    if answer.removed:
        assert (tmp_path / "y").read_bytes() == (tmp_path / "z").read_bytes()
    if carrier == "an author":
        assert NAME in "".join(part.text for part in answer.before.parts)
        assert answer.after is not None
        assert NAME not in "".join(part.text for part in answer.after.parts)


def test_a_file_with_nothing_to_take_out_stays_as_it_is(cage: CagedReader, tmp_path: Path):
    data = simple_pdf()
    assert cage.strip(Path(_put(tmp_path, data)), tmp_path / "z") == Stripped(())
    assert (tmp_path / "z").read_bytes() != data, "it would be written anew"
    answer = prepared(cage, data, tmp_path)
    assert isinstance(answer, Prepared)
    assert (answer.removed, answer.after) == ((), None)
    assert (tmp_path / "y").read_bytes() == data


def _put(folder: Path, data: bytes) -> Path:
    (folder / "x").write_bytes(data)
    return folder / "x"


def test_a_stripped_file_prepared_again_is_the_same_file(cage: CagedReader, tmp_path: Path):
    assert isinstance(prepared(cage, CARRIERS["an author"](tmp_path), tmp_path), Prepared)
    once = (tmp_path / "y").read_bytes()
    answer = prepared(cage, once, tmp_path)
    assert isinstance(answer, Prepared)
    assert (answer.removed, answer.after) == ((), None)
    assert (tmp_path / "y").read_bytes() == once


def test_what_nothing_uses_is_left_out(cage: CagedReader, tmp_path: Path):
    answer = prepared(cage, simple_pdf(b"<</Note(Ana Rivera)>>"), tmp_path)
    assert isinstance(answer, Prepared)
    assert answer.removed == ("parts that nothing uses",)
    assert NAME in "".join(part.text for part in answer.before.parts)
    assert answer.after is not None
    assert NAME not in "".join(part.text for part in answer.after.parts)
    assert isinstance(reading := cage.read(tmp_path / "y", "letter.pdf"), Reading)
    assert reading == answer.after


def test_an_office_file_is_asked_for_as_pdf(cage: CagedReader, tmp_path: Path):
    answer = prepared(cage, document(in_runs), tmp_path)
    assert isinstance(answer, Unreadable)
    assert "save the letter as PDF" in answer.reason


def test_pictures_are_looked_at_once_for_both_readings(cage: CagedReader, tmp_path: Path):
    scan = Image.new("L", (900, 220), 255)
    ImageDraw.Draw(scan).text((40, 60), "Ana Rivera", fill=0, font=ImageFont.load_default(size=90))

    def place(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.Resources.XObject = pikepdf.Dictionary(Scan=image(pdf, scan))
        page.contents_add(b"q 270 0 0 66 10 10 cm /Scan Do Q")
        pdf.docinfo["/Author"] = NAME

    answer = is_as_one_by_one(cage, changed(place), tmp_path)
    assert answer.after is not None
    for reading in (answer.before, answer.after):
        assert [part.text.strip() for part in reading.parts if part.by_ocr] == ["Ana Rivera"]


def _unreadable_picture() -> bytes:
    noise = Image.new("L", (900, 220), 255)
    draw = ImageDraw.Draw(noise)
    for number, text in enumerate(("Ривера", "Анна")):
        draw.text((40 + 400 * number, 60), text, fill=0, font=ImageFont.load_default(size=90))
    held = io.BytesIO()
    noise.save(held, "PNG", pnginfo=None)
    return held.getvalue()


def test_a_picture_nobody_can_read_holds_the_file_back_until_it_is_known(cage: CagedReader, tmp_path: Path):
    picture = _unreadable_picture()
    answer = prepared(cage, picture, tmp_path)
    assert isinstance(answer, Unreadable)
    assert len(answer.pictures) == 1
    assert not (tmp_path / "y").exists()
    assert isinstance(prepared(cage, picture, tmp_path, frozenset(answer.pictures)), Prepared)
    assert (tmp_path / "y").read_bytes() == picture


def test_a_letter_for_everyone_stays_one_when_it_is_prepared(cage: CagedReader, tmp_path: Path):
    data = TypstPress().typeset(LETTER, {"title": "Carta de bienvenida"})
    check_pdf_ua(data, tmp_path)
    answer = prepared(cage, data, tmp_path)
    assert isinstance(answer, Prepared)
    assert "author and keywords" in answer.removed
    out = (tmp_path / "y").read_bytes()
    check_pdf_ua(out, tmp_path)
    assert (title_of(out), language_of(out)) == ("Carta de bienvenida", "es")
    assert NAME.encode() not in out
    with pikepdf.open(io.BytesIO(out)) as opened:
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        with opened.open_metadata() as told:
            assert (told["pdfuaid:part"], told["dc:title"]) == ("1", "Carta de bienvenida")
    assert answer.after is not None
    assert "Carta de bienvenida" in "".join(part.text for part in answer.after.parts), "the title is judged"


def test_too_much_time_ends_the_file_and_not_the_reader(tmp_path: Path):
    slow = simple_pdf(text=stream(b"BT /F 1 Tf " + b"1 0 0 1 9 9 Tm (a) Tj " * 900_000 + b"ET"))
    with CagedReader(Limits(cpu_seconds=1), cells=1) as hasty:
        assert isinstance(prepared(hasty, slow, tmp_path), Unreadable)
        assert not (tmp_path / "y").exists()
        assert isinstance(prepared(hasty, simple_pdf(), tmp_path), Prepared)


def _papers(folder: Path, files: Sequence[bytes]) -> list[Paper]:
    for number, data in enumerate(files):
        (folder / f"in{number}").write_bytes(data)
    return [Paper(folder / f"in{n}", f"{n}.pdf", folder / f"out{n}") for n in range(len(files))]


def test_files_that_share_a_process_are_each_prepared_as_alone(cage: CagedReader, tmp_path: Path):
    good = [CARRIERS[carrier](tmp_path) for carrier in CARRIERS]
    files = [good[0], b"%PDF-1.7\nnothing", good[1], b"", good[4], *good, bytes(SMALL + 1)]
    papers = _papers(tmp_path, files)
    papers.insert(3, Paper(tmp_path / "missing", "gone.pdf", tmp_path / "never"))
    together = cage.prepare(papers, frozenset())
    written = [paper.into.read_bytes() if paper.into.exists() else None for paper in papers]
    for paper in papers:
        paper.into.unlink(missing_ok=True)
    assert together == [cage.prepare([paper], frozenset())[0] for paper in papers]
    assert written == [paper.into.read_bytes() if paper.into.exists() else None for paper in papers]
    assert [isinstance(answer, Prepared) for answer in together[:6]] == [True, False, True, False, False, True]


def test_every_reader_reads_many_as_one_by_one(reader: Reader, tmp_path: Path):
    texts = [b"Welcome", b"\x81\x00\x8d", b"", b"Welcome to " + b"school " * SMALL, b"Dear Ana Rivera", b"Goodbye"]
    pdfs = [] if isinstance(reader, ScriptedReader) else [CARRIERS[carrier](tmp_path) for carrier in CARRIERS]
    files = [(paper.path, paper.name) for paper in _papers(tmp_path, [*texts, *pdfs])]
    files[2:2] = [(tmp_path / "missing", "gone.txt"), (tmp_path / "in0", "a" * 300)]
    one_by_one = [reader.read(*file) for file in files]
    assert list(reader.read_all(files)) == one_by_one
    assert list(reader.read_all(files[:1])) == one_by_one[:1]
    assert list(reader.read_all([])) == []


def test_a_known_picture_is_known_among_many_files(cage: CagedReader, tmp_path: Path):
    picture = _unreadable_picture()
    files = [(paper.path, "a.png") for paper in _papers(tmp_path, [picture, picture])]
    first, second = cage.read_all(files)
    assert isinstance(first, Unreadable)
    assert first == second
    assert all(isinstance(one, Reading) for one in cage.read_all(files, frozenset(first.pictures)))


@pytest.mark.parametrize("origin", ["cut", "set"])
def test_what_was_made_here_is_read_once_in_full_and_as_it_is_published(
    reader: Reader, tmp_path: Path, origin: Literal["cut", "set"]
):
    data = b"Welcome" if isinstance(reader, ScriptedReader) else CARRIERS["an author"](tmp_path)
    papers = [replace(paper, origin=origin) for paper in _papers(tmp_path, [data, data])]
    for paper, answer in zip(papers, reader.prepare(papers, frozenset()), strict=True):
        assert isinstance(answer, Prepared)
        read = reader.read(paper.into, paper.name)
        assert isinstance(read, Reading)
        assert (answer.before.parts, answer.after) == (read.parts, None), "nothing that is published was not read"
        is_stripped = origin == "set" and not isinstance(reader, ScriptedReader)
        assert (NAME in repr(read)) != is_stripped or isinstance(reader, ScriptedReader)
        if is_stripped:
            assert isinstance(reader.strip(paper.into, tmp_path / "again"), Stripped)
            assert (tmp_path / "again").read_bytes() == paper.into.read_bytes(), "once is enough"
        assert (paper.into.read_bytes() != data) == bool(answer.removed) == is_stripped


def test_nothing_of_one_file_stands_in_the_answer_about_another(cage: CagedReader, tmp_path: Path):
    names = [f"Zed{number}wick" for number in range(TOGETHER)]
    files = [pdf(tmp_path, f'#set document(author: "{name}", title: "Card")\n= {name}') for name in names]
    papers = _papers(tmp_path, files)
    for name, paper, answer in zip(names, papers, cage.prepare(papers, frozenset()), strict=True):
        assert isinstance(answer, Prepared)
        said = repr(answer)
        assert [other for other in names if other in said] == [name]
        read = cage.read(paper.into, "card.pdf")
        assert isinstance(read, Reading)
        assert [other for other in names if other in repr(read)] == [name]


def test_a_file_that_uses_up_the_time_of_all_costs_none_of_them(tmp_path: Path):
    slow = simple_pdf(text=stream(b"BT /F 1 Tf " + b"1 0 0 1 9 9 Tm (a) Tj " * 900_000 + b"ET"))
    telling = CARRIERS["an author"](tmp_path)
    papers = _papers(tmp_path, [telling, slow, simple_pdf(), telling])
    with CagedReader(Limits(cpu_seconds=1), cells=1) as hasty:
        first, late, plain, last = hasty.prepare(papers, frozenset())
        readings = list(hasty.read_all([(paper.path, paper.name) for paper in papers]))
    assert isinstance(late, Unreadable)
    assert not papers[1].into.exists()
    assert isinstance(plain, Prepared)
    for told in (first, last):
        assert isinstance(told, Prepared)
        assert NAME in repr(told.before), "what the killed process said, or did not, changes nothing"
    assert [isinstance(one, Reading) for one in readings] == [True, False, True, True]


@pytest.mark.parametrize(("sizes", "runs"), [
    ([], []),
    ([1], [1]),
    ([1] * (TOGETHER + 1), [TOGETHER, 1]),
    ([1, SMALL + 1, 1, SMALL], [1, 1, 2]),
    ([SMALL + 1, SMALL + 1, 1], [1, 1, 1]),
])  # fmt: skip
def test_small_neighbours_share_a_process_and_a_large_file_shares_none(sizes: list[int], runs: list[int]):
    assert [len(run) for run in runs_of(sizes)] == runs
    assert [at for run in runs_of(sizes) for at in run] == list(range(len(sizes)))


TOLD = Frame(PARSED, b"".join(pack_parsed(Parsed(Reading("pdf", (Part("page 1", "Welcome"),), 1)))))
NOTHING, AUTHOR = Frame(REMOVED, b"[]"), Frame(REMOVED, b'["author"]')


@pytest.mark.parametrize("frames", [
    [],
    [Frame(END)],
    [TOLD, NOTHING, Frame(SAME)],
    [TOLD, Frame(SAME), Frame(END)],
    [TOLD, NOTHING, TOLD, Frame(END)],
    [TOLD, AUTHOR, Frame(BYTES), Frame(SAME), Frame(END)],
    [TOLD, AUTHOR, Frame(SAME), Frame(END)],
    [TOLD, NOTHING, Frame(BYTES, b"x"), Frame(SAME), Frame(END)],
    [TOLD, Frame(REMOVED, b"{}"), Frame(SAME), Frame(END)],
    [TOLD, Frame(REMOVED, b"[1]"), Frame(SAME), Frame(END)],
    [TOLD, Frame(REMOVED, b"["), Frame(SAME), Frame(END)],
    [TOLD, NOTHING, Frame(BYTES, b"x"), Frame(BYTES, b"x"), TOLD, Frame(END)],
])  # fmt: skip
def test_a_prepared_file_that_does_not_add_up_is_none(frames: list[Frame]):
    with pytest.raises(CageBroken):
        receive_draft(frames)


WHOLE = [TOLD, NOTHING, Frame(SAME), Frame(END)]
NONE = [TOLD, Frame(REASON, b"No.")]


def test_an_answer_about_several_files_is_taken_apart_at_its_ends():
    told = receive_together(iter([*WHOLE, *NONE, *WHOLE, Frame(END)]), 3)
    assert [draft is None for draft in told] == [False, True, False]


@pytest.mark.parametrize("frames", [
    [*WHOLE, Frame(END)],
    [*WHOLE, *WHOLE],
    [*WHOLE, *WHOLE, *WHOLE, Frame(END)],
    [*WHOLE, *WHOLE, TOLD, Frame(END)],
    [Frame(PARSED, bytes(65 * 1024 * 1024)), Frame(REASON, b"No."), *WHOLE, Frame(END)],
])  # fmt: skip
def test_an_answer_about_more_or_fewer_files_or_an_endless_one_is_none(frames: list[Frame]):
    with pytest.raises(CageBroken):
        receive_together(iter(frames), 2)


def test_frames_survive_the_pipe_whole_and_a_cut_one_is_refused():
    import os
    import time

    def piped(data: bytes) -> list[Frame]:
        answer, ours = os.pipe()
        os.write(ours, data)
        os.close(ours)
        try:
            return list(frames_from(answer, time.monotonic() + 5))
        finally:
            os.close(answer)

    frames = [TOLD, Frame(BYTES, bytes(9000)), Frame(REASON, "Zoë".encode()), Frame(END)]
    whole = b"".join(map(packed, frames))
    assert piped(whole) == frames
    for cut in (whole[:-1], whole[:7], whole + b"x", b"x\xff\xff\xff\xff" + whole):
        with pytest.raises(CageBroken):
            piped(cut)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10**6), patch=st.binary(max_size=5))
def test_no_damage_makes_it_do_anything_but_prepare_or_say_no(at: int, patch: bytes):
    from portal.kernel.cage.frames import ended
    from portal.reading.budget import CannotRead

    whole = simple_pdf(info=b"/Info<</Author(Ana Rivera)>>")
    at = 12 + at % (len(whole) - 12)
    try:
        draft = receive_draft(ended(prepare(whole[:at] + patch + whole[at + len(patch) :], "a.pdf"), "No."))
    except CannotRead as sentence:
        assert str(sentence).endswith(".")  # noqa: PT017 - either answer is right
    else:
        assert draft.data or not draft.removed


def test_what_was_taken_out_is_told_in_a_few_short_words():
    many = Frame(REMOVED, json.dumps(["x" * 900] * 900).encode())
    draft = receive_draft([TOLD, many, Frame(BYTES, b"%PDF"), Frame(SAME), Frame(END)])
    assert len(draft.removed) == 100
    assert set(draft.removed) == {"x" * 200}
