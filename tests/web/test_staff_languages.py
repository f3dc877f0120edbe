"""A letter in several languages on staff pages: written, told what is wrong with it, looked at in each language."""

import html
import re

import pytest
from httpx2 import Response
from sqlmodel import col, select, update

from portal.documents.tables import Document
from portal.families.tables import Guardian
from portal.ledger.tables import LedgerEntry
from portal.mailings.tables import Mailing, MailingWords
from portal.wiring import House
from portal.words.languages import SHIPPED
from tests.cast import Cast
from tests.reading.carriers import simple_pdf, stream
from tests.web.desks import text_of
from tests.web.test_staff_writing import LETTER, NAMING_ONE, Desk, fault_of, rosa, rows

__all__ = ["rosa"]

CARTA = simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (Empezamos el lunes) Tj ET"))
PATH = "/staff/mailings"


def post(desk: Desk, path: str = PATH, *, files: dict[str, bytes] | None = None, **fields: str) -> Response:
    """Post the form as a browser does: an empty file where none was chosen."""
    typed = {"title": "Welcome", "message": "We begin on Monday.", "audience": "everyone", "expires": "30"}
    data = {name.replace("_", "-"): value for name, value in (typed | fields).items()}
    chosen = {"file": LETTER} if files is None else files
    names = ["file", *(f"file-{one.tag}" for one in SHIPPED if one.tag != "en")]
    posted = {
        name: (f"{name}.pdf", chosen[name], "application/pdf")
        if name in chosen
        else ("", b"", "application/octet-stream")
        for name in names
    }
    return desk.site.post(path, data=data | {"form_token": desk.token}, files=posted)


def written(desk: Desk, house: House, **fields: str) -> Mailing:
    answer = post(desk, files={"file": LETTER, "file-es": CARTA}, title_es="Bienvenidos", **fields)
    assert answer.status_code == 303, text_of(answer.text)
    mailing: Mailing = rows(house, Mailing)[0]
    return mailing


def test_the_form_offers_every_language_and_those_that_are_read_here_first(
    rosa: Desk, house: House, cast: Cast
) -> None:
    with house.db.write() as session:
        for guardian, language in ((cast.carla, "Somali"), (cast.diego, "so"), (cast.ngozi, "spa"), (cast.emeka, "vi")):
            session.exec(update(Guardian).where(col(Guardian.id) == guardian).values(language=language))
    page = rosa.site.get(f"{PATH}/new").text
    tags = re.findall(r'<details id="in-([\w-]+)">', page)
    assert tags[:2] == ["so", "es"]
    assert sorted(tags) == sorted(one.tag for one in SHIPPED if one.tag != "en")
    assert "Soomaali 2 guardians read it" in text_of(page)
    assert "Español 1 guardian reads it" in text_of(page)
    assert "Tiếng Việt Title" in text_of(page)  # Emeka may not see any letter
    assert '<textarea id="message-ar" name="message-ar" rows="6" lang="ar" dir="rtl">' in page


def test_a_letter_in_two_languages_is_one_checked_mailing(rosa: Desk, house: House) -> None:
    mailing = written(rosa, house, message_es="Empezamos el lunes.")
    assert mailing.state == "checked"
    assert {one.language: one.file_name for one in rows(house, Document)} == {"": "file.pdf", "es": "file-es.pdf"}
    (words,) = rows(house, MailingWords)
    assert (words.language, words.title, words.message) == ("es", "Bienvenidos", "Empezamos el lunes.")


def test_a_file_in_another_language_that_names_a_child_stops_all_of_it(rosa: Desk, house: House) -> None:
    answer = post(rosa, files={"file": LETTER, "file-es": NAMING_ONE}, title_es="Bienvenidos")
    assert answer.status_code == 422
    text = text_of(answer.text)
    assert "file-es.pdf This file was stopped. It names 1 child." in text
    assert "A letter of several files is not kept for somebody to release" in text
    (mailing,) = rows(house, Mailing)
    assert f'href="/staff/mailings/{mailing.id}/edit#file-es"' in answer.text
    assert mailing.state == "draft"
    assert rows(house, Document) == []
    assert 'value="Bienvenidos"' in rosa.site.get(f"{PATH}/{mailing.id}/edit").text


def test_words_that_name_a_child_are_told_beside_their_language_and_nothing_typed_is_lost(
    rosa: Desk, house: House
) -> None:
    said = {
        "title_zh-Hans": "欢迎",
        "message_zh-Hans": "谢谢 Sam Okafor",
        "title_es": "Hola",
        "text_fr": "# Lundi\n\nA",
    }
    answer = post(rosa, **said)  # type: ignore[arg-type]  # they are names of fields
    assert answer.status_code == 422
    assert "1 full name of a child" in fault_of(answer.text, "message-zh-Hans")
    assert "谢谢 Sam Okafor</textarea>" in answer.text
    assert 'name="title-es" value="Hola"' in answer.text
    assert "# Lundi\n\nA</textarea>" in answer.text
    assert re.findall(r'<details id="in-([\w-]+)" open>', answer.text) == ["es", "fr", "zh-Hans"]
    assert "Only the file has to be chosen again" in answer.text
    assert rows(house, Mailing) == []


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"title_es": "x" * 121}, "title-es", "Español: The title is 121 letters long"),
        ({"message_vi": "www.evil.example"}, "message-vi", "Tiếng Việt: The message links to www.evil.example"),
        ({"text_es": "Hola {{ child.name }}"}, "text-es", "can’t have the field child.name"),
    ],
)
def test_what_is_wrong_in_a_language_stands_beside_its_field(
    rosa: Desk, house: House, fields: dict[str, str], field: str, sentence: str
) -> None:
    answer = post(rosa, **fields)  # type: ignore[arg-type]  # they are names of fields
    assert answer.status_code == 422
    assert sentence in html.unescape(fault_of(answer.text, field))
    assert rows(house, Mailing) == []


