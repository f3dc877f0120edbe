"""Every hit says by which rule it was found, by which cues it is so sure, and by which veto it does not count."""

from collections import defaultdict
from itertools import islice

import pytest

from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.trace import Trace
from portal.guard.evidence.view_ids import View
from portal.guard.evidence.weigh import STRENGTHS
from portal.guard.explaining import Explained, explain, in_plain
from portal.guard.roster.index import Roster
from portal.guard.rules import Blocked, judge
from portal.reading.reader import Part, Reading
from tests.goldens import kept
from tests.rules.guarded import ROSTER, child


def told(text: str, allowed: frozenset[str] = frozenset(), *, by_ocr: bool = False) -> Explained:
    return explain(Reading("txt", (Part("page 1", text, by_ocr=by_ocr),)), ROSTER, allowed)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Ana Rivera is absent.", Rule.NAME_FULL),
        ("Linda García is absent.", Rule.NAME_PARTIAL),
        ("Ana and Ana Sofia Rivera", Rule.NAME_FULL),
        ("carmen.rivera@home.test", Rule.EMAIL_EXACT),
        ("704 555 0134", Rule.PHONE_EXACT),
        ("Student ID: 100231", Rule.NUMBER_LABELLED),
        ("Ana, born 25 August 2014", Rule.BIRTH_BESIDE),
    ],
)
def test_a_finding_says_which_rule_made_it(text: str, rule: Rule):
    verdict = judge([Part("page 1", text)], ROSTER)
    assert isinstance(verdict, Blocked)
    assert rule in {rule for finding in verdict.findings for rule in finding.rules}


def test_a_hit_says_why_it_is_weak_and_why_it_does_not_count():
    (hit,) = told("We play at Grace Park.").hits
    assert (hit.stretch.text, hit.stretch.line, hit.stretch.view) == ("Grace Park", 1, View.PLAIN)
    assert hit.people == ("child Grace Park (grace park)",)
    assert (hit.rule, hit.strength, hit.veto) == (Rule.NAME_FULL, "weak", Rule.VETO_ALONE)
    assert hit.cues == ((Rule.CUE_ORDINARY, -2),)


def test_a_weak_hit_that_counts_says_which_cue_made_it_count():
    hits = told("We met Grace Park. Call 704-555-0177.").hits
    (name,) = [hit for hit in hits if hit.kind == "child-name"]
    assert (name.strength, name.veto) == ("sure", None)
    assert name.cues == ((Rule.CUE_ORDINARY, -2), (Rule.CUE_FAMILY, 2))


def test_what_is_dropped_says_by_which_veto():
    (dropped,) = told("Emily Marsh, Grace Park").dropped
    assert dropped.veto == Rule.VETO_TORN
    allowed = told("Ana Rivera reads well.", frozenset({"ana"}))
    assert [hit.veto for hit in allowed.hits] == [Rule.VETO_ALLOWED]


def test_a_name_within_the_longer_name_of_a_reader_says_so():
    roster = Roster.of([child("short", "Ana", "Rivera", "100501"), child("long", "Ana Rivera", "Soto", "100502")])
    reading = Reading("txt", (Part("page 1", "Ana Rivera reads well. Ana Rivera Soto"),))
    vetoes = {hit.people: hit.veto for hit in explain(reading, roster, frozenset({"long"})).hits}
    assert vetoes["child Ana Rivera (short)",] == Rule.VETO_ALLOWED_PART
    assert vetoes["child Ana Rivera Soto (long)",] == Rule.VETO_ALLOWED


def test_the_view_is_told_in_which_a_name_was_found():
    assert View.MENDED in {hit.stretch.view for hit in told("Ana Ri-\nvera").hits}
    assert [hit.stretch.view for hit in told("LetterForAnaRivera").hits] == [View.CAMEL_CASE]


def test_an_explanation_is_plain_values():
    plain = in_plain(told("Ana Rivera is absent."))
    assert plain["verdict"] == "blocked"
    assert plain["rules"] == {"page 1: child-name": ["name.full"]}
    (hit,) = plain["hits"]
    assert hit.pop("people") == ["child Ana Rivera (ana)", "child Ana Sofia Rivera (ana sofia)"]
    assert hit == {
        "where": "page 1",
        "view": "plain",
        "text": "Ana Rivera",
        "line": 1,
        "kind": "child-name",
        "rule": "name.full",
        "cues": [],
        "strength": "sure",
        "counts": True,
        "veto": None,
    }


def test_a_strength_is_that_of_the_rule_and_its_cues():
    rosters, bases = kept.rosters(), defaultdict[Rule, set[int]](set)
    for case in islice(kept.cases(), 0, None, 25):
        trace = Trace()
        case.asked(rosters, trace)
        for sign in [*(sign for _, sign in trace.hits), *trace.kept.values()]:
            bases[sign.rule].add(STRENGTHS.index(sign.strength) - sum(cue.weight for cue in sign.cues))
    assert {rule: found for rule, found in bases.items() if len(found) > 1} == {}


def test_a_verdict_is_the_same_with_a_trace_and_without():
    text = "Ana Rivera, Grace Park and Owen Harper\n704 555 0134"
    explained = told(text).verdict
    assert explained == judge([Part("page 1", text)], ROSTER)
    assert isinstance(explained, Blocked)
    assert all(finding.rules for finding in explained.findings)
