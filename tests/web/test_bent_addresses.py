"""An address that a mail program or a keyboard bent leads to the page it was meant for, and tells no secret."""

import pytest
from starlette.testclient import TestClient

HOST = "letters.riverbend.example"
SECRET = "A" * 22 + "." + "B" * 43


BENT = {
    "/o.": "/o",
    "/O": "/o",
    "/o)": "/o",
    "/About.": "/about",
    "/o%20": "/o",
    "/o”": "/o",
    "/o/": "/o",
    "/letters//": "/letters",
    "/staff/": "/staff",
    "/admin/links//": "/admin/links",
    f"/staff/mailings/{'a' * 32}/": f"/staff/mailings/{'a' * 32}",
}


def test_punctuation_and_capitals_in_an_address_are_forgiven(site: TestClient) -> None:
    for bent, meant in BENT.items():
        answer = site.get(bent)
        assert (answer.status_code, answer.headers["location"]) == (308, meant), bent


def test_other_addresses_lead_nowhere(site: TestClient) -> None:
    for path in ("/other", "/o/else", "/open", "/staff.", "//evil.example", "//evil.example/", "/o//evil.example"):
        assert site.get(path).status_code in {303, 404}, path
        assert "evil" not in site.get(path).headers.get("location", ""), path


def test_no_slash_leads_to_plain_http_or_takes_a_form_or_a_secret_along(site: TestClient) -> None:
    """The framework's own redirect writes `http://` behind a proxy, with the query, and a 307 repeats the post."""
    for path in ("/o/", f"/letters/{'a' * 32}/", f"/letters/{SECRET}/", f"/o/{SECRET}/", "/static", "/staff/"):
        looked = site.get(f"{path}?t={SECRET}")
        assert looked.status_code == (308 if path in {"/o/", "/staff/"} else 404), path
        assert looked.headers.get("location", "/").startswith("/")
        assert SECRET not in looked.headers.get("location", "")
        posted = site.post(path, data={"token": SECRET})
        assert (posted.status_code in {404, 405}, posted.headers.get("location")) == (True, None), path


def test_an_escaped_fragment_leads_to_the_code_and_is_repeated_nowhere(site: TestClient) -> None:
    answer = site.get(f"/o%23{SECRET}")
    assert "Code from your message" in answer.text
    assert SECRET not in answer.text
    assert not [value for value in answer.headers.values() if SECRET in value]


@pytest.mark.parametrize(
    ("host", "status"),
    [(f"{HOST}.", 308), (f"{HOST.upper()}.", 308), (HOST.upper(), 200), (f"{HOST}..", 400), (f"x.{HOST}.", 400)],
)
def test_our_name_may_end_in_a_dot(site: TestClient, host: str, status: int) -> None:
    answer = site.get("/o", headers={"Host": host})
    assert answer.status_code == status
    if status == 308:
        assert answer.headers["location"] == f"https://{HOST}/o"
    assert site.post("/o", headers={"Host": f"{HOST}."}).status_code == 400


def test_a_token_in_the_path_of_a_host_with_a_last_dot_goes_into_no_header(site: TestClient) -> None:
    for path in ("/o%23" + "A" * 60, "/o?x=" + "A" * 60, "/o/" + "A" * 60):
        answer = site.get(path, headers={"Host": "letters.riverbend.example."})
        assert (answer.status_code, answer.headers["location"]) == (308, "https://letters.riverbend.example/o")
