"""The programs that make PDFs of washed letters: LibreOffice, where it is installed, and dxpdf, which comes along."""

import contextlib
import json
import shutil
from pathlib import Path
from typing import Final, Protocol

from portal.kernel.cage.limits import MIB
from portal.press.office.converter import NotConverted, OfficeKind
from portal.press.office.workshop import CageLimits, Call, Workshop

_LOADERS: Final = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
_STATE: Final = ("/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice")
_FILTER: Final = "pdf:writer_pdf_Export:" + json.dumps(
    {
        name: {"type": "boolean", "value": str(is_on).lower()}
        for name, is_on in (
            ("UseTaggedPDF", True),
            ("ExportNotes", False),
            ("ExportNotesInMargin", False),
            ("ExportFormFields", False),
            ("ExportBookmarks", True),
            ("IsAddStream", False),
        )
    }
)
_READ_AS: Final = {"docx": "MS Word 2007 XML", "odt": "writer8", "txt": "Text"}  # else it takes whatever it is for text
_PROFILE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">%s</oor:items>'
)
_ITEM: Final = (
    '<item oor:path="/org.openoffice.Office.%s"><prop oor:name="%s" oor:op="fuse"><value>%s</value></prop></item>'
)
_SAFE: Final = (
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Misc", "UseLocking", "false"),
    ("Writer/Content/Update", "Link", "0"),
)


class Engine(Protocol):
    """A program that makes a PDF of a letter that was washed before."""

    name: str
    kinds: frozenset[OfficeKind]
    draws_all: bool

    def draw(self, data: bytes, kind: OfficeKind) -> bytes:
        """Return the PDF. Raises `NotConverted`."""
        ...


class LibreOffice:
    """LibreOffice as it is installed, started once for each letter with a profile of its own."""

    name = "LibreOffice"
    kinds: frozenset[OfficeKind] = frozenset(("docx", "odt"))
    draws_all = True

    def __init__(self, program: Path, limits: CageLimits | None = None) -> None:
        """Start nothing yet: the first letter makes the profile that others are given a copy of (some 5 s)."""
        self._program = program
        self._shop = Workshop(limits or CageLimits(), self._make_profile)

    @staticmethod
    def installed() -> Path | None:
        """Return the program, if it is installed."""
        found = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)
        program = Path(found).resolve().parent / "soffice.bin" if found else None
        return program if program and program.is_file() else None

    def draw(self, data: bytes, kind: OfficeKind) -> bytes:
        """Return the PDF. Raises `NotConverted`."""
        kept = self._shop.kept()
        with self._shop.room(data, kind) as folder:
            shutil.copytree(kept / "profile", folder / "profile")
            return self._shop.run(folder, kept, self._call(folder, folder / "profile", kind))

    def _make_profile(self, kept: Path) -> None:
        """Make a profile by letting the program convert a word; only its second start does it."""
        profile = kept / "profile"
        (profile / "user").mkdir(parents=True)
        items = "".join(_ITEM % item for item in _SAFE)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE % items, encoding="utf-8")
        for _ in range(2):
            with self._shop.room(b"Welcome", "txt") as folder, contextlib.suppress(NotConverted):
                self._shop.run(folder, kept, self._call(folder, profile, "txt"), is_making=True)

    def _call(self, folder: Path, profile: Path, ending: str) -> Call:
        program = str(self._program)
        line = (
            program,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            "--nofirststartwizard",
            f"--infilter={_READ_AS[ending]}",
            "--convert-to",
            _FILTER,
            "--outdir",
            str(folder),
            str(folder / f"letter.{ending}"),
        )
        return Call(line, runs=(program, *_LOADERS), reads=(*_STATE, str(self._program.parent.parent)))


class Basic:
    """dxpdf, which comes with the portal: Word letters without what it is known to draw wrongly."""

    name = "dxpdf"
    kinds: frozenset[OfficeKind] = frozenset(("docx",))
    draws_all = False

    def __init__(self, limits: CageLimits | None = None) -> None:
        """Start nothing yet: the first letter has the fonts looked at (some 3 s)."""
        limits = limits or CageLimits(memory=1024 * MIB, cpu_seconds=20, wall_seconds=40.0)
        self._shop = Workshop(limits, self._look_at_fonts)

    def draw(self, data: bytes, kind: OfficeKind) -> bytes:
        """Return the PDF. Raises `NotConverted`."""
        kept = self._shop.kept()
        with self._shop.room(data, kind) as folder:
            return self._shop.run(folder, kept, Call())

    def _look_at_fonts(self, kept: Path) -> None:
        with self._shop.room(b"", "docx") as folder, contextlib.suppress(NotConverted):
            self._shop.run(folder, kept, Call(), is_making=True)
