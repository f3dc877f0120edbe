"""Typst as the press: accessible PDFs (PDF/UA-1), the same bytes for the same letter."""

from collections.abc import Mapping
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from weakref import finalize

from typst import Compiler, TypstError

from portal.press import NotTypeset


class TypstPress:
    """One compiler, kept because finding the fonts costs more than a hundred letters.

    PDF/UA-1 (ISO 14289-1) makes it insist on a title, on headings in order and on words for pictures.
    """

    def __init__(self) -> None:
        """Look for fonts once. Templates see an empty folder instead of this machine's files."""
        empty = mkdtemp(prefix="portal-press-")
        finalize(self, rmtree, empty, ignore_errors=True)
        self._compiler = Compiler(root=empty, package_path=empty, package_cache_path=empty)
        self._lock = Lock()

    def typeset(self, template: str, values: Mapping[str, str]) -> bytes:
        """Return the letter as a PDF, about 3 ms a page. Raises `NotTypeset`."""
        try:
            with self._lock:
                pdf = self._compiler.compile(
                    template.encode(), format="pdf", sys_inputs=dict(values), pdf_standards="ua-1", timestamp=0
                )
        except TypstError as error:
            raise NotTypeset(f"This letter cannot be set: {error.message}.") from None
        if not isinstance(pdf, bytes):
            raise NotTypeset
        return pdf
