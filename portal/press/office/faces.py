"""The fonts that letters of office programs are drawn in: those that come along, then those of the machine.

Carlito, Caladea and Liberation have letters as wide as Calibri, Cambria, Arial, Times New Roman and Courier New have.
What an operator installs on the machine is used, too: a school may have a licence for its own typeface.
"""

from html import escape
from pathlib import Path
from typing import Final

from portal.press.typesetting.fonts import font_folders

OURS: Final = str(Path(__file__).parent / "faces")
_OF_THE_MACHINE: Final = ("/usr/share/fonts", "/usr/local/share/fonts")
_SAME: Final = (
    ("Calibri", "Carlito"),
    ("Calibri Light", "Carlito"),
    ("Cambria", "Caladea"),
    ("Arial", "Liberation Sans"),
    ("Helvetica", "Liberation Sans"),
    ("Times New Roman", "Liberation Serif"),
    ("Times", "Liberation Serif"),
    ("Courier New", "Liberation Mono"),
    ("Courier", "Liberation Mono"),
)
_LAST: Final = ("Liberation Sans", "Amiri", "Noto Sans SC", "Noto Sans KR")
_HEAD: Final = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
_ELSE: Final = (
    ("sans-serif", ("Liberation Sans", "Amiri", "Noto Sans SC", "Noto Sans KR")),
    ("serif", ("Liberation Serif", "Amiri", "Noto Serif SC", "Noto Serif KR")),
    ("monospace", ("Liberation Mono",)),
    ("system-ui", ("Carlito",)),
)


def folders() -> tuple[str, ...]:
    """Return where fonts lie."""
    return (OURS, *font_folders(), *_OF_THE_MACHINE)


def configuration(cache: Path) -> str:
    """Return what fontconfig is to read: the folders, and which font stands in for which."""
    lines = [f"<dir>{escape(folder)}</dir>" for folder in folders()]
    lines.append(f"<cachedir>{escape(str(cache))}</cachedir>")
    lines += [
        f'<alias binding="same"><family>{asked}</family><accept><family>{given}</family></accept></alias>'
        for asked, given in _SAME
    ]
    for generic, fonts in _ELSE:
        preferred = "".join(f"<family>{font}</family>" for font in fonts)
        lines.append(f"<alias><family>{generic}</family><prefer>{preferred}</prefer></alias>")
    last = "".join(f"<string>{font}</string>" for font in _LAST)
    lines.append(f'<match target="pattern"><edit name="family" mode="append_last" binding="weak">{last}</edit></match>')
    return "\n".join((_HEAD, *lines, "</fontconfig>\n"))
