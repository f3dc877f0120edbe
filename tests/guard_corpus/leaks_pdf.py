"""Leaks in what a PDF shows: on the page, beside it, under something or in letters that are not what they seem."""

import re

from pikepdf import Array, Dictionary, Name, Operator, parse_content_stream, unparse_content_stream

from tests.guard_corpus.cases import NOTICE, Scene, leak
from tests.guard_corpus.papers import (
    FIXED,
    by_hand,
    changed,
    font_and,
    fonts_of,
    literal,
    outlined,
    packed,
    plain,
    shown,
    typeset,
)

PDF = "PDF page"
BODY = f"= Welcome\n{plain(' '.join(NOTICE))}\n\n"


@leak(PDF, "letter.pdf", who="anyone")
def plain_text_of_any_language(s: Scene) -> bytes:
    if s.family.tongue in {"chinese", "korean", "arabic"}:  # typst brings no such fonts along
        return typeset(f'{BODY}#set document(title: "{s.name}")\n')
    return typeset(f"{BODY}{s.name} starts in grade 3.")


@leak(PDF, "letter.pdf")
def white_on_white(s: Scene) -> bytes:
    return typeset(f"{BODY}#text(fill: white)[{s.name}]")


@leak(PDF, "letter.pdf")
def wholly_transparent(s: Scene) -> bytes:
    return typeset(f"{BODY}#text(fill: rgb(0, 0, 0, 0))[{s.name}]")


@leak(PDF, "letter.pdf")
def behind_a_black_box(s: Scene) -> bytes:
    return typeset(f"{BODY}#place[{s.name}] #rect(width: 9cm, height: 2cm, fill: black)")


@leak(PDF, "letter.pdf")
def behind_a_picture(s: Scene) -> bytes:
    box = b"q 200 0 0 40 20 190 cm /I Do Q"
    picture = packed(
        b"\xd0" * 64, b"/Type/XObject/Subtype/Image/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceGray"
    )
    font = font_and(b"/XObject<</I 5 0 R>>")
    return by_hand(shown(s.name) + box, picture, font=font)


@leak(PDF, "letter.pdf")
def redacted_by_an_annotation_alone(s: Scene) -> bytes:
    mark = b"<</Type/Annot/Subtype/Redact/Rect[20 190 300 220]/IC[0 0 0]/QuadPoints[20 220 300 220 20 190 300 190]>>"
    return by_hand(shown(s.name), mark, page=b"/Annots[5 0 R]")


@leak(PDF, "letter.pdf")
def upside_down(s: Scene) -> bytes:
    return typeset(f"{BODY}#rotate(180deg)[{s.name}]")


@leak(PDF, "letter.pdf")
def along_the_edge(s: Scene) -> bytes:
    return typeset(f"{BODY}#place(left, rotate(-90deg, reflow: true)[{s.name}, grade 3])")


@leak(PDF, "letter.pdf")
def on_a_turned_page(s: Scene) -> bytes:
    return by_hand(shown(s.name), page=b"/Rotate 270")


@leak(PDF, "letter.pdf")
def clipped_away(s: Scene) -> bytes:
    return by_hand(shown(s.name, before="0 0 5 5 re W n"))


@leak(PDF, "letter.pdf")
def off_the_page(s: Scene) -> bytes:
    return by_hand(shown(s.name, "2000 -900"))


@leak(PDF, "letter.pdf")
def outside_the_crop_box(s: Scene) -> bytes:
    return by_hand(shown(s.name, "30 20"), page=b"/CropBox[0 200 400 400]")


@leak(PDF, "letter.pdf")
def in_letters_of_one_point(s: Scene) -> bytes:
    return typeset(f"{BODY}#text(size: 0.5pt)[{s.name}]")


@leak(PDF, "letter.pdf")
def render_mode_three(s: Scene) -> bytes:
    return by_hand(shown(s.name, before="3 Tr"))


@leak(PDF, "letter.pdf")
def letter_by_letter(s: Scene) -> bytes:
    return typeset(f"{BODY}#text(tracking: 0.6em)[{s.name}]")


@leak(PDF, "letter.pdf")
def each_letter_placed_alone(s: Scene) -> bytes:
    content = b"".join(shown(letter, f"{30 + 11 * at} 200") for at, letter in enumerate(s.name) if letter != " ")
    return by_hand(content)


@leak(PDF, "letter.pdf")
def letters_in_any_order(s: Scene) -> bytes:
    letters = [(at, letter) for at, letter in enumerate(s.name) if letter != " "]
    s.dice.shuffle(letters)
    return by_hand(b"".join(shown(letter, f"{30 + 8 * at} 200") for at, letter in letters), font=FIXED)


@leak(PDF, "letter.pdf")
def broken_by_a_hyphen(s: Scene) -> bytes:
    cut = len(s.last) // 2
    return by_hand(
        shown(f"It is our pleasure that {s.given} {s.last[:cut]}-") + shown(f"{s.last[cut:]} has a place.", "30 186")
    )


