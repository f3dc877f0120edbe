"""Whether a person of the roster is named by some of the words near each other."""

from portal.guard.roster.index import Roster
from portal.guard.text.folding import unspaced_of
from portal.guard.text.ordinary_words import is_word


def is_named(roster: Roster, person: int, words: set[str]) -> bool:
    """Whether a person is named among these words: by one that is no ordinary word, both, or all of a double one."""
    name = roster.name_of(person)
    if name is None:
        return False
    given = [word for word in name.given.firsts if word in words]
    family = [word for word in name.family.firsts if word in words]
    if (given and family) or not all(map(is_word, given + family)):
        return True
    whole, of = name.given.words, roster.people[person]
    return (len(whole) > 1 and words.issuperset(whole)) or not words.isdisjoint(
        unspaced_of(of.given_name, of.family_name)
    )
