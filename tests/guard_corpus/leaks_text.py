"""Leaks in plain texts, tables, pages and data: every notation, each in another carrier and another encoding."""

import base64
import html
import json
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from tests.guard_corpus.cases import NOTICE, Case, Scene, add, leak
from tests.guard_corpus.notations import BIRTHS, EMAILS, NAMES, NUMBERS, PHONES, Words
from tests.guard_corpus.packages import document, workbook
from tests.guard_corpus.papers import plain, typeset
from tests.guard_corpus.pictures import file_of, of_lines

ENCODED, HTML, DATA, NAMED, SVG = "Text encoding", "HTML", "JSON and Markdown", "File name", "SVG"
_LINES: Final = "\r\n".join(NOTICE)


def _text(words: str) -> bytes:
    return f"{_LINES}\r\n\r\n{words}\r\n".encode()


def _table(words: str) -> bytes:
    quoted = words.replace('"', '""')
    return f'Day;Who;Place\r\nMonday;"{quoted}";Gym\r\n'.encode("utf-8-sig")


def _page(words: str) -> bytes:
    return f"<!doctype html><meta charset=utf-8><title>Welcome</title><p>{html.escape(words)}</p>".encode()


def _data(words: str) -> bytes:
    return json.dumps({"day": "Monday", "note": [words]}).encode()


def _marked(words: str) -> bytes:
    return f"# Welcome\n\n{NOTICE[0]}\n\n- {words}\n".encode()


_CARRIERS: Final[tuple[tuple[str, Callable[[str], bytes]], ...]] = (
    ("letter.txt", _text),
    ("table.csv", _table),
    ("letter.html", _page),
    ("letter.json", _data),
    ("letter.md", _marked),
    ("letter.docx", lambda words: document(lambda made: made.add_paragraph(words))),
    ("fees.xlsx", lambda words: workbook(lambda book: book.active.append(["Note", words]))),
)


def _in_turn(carrier: str, notations: dict[str, Words], signs: frozenset[str], who: str = "latin") -> None:
    for at, (title, words) in enumerate(notations.items()):
        file, carry = _CARRIERS[at % len(_CARRIERS)]
        if title == "a byte order mark within" or (title == "a tab" and file.endswith("docx")):
            file, carry = _CARRIERS[0]
        add(Case("leak", carrier, title, file, _carried(words, carry), signs, who=who))


def _carried(words: Words, carry: Callable[[str], bytes]) -> Callable[[Scene], bytes]:
    return lambda scene: carry(words(scene))


def _list_the_notations() -> None:
    for at, (title, (who, words)) in enumerate(NAMES.items()):
        for step in (0, 3):
            file, carry = _CARRIERS[(at + step) % len(_CARRIERS)]
            told = f"{title} in {file.rpartition('.')[2]}"
            add(
                Case(
                    "leak", "Notation of a name", told, file, _carried(words, carry), frozenset({"child-name"}), who=who
                )
            )
    _in_turn("Phone", PHONES, frozenset({"phone"}))
    _in_turn("Student number", NUMBERS, frozenset({"student-number"}))
    _in_turn("E-mail", EMAILS, frozenset({"e-mail"}))
    _in_turn("Birth date", BIRTHS, frozenset({"birth-date"}), who="anyone")


_list_the_notations()

_ENCODINGS: Final = {
    "utf-8": "accented", "utf-8-sig": "accented", "utf-16": "accented", "utf-16-le": "accented",
    "utf-16-be": "accented", "utf-32": "accented", "latin-1": "accented", "cp1252": "accented", "cp1251": "russian",
    "koi8-r": "russian", "gb18030": "chinese", "euc-kr": "korean", "cp1256": "arabic", "cp437": "accented",
    "mac-roman": "accented",
}  # fmt: skip
_MAY_BE_REFUSED: Final = frozenset(("utf-32", "cp1251", "koi8-r", "gb18030", "euc-kr", "cp1256", "cp437", "mac-roman"))


def _encoded(encoding: str, form: str) -> Callable[[Scene], bytes]:
    return lambda s: form.format(last=s.last, given=s.given).encode(encoding)


for _encoding, _who in _ENCODINGS.items():
    for _file, _form in (
        ("table.csv", "grade;family;given\r\n3;{last};{given}\r\n"),
        ("letter.txt", "{given} {last} has a place.\n"),
    ):
        add(
            Case(
                "leak",
                ENCODED,
                f"{_encoding} {_file.rpartition('.')[2]}",
                _file,
                _encoded(_encoding, _form),
                frozenset({"child-name"}),
                or_unreadable=_encoding in _MAY_BE_REFUSED,
                who=_who,
            )
        )