@leak(PDF, "letter.pdf")
def broken_across_lines(s: Scene) -> bytes:
    return typeset(f"{BODY}#box(width: 1.1cm)[{s.name}]")


@leak(PDF, "letter.pdf")
def broken_across_pages(s: Scene) -> bytes:
    return typeset(f"{BODY}We congratulate {s.given}\n#pagebreak()\n{s.last} on the prize.")


@leak(PDF, "letter.pdf", "child-name", "student-number")
def table_drawn_column_by_column(s: Scene) -> bytes:
    rows = [(s.child, s.guardian), *s.others(5)]
    columns = ([kid.given_name for kid, _ in rows], ["3"] * 6, [kid.family_name for kid, _ in rows])
    return by_hand(
        b"".join(
            shown(text, f"{30 + 120 * across} {300 - 20 * down}")
            for across, column in enumerate(columns)
            for down, text in enumerate(column)
        )
    )


@leak(PDF, "letter.pdf")
def table_of_two_columns_with_one_child(s: Scene) -> bytes:
    return typeset(f"{BODY}#table(columns: 2, [Last name], [First name], [{s.last}], [{s.given}])")


@leak(PDF, "letter.pdf")
def optional_content_that_is_off(s: Scene) -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]/Order[]>>>>>>"
    font = font_and(b"/Properties<</L 5 0 R>>")
    content = b"/OC /L BDC " + shown(s.name) + b" EMC"
    return by_hand(content, b"<</Type/OCG/Name(Notes)>>", catalog=catalog, font=font)


@leak(PDF, "letter.pdf", or_unreadable=True)
def in_a_form_that_no_page_draws(s: Scene) -> bytes:
    form = packed(shown(s.name), b"/Type/XObject/Subtype/Form/BBox[0 0 400 400]/Resources" + FIXED)
    font = font_and(b"/XObject<</X 5 0 R>>")
    return by_hand(b"", form, font=font)


@leak(PDF, "letter.pdf")
def in_a_form_within_a_form(s: Scene) -> bytes:
    inner = packed(shown(s.name), b"/Type/XObject/Subtype/Form/BBox[0 0 400 400]/Resources" + FIXED)
    outer = packed(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 400 400]/Resources<</XObject<</X 5 0 R>>>>")
    font = font_and(b"/XObject<</Y 6 0 R>>")
    return by_hand(b"/Y Do", inner, outer, font=font)


@leak(PDF, "letter.pdf", or_unreadable=True)
def in_a_pattern(s: Scene) -> bytes:
    head = b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 400 400]/XStep 400/YStep 400/Resources"
    tile = packed(shown(s.name), head + FIXED)
    font = font_and(b"/Pattern<</P 5 0 R>>")
    return by_hand(b"/Pattern cs /P scn 0 0 400 400 re f", tile, font=font)


@leak(PDF, "letter.pdf", who="plain", or_unreadable=True)
def letters_turned_to_outlines(s: Scene) -> bytes:
    page = f"#set page(width: 400pt, height: 400pt, margin: 60pt)\n#set text(size: 14pt)\nStarting in August: {s.name}"
    return by_hand(outlined(page))


@leak(PDF, "letter.pdf", who="plain", or_unreadable=True)
def letters_that_a_colour_is_cut_out_by(s: Scene) -> bytes:
    """As design programs keep a heading filled with a gradient or a photo."""
    page = f"#set page(width: 400pt, height: 400pt, margin: 60pt)\n#set text(size: 14pt)\nStarting in August: {s.name}"
    return by_hand(outlined(page).replace(b" f Q", b" W n -999 -999 2999 2999 re f Q"))


@leak(PDF, "letter.pdf", who="plain", or_unreadable=True)
def a_font_without_a_unicode_map(s: Scene) -> bytes:
    with changed(typeset(f"{BODY}Your place: {s.name}, grade 3.")) as it:
        for font in fonts_of(it.pdf):
            if Name.ToUnicode in font:
                del font[Name.ToUnicode]
    return it.bytes


@leak(PDF, "letter.pdf", who="plain", or_unreadable=True)
def a_unicode_map_that_lies(s: Scene) -> bytes:
    with changed(typeset(f"{BODY}Your place: {s.name}, grade 3.")) as it:
        for font in fonts_of(it.pdf):
            if Name.ToUnicode in font:
                told = font.ToUnicode.read_bytes()
                turned = re.sub(rb"> <(00[46][1-9a-f])>", lambda code: b"> <%04x>" % (int(code[1], 16) ^ 2), told)
                font.ToUnicode = it.pdf.make_stream(turned)
    return it.bytes


@leak(PDF, "letter.pdf", who="plain", or_unreadable=True)
def a_unicode_map_that_lies_about_one_letter(s: Scene) -> bytes:
    letter = next(each for each in s.name[1:] if each in "aehkmoprswz")
    with changed(typeset(f"{BODY}Your place: {s.name}, grade 3.")) as it:
        for font in fonts_of(it.pdf):
            if Name.ToUnicode in font:
                told = font.ToUnicode.read_bytes()
                font.ToUnicode = it.pdf.make_stream(told.replace(b"> <%04x>" % ord(letter), b"> <0064>"))
    return it.bytes


