"""The words that children and guardians are found by: folded, one a row, in an index that a prefix is a range of.

Both databases keep them by code point, so that one range of one index answers whatever is typed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Table, Update, and_, delete, func, literal, or_, select, union_all, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from portal.families.repository.incoming import CHILD, GUARDIANSHIP, PERSON_WORD
from portal.families.tables import Child, Guardian, Guardianship, PersonWord
from portal.kernel.storage.db import change, found_first, insert_rows
from portal.kernel.text.folding import HIGHEST, address_words, words_in

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
    if _is_whole(word):
        return col(PersonWord.word) == word
    return and_(col(PersonWord.word) >= word, col(PersonWord.word) < word + HIGHEST)


def _is_whole(word: str) -> bool:
    return len(word) < _FEWEST_LETTERS and ord(word[0]) < _IDEOGRAPHS


def rarest(session: Session, words: Sequence[str], *, at_most: int) -> str | None:
    """Return the word that fewest bear, or none if each of them is borne by more than so many."""
    found = None
    for word in words:
        some = select(col(PersonWord.person_id)).where(bearers(word)).limit(at_most + 1).subquery()
        count: int = session.execute(select(func.count()).select_from(some)).scalar_one()
        if count <= at_most:
            found, at_most = word, count - 1
    return found


def child_bears(session: Session, word: str) -> ColumnElement[bool]:
    """Return the condition that a child in a query or one of its guardians bears a word, by a look at its row alone."""
    place = func.strpos if session.get_bind().dialect.name == "postgresql" else func.instr
    return place(col(Child.found_by), f" {word} " if _is_whole(word) else f" {word}") > 0


def children_by(session: Session, word: str) -> ColumnElement[bool]:
    """Return the condition that a child is one of those found by way of a word that few bear."""
    own = select(col(PersonWord.person_id)).where(bearers(word))
    of_guardians = select(col(Guardianship.child_id)).where(found_first(session, col(Guardianship.guardian_id), own))
    return found_first(session, col(Child.id), union_all(own, of_guardians))


def found(session: Session, word: str) -> list[str]:
    """Return the first three hundred children and guardians who bear a word."""
    query = select(col(PersonWord.person_id)).where(bearers(word)).order_by(col(PersonWord.word)).limit(_MOST)
    return list(dict.fromkeys(session.execute(query).scalars()))


def index(session: Session, person_ids: Sequence[str]) -> None:
    """Work out anew the words of children and guardians; who is not there any more is found by none."""
    _renew(session, person_ids, _rows(session, person_ids))


def forget(session: Session, person_ids: Sequence[str]) -> None:
    """Let nobody be found by the words of these children and guardians, as when one of them is erased."""
    _renew(session, person_ids, ())


def _renew(session: Session, person_ids: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    parts = [person_ids[start : start + 500] for start in range(0, len(person_ids), 500)]
    for some in parts:
        change(session, delete(PersonWord).where(col(PersonWord.person_id).in_(some)))
    insert_rows(session, PersonWord, rows)
    for some in parts:
        theirs = select(col(Guardianship.child_id)).where(col(Guardianship.guardian_id).in_(some))
        touched = [*some, *session.execute(theirs).scalars()]
        change(session, copied().where(CHILD.c.id.in_(touched)))


def copied(child: Table = CHILD, word: Table = PERSON_WORD, tie: Table = GUARDIANSHIP) -> Update:
    """Return the statement that copies to children, all or some, the words of each and of its guardians.

    It is due after each change of words, and of who is a guardian; one whose guardianship is over counts as well.
    Whoever calls holds the roster still: of two who change one child, the later one would not see what the other wrote.
    """
    joined = func.aggregate_strings(word.c.word, " ")
    own = select(joined).where(word.c.person_id == child.c.id)
    theirs = select(joined).join(tie, tie.c.guardian_id == word.c.person_id).where(tie.c.child_id == child.c.id)
    first, second = (func.coalesce(one.correlate(child).scalar_subquery(), "") for one in (own, theirs))
    return update(child).values(found_by=literal(" ").concat(first).concat(" ").concat(second).concat(" "))


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


def hundreds_bear(session: Session, word: str) -> bool:
    """Tell whether a word has more bearers than `link_bears` looks at."""
    return rarest(session, [word], at_most=_MOST) is None


def link_bears(session: Session, word: str, guardian_id: Mapped[str], child_id: Mapped[str]) -> ColumnElement[bool]:
    """Return the condition that a guardian or a child in a query bears a word; of three hundred people at the most."""
    people = found(session, word)
    return or_(guardian_id.in_(people), child_id.in_(people))
