"""A tiny Word letter, made here, by which what loads late is loaded."""

import io
import zipfile
from typing import Final

_OOXML: Final = "http://schemas.openxmlformats.org"
_TYPES: Final = (
    f'<Types xmlns="{_OOXML}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxml'
    'formats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxml'
    'formats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS: Final = (
    f'<Relationships xmlns="{_OOXML}/package/2006/relationships"><Relationship Id="a" Type="{_OOXML}/officeDocument/'
    '2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_LETTER: Final = (
    f'<w:document xmlns:w="{_OOXML}/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Welcome</w:t></w:r></w:p>'
    "</w:body></w:document>"
)


def tiny_letter() -> bytes:
    """Return the letter as a file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", _LETTER),
        ):
            out.writestr(name, text)
    return held.getvalue()
