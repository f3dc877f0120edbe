"""What is told of a letter that was converted: kept as short notes, said in the language of whoever looks."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from portal.words.sentences import Sentence, numbered, one_after_another, sentence

_MARK: Final = "office:"
_SAVE_AS_PDF: Final = sentence("Save it as PDF in the program it was written with and choose that.")
_ASK: Final = sentence("Or ask whoever runs the portal to install LibreOffice beside it.")
LOOK: Final = sentence(
    "Look at each page. If one looks wrong, save the letter as PDF in the program it was written with and choose that."
)
"""What to do where something is to be looked at."""
_Say = Callable[[str], Sentence]


def note(code: str, fact: object = "") -> str:
    """Return a note as it is kept with the letter, in a line."""
    return f"{_MARK}{code} {' '.join(str(fact).split())}".strip()


def _fonts(names: str) -> Sentence:
    return sentence(
        "These fonts are not here: %(fonts)s. Others stand in for them, so lines may break elsewhere.",
        fonts=names,
    )


def _pages(both: str) -> Sentence:
    here, there = (int(count) for count in both.split())
    return sentence(
        "Here it has %(here)s, made another way %(there)s.",
        here=numbered("%(number)s page", "%(number)s pages", here),
        there=numbered("%(number)s page", "%(number)s pages", there),
    )


def _plain(text: Sentence) -> _Say:
    return lambda _fact: text


_WARNINGS: Final[Mapping[str, _Say]] = {
    "fonts": _fonts,
    "pages": _pages,
    "signs": lambda signs: sentence(
        "No font here has these signs, so families would see boxes: %(signs)s. Whoever runs the portal can install a "
        "font that has them.",
        signs=signs,
    ),
    "dates": _plain(
        sentence(
            "It holds a field that changes by itself, such as today’s date. It stays as it was when the file was saved."
        )
    ),
}
_REMOVED: Final[Mapping[str, _Say]] = {
    "changes": lambda count: numbered(
        "%(number)s tracked change: what was struck out is gone, what was added stays",
        "%(number)s tracked changes: what was struck out is gone, what was added stays",
        int(count),
    ),
    "comments": lambda count: numbered("%(number)s comment", "%(number)s comments", int(count)),
    "hidden": lambda count: numbered("%(number)s hidden piece of text", "%(number)s hidden pieces of text", int(count)),
    "author": _plain(sentence("who wrote it, and when")),
    "source": _plain(sentence("where its list or its template lies")),
}


def warnings_of(kept: Iterable[str]) -> list[Sentence]:
    """Return what staff should look at before they send a letter that was converted."""
    return _said(kept, _WARNINGS)


def removed_of(kept: Iterable[str]) -> list[str]:
    """Return what was taken out of a letter, in words; what is no note of ours is said as it is kept."""
    return [*_said(kept, _REMOVED), *(line for line in kept if line and not line.startswith(_MARK))]


def was_converted(kept: Iterable[str]) -> bool:
    """Whether a letter was a Word or OpenDocument file."""
    return any(line.startswith(f"{_MARK}from ") for line in kept)


def _said(kept: Iterable[str], words: Mapping[str, _Say]) -> list[Sentence]:
    parted = [line.removeprefix(_MARK).partition(" ") for line in kept if line.startswith(_MARK)]
    return [words[code](fact) for code, _, fact in parted if code in words]


def _refused(why: str) -> Sentence:
    return one_after_another(why, _SAVE_AS_PDF)


_WHY: Final[Mapping[str, Sentence]] = {
    "chunk": _refused(sentence("Another file stands in this letter where Word would put its text.")),
    "object": _refused(sentence("This letter holds an object of another program, such as a sheet of Excel.")),
    "linked": _refused(sentence("A picture or text of this letter lies somewhere else and is only linked.")),
    "fetched": _refused(sentence("This letter has a field that fetches text from another file.")),
    "unmerged": sentence(
        "This letter still has merge fields without a family’s values. Finish the merge in the program it was written "
        "with and choose the merged letters; or write it here, with fields."
    ),
    "damaged": _refused(sentence("This file is damaged, so no program would show it as it was meant.")),
    "rows": sentence(
        "Tracked changes in this letter’s tables can’t be taken out. Accept or reject them in the program it was "
        "written with, save it and choose it again."
    ),
    "large": _refused(sentence("This file is larger than the portal converts.")),
    "failed": _refused(sentence("The portal could not make a PDF of this letter.")),
    "busy": sentence("The portal is busy with other letters. Try again in a minute."),
    "off": _refused(sentence("Word and OpenDocument letters are not converted here.")),
    "odt": one_after_another(
        sentence("An OpenDocument letter is made a PDF by LibreOffice, which is not installed here."), _SAVE_AS_PDF
    ),
    "cage": _refused(
        sentence("This machine can’t shut in a program that converts letters (Landlock), so none is converted here.")
    ),
}
_GATES: Final[Mapping[str, Sentence]] = {
    "script": sentence("Arabic, Hebrew, Indic or Southeast Asian script"),
    "strike": sentence("struck-out text"),
    "drawing": sentence("drawings of shapes"),
    "picture": sentence("pictures in a format for drawings (WMF, EMF or SVG)"),
    "form": sentence("form fields"),
    "equation": sentence("equations"),
    "chart": sentence("charts or diagrams"),
    "background": sentence("a coloured background of the page"),
    "numbering": sentence("numbered lists that go on or begin anew"),
    "table": sentence("tables whose columns have no widths"),
}


def refusal(code: str, fact: str = "") -> Sentence:
    """Return why a letter is not converted, and what to do."""
    if code == "gate":
        why = sentence("The portal’s own converter can’t draw everything in it: %(what)s.", what=_GATES[fact])
        return one_after_another(why, _SAVE_AS_PDF, _ASK)
    if code == "missing":
        why = numbered(
            "%(number)s word of this letter did not come out on the pages.",
            "%(number)s words of this letter did not come out on the pages.",
            int(fact),
        )
        return one_after_another(why, _SAVE_AS_PDF)
    return _WHY[code]
