"""Names between letters that nobody sees, or in letters that look like others."""

import pytest

from tests.rules.guarded import each, named


@pytest.mark.parametrize(
    "unseen",
    [
        "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e", "\u200b", "\u200d", "\u202c",
        "\u2060", "\u2065", "\u2069", "\u3164", "\ufe0f", "\ufeff", "\uffa0", "\ufff4", "\U0001bca0", "\U0001d173",
        "\U000e0001", "\U000e0041", "\U000e0080", "\U000e0100", "\U000e0fff",
    ],
    ids=lambda letter: f"{ord(letter):X}",
)  # fmt: skip
def test_a_letter_that_shows_nothing_does_not_hide_a_name(unseen: str):
    assert named(f"See Oli{unseen}ver Whit{unseen}com{unseen}be.") == {"oliver"}
    assert named(f"See Oliver{unseen}Whitcombe.") == {"oliver"}
    assert named(f"See Oliver {unseen} Whitcombe.") == {"oliver"}


@each(
    "Оliver Whitcоmbe", "ОⅼіѵеrWhitcombe", "Oliνer Whitcomɓe", "ᴏʟɪᴠᴇʀ ᴡʜɪᴛᴄᴏᴍʙᴇ", "Oⱡiver Whitcombe",
    "Øliver Whiŧcombe",
)  # fmt: skip
def test_letters_that_look_like_others_do_not_hide_a_name(text: str):
    assert named(f"See {text}.") == {"oliver"}


@each(
    "Հայաստան և հայերեն լեզու", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", "Akɔsua",
)  # fmt: skip
def test_other_words_in_such_letters_name_nobody(text: str):
    assert named(f"See {text}.") == frozenset()
