"""What a writer typed and chose for one letter for each child, kept as typed, and the way that follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal import publish
from portal.mailings.errors import DraftFaults
from portal.overviews.per_child.letters_seen import Given
from portal.publish import Upload, Way
from portal.web.guards import StaffRequest
from portal.web.posted.forms import Form
from portal.web.staff.writing.typed import Typed, typed_in
from portal.web.staff.writing.uploads import chosen_files
from portal.words.sentences import sentence

MOST_FILES = 5_000
_MOST_PAGES = 400
_MOST_MARKDOWN = 20_000
_BESIDE = ("list", "values", "logo", "signature", "template")


@dataclass(frozen=True, slots=True)
class EachTyped:
    """The fields of the form as they stand in the browser: `made` is files, or fields of one letter."""

    words: Typed
    made: str = "files"
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        """How the pages of one big PDF hang together: every page names its child, so many each, or a mark."""
        return str(self.told.get("shape", "every"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The way that follows from what was chosen, the uploads by role, and what is told beside them."""

    way: Way
    uploads: Mapping[str, Upload]
    told: Mapping[str, Any]


def each_typed_in(form: Form) -> EachTyped:
    """Return what was posted, files aside."""
    names = ("shape", "pages_each", "mark", "markdown", "signer")
    told = {name: form.text(name).replace("\r\n", "\n") for name in names}
    return EachTyped(typed_in(form), form.text("made") or "files", told)


def each_typed_before(words: Typed, given: Given) -> EachTyped:
    """Return a mailing's letters as they were asked for before."""
    told = dict(given.told)
    told["shape"] = "each" if told.get("pages_each") else "mark" if told.get("mark") else "every"
    return EachTyped(words, "fields" if given.way == "merge" else "files", told)


def chosen(ask: StaffRequest, folder: Path, brought: Upload | None = None) -> Chosen:
    """Recognise the way from what was chosen, or `brought` before. Raises `DraftFaults`."""
    beside = {role: found[0] for role in _BESIDE if (found := chosen_files(ask, role))}
    if ask.form.text("made") == "fields":
        return _fields(ask.form, beside)
    files = chosen_files(ask, "files") or ([brought] if brought else [])
    if not files:
        raise DraftFaults(
            {"files": sentence("Choose the letters: a zip, all the files at once, or one PDF with all of them.")}
        )
    uploads = {"list": beside["list"]} if "list" in beside else {}
    if len(files) == 1 and _ends(files[0], ".pdf"):
        return Chosen("split", {"pdf": files[0]}, shape_of(ask.form))
    if len(files) == 1 and _ends(files[0], ".zip"):
        return Chosen("files", uploads | {"archive": files[0]}, {})
    return Chosen("files", uploads | {"archive": publish.bundle(files, folder / "letters.zip")}, {})


def _fields(form: Form, beside: Mapping[str, Upload]) -> Chosen:
    markdown = form.text("markdown").replace("\r\n", "\n").strip()
    if len(markdown) > _MOST_MARKDOWN:
        raise DraftFaults(
            {
                "markdown": sentence(
                    "The letter is %(number)s letters long; %(most)s is the most.",
                    number=len(markdown),
                    most=_MOST_MARKDOWN,
                )
            }
        )
    if not markdown and "template" not in beside:
        raise DraftFaults({"markdown": sentence("Write the letter, or choose a Typst file.")})
    if markdown and "template" in beside:
        raise DraftFaults({"markdown": sentence("Write the letter here or choose a Typst file, not both.")})
    uploads = {role: upload for role, upload in beside.items() if role != "list"}
    told = {"markdown": markdown, "signer": " ".join(form.text("signer").split())[:120]}
    return Chosen("merge", uploads, told if markdown else {})


def _ends(upload: Upload, ending: str) -> bool:
    return upload.name.casefold().endswith(ending)


def shape_of(form: Form) -> dict[str, Any]:
    """Return how the pages of one big PDF hang together. Raises `DraftFaults`."""
    pages_each, mark = form.number("pages_each"), " ".join(form.text("mark").split())
    match form.text("shape"):
        case "each" if not pages_each or pages_each > _MOST_PAGES:
            raise DraftFaults(
                {"shape": sentence("Say how many pages each letter has: 1 to %(most)s.", most=_MOST_PAGES)}
            )
        case "each":
            return {"pages_each": pages_each, "mark": ""}
        case "mark" if not mark:
            raise DraftFaults(
                {"shape": sentence("Type the words that stand on the first page of every letter, nowhere else.")}
            )
        case "mark":
            return {"pages_each": 0, "mark": mark}
        case _:
            return {"pages_each": 0, "mark": ""}
