"""Children as the office's sentences name them, and what every sentence of a problem has to keep to."""

from typing import Final

from portal.documents.rules.problems import Problem, Wording
from portal.documents.rules.tokens import Pupil
from portal.words.languages import staff_languages
from portal.words.sentences import said

ANA: Final = Pupil("ana", "101", "Ana", "López")
BEN: Final = Pupil("ben", "102", "Ben", "Kim")
CAM: Final = Pupil("cam", "103", "Cam", "Ray")
DEV: Final = Pupil("dev", "104", "Dev", "Rao")
EVA: Final = Pupil("eva", "105", "Eva", "Stone")
STRANGER: Final = "somebody else"
"""The id of a child whom the mailing is not for."""


def say() -> Wording:
    """Return what says problems about files called a.pdf to e.pdf, and may name all five children."""
    return Wording([ANA, BEN, CAM, DEV, EVA], {0: "a.pdf", 1: "b.pdf", 2: "c.pdf", 3: "d.pdf", 4: "e.pdf"})


def in_every_language(problem: Problem) -> None:
    """Fail unless what happened and what to do are said in each other language of staff, the file named in it."""
    for language in staff_languages()[1:]:
        for text in (problem.sentence, problem.fix):
            assert said(text, language) != text, f"{text!r} is not said in {language.tag}"
        assert problem.name in said(problem.sentence, language)
