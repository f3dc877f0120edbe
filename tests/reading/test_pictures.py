import io
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw, ImageFont, PngImagePlugin, TiffImagePlugin

from portal.reading.budget import Budget, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.images.grey import Picture
from portal.reading.images.pictures import without_colour
from tests.pace import at_most

NAME = "Ana Rivera"


def drawing(size: tuple[int, int] = (240, 120), ink: str = "#27743c", paper: str = "white") -> Image.Image:
    made = Image.new("RGB", size, paper)
    ImageDraw.Draw(made).rectangle((20, 20, 90, 90), fill=ink)
    return made


def saved(image: Image.Image, form: str, **more: object) -> bytes:
    held = io.BytesIO()
    image.save(held, form, **more)  # type: ignore[arg-type] - what each format takes
    return held.getvalue()


def gathered(data: bytes, budget: Budget | None = None) -> Gathering:
    to = Gathering(budget or Budget(), lambda _data, _to: None)
    to.show_file("picture", data)
    return to


def only(data: bytes) -> Picture:
    (picture,) = gathered(data).pictures.values()
    return picture


def said(data: bytes) -> str:
    return "\n".join(part.text for part in gathered(data).parts)


REPACKED: dict[str, bytes] = {
    "PNG": saved(drawing(), "PNG"),
    "PNG with a palette": saved(drawing().quantize(8), "PNG"),
    "PNG with an alpha channel": saved(drawing().convert("RGBA"), "PNG"),
    "GIF": saved(drawing().quantize(8), "GIF"),
    "BMP": saved(drawing(), "BMP"),
    "TIFF": saved(drawing(), "TIFF", compression="tiff_lzw"),
    "WebP": saved(drawing(), "WEBP", lossless=True),
}


@pytest.mark.parametrize("form", REPACKED)
def test_a_logo_keeps_its_hash_whatever_program_packed_it(form: str):
    assert only(REPACKED[form]).sha256 == only(REPACKED["PNG"]).sha256


def test_a_grey_logo_has_one_hash_in_grey_and_in_colour():
    grey = drawing().convert("L")
    assert only(saved(grey, "PNG")).sha256 == only(saved(grey.convert("RGB"), "PNG")).sha256


def test_another_colour_or_another_size_is_another_picture():
    others = [drawing(ink="#27743d"), drawing((240, 121)), drawing((120, 240))]
    assert len({only(saved(other, "PNG")).sha256 for other in [drawing(), *others]}) == 4


def test_a_picture_of_64_pixels_is_only_counted():
    assert (gathered(saved(drawing((64, 64)), "PNG")).seen, gathered(saved(drawing((64, 64)), "PNG")).pictures) == (
        1,
        {},
    )
    assert len(gathered(saved(drawing((65, 20)), "PNG")).pictures) == 1


@pytest.mark.parametrize("form", ["GIF", "WEBP", "TIFF", "PNG"])
def test_every_frame_and_every_page_is_looked_at(form: str):
    frames = [drawing(ink=ink) for ink in ("red", "green", "blue")]
    to = gathered(saved(frames[0], form, save_all=True, append_images=frames[1:]))
    assert (to.seen, len(to.pictures)) == (3, 3)


def test_a_film_is_refused():
    frames = [drawing((70, 70), ink=f"#{number:02x}0000") for number in range(110)]
    with pytest.raises(CannotRead, match="moves"):
        gathered(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))


@pytest.mark.parametrize(
    "image",
    [
        drawing(ink="black").convert("1"),
        drawing().convert("L"),
        drawing().convert("CMYK"),
        drawing().convert("I;16"),
        drawing().convert("L").convert("I").point(lambda grey: grey * 200),
        drawing().convert("F"),
        drawing().convert("YCbCr"),
        drawing().convert("LA"),
    ],
    ids=lambda image: image.mode,
)
def test_the_shape_is_seen_in_every_kind_of_pixel(image: Image.Image):
    picture = without_colour("picture", image, Budget())
    assert picture is not None
    shown = Image.frombytes("L", (picture.width, picture.height), picture.grey)
    assert shown.getpixel((50, 50)) < 130
    assert shown.getpixel((200, 100)) > 200


