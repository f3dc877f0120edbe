"""Leaks in files of which nobody thinks: they are read, or refused, and never let through."""

import io
import quopri
from base64 import b64encode

import pikepdf

from tests.guard_corpus.cases import NOTICE, Scene, leak
from tests.guard_corpus.packages import document, part_of, repacked, slides, workbook
from tests.guard_corpus.papers import by_hand, plain, shown, typeset

OTHER, SAVED = "Other text file", "Saved otherwise"


@leak(OTHER, "card.vcf", "child-name", "phone", or_unreadable=True)
def address_card(s: Scene) -> bytes:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{s.last};{s.given};;;\r\nTEL:{s.phone}\r\nEND:VCARD\r\n".encode()


@leak(OTHER, "term.ics", or_unreadable=True)
def calendar_entry(s: Scene) -> bytes:
    return f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Talk about {s.name}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


@leak(OTHER, "export.xml", or_unreadable=True)
def export_in_xml(s: Scene) -> bytes:
    return f'<?xml version="1.0"?><a><b last="x"><first>{s.given}</first><last>{s.last}</last></b></a>'.encode()


@leak(OTHER, "dump.sql", or_unreadable=True)
def dump_of_a_database(s: Scene) -> bytes:
    first, last = s.given.replace("'", "''"), s.last.replace("'", "''")
    return f"INSERT INTO child VALUES (17, '{first}', '{last}', 3);\n".encode()


@leak(OTHER, "list.yaml", or_unreadable=True)
def list_in_yaml(s: Scene) -> bytes:
    return f'- first: "{s.given}"\n  last: "{s.last}"\n  grade: 3\n'.encode()


@leak(OTHER, "notes", or_unreadable=True)
def a_name_without_an_ending(s: Scene) -> bytes:
    return f"{NOTICE[0]}\nAsk {s.name}.\n".encode()


@leak(OTHER, "letter.txt", or_unreadable=True)
def a_mail_called_text(s: Scene) -> bytes:
    body = quopri.encodestring(s.name.encode()).decode()
    return f"From: a@b.example\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n{body}\n".encode()


@leak(OTHER, "page.mht", or_unreadable=True)
def a_web_archive(s: Scene) -> bytes:
    body = b64encode(f"<p>{s.name}</p>".encode()).decode()
    return f"MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n{body}\n".encode()


@leak(OTHER, "letter.tex", or_unreadable=True)
def a_source_of_latex(s: Scene) -> bytes:
    return f"\\documentclass{{letter}}\\begin{{document}}{s.given}~{s.last}\\end{{document}}".encode()


@leak(OTHER, "mixed.csv")
def lines_with_other_separators(s: Scene) -> bytes:
    return f"sep=|\r\nlast|first\r\n{s.last}|{s.given}\r\n".encode("utf-8-sig")


@leak(OTHER, "list.txt")
def one_name_a_line(s: Scene) -> bytes:
    return "\n".join(
        f"{kid.given_name} {kid.family_name}" for kid in (s.child, *(kid for kid, _ in s.others(9)))
    ).encode()


@leak(OTHER, "list.txt", "child-name", who="ordinary words")
def ordinary_words_as_rows_with_numbers(s: Scene) -> bytes:
    rows = [(s.child, s.guardian), *s.others(7, "ordinary words")]
    return "\n".join(f"{kid.family_name}, {kid.given_name}\t{kid.numbers[0]}\tgrade 3" for kid, _ in rows).encode()


@leak(SAVED, "letter.pdf", or_unreadable=True)
def paper_that_only_its_owner_may_change(s: Scene) -> bytes:
    """Locked with an empty password: every program opens it."""
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset(plain(s.name)))) as pdf:
        pdf.save(held, encryption=pikepdf.Encryption(owner="secret", user=""))
    return held.getvalue()


@leak(SAVED, "letter.pdf")
def paper_for_the_web(s: Scene) -> bytes:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset(f"{NOTICE[0]}\n\n{plain(s.name)}"))) as pdf:
        pdf.save(held, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return held.getvalue()


@leak(SAVED, "letter.pdf")
def paper_with_bare_streams(s: Scene) -> bytes:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(by_hand(shown(s.name)))) as pdf:
        pdf.save(held, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, qdf=True)
    return held.getvalue()


@leak(SAVED, "letter.dotx", or_unreadable=True)
def template_of_word(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph(s.name))
    types = part_of(made, "[Content_Types].xml").replace(b"document.main+xml", b"template.main+xml")
    return repacked(made, {"[Content_Types].xml": types})


@leak(SAVED, "evening.ppsx", or_unreadable=True)
def show_of_powerpoint(s: Scene) -> bytes:
    made = slides(lambda made: setattr(made.slides[0].shapes.title, "text", s.name))
    types = part_of(made, "[Content_Types].xml").replace(b"presentation.main+xml", b"slideshow.main+xml")
    return repacked(made, {"[Content_Types].xml": types})


@leak(SAVED, "fees.xlsx")
def parts_in_utf_16(s: Scene) -> bytes:
    made = workbook(lambda book: book.active.append([s.last, s.given]))
    name = "xl/worksheets/sheet1.xml"
    told = '<?xml version="1.0" encoding="UTF-16"?>' + part_of(made, name).decode()
    return repacked(made, {name: told.encode("utf-16")})


@leak(SAVED, "letter.docx")
def names_of_another_dialect(s: Scene) -> bytes:
    """Strict OOXML (ISO/IEC 29500) names its elements otherwise."""
    made = document(lambda made: made.add_paragraph(s.name))
    told = part_of(made, "word/document.xml").replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    return repacked(made, {"word/document.xml": told})


@leak(SAVED, "letter.docx")
def other_prefixes(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph(f"{s.given} {s.last}"))
    told = (
        part_of(made, "word/document.xml")
        .replace(b"<w:", b"<q:")
        .replace(b"</w:", b"</q:")
        .replace(b"xmlns:w=", b"xmlns:q=")
    )
    return repacked(made, {"word/document.xml": told.replace(b" w:", b" q:")})
