"""Words of languages are data: each file of the lexicon is as its overview says, and no module lists any itself."""

import ast
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from portal import wiring
from portal.guard import lexicon
from portal.guard.text.folding import words_of
from portal.wiring import judged_by
from tests.house.tree import modules, parsed

HERE = lexicon.FOLDERS[0]
GUARD = [path for path in modules("portal") if path.is_relative_to(HERE.parent) and path.parent != HERE]
ASKED = {"listed", "phrases", "numbered", "any_of", "entries", "by_language", "text", "rows", "pairs"}
"""The functions that are asked for a kind of words."""
FEW = 4
"""Words of a language from which on they are a list."""
LISTS = {
    "column_words.NO_OFFICES_MAIL": "domains that are reserved",
    "declension._AFTER": "endings by rule",
    "declension._GREEK": "endings by rule",
    "declension._INSTEAD": "endings by rule",
    "declension._OF_ADJECTIVE": "endings by rule",
    "declension._SLAVIC": "endings by rule",
    "explaining.in_plain": "sentences for people",
    "folding._KINDS_OF_LETTER": "names of Unicode",
    "index._ASKED_OF_ALL": "attributes of the index",
    "initials._STAFF": "'miss' and 'office', by the English word before them",
    "key_values._HINTS": "parts of keys that programs write",
    "key_values._CAMEL_CASE": "parts of keys that programs write",
    "line_shapes._FLAGS": "attributes of a line",
    "ocr_confusions._SHAPES": "letters that look alike",
    "passages._ARTICLES": "articles with an apostrophe, by the letters they begin with",
    "romanisation._SERVANT": "one name, by its parts",
    "rule_ids.Rule": "ids of rules, with a sentence each",
    "rules._SENTENCES": "sentences for people",
    "rules._named": "sentences for people",
    "rules.report": "fields of a report",
    "said_of_pupils._OF_PUPIL": "an age or a grade, by the English words around its figure",
    "student_numbers._COLOUR_BEFORE": "properties of style sheets",
    "student_numbers._MONEY_AFTER": "codes of currencies",
    "student_numbers._MONEY_BEFORE": "codes of currencies",
    "tables.OfferedPicture": "names of columns",
    "vietnamese_marks._TONES": "marks of letters",
    "view_ids.View": "ids of views",
}
"""Constants that look like a list of words and are none, each with what they are."""


class Kind(NamedTuple):
    name: str
    file: str
    form: str


def overview() -> dict[str, Kind]:
    """Return the kinds of entries that there are, as `kinds.txt` tells."""
    found: dict[str, Kind] = {}
    for file, lines in lexicon.read(HERE / lexicon.OVERVIEW).items():
        for line in lines:
            name, form, meaning = line.split(" | ")
            assert name not in found, name
            assert meaning
            found[name] = Kind(name, file, form)
    return found


KINDS = overview()
FILES = sorted(lexicon.files())


def is_phrase(entry: str) -> bool:
    return entry == " ".join(entry.split())


def is_word(entry: str) -> bool:
    return " " not in entry and entry == entry.lower() and bool(words_of(entry))


FORMS: dict[str, Callable[[str], bool]] = {
    "words": is_word,
    "phrases": is_phrase,
    "terms": lambda entry: is_word(entry.rstrip("*")),
    "pattern": lambda entry: is_phrase(entry) and re.fullmatch(r"[\w '?*-]+", entry) is not None,
    "rows": lambda entry: is_phrase(entry) and len(entry.split()) > 1,
}


def faults(file: Path) -> Iterator[str]:
    """Yield what is wrong with a file of the lexicon, each as a sentence."""
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", file.parent.name):
        yield f"{file.parent.name} is no tag of a language (BCP 47)"
    for kind, listed in lexicon.read(file).items():
        if kind not in KINDS:
            yield f"[{kind}] is no kind of {lexicon.OVERVIEW}"
            continue
        if KINDS[kind].file != file.stem:
            yield f"[{kind}] belongs into {KINDS[kind].file}.txt"
        yield from (f"{entry} stands twice in [{kind}]" for entry, times in Counter(listed).items() if times > 1)
        for entry in listed:
            if not unicodedata.is_normalized("NFC", entry):
                yield f"{entry} in [{kind}] is not in the normal form NFC"
            if kind != "months" and not FORMS[KINDS[kind].form](entry):
                yield f"{entry} in [{kind}] is none of {KINDS[kind].form}"


