"""A link is found again in what mail programs make of it, and in whatever a family pastes."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing, MasterKey
from portal.kernel.text.pasted import codes_in, tokens_in

RING = KeyRing((MasterKey("k001", "2026-01-01", b"s" * 32),))
ROW = "0123456789abcdef" * 2
TOKEN = tokens.mint_token(RING, "link-token", ROW)
CODE = tokens.mint_code(RING, ROW, "k001")
LINK = f"https://letters.riverbend.example/o#{TOKEN}"
ESCAPED = quote(LINK, safe="")


def defended(link: str) -> str:
    """Write a link as Proofpoint URL Defense v2 does."""
    inner = quote(link, safe="").replace("-", "-2D").replace("_", "-5F").replace("%", "-").replace("/", "_")
    return f"https://urldefense.proofpoint.com/v2/url?u={inner}&d=DwMFaQ&c=euGZstcaTDllvimEN8b7jXrwqOf-v5A&r=1&e="


@pytest.mark.parametrize(
    "text",
    [
        LINK,
        f"{LINK}.",
        f"<{LINK}>,",
        f"({LINK})",
        f"« {LINK} »",
        LINK.replace("letters.riverbend", "LETTERS.RIVERBEND"),
        LINK.replace("https", "HTTPS"),
        LINK.replace("#", "%23"),
        LINK.replace(".", "%2E"),
        f"https://nam02.safelinks.protection.outlook.com/?url={ESCAPED}&data=05%7C02%7C&sdata=9f%3D&reserved=0",
        f"https://nam02.safelinks.protection.outlook.com/?url={quote(ESCAPED)}&amp;data=05%7C02&amp;reserved=0",
        defended(LINK),
        f"https://urldefense.com/v3/__https://letters.riverbend.example/o*{TOKEN}__;Iw!!Ab1-_c!Xyz$",
        f"https://urldefense.proofpoint.com/v1/url?u={ESCAPED}&k=fDZ%3D",
        f"https://link.example.com/redirect?to={ESCAPED}",
        f"{LINK[:50]}\r\n{LINK[50:]}",
        f"{LINK[:50]}\r\n> {LINK[50:80]}\r\n> {LINK[80:]}",
        f"{LINK[:60]}=\r\n{LINK[60:]}",
        f"{LINK[:60]} {LINK[60:]}",
        f"For Ana {LINK}or go to letters.riverbend.example/o and type this code:{CODE}You can open it until Friday",
        TOKEN,
        f"#{TOKEN}",
        f"%23{TOKEN}",
        f"  {TOKEN[:30]}\n{TOKEN[30:]} ",
        f"{TOKEN}&fbclid=1",
    ],
)
def test_a_link_is_found_in_what_a_mail_program_made_of_it(text: str) -> None:
    assert tokens.row_in(RING, "link-token", text) == ROW


@pytest.mark.parametrize(
    "text",
    [
        f"or go to letters.riverbend.example/o and type this code: {CODE}",
        f"code:{CODE}You can open it until Friday",
        f"escriba este código:\u2066{CODE}\u2069",
        f"https://protect-us.mimecast.com/s/AbCdEfGhIj?domain=letters.riverbend.example — {CODE.lower()}",
        CODE.replace("-", "\u2011"),
        f"{CODE.replace('-', '–')}.",
    ],
)
def test_a_code_is_found_in_a_pasted_message(text: str) -> None:
    assert tokens.row_in(RING, "link-token", text) is None
    assert tokens.code_lookups_in(RING, text) == (tokens.code_lookup(RING, CODE, "k001"),)


def test_a_forged_link_before_the_real_one_does_not_hide_it() -> None:
    forged = TOKEN[:-1] + ("A" if TOKEN[-1] != "A" else "E")
    assert tokens.row_in(RING, "link-token", f"https://evil.example/#{forged} {LINK}") == ROW


@given(st.text(max_size=400))
def test_nothing_is_found_in_other_text_and_nothing_raises(text: str) -> None:
    assert tokens.row_in(RING, "link-token", text) is None
    codes_in(text)


@pytest.mark.parametrize(
    "piece", ["%25", "#a\n>", "#" + "a" * 60, "&amp;amp;", "abcd-efgh-jkmn ", "urldefense.com/v2/url?u="]
)
def test_a_long_text_finds_a_few_candidates_at_the_most(piece: str) -> None:
    assert len(tokens_in(piece * 20_000)) <= 6
    assert len(codes_in(piece * 20_000)) <= 6
