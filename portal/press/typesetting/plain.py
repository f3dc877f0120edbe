"""A press for tests: one page, Helvetica, each value on a line of its own; nothing is compiled."""

import re
from collections.abc import Iterable, Iterator, Mapping

from portal.press import NotTypeset

_PAGE = b"/Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"
_WANTED = re.compile(r"sys\.inputs\.(?:at\(\"(?P<key>[^\"]+)\"|(?!at\b)(?P<name>\w+))")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')


class PlainPress:
    """The same contract as the real press, in a few microseconds; Latin-1 letters only."""

    def typeset(self, template: str, values: Mapping[str, str]) -> bytes:
        """Return a PDF that shows the values the template asks for. Raises `NotTypeset`."""
        wanted = list(dict.fromkeys(found["key"] or found["name"] for found in _WANTED.finditer(template)))
        code = _QUOTED.sub("", template)
        if code.count("(") != code.count(")") or not set(wanted) <= values.keys():
            raise NotTypeset
        lines = (re.sub(r"([\\()])", r"\\\1", values[name]) for name in wanted)
        text = "\n".join(f"0 -20 Td ({line}) Tj" for line in lines)
        return _one_page(f"BT /F1 12 Tf 72 770 Td\n{text}\nET".encode("latin-1", "replace"))

    def typeset_all(self, template: str, rows: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
        """Return a PDF for each row. Raises `NotTypeset`."""
        return (self.typeset(template, row) for row in rows)


def _one_page(content: bytes) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< %s >>" % _PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    pdf, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return pdf + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(pdf))
    )
