"""The table of all detectors. A new one is a function with a declaration in a module of its own, and a line here."""

from typing import Final

from portal.guard.evidence.hits import Hit, Sign
from portal.guard.mentions.detector import Detector
from portal.guard.mentions.identifiers.birth_dates import births_in
from portal.guard.mentions.identifiers.logins import names_in_logins
from portal.guard.mentions.identifiers.mail_addresses import addresses_of_roster
from portal.guard.mentions.identifiers.phones import phones_of_roster
from portal.guard.mentions.identifiers.student_ids import student_ids, student_ids_at_once
from portal.guard.mentions.layout.form_fields import names_in_fields
from portal.guard.mentions.layout.households import names_in_households
from portal.guard.mentions.layout.parallel_lists import names_in_parallel
from portal.guard.mentions.layout.stacked_rows import names_in_stacks
from portal.guard.mentions.layout.under_headings import names_stacked, names_under_heads
from portal.guard.mentions.names.addressed import names_in_letters
from portal.guard.mentions.names.ailing import names_before_ailments
from portal.guard.mentions.names.at_once import names_in_lines
from portal.guard.mentions.names.initials import names_with_initials
from portal.guard.mentions.names.joined_words import names_in_one_word, names_in_pieces
from portal.guard.mentions.names.plurals import names_in_plurals
from portal.guard.mentions.names.shortened import names_before_whole_families, names_shortened
from portal.guard.mentions.names.two_words import names_of_two_words
from portal.guard.mentions.scripts.mandarin import names_in_mandarin
from portal.guard.mentions.scripts.transliterated import names_across_arabic, names_in_hangul
from portal.guard.mentions.scripts.unspaced import names_unspaced

NAMES: Final[tuple[Detector[Hit], ...]] = (
    names_of_two_words,
    names_in_parallel,
    names_in_stacks,
    names_in_fields,
    names_stacked,
    names_under_heads,
    names_in_letters,
    names_in_pieces,
    names_with_initials,
    names_before_ailments,
    names_in_plurals,
    names_in_households,
    names_shortened,
    names_before_whole_families,
    names_in_logins,
    names_in_one_word,
    names_unspaced,
    names_in_mandarin,
    names_in_hangul,
    names_across_arabic,
)
"""All detectors of names. Of two that are equally sure of the same words, what the first says counts."""
IDENTIFIERS: Final[tuple[Detector[Sign], ...]] = (
    addresses_of_roster,
    phones_of_roster,
    student_ids,
    births_in,
)
"""All detectors of what is no name."""
IDENTIFIERS_AT_ONCE: Final[tuple[Detector[Sign], ...]] = (
    addresses_of_roster,
    births_in,
    phones_of_roster,
    student_ids_at_once,
)
NAMES_AT_ONCE: Final[tuple[Detector[Hit], ...]] = (names_in_lines,)
"""What is asked of a list once a crowd is met."""
