"""Innocent: letters to all families, in nine languages and in every form that offices send them in."""

import html
import json
from collections.abc import Callable
from typing import Final

from odf import text
from odf.opendocument import OpenDocument

from tests.guard_corpus.cases import Case, Scene, add, innocent
from tests.guard_corpus.letters import LETTERS
from tests.guard_corpus.packages import Deck, Document, document, opendocument, slides
from tests.guard_corpus.papers import plain, scanned, typeset
from tests.guard_corpus.pictures import FONTS, file_of, grainy, of_lines

LETTER: Final = "Letter"


def _pdf(words: str) -> bytes:
    head, *rest = words.split("\n\n")
    body = "\n\n".join(plain(block).replace("\n", " \\\n") for block in rest)
    return typeset(
        f"#set page(margin: 2.5cm, footer: [Riverbend Schools])\n#set par(justify: true)\n*{plain(head)}*\n\n{body}"
    )


def _docx(words: str) -> bytes:
    def fill(made: Document) -> None:
        for block in words.split("\n\n"):
            made.add_paragraph(block)
        made.sections[0].footer.paragraphs[0].text = "Riverbend Schools, 704 555 0100"

    return document(fill)


def _odt(words: str) -> bytes:
    def fill(made: OpenDocument) -> None:
        for line in words.split("\n"):
            made.text.addElement(text.P(text=line))

    return opendocument("text", fill)


def _html(words: str) -> bytes:
    blocks = "".join(f"<p>{html.escape(block)}</p>\n" for block in words.split("\n\n"))
    head = "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>Letter</title></head>"
    return f"{head}<body>{blocks}</body></html>".encode()


def _txt(words: str) -> bytes:
    return words.replace("\n", "\r\n").encode("utf-8-sig")


def _txt16(words: str) -> bytes:
    return words.encode("utf-16")


def _md(words: str) -> bytes:
    return f"# Letter\n\n{words}\n".encode()


def _pptx(words: str) -> bytes:
    def fill(made: Deck) -> None:
        for block in words.split("\n\n"):
            slide = made.slides.add_slide(made.slide_layouts[1])
            slide.shapes.title.text, slide.placeholders[1].text = "Families", block
            slide.notes_slide.notes_text_frame.text = "Speak slowly."

    return slides(fill)


def _json(words: str) -> bytes:
    return json.dumps({"title": "Letter", "blocks": words.split("\n\n")}, indent=2).encode()


_FORMS: Final[tuple[tuple[str, Callable[[str], bytes]], ...]] = (
    ("letter.pdf", _pdf), ("letter.docx", _docx), ("letter.odt", _odt), ("letter.html", _html), ("letter.txt", _txt),
    ("letter.pdf", _pdf), ("letter.docx", _docx), ("letter.md", _md), ("letter.pptx", _pptx), ("utf16.txt", _txt16),
    ("letter.json", _json),
)  # fmt: skip
_IN_TYPST: Final = ("en", "es", "fr", "vi", "de", "so", "ru")


def _of(words: str, carry: Callable[[str], bytes]) -> Callable[[Scene], bytes]:
    return lambda _: carry(words)


def _list_the_letters() -> None:
    turn = 0
    for language, letters in LETTERS.items():
        for topic, words in letters.items():
            file, carry = _FORMS[turn % len(_FORMS)]
            turn += 1
            if carry is _pdf and language not in _IN_TYPST:
                file, carry = "letter.docx", _docx
            add(Case("innocent", LETTER, f"{topic} in {language} as {file}", file, _of(words, carry)))
        if language in _IN_TYPST:
            add(
                Case(
                    "innocent",
                    LETTER,
                    f"all letters in {language}",
                    "all.pdf",
                    _of("\n\n".join(letters.values()), _pdf),
                )
            )


_list_the_letters()


def _scan(s: Scene, words: str, font: str = FONTS[0]) -> bytes:
    lines = [line for line in words.split("\n") if line]
    return file_of(
        grainy(of_lines(*lines, size=12, ppi=150, style="#set page(width: 21cm)", font=font), s.dice, 4), "PNG"
    )


@innocent("Scan", "scan.pdf")
def a_scanned_letter(s: Scene) -> bytes:
    return scanned(_scan(s, LETTERS["en"]["welcome"]), size="21cm, 12cm")


@innocent("Scan", "scan.pdf")
def two_scanned_pages(s: Scene) -> bytes:
    return scanned(_scan(s, LETTERS["en"]["trip"]), _scan(s, LETTERS["en"]["closure"], font=FONTS[2]), size="21cm, 9cm")


@innocent("Scan", "scan.jpg")
def a_letter_as_jpeg(_: Scene) -> bytes:
    lines = [line for line in LETTERS["en"]["vaccination"].split("\n") if line]
    return file_of(of_lines(*lines, size=13, ppi=150), "JPEG", quality=80)


@innocent("Scan", "scan.png")
def a_letter_in_typewriter_letters(_: Scene) -> bytes:
    lines = [line for line in LETTERS["en"]["parent evening"].split("\n") if line]
    return file_of(of_lines(*lines, size=11, ppi=150, font=FONTS[1]))


@innocent("Scan", "scan.tif")
def a_fax_of_two_pages(_: Scene) -> bytes:
    pages = [
        of_lines(*(line for line in LETTERS["en"][topic].split("\n") if line), ppi=200, size=12).convert("1")
        for topic in ("trip", "closure")
    ]
    return file_of(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")


@innocent("Scan", "scan.png")
def a_letter_in_spanish(_: Scene) -> bytes:
    return file_of(of_lines(*(line for line in LETTERS["es"]["closure"].split("\n") if line), size=13))


@innocent("Own letter", "letter.pdf", readers="family")
def to_one_family(s: Scene) -> bytes:
    return typeset(
        f"Dear {s.guardian.given_name} {s.guardian.family_name},\n\n{s.name} (student number {s.number}) has a place "
        f"in the Homework Club. We have {s.phone} as your number."
    )


@innocent("Own letter", "letter.docx", readers="family")
def with_brothers_and_sisters(s: Scene) -> bytes:
    return document(
        lambda made: made.add_paragraph(
            " and ".join(f"{kid.given_name} {kid.family_name}" for kid in s.family.children)
        )
    )


@innocent("Own letter", "letter.html", readers="family", who="accented")
def without_accents(s: Scene) -> bytes:
    from tests.guard_corpus.notations import bare

    return f"<!doctype html><p>Dear family of {bare(s.name)}, welcome.</p>".encode()


@innocent("Own letter", "letter.docx", readers="family", who="vietnamese")
def that_says_its_number_before_more(s: Scene) -> bytes:
    adult = f"{s.guardian.given_name} {s.guardian.family_name}"
    lines = (
        f"Dear {adult} {s.guardian.family_name},",
        f"{s.given} has a place in the Homework Club from 24 August 2026. The weekly fee is $95.",
        f"Student number: {s.number}. Please tell us whether Ms. Holloway may call {s.given} {s.last} at home.",
    )
    return document(lambda made: [made.add_paragraph(line) for line in lines])
