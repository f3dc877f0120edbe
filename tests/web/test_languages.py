"""A family reads its own language: chosen by hand, else on record, else the browser's; the switch is on every page."""

import re
from pathlib import Path

import pytest
from sqlmodel import col, update
from starlette.testclient import TestClient

from portal.app import build_app
from portal.families.tables import Guardian
from portal.flows.taking_back.revoke import Target, revoke
from portal.kernel.configuration.settings import Settings
from portal.wiring import House, build_house
from portal.words.languages import SHIPPED, Language
from portal.words.own_languages import use_folder
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch

every_language = pytest.mark.parametrize("language", SHIPPED, ids=lambda language: language.tag)
ENGLISH_LEFT = re.compile(r"\b(?:the|your|letter|letters|school|press|this)\b", re.IGNORECASE)


def speaks(house: House, guardian_id: str, written: str) -> None:
    with house.db.write() as session:
        session.exec(update(Guardian).where(col(Guardian.id) == guardian_id).values(language=written))


def opened(site: TestClient, house: House, mailing_id: str, guardian: str, child: str) -> str:
    """Open a link in a browser; return the id of the copy."""
    link_id = link_of(house, mailing_id, guardian, child)
    assert site.post("/o", data={"token": token_of(house, link_id)}).status_code == 303
    (copy_id,) = re.findall(r'href="/letters/([0-9a-f]{32})"', site.get("/letters").text)
    return copy_id


def language_of(page: str) -> tuple[str, str]:
    found = re.search(r'<html lang="([\w-]+)" dir="(\w+)">', page)
    assert found is not None
    return found[1], found[2]


def without_values(page: str) -> str:
    """Return the text of a page without what people or the district wrote, and without the names of languages."""
    parts = ('details class="menu"', "bdi", "title", "article", "script", "style")
    page = re.sub("|".join(f"(?s:<{part}.*?</{part.split()[0]}>)" for part in parts), "", page)
    return re.sub(r"<[^>]*>", " ", page)


@every_language
def test_every_page_is_whole_in_every_language(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, language: Language
) -> None:
    site.cookies.set("__Host-language", language.tag)
    copy_id = opened(site, house, mailing_id, cast.carla, cast.ana)
    pages = [site.get(path) for path in ("/o", "/about", "/letters", f"/letters/{copy_id}", "/nothing-here")]
    pages += [
        site.post("/o", data={"code": "0000-0000-0000"}),
        site.post("/letters/x/file"),
        site.post("/leave", data={}),
    ]
    target = Target("link", link_of(house, mailing_id, cast.carla, cast.ana))
    with house.db.write() as session:
        revoke(session, house.keys, target, by=cast.admin, reason="test", now=clock.now)
    pages.append(site.post("/o", data={"token": token_of(house, target.id)}))
    assert [page.status_code for page in pages] == [200, 200, 200, 200, 404, 404, 405, 200, 410]
    for page in pages:
        assert language_of(page.text) == (language.tag, language.direction)
        assert "%(" not in page.text
        if language.tag != "en":
            assert ENGLISH_LEFT.findall(without_values(page.text)) == []


def test_before_opening_the_browser_decides(site: TestClient) -> None:
    assert language_of(site.get("/o").text) == ("en", "ltr")
    for header, expected in (("es-MX,es;q=0.9", ("es", "ltr")), ("ar", ("ar", "rtl")), ("de", ("en", "ltr"))):
        assert language_of(site.get("/o", headers={"Accept-Language": header}).text) == expected


def test_after_opening_the_record_decides_and_a_choice_by_hand_wins(
    site: TestClient, house: House, cast: Cast, mailing_id: str
) -> None:
    speaks(house, cast.carla, "Somali")
    copy_id = opened(site, house, mailing_id, cast.carla, cast.ana)
    french = {"Accept-Language": "fr"}
    for path in ("/letters", f"/letters/{copy_id}", "/about", "/letters/" + "0" * 32):
        assert language_of(site.get(path, headers=french).text)[0] == "so", path
    answer = site.post("/language", data={"language": "vi", "here": "/letters"}, headers=french)
    assert (answer.status_code, answer.headers["location"]) == (303, "/letters")
    assert language_of(site.get("/letters", headers=french).text)[0] == "vi"


def test_a_language_on_record_that_we_do_not_have_leaves_it_to_the_browser(
    site: TestClient, house: House, cast: Cast, mailing_id: str
) -> None:
    speaks(house, cast.carla, "Mixteco")
    opened(site, house, mailing_id, cast.carla, cast.ana)
    assert language_of(site.get("/letters", headers={"Accept-Language": "es"}).text)[0] == "es"


