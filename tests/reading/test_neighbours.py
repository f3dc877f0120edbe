"""Attempts of one file on those that are read beside it in the same process: what it taught is not believed of them."""

from collections.abc import Sequence
from pathlib import Path

import carriers
from test_pdf_pictures import remapped

from portal.reading.cage.caged import CagedReader
from portal.reading.reader import Reading, Unreadable

LETTER = "Ana Rivera got a place in the program."


def read_together(cage: CagedReader, files: Sequence[bytes], folder: Path) -> list[Reading | Unreadable]:
    for number, data in enumerate(files):
        (folder / f"{number}.pdf").write_bytes(data)
    return list(cage.read_all([(folder / f"{number}.pdf", "letter.pdf") for number in range(len(files))]))


def test_fonts_that_told_the_truth_in_one_file_are_not_believed_in_the_next(cage: CagedReader, tmp_path: Path):
    honest = carriers.pdf(tmp_path, LETTER)
    lying = remapped(honest, lambda text: chr((ord(text[0]) - 97 + 5) % 26 + 97) if text.isalpha() else text)
    answers = read_together(cage, [honest, lying, honest, lying, lying, honest], tmp_path)
    for answer, is_lying in zip(answers, [False, True, False, True, True, False], strict=True):
        assert isinstance(answer, Reading)
        assert any(part.by_ocr for part in answer.parts) == is_lying
        assert "Ana Rivera" in " ".join(part.text for part in answer.parts)


def test_a_bomb_among_letters_is_refused_and_each_letter_is_read(cage: CagedReader, tmp_path: Path):
    letters = [carriers.pdf(tmp_path, f"{LETTER} Letter {number}.") for number in range(4)]
    bomb = carriers.simple_pdf(text=carriers.stream(b"q " * 200_000 + b"BT /F 1 Tf " + b"(a) Tj " * 3_000_000 + b"ET"))
    answers = read_together(cage, [letters[0], bomb, *letters[1:]], tmp_path)
    assert isinstance(answers[1], Unreadable)
    for number, answer in enumerate([answers[0], *answers[2:]]):
        assert isinstance(answer, Reading)
        assert [other for other in range(4) if f"Letter {other}" in " ".join(part.text for part in answer.parts)] == [
            number
        ]
