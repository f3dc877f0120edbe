"""Make the guard's two tables of Chinese characters anew, from two packages that nothing else needs.

.venv/bin/python -m pip install --target /some/folder --no-deps pypinyin==0.55.0 opencc-python-reimplemented==0.1.7
.venv/bin/python -m tests.house.chinese /some/folder
"""

import argparse
import importlib
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Final

from portal.guard.lexicon import FOLDERS

_GB_2312: Final = [
    bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
]
_PINYIN: Final = """\
# Each sound of Mandarin, without tones, with the characters of GB 2312 that have it most often.
# Made by tests/house/chinese.py. Source: Unicode's kMandarin, as pypinyin 0.55.0 has it (MIT licence).
"""
_SIMPLIFIED: Final = """\
# Each traditional character of GBK whose simplified form is in GB 2312, and that form.
# Made by tests/house/chinese.py. Source: Unicode's kSimplifiedVariant, as TSCharacters of OpenCC has it (Apache 2.0
# licence), from opencc-python-reimplemented 0.1.7.
"""


def pinyin(packages: Path) -> list[str]:
    """Return each sound with its characters, both in order."""
    sys.path.insert(0, str(packages))
    readings: dict[int, str] = importlib.import_module("pypinyin.pinyin_dict").pinyin_dict
    sounds: dict[str, list[str]] = defaultdict(list)
    for letter in sorted(filter(None, _GB_2312)):
        first = unicodedata.normalize("NFD", readings[ord(letter)].split(",")[0])
        sounds["".join(one for one in first if not unicodedata.combining(one))].append(letter)
    return [f"{sound} {''.join(letters)}" for sound, letters in sorted(sounds.items())]


def simplified(packages: Path) -> list[str]:
    """Return each traditional character with its simplified form, in order."""
    table = (packages / "opencc" / "dictionary" / "TSCharacters.txt").read_text("utf-8")
    forms = {letter: every.split()[0] for letter, every in (line.split("\t") for line in table.splitlines())}
    known = {
        one: other for one, other in forms.items() if one != other and _is_in("gbk", one) and _is_in("gb2312", other)
    }
    return [f"{one} {other}" for one, other in sorted(known.items())]


def _is_in(encoding: str, letter: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", type=Path, help="the folder that holds the two packages")
    packages = parser.parse_args().packages
    for kind, head, lines in (("pinyin", _PINYIN, pinyin(packages)), ("simplified", _SIMPLIFIED, simplified(packages))):
        (FOLDERS[0] / "zh" / f"{kind}.txt").write_text("\n".join((head, f"[{kind}]", *lines, "")), "utf-8")


if __name__ == "__main__":
    main()
