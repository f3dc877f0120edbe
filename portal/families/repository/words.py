"""The words that children and guardians are found by: folded, one a row, in an index that a prefix is a range of.

Both databases keep them by code point, so that one range of one index answers whatever is typed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Select, and_, delete, func, intersect, or_, select, union_all
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from portal.families.tables import Child, Guardian, Guardianship, PersonWord
from portal.kernel.db import change, found_first, insert_rows
from portal.kernel.folding import HIGHEST, address_words, words_in

_MOST = 300
_FEWEST_LETTERS = 3
_IDEOGRAPHS = 0x2E80


def of_child(*, student_number: str, given_name: str, family_name: str) -> set[str]:
    """Return the words that a child is found by."""
    return {*words_in(f"{given_name} {family_name}"), *words_in(student_number)}


def of_guardian(*, given_name: str, family_name: str, address_key: str | None) -> set[str]:
    """Return the words that a guardian is found by."""
    return {*words_in(f"{given_name} {family_name}"), *address_words(address_key or "")}


def bearers(word: str) -> ColumnElement[bool]:
    """Return the condition for the words that begin like this one; one or two letters have to be all of a word.

    So a search finds Ng and Li, and none reads a tenth of all words. Signs that are words by themselves may begin one.
    """
    if len(word) < _FEWEST_LETTERS and ord(word[0]) < _IDEOGRAPHS:
        return col(PersonWord.word) == word
    return and_(col(PersonWord.word) >= word, col(PersonWord.word) < word + HIGHEST)


def counted(session: Session, words: Sequence[str], *, at_most: int) -> dict[str, int]:
    """Return how many bear each word, the rarest first; `at_most` + 1 stands for all that is more."""
    counts: dict[str, int] = {}
    for word in words:
        some = select(col(PersonWord.person_id)).where(bearers(word)).limit(at_most + 1).subquery()
        counts[word] = session.execute(select(func.count()).select_from(some)).scalar_one()
    return dict(sorted(counts.items(), key=lambda one: one[1]))


def children_by(session: Session, counts: Mapping[str, int]) -> ColumnElement[bool]:
    """Return the condition that a child and its guardians together bear all these words, each with how many bear it.

    Who bears the rarest is found once, by way of the word. Words that many more bear are looked up child by child.
    """
    rarest = min(counts.values())
    sets = [_bearing(session, word) for word, count in counts.items() if count <= 2 * rarest]
    children = found_first(session, col(Child.id), sets[0] if len(sets) == 1 else intersect(*sets))
    return and_(children, *bear_all(col(Child.id), (word for word, count in counts.items() if count > 2 * rarest)))


def bear_all(child_id: ColumnElement[str] | Mapped[str], words: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """Give the conditions that a child in a query or one of its guardians bears each word, looked up child by child."""
    for word in words:
        own = _looked_up(select(col(PersonWord.word)).where(col(PersonWord.person_id) == child_id, bearers(word)))
        adult = select(col(PersonWord.word)).where(col(PersonWord.person_id) == col(Guardianship.guardian_id))
        theirs = select(col(Guardianship.child_id)).where(
            col(Guardianship.child_id) == child_id, _looked_up(adult.where(bearers(word)))
        )
        yield or_(own, _looked_up(theirs))


def children_among(session: Session, children: Select[str], words: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a child is among some, and that it or one of its guardians bears each word.

    For words that very many bear. PostgreSQL reads in one go who bears a word, and keeps those who are still left;
    SQLite, which has no joins by hash, is quicker at looking up each child.
    """
    if session.get_bind().dialect.name != "postgresql":
        return and_(found_first(session, col(Child.id), children), *bear_all(col(Child.id), words))
    for word in words:
        left = children.cte()
        bearing = select(col(PersonWord.person_id)).where(bearers(word))
        of_guardians = select(col(Guardianship.child_id)).where(
            col(Guardianship.child_id).in_(select(left.c[0])), col(Guardianship.guardian_id).in_(bearing)
        )
        own = select(left.c[0]).where(left.c[0].in_(bearing))
        children = select(union_all(own, of_guardians).subquery().c[0])
    return found_first(session, col(Child.id), children)


def _looked_up(query: Select[str]) -> ColumnElement[bool]:
    """Keep PostgreSQL, by an offset, from making a join of it: it then gathered all bearers before the first row."""
    return query.offset(0).exists()


def _bearing(session: Session, word: str) -> Select[str]:
    own = select(col(PersonWord.person_id)).where(bearers(word))
    of_guardians = select(col(Guardianship.child_id)).where(found_first(session, col(Guardianship.guardian_id), own))
    return select(union_all(own, of_guardians).subquery().c[0])


def found(session: Session, word: str) -> list[str]:
    """Return the first three hundred children and guardians who bear a word."""
    query = select(col(PersonWord.person_id)).where(bearers(word)).order_by(col(PersonWord.word)).limit(_MOST)
    return list(dict.fromkeys(session.execute(query).scalars()))


def index(session: Session, person_ids: Sequence[str]) -> None:
    """Work out anew the words of children and guardians; who is not there any more is found by none."""
    forget(session, person_ids)
    insert_rows(session, PersonWord, _rows(session, person_ids))


def forget(session: Session, person_ids: Sequence[str]) -> None:
    """Let nobody be found by the words of these children and guardians, as when one of them is erased."""
    for start in range(0, len(person_ids), 500):
        some = col(PersonWord.person_id).in_(person_ids[start : start + 500])
        change(session, delete(PersonWord).where(some))


def _rows(session: Session, person_ids: Sequence[str]) -> Iterator[dict[str, str]]:
    for start in range(0, len(person_ids), 500):
        some = person_ids[start : start + 500]
        children = select(col(Child.id), col(Child.student_number), col(Child.given_name), col(Child.family_name))
        for person_id, number, given, family in session.execute(children.where(col(Child.id).in_(some))):
            words = of_child(student_number=number, given_name=given, family_name=family)
            yield from rows_of(person_id, words)
        guardians = select(
            col(Guardian.id), col(Guardian.given_name), col(Guardian.family_name), col(Guardian.address_key)
        )
        for person_id, given, family, key in session.execute(guardians.where(col(Guardian.id).in_(some))):
            yield from rows_of(person_id, of_guardian(given_name=given, family_name=family, address_key=key))


def rows_of(person_id: str, words: Iterable[str]) -> list[dict[str, str]]:
    """Return the rows of somebody's words."""
    return [{"word": word, "person_id": person_id} for word in sorted(words)]


def link_bears(session: Session, word: str, guardian_id: Mapped[str], child_id: Mapped[str]) -> ColumnElement[bool]:
    """Return the condition that a guardian or a child in a query bears a word; of three hundred people at the most."""
    people = found(session, word)
    return or_(guardian_id.in_(people), child_id.in_(people))
