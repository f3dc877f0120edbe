"""Whether a given name and a family name that stand near each other are one person's full name."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from portal.guard.cues.namesakes import excuse_for
from portal.guard.cues.pair_judging import cues_of_pair, judge_pair
from portal.guard.cues.pairs import pair_of
from portal.guard.evidence.hits import Excuse, Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.weigh import Weighed, is_sure, weigh
from portal.guard.roster.index import Roster
from portal.guard.spellings.names import Name
from portal.guard.text.nicknames import nicknames_of
from portal.guard.views.token_windows import Sentence


def check(sentence: Sentence, roster: Roster, given: int, family: int, whole: Hit | None = None) -> list[Hit]:
    """Return what is found if the words at `given` and `family`, and none nearer, are a name of the roster.

    Names of which no other word stands near are all alike here, so only one of them is looked at; and none where those
    words lie within a `whole` name, of which these would be a part.
    """
    words = sentence.words
    found: list[Hit] = []
    low, high = (given, family) if given < family else (family, given)
    alike = roster.alike(words[given], words[family])
    special: Collection[int] = ()
    if alike.by_word:
        around = {*words[max(low - 4, 0) : high + 5]}
        special = {at for word in alike.by_word.keys() & around for at in alike.by_word[word]}
    if special:
        sought = [
            at
            for at in sorted(special)  # in one order, so that a count does not hang on a set's
            if words[given] in roster.names[at].given.firsts or around.isdisjoint(roster.names[at].given.firsts)
        ]
        for hit in _each(sentence, roster, sought, around, given=given, family=family):
            found.append(hit)
            whole = hit if hit.exact and hit.is_sure else whole
    if whole is not None and _is_within(sentence, low, high, whole):
        return found
    for _, exact, others in alike.groups if high - low > 1 else alike.beside:
        left, rest = (_without(special, exact), _without(special, others)) if special else (exact, others)
        if left or rest:
            alone = _check(sentence, roster, left, rest, given=given, family=family)
            found += [alone] if alone is not None else []
    return found


def _each(
    sentence: Sentence, roster: Roster, names: list[int], around: set[str], *, given: int, family: int
) -> Iterator[Hit]:
    """Look at each of these names; of those that have the same words near, as a double name has, at one for all.

    Names that follow each other and are found to be the same are one hit.
    """
    if len(names) < 2:
        hits = [_check(sentence, roster, (at,), (), given=given, family=family) for at in names]
        return (hit for hit in hits if hit is not None)
    words, looked = sentence.words, dict[object, _Looked | Rule]()
    has_initial = any(len(word) == 1 for word in words[min(given, family) + 1 : max(given, family)])
    found: list[tuple[_Looked, list[int], list[int]]] = []
    for at in names:
        name = roster.names[at]
        key = at if has_initial else _nearby(name, words[given], around)
        if key not in looked:
            looked[key] = _look(sentence, roster, name, given, family)
        seen = looked[key]
        if isinstance(seen, Rule):
            if sentence.trace is not None:
                sentence.drop((given, family), (at,), seen)
            continue
        if not found or found[-1][0] is not seen:
            found.append((seen, [], []))
        _, exact, others = found[-1]
        (exact if not seen.is_longer and name.is_whole(seen.own) else others).append(at)
    return (seen.hit(tuple(exact), tuple(others)) for seen, exact, others in found)


def _nearby(name: Name, given: str, around: set[str]) -> tuple[object, ...]:
    """Return what of a name bears on what stands around two words of it."""
    first, last = name.given, name.family
    near = [tuple([word for word in own if word in around]) for own in (first.own, last.own, first.others)]
    firsts = near[0] if first.firsts is first.own else tuple([word for word in first.firsts if word in around])
    return *near, firsts, bool(first.others), last.needed, given in nicknames_of(first.words)


def _is_within(sentence: Sentence, low: int, high: int, whole: Hit) -> bool:
    """Whether all words from one to another belong to a hit, and more than a given and a family name do."""
    return len(whole.at) > 2 and whole.at.issuperset(sentence.starts[low : high + 1])


def _without(special: Collection[int], names: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([at for at in names if at not in special])


class _Looked(NamedTuple):
    """What two words are found to be if they are a name: all of a hit but whose, and the words that are its own."""

    at: frozenset[int]
    own: frozenset[str]
    rule: Rule
    weighed: Weighed
    excuse: Excuse
    is_longer: bool

    def hit(self, exact: tuple[int, ...], others: tuple[int, ...]) -> Hit:
        """Return the hit, of these names."""
        rule = Rule.NAME_PARTIAL if self.rule is Rule.NAME_FULL and not exact else self.rule
        return Hit(self.at, exact, others, rule, *self.weighed, self.excuse, self.is_longer)


def _check(
    sentence: Sentence, roster: Roster, exact: tuple[int, ...], others: tuple[int, ...], *, given: int, family: int
) -> Hit | None:
    """Look at one of these names for all; with no word near but the two, the `exact` ones are written in full."""
    names = exact + others
    name = roster.names[names[0]]
    looked = _look(sentence, roster, name, given, family)
    if isinstance(looked, Rule):
        if sentence.trace is not None:
            sentence.drop((given, family), names, looked)
        return None
    if looked.is_longer:
        return looked.hit((), names)
    if len(names) == 1:
        return looked.hit(names, ()) if name.is_whole(looked.own) else looked.hit((), names)
    return looked.hit(exact, others)


def _look(sentence: Sentence, roster: Roster, name: Name, given: int, family: int) -> _Looked | Rule:
    """Look whether two words are this name; return the veto if they are not."""
    pair = pair_of(sentence, roster, name, given, family)
    if isinstance(pair, Rule):
        return pair
    judged = judge_pair(pair)
    if isinstance(judged, Rule):
        return judged
    rule, cues, middle = judged
    own = pair.own()
    words = tuple([sentence.words[place] for place in own])
    weighed = weigh(rule, *cues)
    if is_sure(weighed.strength):
        weighed = weigh(rule, *cues_of_pair(pair, words))
    places = frozenset([sentence.starts[place] for place in (*own, *middle)])
    return _Looked(places, frozenset(words), rule, weighed, excuse_for(pair, {*own, *middle}), bool(middle))