_HTML: Final[dict[str, Words]] = {
    "comment": lambda s: f"<p>Hello</p><!-- {s.name} -->",
    "conditional comment": lambda s: f"<!--[if mso]><p>{s.name}</p><![endif]-->",
    "attribute": lambda s: f'<p title="{html.escape(s.name)}">Hello</p>',
    "attribute of its own": lambda s: f'<p data-child="{html.escape(s.name)}">Hello</p>',
    "two attributes": lambda s: f'<i data-last="{html.escape(s.last)}" data-first="{html.escape(s.given)}">Hello</i>',
    "alternative text": lambda s: f'<img src="a.png" alt="{html.escape(s.name)}">',
    "meta": lambda s: f'<meta name=author content="{html.escape(s.name)}">',
    "title": lambda s: f"<title>{s.name}</title><p>Hello",
    "hidden element": lambda s: f"<div hidden style='display:none'>{s.name}</div>",
    "template": lambda s: f"<template><b>{s.name}</b></template>",
    "noscript": lambda s: f"<noscript>{s.name}</noscript>",
    "script": lambda s: f"<script>var rows = {json.dumps([s.last, s.given])};</script>",
    "escapes in a script": lambda s: f"<script>var a = '{''.join(f'{chr(92)}u{ord(c):04x}' for c in s.name)}'</script>",
    "style": lambda s: f'<style>p::after {{ content: "{s.name}"; }}</style><p>Hello</p>',
    "entities": lambda s: "<p>" + "".join(f"&#x{ord(letter):x};" for letter in s.name),
    "named entities": lambda s: "<p>" + s.name.encode("ascii", "xmlcharrefreplace").decode(),
    "tags within": lambda s: f"<p>{s.given[:1]}<b>{s.given[1:]}</b> {s.last[:2]}<wbr>{s.last[2:]}",
    "soft hyphens": lambda s: f"<p>{s.given} {'&shy;'.join(s.last)}",
    "cells": lambda s: f"<table><tr><td>{s.last}</td><td>3</td><td>{s.given}</td></tr></table>",
    "cells made of boxes": lambda s: f"<div class=row><div>{s.last}</div><div>{s.given}</div></div>",
    "options": lambda s: f"<select><option>Choose<option>{s.name}</select>",
    "value of a field": lambda s: f'<input name=child value="{html.escape(s.name)}">',
    "text area": lambda s: f"<textarea>{s.last}, {s.given}</textarea>",
    "link": lambda s: f"<a href='https://a.example/?child={quote(s.name)}'>Hello</a>",
    "mail link": lambda s: f"<a href='mailto:x@a.example?subject={quote(s.last + ', ' + s.given)}'>Hello</a>",
    "page in an attribute": lambda s: f'<iframe srcdoc="{html.escape("<p>" + html.escape(s.name))}"></iframe>',
    "text in an address": lambda s: (
        f"<a href='data:text/plain;base64,{base64.b64encode(s.name.encode()).decode()}'>a</a>"
    ),
    "drawing": lambda s: f"<svg><text>{s.name}</text></svg>",
    "description list": lambda s: f"<dl><dt>First name<dd>{s.given}<dt>Last name<dd>{s.last}</dl>",
    "line break": lambda s: f"<p>{s.given}<br>{s.last}",
    "after the end": lambda s: f"<p>Hello</p></body></html>\n{s.name}",
}
for _title, _words in _HTML.items():
    _make = _carried(_words, lambda words: f"<!doctype html><html><meta charset=utf-8><body>{words}".encode())
    _spared = _title in {"text in an address", "escapes in a script"}
    add(Case("leak", HTML, _title, "letter.html", _make, frozenset({"child-name"}), or_unreadable=_spared))

