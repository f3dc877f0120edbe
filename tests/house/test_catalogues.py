"""Nothing is said in one language only: every sentence is in every catalogue of its readers, whole and marked."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from jinja2 import Environment, nodes

from portal.words.languages import SHIPPED, Language, staff_languages
from portal.words.own_languages import faults_of
from tests.house.catalogues import ALL, FAMILIES, MACHINE_MADE, STAFF, Readers, kept, said

every_catalogue = pytest.mark.parametrize(
    ("readers", "language"),
    [pytest.param(some, one, id=f"{some.name}-{one.tag}") for some in ALL for one in some.languages],
)
PLACE = re.compile(r"%\(\w+\)s")
LETTERS = re.compile(r"[^\W\d_]+")
ONE_NUMBER_ALONE = {"ar": {0, 1, 2}}  # forms that no other number has, so the word itself counts
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "content", "placeholder", "title", "value"}
VALUES_ARE_FOR_US = {"meta", "input", "button", "option"}
BLOCKS_OF_CLASSES = {"width", "body_class"}
SAME_EVERYWHERE = {"%(before)s, %(next)s", "%(program)s, %(organisation)s", "%(number)s kB", "%(number)s MB"}


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_families_read_fifteen_languages_and_staff_three() -> None:
    assert len(SHIPPED) == 15
    for readers in ALL:
        assert {path.stem for path in readers.folder.glob("*.po")} == {one.locale for one in readers.languages}
    assert [language.tag for language in staff_languages()] == ["en", "es", "fr"]


@every_catalogue
def test_every_sentence_is_there_once_and_no_other(readers: Readers, language: Language) -> None:
    wanted, found = {str(message.id) for message in sentences(said(readers))}, kept(language, readers)
    assert len(wanted) > 100
    assert {str(message.id) for message in sentences(found)} == wanted
    assert list(found.obsolete) == []
    written = readers.file(language).read_text()
    assert len(re.findall('^msgid "', written, re.MULTILINE)) == len(wanted) + 1, "the second of two is what is read"


@every_catalogue
def test_every_sentence_is_translated_and_none_is_a_guess(readers: Readers, language: Language) -> None:
    catalogue = kept(language, readers)
    assert not catalogue.fuzzy
    bad = [message.id for message in sentences(catalogue) if message.fuzzy or not all(map(str.strip, forms(message)))]
    assert bad == []


@every_catalogue
def test_no_sentence_was_left_in_english(readers: Readers, language: Language) -> None:
    same = {ids(one)[0] for one in sentences(kept(language, readers)) if forms(one)[0] == ids(one)[0]}
    words = {sentence: LETTERS.findall(PLACE.sub("", sentence)) for sentence in same - SAME_EVERYWHERE}
    assert [sentence for sentence, several in words.items() if len(several) > 1] == [], "one word may be alike"


@every_catalogue
def test_no_sentence_could_break_a_page(readers: Readers, language: Language) -> None:
    for message in sentences(kept(language, readers)):
        assert faults_of(message) == [], message.id
        one_number_alone = ONE_NUMBER_ALONE.get(language.tag, set() if PLACE.search(ids(message)[0]) else {0})
        assert all(PLACE.findall(form) or number in one_number_alone or not PLACE.search(ids(message)[-1])
                   for number, form in enumerate(forms(message))), message.id  # fmt: skip


@every_catalogue
def test_sentences_are_text_and_begin_and_end_like_the_english(readers: Readers, language: Language) -> None:
    for message in sentences(kept(language, readers)):
        for form in forms(message):
            assert form == form.strip()
            assert ids(message)[0].endswith(":") == form.endswith((":", "：")), form
            assert ids(message)[0].endswith(".") == form.endswith((".", "。", "۔")), form


@every_catalogue
def test_it_counts_as_its_language_counts(readers: Readers, language: Language) -> None:
    catalogue, rule = kept(language, readers), get_plural(language.counted_as)
    assert (catalogue.num_plurals, catalogue.plural_expr) == (rule.num_plurals, rule.plural_expr)
    several = [message for message in sentences(catalogue) if isinstance(message.id, tuple)]
    assert several
    assert {len(forms(message)) for message in several} == {rule.num_plurals}


def test_arabic_has_six_forms() -> None:
    assert get_plural("ar").num_plurals == 6


@every_catalogue
def test_a_catalogue_says_whether_people_have_reviewed_it(readers: Readers, language: Language) -> None:
    first_lines = readers.file(language).read_text().splitlines()[:4]
    assert any(line == MACHINE_MADE or line.startswith("# reviewed by ") for line in first_lines)


@every_catalogue
def test_nobody_speaks_of_custody(readers: Readers, language: Language) -> None:
    forbidden = re.compile(r"custod|guarda legal|\bgarde\b|حضانة|监护|giám hộ", re.IGNORECASE)
    said_there = [text for message in sentences(kept(language, readers)) for text in (*ids(message), *forms(message))]
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
        if tag in VALUES_ARE_FOR_US:  # a meta’s content is for the browser, a value for us
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
    of_classes = [block for block in tree.find_all(nodes.Block) if block.name in BLOCKS_OF_CLASSES]
    silent = {id(output) for block in of_classes for output in block.find_all(nodes.Output)}
    return [piece for output in tree.find_all(nodes.Output) if id(output) not in silent for piece in output.nodes]


def _unmarked(node: nodes.Node) -> list[str]:
    if isinstance(node, nodes.Call | nodes.TemplateData):  # a call is gettext, and what it is given is extracted
        return []
    if isinstance(node, nodes.Const):
        is_words = isinstance(node.value, str) and re.search(r"[^\W\d_]", node.value)
        return [node.value] if is_words and node.value != "/o" else []
    return [found for child in node.iter_child_nodes(exclude=("args", "test")) for found in _unmarked(child)]


@pytest.mark.parametrize("template", [*FAMILIES.templates, *STAFF.templates], ids=lambda path: path.name)
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