def strings(node: ast.AST) -> Iterator[str]:
    """Yield the strings of an expression, but for kinds that the lexicon is asked for."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKED:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for inner in ast.iter_child_nodes(node):
        yield from strings(inner)


def own_terms() -> set[str]:
    """Return what the guard itself calls things by: members of a `Literal`."""
    nodes = [node for path in GUARD for node in ast.walk(parsed(path)) if isinstance(node, ast.Subscript)]
    return {text for node in nodes if ast.unparse(node.value) == "Literal" for text in strings(node)}


def words_in(texts: Iterator[str], own: set[str]) -> set[str]:
    """Return the words of three letters or more in some strings, without signs of patterns."""
    plain = (re.sub(r"\\[a-zA-Z]|\(\?P<\w+>|\[[^\]]*\]", " ", text) for text in texts if text not in own)
    return {word.lower() for text in plain for word in re.findall(r"[^\W\d_]{3,}", text)}


def lists_in(module: str, tree: ast.Module, own: set[str]) -> Iterator[str]:
    """Yield the constants of a module that list words of a language, and the functions that do."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            name = ast.unparse(node.target if isinstance(node, ast.AnnAssign) else node.targets[0])
            if len(words_in(strings(node.value), own)) >= FEW:
                yield f"{module}.{name}"
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            held = (inner for inner in ast.walk(node) if isinstance(inner, ast.Tuple | ast.List | ast.Set | ast.Dict))
            if any(len(words_in(strings(inner), own)) >= FEW for inner in held):
                yield f"{module}.{node.name}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_file_of_the_lexicon_holds_what_the_overview_says(file: Path) -> None:
    assert list(faults(file)) == []


def test_every_kind_is_asked_for_and_has_words() -> None:
    code = "\n".join(path.read_text() for path in GUARD)
    asked = {*re.findall(rf"\b(?:{'|'.join(ASKED)})\(\s*[\"']([a-z-]+)[\"']", code)}
    heads = {kind for kind in KINDS if kind.startswith("head-")}  # one for each kind of column
    assert asked | heads == KINDS.keys()
    assert {kind for kind in KINDS if not lexicon.by_language(kind)} == set()


def test_every_language_has_twelve_months() -> None:
    assert {tag: len(months) for tag, months in lexicon.by_language("months").items() if len(months) != 12} == {}


@pytest.mark.parametrize("kind", ["pinyin", "simplified"])
def test_a_table_that_was_not_typed_says_where_it_is_from(kind: str) -> None:
    head = (HERE / "zh" / f"{kind}.txt").read_text().partition("[")[0]
    assert "Made by tests/house/chinese.py. Source: " in head
    assert "licence" in head.lower()


def test_the_words_belong_to_what_a_verdict_hangs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(FILES) <= set(judged_by())
    mark = wiring._rules.__wrapped__(None)
    monkeypatch.setattr(wiring, "judged_by", lambda: [path for path in judged_by() if path not in FILES])
    assert wiring._rules.__wrapped__(None) != mark


def test_no_module_of_the_guard_lists_words_of_a_language() -> None:
    own = own_terms()
    found = {name for path in GUARD for name in lists_in(path.stem, parsed(path), own)}
    assert found - LISTS.keys() == set(), "put these words into portal/guard/lexicon"
    assert LISTS.keys() - found == set(), "these are no exceptions any more"


def test_these_checks_see_what_they_are_for(tmp_path: Path) -> None:
    wrong = tmp_path / "english" / "people.txt"
    wrong.parent.mkdir()
    wrong.write_text("[titles]\nMr\nmrs\nmrs\n[colours]\nred\n[months]\nmay\n")
    told = list(faults(wrong))
    assert [text.split()[0] for text in told] == ["english", "mrs", "Mr", "[colours]", "[months]"]
    listing = ast.parse('A = frozenset(("mother", "father", "aunt", "uncle"))\nB = listed("kin")\nC = ("space", "tab")')
    assert list(lists_in("kin", listing, {"space"})) == ["kin.A"]
    assert list(lists_in("kin", ast.parse('def f():\n    return {"red", "blue", "green", "pink"}'), set())) == ["kin.f"]