def test_a_letter_may_be_written_in_the_form_itself(rosa: Desk, house: House) -> None:
    assert post(rosa, files={}, text="We begin on *Monday*.", text_es="El *lunes*.").status_code == 303
    assert {one.language: one.page_id is not None for one in rows(house, Document)} == {"": True, "es": True}
    assert fault_of(post(rosa, files={}).text, "file") == "Choose the letter as a PDF file or a picture."


def test_a_change_keeps_replaces_and_takes_out_files_by_language(rosa: Desk, house: House) -> None:
    mailing = written(rosa, house)
    page = rosa.site.get(f"{PATH}/{mailing.id}/edit").text
    assert "<bdi>file-es.pdf</bdi> stays unless you choose another file." in page
    one = f"{PATH}/{mailing.id}"
    assert post(rosa, one, files={}, version=str(mailing.version), title_es="Hola").status_code == 303
    assert len(rows(house, Document)) == 2
    (mailing,) = rows(house, Mailing)
    assert post(rosa, one, files={}, version=str(mailing.version), drop_es="1").status_code == 303
    assert [document.language for document in rows(house, Document)] == [""]
    assert rows(house, MailingWords) == []
    assert rows(house, Mailing)[0].state == "checked"


def test_the_page_of_a_mailing_shows_each_file_and_each_language(rosa: Desk, house: House) -> None:
    mailing = written(rosa, house, message_es="Empezamos el lunes.")
    path = f"{PATH}/{mailing.id}"
    page = rosa.site.get(path).text
    assert f'<a href="{path}/file?language=es"><bdi>file-es.pdf</bdi></a>' in page
    assert "file-es.pdf : 1 page" in text_of(page)
    assert f'src="{path}/preview"' in page
    spanish = rosa.site.get(f"{path}?language=es").text
    assert f'src="{path}/preview?language=es"' in spanish
    assert f'href="{path}/preview/message?language=es"' in spanish
    assert rosa.site.get(f"{path}/file?language=es").content != rosa.site.get(f"{path}/file").content
    assert rosa.site.get(f"{path}/file?language=fr").status_code == 404


def test_staff_preview_page_and_message_in_each_language(rosa: Desk, house: House) -> None:
    mailing = written(rosa, house, message_es="Empezamos el lunes.")
    path = f"{PATH}/{mailing.id}/preview"
    spanish = rosa.site.get(f"{path}?language=es")
    assert '<html lang="es" dir="ltr">' in spanish.text
    assert "<bdi>Bienvenidos</bdi></h1>" in spanish.text
    assert "Bienvenidos.pdf" in spanish.text
    assert "En inglés" in spanish.text
    assert re.findall(r'href="([^"]*)"', spanish.text) == ["data:,"]
    english = rosa.site.get(path).text
    assert "<bdi>Welcome</bdi></h1>" in english
    assert "Bienvenidos" not in english
    message = html.unescape(rosa.site.get(f"{path}/message?language=es").text)
    assert "Bienvenidos — para " in message
    assert message.index("> Empezamos el lunes.") < message.index("In English") < message.index("> We begin on Monday.")
    arabic = rosa.site.get(f"{path}/message?language=ar").text
    assert "Welcome — بخصوص" in html.unescape(arabic)


def test_a_letter_that_was_written_here_is_previewed_and_it_is_noted_who_looked(rosa: Desk, house: House) -> None:
    post(rosa, files={}, text="We begin on *Monday*.", text_es="Empezamos el *lunes*.")
    (mailing,) = rows(house, Mailing)

    def looks() -> int:
        with house.db.read() as session:
            query = select(LedgerEntry).where(col(LedgerEntry.act) == "document:staff-view")
            return len(session.exec(query).all())

    path = f"{PATH}/{mailing.id}/preview?language=es"
    assert rosa.site.head(path).status_code == 200
    assert looks() == 0
    page = rosa.site.get(path).text
    assert "<em>lunes</em>" in page
    assert '<div class="letter" lang="es" dir="ltr">' in page
    assert looks() == 1


def test_letters_to_single_children_have_words_in_other_languages_too_but_no_files(rosa: Desk, house: House) -> None:
    page = rosa.site.get(f"{PATH}/new/each").text
    assert 'name="title-es"' in page
    assert 'name="file-es"' not in page
    typed = {"title": "Cards", "title-es": "Boletas", "audience": "everyone", "expires": "30", "made": "fields"}
    data = typed | {"markdown": "Dear {{ child.given_name }},", "form_token": rosa.token}
    answer = rosa.site.post(f"{PATH}/each", data=data, files={"files": ("", b"", "")})
    assert answer.status_code == 303, text_of(answer.text)
    (words,) = rows(house, MailingWords)
    assert (words.title, words.message) == ("Boletas", "")
    named = data | {"title-es": "Gracias, Sam Okafor"}
    answer = rosa.site.post(f"{PATH}/each", data=named, files={"files": ("", b"", "")})
    assert answer.status_code == 422
    assert "1 full name of a child" in fault_of(answer.text, "title-es")
    assert answer.text.count('href="#title-es"') == 1
