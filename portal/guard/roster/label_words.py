"""Words that are no names but show where names or numbers may stand: labels, salutations, months, single letters."""

from typing import Final

from portal.guard.roster.student_numbers import LABELS as NUMBER_LABELS
from portal.guard.spellings.abd_names import SERVANTS
from portal.guard.text.dates import MONTHS
from portal.guard.text.vocabulary import listed
from portal.guard.views.token_windows import PARENTS, SALUTATIONS

LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
OPENINGS: Final = SALUTATIONS | listed("openings")
"""Words that a letter begins with."""
GIVEN_LABELS: Final = listed("given-name-labels")
FAMILY_LABELS: Final = listed("family-name-labels")
CHILD_LABELS: Final = listed("child-labels")
"""What stands before a colon and the names of a family's children, in the line that the family begins."""
CLUES: Final = frozenset().union(
    LETTERS, OPENINGS, GIVEN_LABELS, FAMILY_LABELS, CHILD_LABELS, MONTHS, NUMBER_LABELS, PARENTS, SERVANTS
)
"""Every word that `Passage.present` is asked for besides those of the roster: in a long text it has no others."""
