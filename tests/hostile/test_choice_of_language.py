"""A choice of language leads back to a page of ours, whatever its form was made to say, and carries no name along."""

from urllib.parse import urljoin, urlsplit

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from portal.web.reader_language import page_to_return_to, staff_place

HERE = "https://letters.riverbend.example/language"
PIECES = [
    "/",
    "\\",
    "//",
    "staff",
    "admin",
    "..",
    ".",
    "@",
    ":",
    "?",
    "#",
    "%2f",
    "%5c",
    "evil.test",
    "https:",
    "q=",
    "next=",
    "\r\n",
    "\t",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=9).map("".join))
def test_it_leads_to_this_host_alone(asked: str) -> None:
    place = page_to_return_to(asked)
    assert urlsplit(urljoin(HERE, place)).netloc == "letters.riverbend.example"
    assert place.startswith("/")
    assert not {"\\", "\r", "\n", "\t"} & set(place)
    assert not place.startswith("//")


@given(st.text(st.characters(codec="ascii", exclude_categories=["C"], exclude_characters="&#"), max_size=20))
def test_what_somebody_searched_for_and_foreign_places_stay_behind(typed: str) -> None:
    query = {"q": f"Rivera{typed}", "after": "100001", "next": f"//evil.test/{typed}"}
    for name, value in query.items():
        scope = {"type": "http", "method": "GET", "path": "/staff/families", "headers": []}
        asked = Request(scope | {"query_string": f"{name}={value}".encode()})
        assert staff_place(asked) in {"/staff/families", ""}
