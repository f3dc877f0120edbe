"""Words that are no names but show where names or numbers may stand: labels, salutations, months, single letters."""

from typing import Final

from portal.guard.dates import MONTHS
from portal.guard.figure_words import FIGURES
from portal.guard.numbers import LABELS as NUMBER_LABELS
from portal.guard.sentences import PARENTS, SALUTATIONS
from portal.guard.servants import SERVANTS
from portal.guard.words import words_of

LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
OPENINGS: Final = SALUTATIONS | {"geehrte", "geehrter", "bonjour", "hola", "hello", "hi"}
"""Words that a letter begins with."""
GIVEN_LABELS: Final = frozenset(
    words_of("""
    chosen first firstname fn fname forename given givenname imie imya nombre nombres nome preferred prenom prenoms
    rufname ten vorname vornamen 名 名字 이름 الاسم
    """)
)
FAMILY_LABELS: Final = frozenset(
    words_of("""
    apelido apellido apellidos cognome familienname familiennamen familiya family familyname ho last lastname ln lname
    nachname nachnamen nazwisko nom sobrenome surname zuname 姓 姓氏 성 العائلة اللقب
    """)
)
CHILD_LABELS: Final = frozenset(
    words_of("child children dzieci enfant enfants filhos hijos kid kids kind kinder ninos siblings")
)
"""What stands before a colon and the names of a family's children, in the line that the family begins."""
CLUES: Final = frozenset().union(
    LETTERS, OPENINGS, GIVEN_LABELS, FAMILY_LABELS, CHILD_LABELS, MONTHS, NUMBER_LABELS, FIGURES, PARENTS, SERVANTS
)
"""Every word that `Passage.present` is asked for besides those of the roster: in a long text it has no others."""
