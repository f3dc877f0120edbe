"""Inside the cage of the converter: a letter is washed, and its PDF compared with what it said."""

import base64
import os
import re
import zipfile
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from portal.kernel.cage.answering import answer_calls, framed_values
from portal.kernel.cage.calls import in_memory
from portal.press.office.cleaning.basic_gates import check_gates
from portal.press.office.cleaning.coverage import signs_here, without_font
from portal.press.office.cleaning.fonts_asked import asked_by_odf, asked_by_word, not_here
from portal.press.office.cleaning.odf_washing import wash_odf
from portal.press.office.cleaning.packages import NotWashed, Package
from portal.press.office.cleaning.visible import fold, missing_from, pages_of, texts_of_odf, texts_of_word, words_in
from portal.press.office.cleaning.word_washing import wash_word
from portal.press.office.notes import note
from portal.press.office.tiny import tiny_letter
from portal.press.typesetting.plain import PlainPress

_PAGES: Final = re.compile(rb"<Pages>(\d{1,4})</Pages>|page-count=\"(\d{1,4})\"")
_TOLD: Final = ("changes", "comments", "hidden", "author", "source", "dates")
_MOST_TOLD: Final = 12
_ODF_TYPE: Final = "mimetype"


def _wash(told: Mapping[str, Any], file: int) -> Iterable[object]:
    kind = told["kind"]
    try:
        package = Package(_read(file))
        noted = _pages_noted(package)
        if kind == "docx":
            wash_word(package)
            texts, fonts = texts_of_word(package), asked_by_word(package)
        else:
            wash_odf(package)
            texts, fonts = texts_of_odf(package), asked_by_odf(package)
        gate = _gate_of(package) if kind == "docx" else ""
    except NotWashed as refused:
        return [{"refused": refused.code}]
    except zipfile.BadZipFile:
        return [{"refused": "damaged"}]
    notes = [note(code, package.told[code]) for code in _TOLD if package.told[code]]
    signs = without_font(texts, signs_here())
    if signs:
        notes.append(note("signs", " ".join(signs[:_MOST_TOLD])))
    boxes = {fold(sign) for sign in signs} - {""}  # what is told need not come out
    words = [word for word in words_in(texts) if not any(sign in word for sign in boxes)]
    data = base64.b64encode(package.packed(_ODF_TYPE if kind == "odt" else "")).decode()
    return [{"data": data, "notes": notes, "words": words, "fonts": fonts, "pages": noted, "gate": gate}]


def _pages_noted(package: Package) -> int:
    """Return how many pages the program that wrote the letter says it has; 0 where it does not say."""
    found = _PAGES.search(package.parts.get("docProps/app.xml", b"") + package.parts.get("meta.xml", b""))
    return int(found[1] or found[2]) if found else 0


def _gate_of(package: Package) -> str:
    try:
        check_gates(package)
    except NotWashed as refused:
        return refused.fact
    return ""


def _compare(told: Mapping[str, Any], file: int) -> Iterable[object]:
    pdf = _read(file)
    return [
        {"missing": missing_from(pdf, told["words"]), "fonts": not_here(told["fonts"], pdf), "pages": pages_of(pdf)}
    ]


def _read(file: int) -> bytes:
    with os.fdopen(file, "rb", closefd=False) as given:
        return given.read()


FUNCTIONS: Final = {"wash": _wash, "compare": _compare}


def _warm_up() -> None:
    """Load what parsers load late: behind the filter nothing can be opened any more."""
    for do, told, data in (
        ("wash", {"kind": "docx"}, tiny_letter()),
        ("wash", {"kind": "odt"}, b"no zip"),
        ("compare", {"words": ["a"], "fonts": ["b"]}, PlainPress().typeset("sys.inputs.a", {"a": "word"})),
    ):
        with in_memory(data) as file:
            for _ in framed_values(partial(FUNCTIONS[do], told, file)):
                pass


def main() -> None:
    """Answer calls until the other end closes."""
    _warm_up()
    answer_calls(FUNCTIONS)
