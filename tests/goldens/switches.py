"""Views and detectors that `make ablate VIEWS=…` switches off: which function makes each, and what it says when off."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, NamedTuple

from portal.guard.mentions import signs
from portal.guard.mentions.identifiers import mail_addresses
from portal.guard.mentions.layout.form_fields import names_in_fields
from portal.guard.mentions.layout.households import names_in_households
from portal.guard.mentions.layout.parallel_lists import names_in_parallel
from portal.guard.mentions.layout.stacked_rows import names_in_stacks
from portal.guard.mentions.names.addressed import names_in_letters
from portal.guard.mentions.names.initials import names_with_initials
from portal.guard.mentions.names.joined_words import names_in_one_word, names_in_pieces
from portal.guard.mentions.names.plurals import names_in_plurals
from portal.guard.mentions.names.shortened import names_before_whole_families, names_shortened
from portal.guard.mentions.scripts.mandarin import names_in_mandarin
from portal.guard.mentions.scripts.transliterated import names_across_arabic, names_in_hangul
from portal.guard.mentions.scripts.unspaced import names_unspaced
from portal.guard.roster import contacts
from portal.guard.spellings.lost_letters import LostLetters
from portal.guard.views import key_values, passages


def _nothing(*_: object, **__: object) -> tuple[()]:
    return ()


def _no_text(*_: object, **__: object) -> str:
    return ""


def _none(*_: object, **__: object) -> None:
    return None


def _as_it_is(text: str) -> str:
    return text


def _plain_alone(folded: str) -> frozenset[str]:
    return frozenset(contacts.plain_addresses(folded))


class Switch(NamedTuple):
    """A function by the name that its caller knows it by, and what is asked in its place."""

    owner: Any
    name: str
    off: Callable[..., Any] = _nothing

    @contextmanager
    def turned(self, to: Callable[..., Any]) -> Iterator[None]:
        """Have another function asked in its place for a while."""
        before = getattr(self.owner, self.name)
        setattr(self.owner, self.name, to)
        try:
            yield
        finally:
            setattr(self.owner, self.name, before)


SWITCHES: Final = {
    "mended": Switch(passages, "_mended"),
    "unescaped": Switch(passages, "unescaped", _as_it_is),
    "backslashes": Switch(passages, "unescaped_backslashes", _as_it_is),
    "opened": Switch(passages, "opened", _as_it_is),
    "rows.keys": Switch(passages, "key_value_rows", _no_text),
    "rows.fields": Switch(key_values, "_fields"),
    "rows.comma": Switch(passages, "comma_rows", _no_text),
    "camel-case": Switch(passages, "parted", _no_text),
    "no-figures": Switch(passages, "without_figures", _no_text),
    "confusables": Switch(passages, "by_looks", _none),
    "kana": Switch(passages, "kana_in_latin", _no_text),
    "scripts-apart": Switch(passages, "_scripts_apart", _as_it_is),
    "abd-names": Switch(signs, "abd_names_in_one_word"),
    "lost-letters": Switch(LostLetters, "restored"),
    "particles": Switch(signs, "without_particles"),
    "ocr": Switch(signs, "ocr_corrected"),
    "ocr-clipped": Switch(signs, "clipped_words_completed"),
    "unquoted": Switch(signs, "unquoted", _as_it_is),
    "page-break": Switch(signs, "over_the_page_break"),
    "addresses.hidden": Switch(contacts, "_addresses_near", _plain_alone),
    "addresses.wrapped": Switch(mail_addresses, "_wrapped_addresses_in", lambda *_: set()),
    "parallel-lists": Switch(names_in_parallel, "detect"),
    "stacked-rows": Switch(names_in_stacks, "detect"),
    "form-fields": Switch(names_in_fields, "detect"),
    "addressed": Switch(names_in_letters, "detect"),
    "broken-words": Switch(names_in_pieces, "detect"),
    "initials": Switch(names_with_initials, "detect"),
    "plurals": Switch(names_in_plurals, "detect"),
    "households": Switch(names_in_households, "detect"),
    "shortened": Switch(names_shortened, "detect"),
    "whole-families": Switch(names_before_whole_families, "detect"),
    "joined-words": Switch(names_in_one_word, "detect"),
    "unspaced": Switch(names_unspaced, "detect"),
    "mandarin": Switch(names_in_mandarin, "detect"),
    "hangul": Switch(names_in_hangul, "detect"),
    "arabic": Switch(names_across_arabic, "detect"),
}
"""By an id: that of the view with what of it is meant, or of the detector."""


class Watch:
    """Tells which of some switches would make a difference while a case is asked, and how long their functions take."""

    def __init__(self, asked: Collection[str]) -> None:
        self._asked = asked
        self.spent: dict[str, float] = defaultdict(float)
        self.moved = set[str]()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Stand between the functions and their callers for a while."""
        self.moved.clear()
        with ExitStack() as stack:
            for key in self._asked:
                stack.enter_context(SWITCHES[key].turned(self._watched(key, SWITCHES[key])))
            yield

    def _watched(self, key: str, switch: Switch) -> Callable[..., Any]:
        asked = getattr(switch.owner, switch.name)

        def watched(*given: object, **more: object) -> object:
            since = time.thread_time()
            said = asked(*given, **more)
            said = list(said) if isinstance(said, Iterator) else said
            self.spent[key] += time.thread_time() - since
            off = switch.off(*given, **more)
            if said != off and (said or off):
                self.moved.add(key)
            return said

        return watched