def letters(ink: object, mode: str, paper: object) -> Image.Image:
    made = Image.new(mode, (400, 80), paper)  # type: ignore[arg-type] - a colour of that mode
    ImageDraw.Draw(made).text((20, 20), NAME, fill=ink, font=ImageFont.load_default(36))
    return made


@pytest.mark.parametrize(
    "image",
    [
        letters((255, 255, 255, 255), "RGBA", (255, 255, 255, 0)),
        letters((0, 0, 0, 255), "RGBA", (0, 0, 0, 0)),
        letters((255, 128, 0), "RGB", (74, 160, 224)),
        letters((255, 0, 0), "RGB", (0, 130, 0)),
    ],
    ids=["white on nothing", "black on nothing", "orange on a blue as bright", "red on a green as bright"],
)
def test_letters_that_brightness_would_hide_are_shown_too(image: Image.Image):
    picture = without_colour("picture", image, Budget())
    assert picture is not None
    views = picture.height // image.height
    shown = Image.frombytes("L", (picture.width, picture.height), picture.grey)
    spans = [shown.crop((0, view * 80, 400, view * 80 + 80)).getextrema() for view in range(views)]
    assert max(high - low for low, high in spans) > 100


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_letters_that_brightness_shows_are_not_shown_again_by_colours_that_bled(kind: str):
    made, held = Image.new("RGB", (400, 480), (200, 40, 60)), io.BytesIO()
    for row in range(6):
        made.paste(letters("white", "RGB", (200, 40, 60)), (0, 80 * row))
    made.save(held, kind, quality=75)
    picture = without_colour("picture", Image.open(held), Budget())
    assert picture is not None
    assert picture.height == made.height


def test_a_large_photo_is_made_smaller_and_its_hash_is_not():
    large = drawing((6000, 4000))
    picture, same = only(saved(large, "PNG")), only(saved(large, "BMP"))
    assert picture.width * picture.height <= 12_000_000
    assert picture.sha256 == same.sha256


def png_of(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_000, 13_500, 20_000, 60_000])
def test_a_bomb_by_its_dimensions_is_refused_before_it_is_decoded(side: int):
    with at_most(times=15), pytest.raises(CannotRead):
        gathered(png_of(side, side))


def test_many_large_pictures_are_refused_together():
    budget = Budget(pixels=100_000)
    gathered(saved(drawing(), "PNG"), budget)
    with pytest.raises(CannotRead, match="Divide"):
        [gathered(saved(drawing(), "PNG"), budget) for _ in range(4)]


def with_exif(fill: Callable[[Image.Exif], object]) -> Image.Exif:
    exif = Image.Exif()
    fill(exif)
    return exif


def exif_of(tag: int, value: object, directory: int | None = None) -> Image.Exif:
    def fill(exif: Image.Exif) -> None:
        (exif if directory is None else exif.get_ifd(directory))[tag] = value

    return with_exif(fill)


XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{NAME}</dc:creator></x:xmpmeta>'.encode()
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0f\x1c\x02\x78\0\x0a" + NAME.encode() + b"\0"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_text(kind: bytes) -> bytes:
    info = PngImagePlugin.PngInfo()
    if kind == b"iTXt":
        info.add_itxt("Comment", NAME, zip=True)
    else:
        info.add_text("Comment", NAME, zip=kind == b"zTXt")
    return saved(drawing(), "PNG", pnginfo=info)


def jpeg_with(marker: int, content: bytes, *, behind: bool = False) -> bytes:
    made = saved(drawing(), "JPEG")
    at = len(made) - 2 if behind else 2
    return made[:at] + bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content + made[at:]


def profile() -> bytes:
    """A colour profile of that name, as calibrating programs write it (ICC.1:2022, 10.15)."""
    name = NAME.encode("utf-16-be")
    told = b"mluc" + struct.pack(">4xII2s2sII", 1, 12, b"en", b"US", len(name), 28) + name
    rest = bytes(32) + b"acsp" + bytes(88) + struct.pack(">I4sII", 1, b"desc", 144, len(told)) + told
    return struct.pack(">I", len(rest) + 4) + rest


def png_with_profile(content: bytes) -> bytes:
    made = saved(drawing(), "PNG")
    return made[:33] + chunk(b"iCCP", content) + made[33:]


