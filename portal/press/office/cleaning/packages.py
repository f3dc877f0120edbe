"""The zip that an office file is, as parts that are looked into and written anew. For the cage alone."""

import io
import posixpath
import re
import zipfile
from collections import Counter
from typing import Final

from lxml import etree

_MOST_UNPACKED: Final = 200 * 1024 * 1024
_MOST_PARTS: Final = 5_000
_DEEPEST: Final = 250  # nested tables cost LibreOffice far more than they show; no letter has a tenth of it


class NotWashed(Exception):
    """The file is not converted: a code of `notes.refusal`, and a fact."""

    def __init__(self, code: str, fact: str = "") -> None:
        """Say why."""
        super().__init__(code)
        self.code, self.fact = code, fact


class Package:
    """All parts of one file, and how often something was taken out."""

    def __init__(self, data: bytes) -> None:
        """Unpack it. Raises `NotWashed`."""
        self.told: Counter[str] = Counter()
        self.parts: dict[str, bytes] = {}
        left = _MOST_UNPACKED
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            for entry in entries:
                left -= entry.file_size
                if left < 0 or len(entries) > _MOST_PARTS:
                    raise NotWashed("large")
                if not entry.is_dir():
                    self.parts[entry.filename] = packed.read(entry)

    def names(self, pattern: re.Pattern[str]) -> list[str]:
        """Return the parts whose names begin like this."""
        return [name for name in self.parts if pattern.match(name)]

    def tree(self, name: str) -> etree._Element:
        """Return a part as its tree. Raises `NotWashed`."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            root = etree.fromstring(self.parts[name], parser)
        except (KeyError, etree.XMLSyntaxError):
            raise NotWashed("damaged") from None
        check_depth(root)
        return root

    def put(self, name: str, root: etree._Element) -> None:
        """Put a tree in place of the part it was."""
        self.parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    @staticmethod
    def target(relations: str, target: str) -> str:
        """Return the part that a relation of a `.rels` part leads to."""
        if target.startswith("/"):
            return target.lstrip("/")
        folder = posixpath.dirname(posixpath.dirname(relations))
        return posixpath.normpath(posixpath.join(folder, target))

    def packed(self, first: str = "") -> bytes:
        """Return the file: `first` at its beginning and as it is, as OpenDocument wants its type."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
            if first in self.parts:
                out.writestr(zipfile.ZipInfo(first), self.parts[first])
            for name, content in self.parts.items():
                if name != first:
                    out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        return held.getvalue()


def check_depth(root: etree._Element) -> None:
    """Refuse elements within elements deeper than letters have them. Raises `NotWashed`."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise NotWashed("damaged")
