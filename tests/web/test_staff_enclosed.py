"""Several files in one letter: chosen, put in order, looked at one by one; a family finds them near the top."""

import re

import pytest
from starlette.testclient import TestClient

from portal import publish
from portal.documents import repository as documents
from portal.documents.tables import Document
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.reading.carriers import simple_pdf, stream
from tests.web.desks import sit_down, text_of
from tests.web.test_opening import letters_in
from tests.web.test_staff_corrections import BETTER
from tests.web.test_staff_writing import LETTER, NAMING_ONE, Desk, rosa, rows

__all__ = ["rosa"]

FORM, MENU = (simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (The %s.) Tj ET" % word)) for word in (b"form", b"menu"))


def post(desk: Desk, more: dict[str, bytes], path: str = "/staff/mailings", **fields: str):
    """Post the form with a letter where it is new, and with further files, in the order a browser has them."""
    typed = {"title": "Welcome", "message": "We begin on Monday.", "audience": "everyone", "expires": "30"}
    letter = [("file", ("welcome.pdf", LETTER, "application/pdf"))] if path == "/staff/mailings" else []
    files = letter + [("more", (name, content, "application/pdf")) for name, content in more.items()]
    data = typed | {"form_token": desk.token} | fields
    return desk.site.post(path, data=data, files=files or {"more": ("", b"", "application/octet-stream")})


@pytest.fixture
def mailing(rosa: Desk, house: House) -> Mailing:
    answer = post(rosa, {"menu.pdf": MENU, "form.pdf": FORM})
    assert answer.status_code == 303, text_of(answer.text)
    (found,) = rows(house, Mailing)
    assert isinstance(found, Mailing)
    return found


def files_of(house: House, mailing: Mailing) -> dict[str, Document]:
    with house.db.read() as session:
        return {one.file_name: one for one in documents.documents_of(session, mailing.id)}


def test_staff_choose_files_put_them_in_order_and_take_one_out(rosa: Desk, house: House, mailing: Mailing) -> None:
    path = f"/staff/mailings/{mailing.id}"
    page = rosa.site.get(path).text
    for name in ("form.pdf", "menu.pdf"):
        assert f"{name} : 1 page, 2 texts read in all" in text_of(page)
        assert f'{files_of(house, mailing)[name].id}/file"><bdi>{name}</bdi></a>' in page
    assert re.findall(r'name="step" value="(\w+)"', page) == ["down", "remove", "up", "remove"]
    for step, name, left in (("up", "menu.pdf", ["menu.pdf", "form.pdf"]), ("remove", "menu.pdf", ["form.pdf"])):
        version = re.search(r'name="version" value="(\d+)"', rosa.site.get(path).text)
        assert version
        form = {"step": step, "document": files_of(house, mailing)[name].id, "version": version[1]}
        assert rosa.site.post(f"{path}/files", data=form | {"form_token": rosa.token}).status_code == 303
        assert list(files_of(house, mailing)) == ["welcome.pdf", *left]


def test_changed_words_keep_the_files_and_a_stop_says_what_is_kept(rosa: Desk, house: House, mailing: Mailing) -> None:
    path, before = f"/staff/mailings/{mailing.id}", list(files_of(house, mailing))
    assert "Files that you choose here replace form.pdf, menu.pdf" in text_of(rosa.site.get(f"{path}/edit").text)
    changed = post(rosa, {}, path, message="We begin on Tuesday.", version=str(mailing.version))
    assert changed.status_code == 303, text_of(changed.text)
    stopped = post(rosa, {"sam.pdf": NAMING_ONE}, path, version=str(rows(house, Mailing)[0].version))
    said = text_of(stopped.text)
    assert stopped.status_code == 422
    assert "choice of families are kept, and the other files the letter had before." in said
    assert "A letter of several files is not kept for somebody to release" in said
    assert f'href="{path}/edit#more"' in stopped.text
    assert list(files_of(house, mailing)) == before


def test_an_approver_reads_each_file_and_a_family_finds_them_near_the_top(
    site: TestClient, house: House, cast: Cast, mailing: Mailing
) -> None:
    path, form, now = f"/staff/mailings/{mailing.id}", files_of(house, mailing)["form.pdf"], house.clock()
    publish.submit(house, mailing.id, by=cast.writer, version=None, now=now)
    token = sit_down(site, house, cast.approver)
    assert f'href="{path}/read?document={form.id}">Read <bdi>form.pdf</bdi></a>' in site.get(path).text
    read = site.get(f"{path}/read?document={form.id}").text
    assert f"/documents/{form.id}/pages/1.png" in read
    assert f'href="{path}/letters/{form.id}/file">Open the file by itself' in read
    publish.approve(house, mailing.id, by=cast.approver, version=None, now=now)
    replace = f"{path}/documents/{form.id}/replace"
    better = {"file": ("form 2.pdf", BETTER, "application/pdf")}
    assert site.post(replace, data={"form_token": token}, files=better).status_code == 303
    waits = site.get(replace).text
    assert f'{path}/letters/{form.id}/file">Read <bdi>form.pdf</bdi>' in waits
    assert site.get(f"{path}/letters/{form.id}/file").content != site.get(f"{path}/file").content
    site.cookies.clear()
    site.post("/o", data={"token": token_of(house, link_of(house, mailing.id, cast.ngozi, cast.sam))})
    (copy,) = letters_in(site.get("/letters").text)
    page = site.get(f"/letters/{copy}").text
    assert page.index("Files with this letter") < page.index(f"/letters/{copy}/pages/1.png")
    first, second = re.findall(r'<li><a href="(/letters/\w+)"><bdi>(?:form|menu)\.pdf</bdi>', page)
    assert f'href="{first}/file?as=download"' in page
    assert f'href="/letters/{copy}">Read the letter</a>' in site.get(second).text
