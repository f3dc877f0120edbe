"""What the messages of a merge have in common is the letter; signatures, logos and pixels are not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail.arriving.bodies import StrangeHosts, common_body, decorations, strange_hosts, without_signature
from portal.mail.arriving.message import Attachment
from portal.mail.arriving.reading import read_message
from tests.mail.arriving_messages import attached, html, mixed, part, png, several
from tests.pace import at_most

SIGNATURE = "Office Manager\nBirchwood School\n(555) 123-4567 | www.birchwood.test"


def test_what_all_texts_say_is_common_and_the_rest_is_each_ones_own() -> None:
    texts = [f"Dear {name},\n\nHere is the report card.\nSee you." for name in ("Rosa", "Ngozi", "Carla")]
    assert common_body(texts) == ("Here is the report card.\nSee you.", ["Dear Rosa,", "Dear Ngozi,", "Dear Carla,"])
    assert common_body(["One\n\n\nTwo", "One\nTwo"]) == ("One\n\nTwo", ["", ""])
    assert common_body(["Same\nSame"] * 2) == ("Same\nSame", ["", ""])
    assert common_body(["A", "B"]) == ("", ["A", "B"])
    assert common_body([]) == ("", [])


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=8).map("\n".join), min_size=1, max_size=4))
def test_common_lines_and_own_lines_are_all_lines(texts: list[str]) -> None:
    common, own = common_body(texts)
    for text, rest in zip(texts, own, strict=True):
        assert sorted(text.split()) == sorted([*common.split(), *rest.split()])
        left = iter(text.split())
        assert all(line in left for line in common.split()), "in order"


def test_three_thousand_texts_are_compared_in_a_moment() -> None:
    lines = [f"Line {number} of the letter that everybody is sent." for number in range(80)]
    texts = ["\n".join([f"Dear {number},", *lines[number % 3 :]]) for number in range(2_900)]
    with at_most(120):
        common, own = common_body(texts)
    assert common == "\n".join(lines[2:])
    assert own[:2] == ["Dear 0,\n" + "\n".join(lines[:2]), "Dear 1,\n" + lines[1]]


@pytest.mark.parametrize(
    ("text", "kept", "dropped"),
    [
        ("Hello\n-- \nMarta\n555 1234567", "Hello", "-- \nMarta\n555 1234567"),
        ("Hello\n\nSent from my iPhone", "Hello", "Sent from my iPhone"),
        ("Hello\n\nGet Outlook for iOS (https://aka.ms/o0ukef)", "Hello", "Get Outlook for iOS (https://aka.ms/o0ukef)"),
        (f"Hello\n\nBest regards,\nMarta Lopez\n{SIGNATURE}", "Hello\n\nBest regards,\nMarta Lopez", SIGNATURE),
        ("Hello\n\nThank you,\n\nMarta", "Hello\n\nThank you,\n\nMarta", ""),
        (f"Hello\n\nMarta Lopez\n{SIGNATURE}", "Hello", f"Marta Lopez\n{SIGNATURE}"),
        (f"Hello\n\nCONFIDENTIALITY NOTICE: {'this is for you only. ' * 9}", "Hello", None),
        ("Call us:\n(555) 123-4567", "Call us:\n(555) 123-4567", ""),
        ("Thank you,\nand remember that the bus leaves at eight.", None, ""),
        ("One.\n\nGracias,\nPlease bring lunch, a hat, and water on Friday morning.", None, ""),
    ],
)  # fmt: skip
def test_a_signature_is_taken_off_and_the_name_stays(text: str, kept: str | None, dropped: str | None) -> None:
    assert without_signature(text)[0] == (text if kept is None else kept)
    assert dropped is None or without_signature(text)[1] == dropped


def picture(sha256: str, width: int, height: int, *, size: int = 50_000, is_signature: bool = False) -> Attachment:
    return Attachment(
        "", "image/png", size, sha256, is_inline=True, is_signature=is_signature, width=width, height=height
    )


def test_logos_icons_and_pixels_decorate_and_flyers_do_not() -> None:
    logo, icon, pixel = picture("l", 400, 200, is_signature=True), picture("i", 32, 32), picture("p", 1, 1)
    flyer, code, banner, bare = (
        picture("f", 900, 1200),
        picture("c", 200, 200),
        picture("b", 800, 200),
        picture("n", 0, 0),
    )
    every = [logo, icon, pixel, flyer, code, banner, bare]
    assert decorations([every]) == {"l", "i", "p"}
    assert decorations([every] * 3) == {"l", "i", "p", "b"}
    assert decorations([[code, banner, flyer]], seen_before=["c", "b", "f"]) == {"c", "b"}


def test_where_a_letter_leads_is_known_whoever_rewrote_its_links() -> None:
    text = (
        "See https://birchwood.test/a and https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2F1drv.ms%2Fx"
        " or https://urldefense.com/v3/__https://evil.test/x__;!!abc$ or www.birchwood.test"
    )
    links = ["https://school-my.sharepoint.com/x", "https://urldefense.proofpoint.com/v2/url?u=https-3A__a.test_b&d=x"]
    found = strange_hosts(text, links, frozenset({"birchwood.test", "www.birchwood.test"}))
    hosts = ("1drv.ms", "a.test", "evil.test", "school-my.sharepoint.com")
    assert found == StrangeHosts(hosts, ("1drv.ms", "school-my.sharepoint.com"))
    assert all(first < second for first, second in pairwise(hosts))


def test_a_signature_with_a_logo_and_links_is_dropped_whole() -> None:
    page = (
        "<div>Here is the form.</div><br><div>Best regards,</div><div>Marta Lopez</div><div>Office Manager</div>"
        '<div><img src="cid:logo"><img src="https://pics.test/l.png"> <a href="https://social.test/x"><img src="cid:s">'
        "</a></div><div>(555) 123-4567</div>"
    )
    logo = part("image/png", png(400, 150, b"logo"), "Content-ID: <logo>")
    said = read_message(mixed(several("related", [html(page), logo], "=_r"), attached()))
    kept, dropped = without_signature(said.text)
    assert kept == "Here is the form.\n\nBest regards,\nMarta Lopez"
    assert "https://social.test/x" in dropped
    assert strange_hosts(kept, said.links, frozenset()) == StrangeHosts()
    assert decorations([said.attachments]) == {said.attachments[0].sha256}