def webp_with_frame(kind: bytes) -> bytes:
    made = saved(drawing(), "WEBP", save_all=True, append_images=[drawing(ink="red")])
    at, more = made.index(b"ANMF"), kind + struct.pack("<I", len(NAME)) + NAME.encode()
    size = int.from_bytes(made[at + 4 : at + 8], "little")
    made = (
        made[: at + 4]
        + struct.pack("<I", size + len(more))
        + made[at + 8 : at + 8 + size]
        + more
        + made[at + 8 + size :]
    )
    return made[:4] + struct.pack("<I", len(made) - 8) + made[8:]


def png_with_raw_profile() -> bytes:
    """What ImageMagick makes of a JPEG: its EXIF in hexadecimal digits, in a text of the PNG."""
    exif = exif_of(0x010E, NAME).tobytes()
    digits = "\n".join(exif.hex()[at : at + 72] for at in range(0, 2 * len(exif), 72))
    info = PngImagePlugin.PngInfo()
    info.add_text("Raw profile type exif", f"\nexif\n{len(exif):8}\n{digits}\n", zip=True)
    return saved(drawing(), "PNG", pnginfo=info)


def tiff_with(tag: int) -> bytes:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[tag] = NAME
    return saved(drawing(), "TIFF", tiffinfo=info)


