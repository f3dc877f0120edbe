"""Leaks in pictures: as letters somebody sees, and in what a camera or a program wrote beside them."""

from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageOps
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from tests.guard_corpus.cases import Scene, leak
from tests.guard_corpus.pictures import FONTS, file_of, grainy, of_lines, photo

SEEN, TOLD = "Picture shown", "Picture details"
_DESCRIPTION, _COMMENT, _ARTIST = 0x010E, 0x9286, 0x013B
_XMP: Final = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><dc:title>{}</dc:title></rdf:RDF></x:xmpmeta>"


def _letter(s: Scene, **how: object) -> Image.Image:
    return of_lines("Dear family,", f"{s.name} has a place in our program.", "We begin on Monday, August 24.", **how)


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def a_letter_as_png(s: Scene) -> bytes:
    return file_of(_letter(s))


@leak(SEEN, "letter.jpg", who="plain", or_unreadable=True)
def a_letter_as_jpeg(s: Scene) -> bytes:
    return file_of(_letter(s), "JPEG", quality=70)


@leak(SEEN, "letter.gif", who="plain", or_unreadable=True)
def a_letter_as_gif(s: Scene) -> bytes:
    return file_of(_letter(s).convert("P"), "GIF")


@leak(SEEN, "letter.webp", who="plain", or_unreadable=True)
def a_letter_as_webp(s: Scene) -> bytes:
    return file_of(_letter(s), "WEBP", quality=80)


