"""Inside the cage of what the press reads: the parser of Markdown, the search for fields, the counting of pages."""

import os
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import pypdfium2

from portal.kernel.cage.answering import answer_calls, framed_values
from portal.kernel.cage.calls import in_memory
from portal.press.letters.markdown import read_markdown
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


def _read(file: int) -> bytes:
    with os.fdopen(file, "rb", closefd=False) as given:
        return given.read()


_READ: Final = {"letter": _letter, "template": _template, "pages": _pages}


def warm_up() -> None:
    """Load what parsers load late: behind the filter nothing can be opened any more."""
    pdf = PlainPress().typeset("", {})
    for sample in (_SAMPLE.encode(), _SAMPLE.partition("![")[0].encode(), b"#child.name #value.fee #child.nmae", pdf):
        for read in _READ.values():
            with in_memory(sample) as file:
                for _ in framed_values(partial(read, {}, file)):
                    pass


def main() -> None:
    """Answer calls until the other end closes."""
    warm_up()
    answer_calls(_READ)