DETAILS: dict[str, bytes] = {
    "EXIF description": saved(drawing(), "JPEG", exif=exif_of(0x010E, NAME)),
    "EXIF artist": saved(drawing(), "JPEG", exif=exif_of(0x013B, NAME)),
    "EXIF title in UTF-16": saved(drawing(), "JPEG", exif=exif_of(0x9C9B, NAME.encode("utf-16-le"))),
    "EXIF comment": saved(drawing(), "JPEG", exif=exif_of(0x9286, b"ASCII\0\0\0" + NAME.encode(), ExifTags.IFD.Exif)),
    "EXIF comment in UTF-16": saved(
        drawing(), "JPEG", exif=exif_of(0x9286, b"UNICODE\0" + NAME.encode("utf-16-be"), ExifTags.IFD.Exif)
    ),
    "EXIF of PNG": saved(drawing(), "PNG", exif=exif_of(0x010E, NAME)),
    "EXIF of WebP": saved(drawing(), "WEBP", exif=exif_of(0x010E, NAME)),
    "XMP of JPEG": jpeg_with(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
    "XMP of WebP": saved(drawing(), "WEBP", xmp=XMP),
    "IPTC": jpeg_with(0xED, IPTC),
    "JPEG comment": saved(drawing(), "JPEG", comment=NAME),
    "a segment of some program": jpeg_with(0xEB, b"FOO\0\1\2" + NAME.encode()),
    "PNG text": png_text(b"tEXt"),
    "PNG packed text": png_text(b"zTXt"),
    "PNG text in UTF-8": png_text(b"iTXt"),
    "a PNG chunk of some program": saved(drawing(), "PNG")[:-12] + chunk(b"foOb", NAME.encode()) + chunk(b"IEND", b""),
    "EXIF in a text of PNG": png_with_raw_profile(),
    "GIF comment": saved(drawing().quantize(8), "GIF", comment=NAME.encode()),
    "JPEG comment behind the pixels": jpeg_with(0xFE, NAME.encode(), behind=True),
    "colour profile of JPEG": saved(drawing(), "JPEG", icc_profile=profile()),
    "colour profile of PNG": saved(drawing(), "PNG", icc_profile=profile()),
    "colour profile of WebP": saved(drawing(), "WEBP", icc_profile=profile()),
    "colour profile of TIFF": saved(drawing(), "TIFF", icc_profile=profile()),
    "what a PNG calls its colour profile": png_with_profile(NAME.encode() + b"\0\0" + zlib.compress(b"none")),
    "a frame of a WebP that moves": webp_with_frame(b"TEXT"),
    "TIFF artist": tiff_with(0x013B),
    "between the parts of a TIFF": saved(drawing(), "TIFF") + NAME.encode(),
    "TIFF of some program": tiff_with(65000),
}


@pytest.mark.parametrize("where", DETAILS)
def test_what_a_picture_says_of_itself_is_read(where: str):
    assert NAME in said(DETAILS[where])


def test_what_a_picture_says_in_another_script_is_read():
    exif = with_exif(lambda exif: exif.update({0x9C9B: "李小明 محمد".encode("utf-16-le")}))
    assert "李小明 محمد" in said(saved(drawing(), "JPEG", exif=exif))


def test_a_picture_without_details_says_nothing():
    for data in REPACKED.values():
        assert said(data) == ""


def test_the_thumbnail_of_a_photo_is_looked_at_as_well():
    thumbnail = saved(drawing((160, 120), ink="red"), "JPEG")
    to = gathered(jpeg_with(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0" + thumbnail))
    assert {picture.place for picture in to.pictures.values()} == {"picture", "picture, preview"}


def test_the_second_half_of_a_phones_photo_is_looked_at_as_well():
    to = gathered(saved(drawing(), "JPEG") + saved(drawing(ink="red"), "JPEG"))
    assert len(to.pictures) == 2


def test_a_name_between_the_parts_of_a_tiff_is_no_place_to_hide():
    with pytest.raises(CannotRead, match="more than it shows"):
        gathered(saved(drawing(), "TIFF") + NAME.encode() * 20_000)


def test_a_page_that_was_taken_out_of_a_tiff_and_still_is_in_it_is_refused():
    page = saved(Image.effect_noise((60, 60), 80).convert("1"), "TIFF", compression="group4")
    with pytest.raises(CannotRead, match="more than it shows"):
        gathered(saved(drawing(), "TIFF") + page[8:])


@pytest.mark.parametrize("tiff", [{}, {"compression": "tiff_lzw"}, {"big_tiff": True}, {"exif": b""}], ids=str)
def test_an_ordinary_tiff_holds_nothing_that_it_does_not_show(tiff: dict[str, object]):
    assert gathered(saved(drawing(), "TIFF", save_all=True, append_images=[drawing()], **tiff)).pictures


@pytest.mark.parametrize("how", [{}, {"bits": 4}, {"optimize": True}], ids=str)
def test_rows_of_a_png_below_the_last_one_that_its_header_tells_are_refused(how: dict[str, object]):
    for shown in (drawing(), drawing().convert("L"), drawing().quantize(8), drawing().convert("RGBA")):
        made = saved(shown, "PNG", **({} if shown.mode != "P" else how))
        assert gathered(made).pictures
        head = made[16:20] + (80).to_bytes(4, "big") + made[24:29]
        with pytest.raises(CannotRead, match="more than it shows"):
            gathered(made[:8] + chunk(b"IHDR", head) + made[33:])


def test_words_behind_the_pixels_of_a_png_are_refused():
    made = saved(drawing(), "PNG")
    at = made.index(b"IDAT")
    size = int.from_bytes(made[at - 4 : at], "big")
    more = chunk(b"IDAT", made[at + 4 : at + 4 + size] + NAME.encode())
    with pytest.raises(CannotRead, match="more than it shows"):
        gathered(made[: at - 4] + more + made[at + 8 + size :])


def test_text_packed_as_a_bomb_is_refused():
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000), 9))
    with pytest.raises(CannotRead):
        gathered(saved(drawing(), "PNG")[:-12] + bomb + chunk(b"IEND", b""))


def test_a_photo_taken_sideways_is_turned_upright():
    to = gathered(saved(drawing((240, 120)), "JPEG", exif=exif_of(0x0112, 6)))
    (picture,) = to.pictures.values()
    assert (picture.width, picture.height) == (120, 240)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
def test_half_a_picture_is_refused(form: str):
    made = saved(Image.effect_noise((200, 100), 80), form)
    with pytest.raises(CannotRead):
        gathered(made[: len(made) // 2])


@settings(max_examples=150, deadline=None)
@given(
    form=st.sampled_from(sorted(REPACKED)),
    at=st.floats(0, 0.999),
    change=st.binary(min_size=1, max_size=6),
)
def test_a_damaged_picture_is_refused_and_nothing_worse(form: str, at: float, change: bytes):
    made = bytearray(REPACKED[form])
    position = int(at * len(made))
    made[position : position + len(change)] = change
    try:
        gathered(bytes(made))
    except CannotRead as sentence:
        assert str(sentence).endswith(".")  # noqa: PT017 - it may also be read, when the change hit nothing
