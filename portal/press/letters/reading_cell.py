"""Inside the cage of what the press reads: Markdown, fields of a template, pages of a PDF, a page put before a file."""

import io
import os
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import pypdfium2
from PIL import Image

from portal.kernel.cage.answering import answer_calls, framed_values
from portal.kernel.cage.calls import in_memory
from portal.press.letters.markdown import read_markdown
from portal.press.letters.page_before import put_before
from portal.press.letters.template_fields import named_fields
from portal.press.typesetting.plain import PlainPress

_SAMPLE: Final = """# Title
A *letter* for {{ child.name }}, **soon**, with a [link](https://exämple.test "here") & `code` &amp; <b>.

1. one
   - two

> said

| a | b |
| :-- | --: |
| 1 | {{ value.fee }} |

    code

---
![picture](x.png)
"""


def _letter(_told: Mapping[str, Any], file: int) -> Iterable[object]:
    return [read_markdown(_read(file).decode())]


def _template(_told: Mapping[str, Any], file: int) -> Iterable[object]:
    return [named_fields(_read(file).decode())]


def _pages(_told: Mapping[str, Any], file: int) -> Iterable[object]:
    return [len(pypdfium2.PdfDocument(_read(file)))]


def _before(told: Mapping[str, Any], file: int) -> Iterable[object]:
    return put_before(told, _read(file))


def _read(file: int) -> bytes:
    with os.fdopen(file, "rb", closefd=False) as given:
        return given.read()


_READ: Final = {"letter": _letter, "template": _template, "pages": _pages, "before": _before}


def warm_up() -> None:
    """Load what parsers load late: behind the filter nothing can be opened any more."""
    pdf = PlainPress().typeset("", {})
    for sample in (_SAMPLE.encode(), _SAMPLE.partition("![")[0].encode(), b"#child.name #value.fee #child.nmae", pdf):
        for do in ("letter", "template", "pages"):
            _try(do, {}, sample)
    for picture in ("PNG", "JPEG"):
        _try("before", {"file": len(pdf), "source": -1}, pdf + _picture(picture) + b".")


def _try(do: str, told: Mapping[str, Any], sample: bytes) -> None:
    with in_memory(sample) as file:
        for _ in framed_values(partial(_READ[do], told, file)):
            pass


def _picture(kind: str) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (1, 1)).save(held, kind)
    return held.getvalue()


def main() -> None:
    """Answer calls until the other end closes."""
    warm_up()
    answer_calls(_READ)
