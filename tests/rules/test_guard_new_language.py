"""A language is added to the guard as a folder of words, without a line of Python."""

import json
import subprocess
import sys
from pathlib import Path

from tests.house.tree import HOUSE

ASK = """
import json, sys
from pathlib import Path
from portal.guard import lexicon
lexicon.FOLDERS.extend(map(Path, sys.argv[2:]))
from portal.guard.rules import Clear
from tests.rules.guarded import judge_text
print(json.dumps([judge_text(text) != Clear() for text in json.loads(sys.argv[1])]))
"""
TAGALOG = """
# A mother is called Ginang, Gng. for short.
[titles]
gng

[titles-of-address]
gng

[abbreviated-names]
gng

[given-name-labels]
pangalan

[family-name-labels]
apelyido
"""
ENGLISH = (
    "Dear Mrs. Johnson:\n\nEmily has missed eleven days.",
    "Mrs. Grace Park came.",
    "Ana, daughter of Mrs. Rivera",
    "First name: Ana\nSex: F\nLast name: Rivera",
)


def stopped(texts: tuple[str, ...], *folders: Path) -> list[bool]:
    """Return of each text whether the guard stops it, in a process that reads these folders as well."""
    command = [sys.executable, "-c", ASK, json.dumps(texts), *map(str, folders)]
    told = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True)
    return list(json.loads(told.stdout))


def test_a_title_and_a_label_of_a_new_language_are_read_as_english_ones_are(tmp_path: Path) -> None:
    (tmp_path / "tl").mkdir()
    (tmp_path / "tl" / "people.txt").write_text(TAGALOG)
    tagalog = tuple(
        text.replace("Mrs.", "Gng.").replace("First name", "Pangalan").replace("Last name", "Apelyido")
        for text in ENGLISH
    )
    assert stopped(tagalog) == [False] * 4, "what nobody has told the guard yet"
    assert stopped((*ENGLISH, *tagalog), tmp_path) == [True] * 8