def test_what_was_taken_back_is_said_in_the_language_of_who_reads_it(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    speaks(house, cast.carla, "ht")
    copy_id = opened(site, house, mailing_id, cast.carla, cast.ana)
    with house.db.write() as session:
        revoke(session, house.keys, Target("mailing", mailing_id), by=cast.admin, reason="test", now=clock.now)
    for path in ("/letters", f"/letters/{copy_id}", f"/letters/{copy_id}/file"):
        answer = site.get(path)
        assert answer.status_code in {404, 410}
        assert language_of(answer.text)[0] == "ht", path


def test_the_choice_is_a_plain_cookie_for_a_year(site: TestClient) -> None:
    answer = site.post("/language", data={"language": "zh-Hans", "here": "/about"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/about")
    assert set(answer.headers["set-cookie"].split("; ")) == {
        "__Host-language=zh-Hans", "HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=lax", "Secure",
    }  # fmt: skip
    assert language_of(site.get("/about").text)[0] == "zh-Hans"


@pytest.mark.parametrize("tag", ["", "xx", "ES", "es\r\nSet-Cookie: a=b", "../es", "es; Domain=evil.test"])
def test_a_language_that_we_do_not_have_is_not_kept(site: TestClient, tag: str) -> None:
    answer = site.post("/language", data={"language": tag, "here": "/about"})
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "here",
    ["", "//evil.test", "https://evil.test/o", "/\\evil.test", "/staff//evil.test", "/staff/..//evil.test", "/staffs",
     "/staff\r\nX: y", "/admin?x=@evil.test", "/o?x=1", "/o#x", "/letters/../admin",
     "/letters/" + "a" * 32 + "/file", "/o\r\nX: y", "/O", "javascript:alert(1)"],
)  # fmt: skip
def test_the_way_back_leads_to_a_page_of_ours_and_nowhere_else(site: TestClient, here: str) -> None:
    answer = site.post("/language", data={"language": "es", "here": here})
    assert (answer.status_code, answer.headers["location"]) == (303, "/o")


def test_another_site_cannot_change_the_language_and_reading_never_does(site: TestClient) -> None:
    assert site.post("/language", data={"language": "ar"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    for method in ("GET", "HEAD"):
        answer = site.request(method, "/language?language=ar")
        assert answer.status_code == 405
        assert "set-cookie" not in answer.headers


def test_the_switch_names_each_language_in_itself_and_marks_the_current_one(
    site: TestClient, house: House, cast: Cast, mailing_id: str
) -> None:
    copy_id = opened(site, house, mailing_id, cast.carla, cast.ana)
    for path in ("/o", "/about", "/letters", f"/letters/{copy_id}", "/nothing-here"):
        page = site.get(path, headers={"Accept-Language": "fr"}).text
        (form,) = re.findall(r'(?s)<form method="post" action="/language".*?</form>', page)
        for language in SHIPPED:
            assert f'lang="{language.tag}" dir="{language.direction}"' in form
            assert f">{language.name}</bdi></button>" in form
        assert re.findall(r'value="([\w-]+)"[^>]*aria-current="true"', form) == ["fr"]
        here = "/o" if path == "/nothing-here" else path
        assert f'name="here" value="{here}"' in form


def test_names_and_numbers_are_said_in_the_language_and_names_keep_their_direction(
    site: TestClient, house: House, cast: Cast, mailing_id: str
) -> None:
    site.cookies.set("__Host-language", "ar")
    copy_id = opened(site, house, mailing_id, cast.carla, cast.ana)
    page = site.get(f"/letters/{copy_id}").text
    assert "إلى عائلة <strong><bdi>Ana</bdi></strong>" in page
    assert "يمكن فتحها حتى 5 سبتمبر" in page
    assert "صفحة واحدة" in page
    assert '<bdi dir="ltr">7KQ2-M4TX-9RDA</bdi>' in site.get("/o").text
    assert '<strong><bdi dir="ltr">https://letters.riverbend.example/o</bdi></strong>' in site.get("/about").text


def test_a_district_adds_a_language_by_a_folder(house: House, settings: Settings, tmp_path: Path) -> None:
    assert house, "the database stands"
    own = tmp_path / "own"
    own.mkdir()
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (own / "pl.po").write_text(f'{head}msgid "Open your letter"\nmsgstr "Otwórz swój list"\n', encoding="utf-8")
    own_house = build_house(settings.model_copy(update={"locale_dir": own}))
    try:
        with TestClient(build_app(own_house.settings, own_house), base_url=settings.base_url) as polish:
            page = polish.get("/o", headers={"Accept-Language": "pl"}).text
        assert language_of(page) == ("pl", "ltr")
        assert "Otwórz swój list" in page
        assert 'value="pl" aria-current="true"><bdi lang="pl" dir="ltr">Polski</bdi></button>' in page
    finally:
        own_house.close()
        use_folder(None)