_DATA: Final[dict[str, tuple[str, Words]]] = {
    "a key": ("a.json", lambda s: json.dumps({s.name: 3})),
    "two values of one object": ("a.json", lambda s: json.dumps({"first": s.given, "grade": 3, "last": s.last})),
    "deep inside": ("a.json", lambda s: json.dumps([[[{"a": [{"b": f"{s.last}, {s.given}"}]}]]])),
    "escapes": ("a.json", lambda s: '{"a": "' + "".join(f"\\u{ord(letter):04x}" for letter in s.name) + '"}'),
    "columns as lists": ("a.json", lambda s: json.dumps({"rows": [["3", s.last, s.given], ["4", "x", "y"]]})),
    "one object a line": ("a.json", lambda s: "\n".join(json.dumps({"a": each}) for each in ("x", s.name))),
    "a table": ("a.md", lambda s: f"| Last | First |\n|---|---|\n| {s.last} | {s.given} |\n"),
    "a comment": ("a.md", lambda s: f"# Hello\n\n<!-- {s.name} -->\n"),
    "the target of a link": ("a.md", lambda s: f"# Hello\n\n[here](https://a.example/{quote(s.name)})\n"),
    "emphasis within": ("a.md", lambda s: f"# Hello\n\n{s.given} **{s.last[:3]}**{s.last[3:]}\n"),
    "the head of the page": ("a.md", lambda s: f"---\nfor: {s.name}\n---\n# Hello\n"),
    "a reference": ("a.md", lambda s: f"# Hello [there][1]\n\n[1]: https://a.example '{s.name}'\n"),
}
for _title, (_file, _words) in _DATA.items():
    add(Case("leak", DATA, _title, _file, _carried(_words, str.encode), frozenset({"child-name"})))

_HEAD: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 300 90">'
)
_SVG: Final[dict[str, Words]] = {
    "text": lambda s: f"<text x='9' y='30'>{s.name}</text>",
    "pieces of text": lambda s: f"<text><tspan>{s.given}</tspan> <tspan dy='9'>{s.last}</tspan></text>",
    "letters placed alone": lambda s: (
        "<text>" + "".join(f"<tspan x='{at * 9}'>{c}</tspan>" for at, c in enumerate(s.name)) + "</text>"
    ),
    "title": lambda s: f"<title>{s.name}</title><circle r='9'/>",
    "description": lambda s: f"<desc>{s.name}</desc><circle r='9'/>",
    "metadata": lambda s: f"<metadata><a>{s.name}</a></metadata><circle r='9'/>",
    "comment": lambda s: f"<!-- {s.name} --><circle r='9'/>",
    "name of a group": lambda s: f'<g id="{html.escape(s.name)}"><circle r="9"/></g>',
    "foreign object": lambda s: f"<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>{s.name}</p></foreignObject>",
    "unused definition": lambda s: f"<defs><text id='a'>{s.name}</text></defs><circle r='9'/>",
}
for _title, _words in _SVG.items():
    add(
        Case(
            "leak",
            SVG,
            _title,
            "drawing.svg",
            _carried(_words, lambda words: f"{_HEAD}{words}</svg>".encode()),
            frozenset({"child-name"}),
        )
    )


@leak(SVG, "drawing.svg", who="plain", or_unreadable=True)
def letters_as_outlines(s: Scene) -> bytes:
    return typeset(f"#set page(width: 9cm, height: 3cm)\n#set text(size: 16pt)\n{plain(s.name)}", "svg")


@leak(SVG, "drawing.svg", who="plain", or_unreadable=True)
def picture_within(s: Scene) -> bytes:
    held = base64.b64encode(file_of(of_lines("Hello", s.name, size=18))).decode()
    return f'{_HEAD}<image width="300" height="90" xlink:href="data:image/png;base64,{held}"/></svg>'.encode()


@leak(HTML, "letter.html", who="plain", or_unreadable=True)
def picture_in_an_address(s: Scene) -> bytes:
    held = base64.b64encode(file_of(of_lines("Hello", s.name, size=18))).decode()
    return f'<!doctype html><p>Hello</p><img src="data:image/png;base64,{held}">'.encode()


@leak(NAMED, "{given} {last}.pdf")
def blank_between(_: Scene) -> bytes:
    return typeset(NOTICE[0])


@leak(NAMED, "Letter_{last}_{given}_2026.docx")
def underscores_between(_: Scene) -> bytes:
    return document()


@leak(NAMED, "{given}{last}.txt", who="plain")
def run_together(_: Scene) -> bytes:
    return _text("Hello")


@leak(NAMED, "letter-{number}.pdf", "student-number")
def student_number(_: Scene) -> bytes:
    return typeset(NOTICE[0])


@leak(NAMED, "{email}.txt", "e-mail")
def mail_address(_: Scene) -> bytes:
    return _text("Hello")


@leak(NAMED, "Call {phone}.xlsx", "phone")
def phone(_: Scene) -> bytes:
    return workbook()


@leak(NAMED, "{given}%20{last}.pdf")
def percent_signs(_: Scene) -> bytes:
    return typeset(NOTICE[0])
