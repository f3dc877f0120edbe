"""A picture that lies on its side is turned first, so that its short words are read, too."""

import pytest
from PIL import Image, ImageDraw, ImageFont
from test_ocr_rules import seen

from portal.reading.seeing import Read


def badge() -> Image.Image:
    """A visitor's badge: a dark band with words above a name."""
    sheet = Image.new("L", (640, 300), 255)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, 639, 299), outline=30, width=6)
    pen.rectangle((0, 0, 639, 70), fill=30)
    pen.text((30, 22), "Larkspur High visitor", fill=255, font=ImageFont.load_default(30))
    pen.text((36, 110), "Zhihao", fill=0, font=ImageFont.load_default(56))
    pen.text((36, 210), "Situ", fill=0, font=ImageFont.load_default(36))
    return sheet


@pytest.mark.parametrize("way", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270])
def test_a_badge_on_its_side_is_read_with_its_short_words_in_their_order(way: Image.Transpose):
    told = seen(badge().transpose(way))
    assert isinstance(told, Read)
    assert told.text.split() == ["Larkspur", "High", "visitor", "Zhihao", "Situ"]
