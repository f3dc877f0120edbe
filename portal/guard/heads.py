"""Whether a line stands under a head that says that pupils are listed, so that ordinary words in it are a name."""

from typing import Final

from portal.guard.words import apart


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PUPILS: Final = _listed("""
    alumna alumnas alumno alumnos camper campers eleve eleves enrolled estudiante estudiantes learner learners
    participant participants pupil pupils schuler schulerin schulerinnen student students
""")
_FIRST: Final = _listed("first given forename firstname nombre nombres prenom vorname")
_LAST: Final = _listed("last surname family lastname apellido apellidos nom nachname familienname")
_NAME: Final = _listed("name names nombre nom nome")
_TOLD: Final = _listed("""
    age allergies allergy birth birthday birthdate dob gender grade grado guardian guardians homeroom klasse madre
    medication padre parent parents sex
""")
_REST: Final = _listed("""
    address class classe classroom code contact date day days de del des email fee fees full id initial initials
    legal list mail middle mobile no notes nr number of paid phone preferred program roll room roster school
    site status suffix teacher tel telephone the year
""")
_WORDS: Final = _PUPILS | _FIRST | _LAST | _NAME | _TOLD | _REST
PUPIL_LABELS: Final = _PUPILS | _FIRST | _NAME
"""Words that may stand before a pupil's given name."""
_LONGEST: Final = 200
_MOST_LINES: Final = 40


def is_under_head(before: str) -> bool:
    """Whether the folded text before a line ends in rows of a list of pupils: a head, and nothing but short lines."""
    lines = (line for line in reversed(before.split("\n")) if line.strip())
    for _, line in zip(range(_MOST_LINES), lines, strict=False):
        if len(line) > _LONGEST or line.rstrip().endswith((".", "!", "?")):
            return False
        if _is_head(line):
            return True
    return False


def _is_head(line: str) -> bool:
    words = [word for word in apart(line).split() if not word.isdigit()]
    if not words or not all(word in _WORDS for word in words):
        return False
    held = set(words)
    is_of_names = bool(held & _FIRST and held & _LAST) or bool(held & _NAME and held & _TOLD)
    return bool(held & _PUPILS) or is_of_names
