"""What is pale stands by itself once all that is strong is taken away, and a pale word at a rule is found there."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from portal.reading.ocr.nets.pale_text import EVEN, crossed_in, pale_of, pale_words
from portal.reading.ocr.picture_reader import Eyes

SIZE = 640, 400
NAME_AT, RULE_AT = (200, 186), 200


def page(*, ink: int = 190, soft: float = 1.5, rule: int = RULE_AT, shade: int | None = None) -> Image.Image:
    """A pale name at NAME_AT, a dark word, and a rule."""
    sheet = Image.new("L", SIZE, 253)
    draw = ImageDraw.Draw(sheet)
    if shade is not None:
        draw.rectangle((40, 120, 600, 280), fill=shade)
    draw.text((60, 60), "Reading", fill=0, font=ImageFont.load_default(24))
    written = Image.new("L", SIZE)
    ImageDraw.Draw(written).text(NAME_AT, "Ana Rivera", fill=255, font=ImageFont.load_default(20))
    sheet.paste(ink, (0, 0), written.filter(ImageFilter.GaussianBlur(soft)))
    ImageDraw.Draw(sheet).line((40, rule, 600, rule), fill=0, width=2)
    return sheet


def off(picture: Image.Image, box: tuple[int, int, int, int]) -> float:
    return float(np.abs(np.asarray(picture.crop(box), float) - EVEN).max())


def words_on(sheet: Image.Image, *, likely: float = 1) -> list[bool]:
    """Whether each pale word is where the name is."""
    shape = SIZE[1] // 4, SIZE[0] // 4
    found = pale_words(pale_of(sheet), np.full(shape, likely, np.float32), crossed_in(sheet, shape))
    return [abs(word.x - 250) < 40 and abs(word.y - 198) < 20 for word in found]


def test_where_all_is_even_nothing_pale_is_seen(eyes: Eyes):
    """The net sees something on the largest sheets that have nothing on them."""
    assert not eyes._finder.find_pale(Image.new("L", SIZE, EVEN), (160, 100)).any()


def test_what_is_strong_is_even_and_what_is_pale_stays():
    pale = pale_of(page())
    assert off(pale, (60, 60, 160, 90)) <= 6, "the dark word"
    assert off(pale, (400, 190, 560, 210)) <= 6, "the rule"
    assert off(pale, (200, 186, 300, 212)) >= 30, "the name"


@pytest.mark.parametrize(("ink", "soft"), [(190, 1.5), (215, 0.8), (120, 2.9)])
@pytest.mark.parametrize("shade", [None, 229])
def test_a_pale_name_across_a_rule_is_found(ink: int, soft: float, shade: int | None):
    assert any(words_on(page(ink=ink, soft=soft, shade=shade)))


def test_what_is_no_writing_is_not_found_nor_what_is_at_no_rule():
    assert not any(words_on(page(), likely=0.1))
    assert not any(words_on(page(rule=340)))
    assert words_on(Image.new("L", SIZE, 253)) == []
