"""Each rule of the guard has examples it says yes and no to, in two languages, and they are as it says."""

import pytest

from portal.guard.evidence.rule_ids import Rule
from tests.rules.rule_examples import ANY, Example, Examples, asked, every_rule

LANGUAGES = 2
"""In how many languages a rule has examples."""
EVERY = every_rule()


def called(example: Example) -> str:
    return f"{example.rule}-{'yes' if example.is_yes else 'no'}-{example.language}-{example.text[:24]!r}"


def test_every_rule_has_examples() -> None:
    assert {*Rule} - EVERY.keys() == set()


@pytest.mark.parametrize("rule", EVERY.values(), ids=lambda some: str(some.rule))
def test_a_rule_has_a_yes_and_a_no_in_two_languages(rule: Examples) -> None:
    for is_yes in (True, False):
        languages = {one.language for one in rule.of(is_yes=is_yes)}
        assert languages, f"{rule.rule} has no example with {is_yes}"
        spoken = languages - {ANY}
        assert bool(rule.one_language) == (len(spoken) < LANGUAGES), f"{rule.rule}: {languages}, {rule.one_language}"


@pytest.mark.parametrize("example", [one for rule in EVERY.values() for one in rule.every], ids=called)
def test_an_example_is_as_its_rule_says(example: Example) -> None:
    standing = asked(example).standing
    says_yes = example.rule in standing
    assert says_yes is example.is_yes, (
        f"{example.rule}: in {example.text!r} stand: {', '.join(sorted(standing)) or 'nothing'}"
    )


@pytest.mark.parametrize("rule", EVERY.values(), ids=lambda some: str(some.rule))
def test_a_rule_decides_a_verdict_of_its_examples(rule: Examples) -> None:
    yes = rule.of(is_yes=True)
    decided = [one.text for one in yes if asked(one).verdict != asked(one, rule.rule).verdict]
    has_reason, decides = bool(rule.alone_decides_nothing), bool(decided)
    assert has_reason is not decides, f"without {rule.rule}, {decided or 'no verdict'} changes"
