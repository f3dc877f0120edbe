"""What the log says holds no address and no token, wherever in a word they stand, and costs no more for a long word."""

import json

import pytest

from portal.kernel.log import log, start_logging

TOKEN = "A" * 22 + "." + "b" * 43


def said(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    start_logging()
    log("mail").info("noted", words=words)
    return str(json.loads(capsys.readouterr().err)["words"])


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("to carla@mail.test now", "to [cut] now"),
        ("(<carla@mail.test>),", "[cut]"),
        (f"{'x' * 50}@mail.test", "[cut]"),
        (f"key={TOKEN};carla@mail.test", "[cut]"),
        (f"key={TOKEN}", "key=[cut]"),
        ("/o#abc 7KQ2-9XYZ-AB12", "/o[cut] [cut]"),
        ("3 letters at 10:00", "3 letters at 10:00"),
        ("@ home, or a@", "@ home, or a@"),
    ],
)
def test_an_address_or_a_token_is_cut(words: str, left: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(words, capsys) == left


def test_a_word_of_a_million_letters_is_looked_through_once(capsys: pytest.CaptureFixture[str]) -> None:
    long = "a." * 500_000
    assert said(long, capsys) == long
