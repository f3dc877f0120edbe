"""Nothing is said to a family in one language only: every sentence is in every catalogue, whole and marked."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from jinja2 import Environment, nodes

from portal.words.catalogues import LOCALES
from portal.words.languages import SHIPPED, Language
from portal.words.own_languages import faults_of
from tests.house.catalogues import FAMILY_TEMPLATES, MACHINE_MADE, TRANSLATED, kept, said

every_language = pytest.mark.parametrize("language", TRANSLATED, ids=lambda language: language.tag)
PLACE = re.compile(r"%\(\w+\)s")
ONE_NUMBER_ALONE = {"ar": {0, 1, 2}}  # forms that no other number has, so the word itself counts
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "content", "placeholder", "title", "value"}
SAME_EVERYWHERE = {"%(before)s, %(next)s", "%(program)s, %(organisation)s", "%(number)s kB", "%(number)s MB"}


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_families_read_fifteen_languages() -> None:
    assert len(SHIPPED) == 15
    assert {path.stem for path in LOCALES.iterdir()} == {language.locale for language in TRANSLATED}


@every_language
def test_every_sentence_is_there_once_and_no_other(language: Language) -> None:
    wanted, found = {str(message.id) for message in sentences(said())}, kept(language)
    assert len(wanted) > 100
    assert {str(message.id) for message in sentences(found)} == wanted
    assert list(found.obsolete) == []
    written = (LOCALES / f"{language.locale}.po").read_text()
    assert len(re.findall('^msgid "', written, re.MULTILINE)) == len(wanted) + 1, "the second of two is what is read"


@every_language
def test_every_sentence_is_translated_and_none_is_a_guess(language: Language) -> None:
    catalogue = kept(language)
    assert not catalogue.fuzzy
    bad = [message.id for message in sentences(catalogue) if message.fuzzy or not all(map(str.strip, forms(message)))]
    assert bad == []


@every_language
def test_no_sentence_was_left_in_english(language: Language) -> None:
    same = {ids(one)[0] for one in sentences(kept(language)) if forms(one)[0] == ids(one)[0]}
    assert {sentence for sentence in same - SAME_EVERYWHERE if len(PLACE.sub("", sentence)) > 6} == set()


@every_language
def test_no_sentence_could_break_a_page(language: Language) -> None:
    for message in sentences(kept(language)):
        assert faults_of(message) == [], message.id
        one_number_alone = ONE_NUMBER_ALONE.get(language.tag, set())
        assert all(PLACE.findall(form) or number in one_number_alone or not PLACE.search(ids(message)[-1])
                   for number, form in enumerate(forms(message))), message.id  # fmt: skip


@every_language
def test_sentences_are_text_and_begin_and_end_like_the_english(language: Language) -> None:
    for message in sentences(kept(language)):
        for form in forms(message):
            assert form == form.strip()
            assert ids(message)[0].endswith(":") == form.endswith((":", "：")), form
            assert ids(message)[0].endswith(".") == form.endswith((".", "。", "۔")), form


@every_language
def test_it_counts_as_its_language_counts(language: Language) -> None:
    catalogue, rule = kept(language), get_plural(language.counted_as)
    assert (catalogue.num_plurals, catalogue.plural_expr) == (rule.num_plurals, rule.plural_expr)
    several = [message for message in sentences(catalogue) if isinstance(message.id, tuple)]
    assert several
    assert {len(forms(message)) for message in several} == {rule.num_plurals}


def test_arabic_has_six_forms() -> None:
    assert get_plural("ar").num_plurals == 6


@every_language
def test_a_catalogue_says_whether_people_have_reviewed_it(language: Language) -> None:
    first_lines = (LOCALES / f"{language.locale}.po").read_text().splitlines()[:4]
    assert any(line == MACHINE_MADE or line.startswith("# reviewed by ") for line in first_lines)


def test_nobody_speaks_of_custody() -> None:
    forbidden = re.compile(r"custod|guarda legal|\bgarde\b|حضانة|监护|giám hộ", re.IGNORECASE)
    for language in TRANSLATED:
        said_there = [text for message in sentences(kept(language)) for text in (*ids(message), *forms(message))]
        assert [text for text in said_there if forbidden.search(text)] == []


class Bare(HTMLParser):
    """What a page would show or say of a template's own text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if re.search(r"[^\W\d_]", data):
            self.found.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spoken = {name: value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES}
        if tag in {"meta", "input"}:  # a meta's content is for the browser; a hidden field's value is for us
            spoken.pop("content", None)
            spoken.pop("value", None)
        self.found += [value for value in spoken.values() if re.search(r"[^\W\d_]", value)]


def bare_text(source: str) -> list[str]:
    """Return what a template says without marking it: text between tags, and words inside an expression."""
    tree = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(source)
    page = Bare()
    page.feed("".join(data.data if isinstance(data, nodes.TemplateData) else "{}" for data in _pieces(tree)))
    page.close()
    return page.found + [const for expression in _pieces(tree) for const in _unmarked(expression)]


def _pieces(tree: nodes.Template) -> list[nodes.Node]:
    return [piece for output in tree.find_all(nodes.Output) for piece in output.nodes]


def _unmarked(node: nodes.Node) -> list[str]:
    if isinstance(node, nodes.Call | nodes.TemplateData):  # a call is gettext, and what it is given is extracted
        return []
    if isinstance(node, nodes.Const):
        is_words = isinstance(node.value, str) and re.search(r"[^\W\d_]", node.value)
        return [node.value] if is_words and node.value != "/o" else []
    return [found for child in node.iter_child_nodes(exclude=("args", "test")) for found in _unmarked(child)]


@pytest.mark.parametrize("template", FAMILY_TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_anything_unmarked(template: Path) -> None:
    assert bare_text(template.read_text()) == []


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("<p>{{ _('Hello') }}</p>", []),
        ("<p>Hello</p>", ["Hello"]),
        ("{% if x %}<p>Hello {{ x }}</p>{% endif %}", ["Hello {}"]),
        ("<img alt='A dog'>", ["A dog"]),
        ("<p>{{ 'one' if x else 'many' }}</p>", ["one", "many"]),
        ("<a href='/about' class='soft'>{{ x }} · {{ y|day(zone) }}</a>", []),
    ],
)
def test_unmarked_words_are_told_from_marked_ones(source: str, bare: list[str]) -> None:
    assert bare_text(source) == bare