@leak(SEEN, "letter.tif", who="plain", or_unreadable=True)
def second_page_of_a_fax(s: Scene) -> bytes:
    pages = [page.convert("1") for page in (of_lines("Welcome to the program."), _letter(s, ppi=200))]
    return file_of(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")


@leak(SEEN, "letter.gif", who="plain", or_unreadable=True)
def second_picture_of_a_moving_one(s: Scene) -> bytes:
    frames = [of_lines("Welcome", size=20), of_lines(s.name, size=20)]
    return file_of(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=500)


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def second_picture_of_a_moving_png(s: Scene) -> bytes:
    frames = [of_lines("Welcome", size=20), of_lines(s.name, size=20)]
    return file_of(frames[0], "PNG", save_all=True, append_images=frames[1:])


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def white_letters_on_colour(s: Scene) -> bytes:
    dark = ImageOps.colorize(ImageOps.invert(_letter(s, size=16)).convert("L"), "#0a3a78", "#ffffff")
    return file_of(dark)


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def faint_letters(s: Scene) -> bytes:
    return file_of(ImageOps.colorize(_letter(s, size=16).convert("L"), "#c8c8c8", "#ffffff"))


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def letters_that_are_nearly_white(s: Scene) -> bytes:
    return file_of(ImageOps.colorize(_letter(s, size=16).convert("L"), "#fafafa", "#ffffff"))


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def transparent_paper(s: Scene) -> bytes:
    grey = _letter(s, size=16).convert("L")
    clear = Image.new("RGBA", grey.size, (0, 0, 0, 255))
    clear.putalpha(ImageOps.invert(grey))
    return file_of(clear)


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def colours_of_pixels_that_are_clear(s: Scene) -> bytes:
    """Any program that drops the alpha shows the letters."""
    hidden = _letter(s, size=16).convert("RGBA")
    hidden.putalpha(0)
    return file_of(hidden)


@leak(SEEN, "letter.jpg", who="plain", or_unreadable=True)
def upside_down(s: Scene) -> bytes:
    return file_of(_letter(s, size=16).rotate(180), "JPEG", quality=85)


@leak(SEEN, "letter.jpg", who="plain", or_unreadable=True)
def lying_on_its_side(s: Scene) -> bytes:
    return file_of(_letter(s, size=16).rotate(90, expand=True), "JPEG", quality=85)


@leak(SEEN, "letter.jpg", who="plain", or_unreadable=True)
def turned_by_the_camera(s: Scene) -> bytes:
    told = Image.Exif()
    told[0x0112] = 6
    return file_of(_letter(s, size=16).rotate(90, expand=True), "JPEG", quality=85, exif=told)


@leak(SEEN, "letter.jpg", who="plain", or_unreadable=True)
def a_little_askew(s: Scene) -> bytes:
    return file_of(_letter(s, size=16).rotate(4, expand=True, fillcolor="white"), "JPEG", quality=85)


@leak(SEEN, "letter.jpg", who="plain", or_unreadable=True)
def a_photographed_page(s: Scene) -> bytes:
    page = _letter(s, size=16).filter(ImageFilter.GaussianBlur(0.8))
    shade = Image.linear_gradient("L").resize(page.size).point(lambda v: 150 + v * 100 // 255)
    return file_of(
        grainy(Image.composite(page, Image.new("RGB", page.size, "#333"), shade), s.dice), "JPEG", quality=75
    )


@leak(SEEN, "letter.jpg", who="plain", or_unreadable=True)
def a_caption_in_a_photo(s: Scene) -> bytes:
    shot = photo(s.dice, 900, 600)
    caption = of_lines(f"{s.name}, winner of the run", size=18)
    shot.paste(caption.crop((40, 40, 860, caption.height - 40)), (30, 20))
    return file_of(shot, "JPEG", quality=85)


@leak(SEEN, "letter.jpg", who="plain", or_unreadable=True)
def white_letters_on_a_photo(s: Scene) -> bytes:
    shot = photo(s.dice, 900, 600)
    mask = ImageOps.invert(of_lines(f"{s.name}", size=30).convert("L"))
    shot.paste("white", (60, 420), mask.crop((40, 40, 840, mask.height - 20)))
    return file_of(shot, "JPEG", quality=85)


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def small_letters(s: Scene) -> bytes:
    return file_of(_letter(s, size=8, ppi=96))


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def tiny_letters_in_a_corner(s: Scene) -> bytes:
    page = Image.new("RGB", (1240, 900), "white")
    page.paste(of_lines("Welcome to the program", size=26), (60, 60))
    page.paste(of_lines(s.name, size=9, ppi=110), (560, 780))
    return file_of(page)


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def huge_letters(s: Scene) -> bytes:
    return file_of(of_lines(s.given, s.last, size=64))


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def typewriter_letters(s: Scene) -> bytes:
    return file_of(_letter(s, font=FONTS[1], size=12))


@leak(SEEN, "letter.png", who="accented", or_unreadable=True)
def letters_with_accents(s: Scene) -> bytes:
    """The English model loses the marks; the name is found all the same, or the file stopped."""
    return file_of(_letter(s))


@leak(SEEN, "letter.png", who="russian", or_unreadable=True)
def letters_of_a_script_that_is_not_read(s: Scene) -> bytes:
    return file_of(of_lines("Уважаемая семья,", f"{s.name} принята в программу."))


@leak(SEEN, "list.png", "child-name", "student-number", "phone", who="plain", or_unreadable=True)
def a_screenshot_of_a_list(s: Scene) -> bytes:
    rows = [(s.child, s.guardian), *s.others(6, "plain")]
    lines = [f"{kid.family_name}, {kid.given_name}   3   {kid.numbers[0]}" for kid, _ in rows]
    return file_of(of_lines("Name   Grade   Number", *lines, size=11, ppi=110))


@leak(SEEN, "letter.png", who="plain", or_unreadable=True)
def a_box_drawn_around_each_name(s: Scene) -> bytes:
    page = _letter(s, size=16)
    pen = ImageDraw.Draw(page)
    for y in range(50, page.height, 60):
        pen.rectangle((45, y, page.width - 45, y + 54), outline="black", width=2)
    return file_of(page)


@leak(SEEN, "letter.jpg", "student-number", who="plain", or_unreadable=True)
def a_number_in_a_picture(s: Scene) -> bytes:
    return file_of(of_lines("Welcome", f"Student number {s.number}", size=16), "JPEG", quality=85)


def _still() -> Image.Image:
    return of_lines("Welcome to the program", size=18)


@leak(SEEN, "timetable.jpg", who="plain", or_unreadable=True)
def in_a_table_with_all_its_lines_scanned_askew(s: Scene) -> bytes:
    rows = f"[9:00], [Science], [Reading], [10:00], [{s.name}], [Music]"
    style = f"#table(columns: (auto, 1fr, auto), stroke: 0.8pt, inset: 12pt, {rows})"
    page = of_lines("Timetable", size=12, font=FONTS[1], style=style)
    return file_of(page.rotate(s.dice.uniform(0.4, 1.2), Image.Resampling.BICUBIC, fillcolor="white"), "JPEG")


@leak(SEEN, "form.png", who="plain", or_unreadable=True)
def on_the_line_of_a_form(s: Scene) -> bytes:
    page = Image.new("RGB", (1000, 900), "white")
    name = of_lines(s.name, size=13).crop((50, 50, 480, 96))
    page.paste(name, (80, 508 - name.height))
    for row in range(11):
        ImageDraw.Draw(page).line((60, 90 + 70 * row, 940, 90 + 70 * row), fill="black", width=2)
    return file_of(page)


@leak(TOLD, "photo.jpg")
def description_in_exif(s: Scene) -> bytes:
    told = Image.Exif()
    told[_DESCRIPTION] = s.name.encode().decode("latin-1")
    return file_of(_still(), "JPEG", exif=told)


@leak(TOLD, "photo.jpg", who="ascii")
def comment_in_exif(s: Scene) -> bytes:
    told = Image.Exif()
    told.get_ifd(0x8769)[_COMMENT] = b"ASCII\0\0\0" + s.name.encode()
    return file_of(_still(), "JPEG", exif=told)


@leak(TOLD, "photo.jpg")
def windows_title_in_exif(s: Scene) -> bytes:
    told = Image.Exif()
    told[0x9C9B] = f"{s.name}\0".encode("utf-16-le")
    return file_of(_still(), "JPEG", exif=told)


@leak(TOLD, "photo.jpg")
def xmp_of_a_jpeg(s: Scene) -> bytes:
    return file_of(_still(), "JPEG", xmp=_XMP.format(s.name).encode())


@leak(TOLD, "photo.jpg")
def comment_of_a_jpeg(s: Scene) -> bytes:
    return file_of(_still(), "JPEG", comment=s.name.encode())


@leak(TOLD, "photo.jpg")
def iptc_of_a_jpeg(s: Scene) -> bytes:
    caption = s.name.encode()
    record = b"\x1c\x01Z\x00\x03\x1b%G\x1c\x02x" + len(caption).to_bytes(2, "big") + caption  # IIM: UTF-8, caption
    block = b"8BIM\x04\x04\x00\x00" + len(record).to_bytes(4, "big") + record + b"\0" * (len(record) % 2)
    body = b"Photoshop 3.0\0" + block
    held = file_of(_still(), "JPEG")
    return held[:2] + b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body + held[2:]


@leak(TOLD, "photo.png")
def text_of_a_png(s: Scene) -> bytes:
    told = PngInfo()
    told.add_itxt("Description", s.name, zip=True)
    return file_of(_still(), pnginfo=told)


@leak(TOLD, "photo.png")
def key_of_a_text_of_a_png(s: Scene) -> bytes:
    told = PngInfo()
    told.add_text(s.name, "yes", zip=True)
    return file_of(_still(), pnginfo=told)


@leak(TOLD, "photo.gif", who="ascii")
def comment_of_a_gif(s: Scene) -> bytes:
    return file_of(_still().convert("P"), "GIF", comment=s.name.encode())


@leak(TOLD, "photo.webp")
def xmp_of_a_webp(s: Scene) -> bytes:
    return file_of(_still(), "WEBP", xmp=_XMP.format(s.name).encode())


@leak(TOLD, "scan.tif", who="ascii")
def tags_of_a_tiff(s: Scene) -> bytes:
    told = ImageFileDirectory_v2()
    told[_ARTIST] = s.name
    return file_of(_still(), "TIFF", tiffinfo=told)


@leak(TOLD, "photo.jpg", or_unreadable=True)
def after_the_end_of_a_jpeg(s: Scene) -> bytes:
    return file_of(_still(), "JPEG") + f"{s.last}, {s.given}; {s.number}".encode()


@leak(TOLD, "photo.png", or_unreadable=True)
def a_chunk_of_its_own_in_a_png(s: Scene) -> bytes:
    told = PngInfo()
    told.add(b"naMe", s.name.encode())
    return file_of(_still(), pnginfo=told)


@leak(TOLD, "photo.jpg", who="plain", or_unreadable=True)
def thumbnail_of_another_picture(s: Scene) -> bytes:
    """The thumbnail still shows what was cut away."""
    small = file_of(of_lines(s.name, size=20).resize((400, 80)), "JPEG", quality=85)
    tiff = b"MM\0*\0\0\0\x08\0\0\0\0\0\x0e"
    table = b"\0\x03\x01\x03\0\x03\0\0\0\x01\0\x06\0\0\x02\x01\0\x04\0\0\0\x01\0\0\0\x38\x02\x02\0\x04\0\0\0\x01"
    exif = tiff + table + len(small).to_bytes(4, "big") + b"\0" * 4
    body = b"Exif\0\0" + exif.ljust(0x38, b"\0") + small
    held = file_of(_still(), "JPEG")
    return held[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + held[2:]
