"""A sentence is its English text, and is said in the language of whoever looks."""

import copy
import json
import pickle

from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.errors import NotFound, Refused
from portal.words.languages import ENGLISH, Language, with_tag
from portal.words.sentences import Sentence, numbered, one_after_another, reason, said, sentence
from portal.words.several import one_of


def spoken(tag: str) -> Language:
    language = with_tag(tag)
    assert language is not None
    return language


def test_it_is_its_english_text_everywhere() -> None:
    told = sentence("of %(total)s", total=2_900)
    assert (told, f"{told}", json.dumps(told)) == ("of 2,900", "of 2,900", '"of 2,900"')
    assert {told: 1} == {"of 2,900": 1}
    assert said(told, ENGLISH) == "of 2,900"


def test_it_is_said_in_another_language_with_its_numbers() -> None:
    assert said(sentence("of %(total)s", total=2_900), spoken("es")) == "de 2.900"
    assert said("of 2,900", spoken("es")) == "of 2,900", "a text that is no sentence stays as it is"


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    inner = numbered("%(number)s minute", "%(number)s minutes", 2)
    assert said(one_after_another(sentence("It is stopped."), inner), spoken("fr")) == "C’est arrêté. 2 minutes"
    assert (
        said(sentence("It waits for %(names)s.", names=one_of(["Rosa", "Ida"])), spoken("es")) == "Espera a Rosa o Ida."
    )


def test_a_number_takes_the_form_of_its_language() -> None:
    none = numbered("%(number)s page marked.", "%(number)s pages marked.", 0)
    assert (none, said(none, spoken("fr"))) == ("0 pages marked.", "0 page marquée.")


def test_an_error_says_why_in_the_language_of_its_reader() -> None:
    assert said(reason(NotFound()), spoken("es")) == "Aquí no hay nada con ese nombre."
    assert said(reason(Refused(sentence("It is stopped."))), spoken("es")) == "Está detenido."
    assert said(reason(Refused("Only here.")), spoken("es")) == "Only here."


def test_it_leaves_the_process_as_english_and_is_copied_as_itself() -> None:
    told = sentence("It is stopped.")
    left = pickle.loads(pickle.dumps(told))
    assert (left, type(left)) == ("It is stopped.", str)
    assert copy.copy(told) is told
    assert copy.deepcopy({"why": told})["why"] is told


@given(
    st.dictionaries(st.sampled_from(["a", "b"]), st.text() | st.integers(-(10**18), 10**18) | st.booleans(), min_size=2)
)
def test_what_people_wrote_is_never_read_as_a_place(facts: dict[str, object]) -> None:
    told = sentence("%(a)s and %(b)s", **facts)
    assert isinstance(told, Sentence)
    written = [
        f"{fact:,}" if isinstance(fact, int) and not isinstance(fact, bool) else str(fact) for fact in facts.values()
    ]
    assert all(one in told for one in written)
