"""The whole corpus, and how one case of it is put before the guard."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal.guard.roster.index import Roster
from portal.guard.rules import Blocked, Clear, Verdict, judge_file
from portal.reading.reader import Reader, Reading, Unreadable
from tests.guard_corpus.cases import CASES, Case, Scene

for _room in (
    "leaks_pdf", "leaks_pdf_parts", "leaks_docx", "leaks_xlsx", "leaks_xlsx_parts",
    "leaks_office", "leaks_text", "leaks_pictures", "leaks_worn",
    "leaks_rosters",
    "leaks_audience", "leaks_others", "leaks_halves",
    "innocents_halves", "refused", "innocents_letters", "innocents_texts", "innocents_files",
    "innocents_pictures",
):  # fmt: skip
    importlib.import_module(f"tests.guard_corpus.{_room}")

CORPUS: Final = tuple(CASES.values())


@dataclass(frozen=True, slots=True)
class Judged:
    """What the guard said of a case, and whether that is what it must say."""

    case: Case
    verdict: Verdict
    is_right: bool

    @property
    def words(self) -> str:
        """The verdict for a report of a failed test; these people are made up."""
        match self.verdict:
            case Clear():
                return "clear"
            case Unreadable(reason):
                return f"unreadable: {reason}"
            case Blocked(findings):
                return "blocked: " + ", ".join(f"{found.kind} ({found.where})" for found in findings[:6])


def name_of(case: Case, scene: Scene) -> str:
    """The name under which the file is chosen."""
    return case.name.format(
        given=scene.given, last=scene.last, number=scene.number, email=scene.email, phone=scene.phone
    )


def judged(case: Case, reader: Reader, index: Roster, folder: Path) -> Judged:
    """Make the file, read it in the cage and judge it, as the site does with an upload."""
    scene = case.scene
    path = folder / "upload"
    path.write_bytes(case.make(scene))
    verdict = verdict_on(case, scene, reader.read(path, name_of(case, scene)), index)
    return Judged(case, verdict, is_right(case, verdict))


def verdict_on(case: Case, scene: Scene, reading: Reading | Unreadable, index: Roster) -> Verdict:
    """Judge for the families that the case says will get the file."""
    if case.readers == "everyone":
        return judge_file(reading, index)
    allowed = frozenset(person.id for person in (*scene.family.children, *scene.family.guardians))
    return judge_file(reading, index, allowed, must_name=scene.child.id)


def is_right(case: Case, verdict: Verdict) -> bool:
    """Whether the verdict is the one that the case must get."""
    match verdict:
        case Clear():
            return case.sort == "innocent"
        case Unreadable():
            return case.sort == "refused" or case.or_unreadable
        case Blocked(findings):
            kinds = {str(found.kind) for found in findings}
            return case.sort == "refused" or (case.sort == "leak" and bool(kinds & case.signs))
