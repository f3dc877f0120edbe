"""Tesseract within the cage, where no file may be opened: not even its log, at its first word."""

import os

from PIL import Image

from portal.kernel.cage.serving import confine
from portal.reading.budget import LOOKING
from portal.reading.ocr.recognition.tesseract import ENGLISH, Readers


def test_tesseract_may_have_its_say_about_an_empty_cut():
    readers = Readers()
    child = os.fork()
    if child == 0:
        try:
            confine(LOOKING)
            readers.read(ENGLISH, Image.new("L", (91, 70), 255))
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status == 0


def test_every_model_that_comes_along_is_loaded():
    """Four come along, for Latin letters with marks; English comes with the package of tesseract."""
    assert len(Readers().numbers) == 5