@leak(PDF, "letter.pdf", who="plain", or_unreadable=True)
def letters_that_all_claim_to_be_blanks(s: Scene) -> bytes:
    with changed(typeset(f"{BODY}Your place: {s.name}, grade 3.")) as it:
        for font in fonts_of(it.pdf):
            if Name.ToUnicode in font:
                turned = re.sub(rb"> <[0-9a-f]{4}>", b"> <0020>", font.ToUnicode.read_bytes())
                font.ToUnicode = it.pdf.make_stream(turned)
    return it.bytes


@leak(PDF, "letter.pdf", who="plain", or_unreadable=True)
def a_drawn_font(s: Scene) -> bytes:
    """A Type 3 font whose one letter is the whole name, drawn."""
    page = f"#set page(width: 400pt, height: 400pt, margin: 60pt)\n#set text(size: 14pt)\nStarting soon: {s.name}"
    letter = packed(b"400 0 d0 " + outlined(page))
    font = (
        b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>/D<</Type/Font/Subtype"
        b"/Type3/FontBBox[0 0 400 400]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 5 0 R>>/Encoding<</Type/Encoding"
        b"/Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[400]/Resources<<>>>>>>>>"
    )
    return by_hand(b"BT /D 1 Tf 0 0 Td (a) Tj ET", letter, font=font)


@leak(PDF, "letter.pdf")
def replacement_text_hides_the_page(s: Scene) -> bytes:
    return by_hand(b"/Span<</ActualText(See you soon)>>BDC " + shown(s.name) + b" EMC")


@leak(PDF, "letter.pdf")
def only_in_replacement_text(s: Scene) -> bytes:
    marked = b"/Span<</ActualText" + literal(s.name) + b">>BDC " + shown("See you soon") + b" EMC"
    return by_hand(marked)


@leak(PDF, "letter.pdf")
def alternative_text_of_a_figure(s: Scene) -> bytes:
    return typeset(f'{BODY}#figure(rect(width: 2cm), alt: "{s.name} on the swings")')


@leak(PDF, "letter.pdf")
def split_into_shown_pieces(s: Scene) -> bytes:
    pieces = b" -20 ".join(literal(letter) for letter in s.name)
    return by_hand(b"BT /F 12 Tf 30 200 Td [" + pieces + b"] TJ ET")


@leak(PDF, "letter.pdf")
def blanks_made_by_moving(s: Scene) -> bytes:
    return by_hand(b"BT /F 12 Tf 30 200 Td [" + literal(s.given) + b" -300 " + literal(s.last) + b"] TJ ET")


@leak(PDF, "letter.pdf")
def a_ligature_in_the_middle(s: Scene) -> bytes:
    return typeset(f"{BODY}Offered to {s.name}, the chief affiliate, effective first of August.")


@leak(PDF, "letter.pdf")
def last_of_forty_pages(s: Scene) -> bytes:
    return typeset(f"#for n in range(40) [= Chapter #n\n#lorem(160)\n#pagebreak()]\nThanks to {s.name}.")


@leak(PDF, "letter.pdf")
def page_that_no_tree_shows(s: Scene) -> bytes:
    with changed(typeset(f"{BODY}#pagebreak()\n{s.name} has a place.")) as it:
        it.pdf.Root[Name("/Old")] = it.pdf.make_indirect(Dictionary(Was=Array([it.pdf.pages[1].obj])))
        del it.pdf.pages[1]
    return it.bytes


@leak(PDF, "letter.pdf", "student-number")
def a_student_number_alone(s: Scene) -> bytes:
    return typeset(f"{BODY}Your reference: {s.number}")


@leak(PDF, "letter.pdf", "phone")
def a_phone_alone(s: Scene) -> bytes:
    area, first, rest = s.phone.split()[1:]
    return typeset(f"{BODY}We tried to reach you at ({area}) {first}-{rest}.")


@leak(PDF, "letter.pdf", "guardian-name")
def a_guardian_addressed(s: Scene) -> bytes:
    return typeset(f"#align(right)[Riverbend]\n\nDear {s.guardian.given_name} {s.guardian.family_name},\n\n{BODY}")


@leak(PDF, "letter.pdf")
def kerned_by_a_stream_in_pieces(s: Scene) -> bytes:
    """The page's content is an array of streams, and one is cut within the name."""
    with changed(by_hand(shown(f"With {s.name}"))) as it:
        page = it.pdf.pages[0]
        orders = parse_content_stream(page)
        half = next(at for at, order in enumerate(orders) if order.operator == Operator("Td") and at > 4)
        pieces = [unparse_content_stream(orders[:half]), unparse_content_stream(orders[half:])]
        page.Contents = Array([it.pdf.make_stream(piece) for piece in pieces])
    return it.bytes
