"""The fonts letters are set in: those inside Typst (Latin, Greek, Cyrillic), three by package, none of the machine's.

So a letter looks the same on every machine, and one whose signs no font has is refused instead of printed as boxes.
Amiri is the Arabic one because the guard has to read a name back: fonts that draw a letter's dots apart (Noto) come out
of a PDF with signs doubled or missing.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from portal.kernel.errors import StartRefused

FAMILIES: Final = ("Libertinus Serif", "Amiri", "Noto Sans SC", "Noto Sans KR")
MONOSPACED: Final = "DejaVu Sans Mono"
EVERY_FAMILY: Final = (*FAMILIES, "Noto Serif SC", "Noto Serif KR", MONOSPACED)
SAMPLE: Final = "Welcome · Привет · Chào · مرحبا · 欢迎 · 환영"
"""A text with signs of every one of them."""
_PACKAGES: Final = ("fontpkg_amiri", "pylopdf_fonts_zh_cn", "pylopdf_fonts_ko")


@cache
def font_folders() -> tuple[str, ...]:
    """Return where the packaged fonts lie. Raises `StartRefused` when a package is not installed."""
    folders = []
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise StartRefused(f"The fonts of the package {package} are not installed.")
        folders += sorted({str(font.parent) for font in Path(spec.submodule_search_locations[0]).rglob("*.?tf")})
    return tuple(folders)


def families(*first: str) -> str:
    """Return the fonts to try, in order, as a Typst array."""
    return "(" + ", ".join(f'"{name}"' for name in (*first, *FAMILIES)) + ")"
