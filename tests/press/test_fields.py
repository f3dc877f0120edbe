"""Fields: which there are, what is wrong with one, and for which child one is empty."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.press.letters.fields import WrongField, column_field, fields_of, fields_of_no_column, fill, missing_fields

ROW = {"child.given_name": "Zoë", "value.amount_due": "$ 45.50", "value.note": " \u200b"}


def test_a_text_names_its_fields_once_each_in_order() -> None:
    text = "{{child.given_name}} {{ Amount  due }} {{ value.amount_due }} {{ today }} {{ CHILD.given_name }}"
    assert fields_of(text) == ("child.given_name", "value.amount_due", "today")


def test_a_column_is_found_however_it_is_spelt() -> None:
    assert column_field("Amount due") == column_field(" amount  DUE ") == "value.amount_due"
    assert fields_of("{{ Größe }}") == (column_field("Größe"),)


@pytest.mark.parametrize("heading", ["", "  ", "{{x}}", "a\nb<", "=1+1", '"', "x" * 81])
def test_a_column_that_no_letter_could_name_is_refused(heading: str) -> None:
    with pytest.raises(WrongField):
        column_field(heading)


def test_a_column_called_like_a_field_of_the_portal_is_reached_by_its_full_name() -> None:
    assert fields_of("{{ today }} {{ value.today }}") == ("today", "value.today")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hello\n{{ child.nam }}", "Line 2: there is no field child.nam. Did you mean child.name?"),
        ("{{ child.medication }}", "Line 1: there is no field child.medication. There are: child.given_name"),
        ("a\n\n{{ child.name", "Line 3: “{{” belongs to no field"),
        ("child.name }}", "Line 1: “}}” belongs to no field"),
        ("{{ child.name\n}}", "Line 1: “{{” belongs to no field"),
        ("{{}}", "Line 1: “” is not the name of a field"),
        ("{{ 'x'|upper }}", "Line 1: “'x'|upper” is not the name of a field"),
        ("{{ {{ child.name }} }}", "Line 1: “{{” belongs to no field"),
    ],
)
def test_braces_that_are_no_field_are_refused_with_their_line(text: str, sentence: str) -> None:
    with pytest.raises(WrongField) as refused:
        fields_of(text)
    assert str(refused.value).startswith(sentence)


def test_a_field_is_filled_from_the_row() -> None:
    assert fill("For {{ child.given_name }}: {{ amount due }}", ROW) == "For Zoë: $ 45.50"


@pytest.mark.parametrize("text", ["{{ child.site }}", "{{ note }}"])
def test_a_field_that_is_unknown_or_shows_nothing_is_never_filled(text: str) -> None:
    with pytest.raises(WrongField):
        fill(text, ROW)


@given(st.text())
def test_what_stands_in_a_field_is_not_looked_at_again(value: str) -> None:
    row = ROW | {"child.given_name": "{{ child.site }}" + value}
    assert fill("{{ child.given_name }}", row) == "{{ child.site }}" + value


def test_the_children_that_lack_a_field_are_listed_by_field() -> None:
    rows = {
        "c1": {"child.name": "Ana", "value.fee": "5"},
        "c2": {"child.name": "Ben", "value.fee": " "},
        "c3": {"child.name": "Carla"},
        "c4": {"child.name": "Dawit", "value.fee": "\u00ad\u200b"},
    }
    assert missing_fields(("child.name", "value.fee"), rows) == {"value.fee": ["c2", "c3", "c4"]}
    assert missing_fields(("child.name",), rows) == {}


def test_a_field_that_is_no_column_is_told_with_the_nearest_that_is():
    letter = fields_of("{{ child.name }} {{ value.fees }} {{ fee }} {{ givenname }} {{ value.xyz }}")
    strange = {"value.fees": "fee", "value.givenname": "child.given_name", "value.xyz": ""}
    assert fields_of_no_column(letter, ("fee", "teacher")) == strange
    assert fields_of_no_column(("value.fee",), ()) == {"value.fee": ""}


def test_of_thousands_of_strange_fields_and_columns_only_the_first_are_compared():
    strange = [f"value.{'a' * 60}{at}" for at in range(1_200)]
    since = time.thread_time()
    found = fields_of_no_column(strange, [f"{'a' * 60}x{at}" for at in range(5_000)])
    assert time.thread_time() - since < 10, "each comparison takes a thousandth of a second: all would take hours"
    assert list(found) == strange
    assert found[strange[0]]
