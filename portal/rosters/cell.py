"""Inside the cage of rosters: every reader of a table or an export, whoever gave it."""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import product
from typing import Any, Final

from portal.kernel.cage.answering import answer_calls, framed_values
from portal.kernel.cage.calls import in_memory
from portal.kernel.text.addresses import load_checker
from portal.rosters.fields.answers import NOTHING_SAID, answers
from portal.rosters.fields.dates import Order
from portal.rosters.files.given import Given
from portal.rosters.reader import read_roster, read_sheet
from portal.rosters.samples import sample_files
from portal.rosters.tables.keyed import read_keyed, read_list


def _roster(told: Mapping[str, Any], file: int) -> Iterator[object]:
    path, *deltas = (Given.of(one, file) for one in told["files"])
    said = answers(**told["said"])
    with read_roster(path, date.fromisoformat(told["today"]), deltas, said) as roster:
        yield roster.report
        yield from roster.told()


def _sheet(told: Mapping[str, Any], file: int) -> Iterable[object]:
    path = Given.of(told["files"][0], file)
    return [read_sheet(path, date.fromisoformat(told["today"]), answers(**told["said"]))]


def _keyed(told: Mapping[str, Any], file: int) -> Iterable[object]:
    return [read_keyed(Given.of(told["files"][0], file))]


def _list(told: Mapping[str, Any], file: int) -> Iterable[object]:
    return [read_list(Given.of(told["files"][0], file))]


_READ: Final = {"roster": _roster, "sheet": _sheet, "keyed": _keyed, "list": _list}


def warm_up() -> None:
    """Load what readers load late: behind the filter nothing can be opened any more."""
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp437"):
        codecs.lookup(encoding)
    load_checker()
    for name, data in sample_files().items():
        with in_memory(data) as file:
            told = {"today": "2026-09-01", "files": [Given(name, size=len(data)).told()]}
            for said, read in product((NOTHING_SAID, answers([], Order.DAY_FIRST)), _READ.values()):
                for _ in framed_values(partial(read, told | {"said": said.told()}, file)):
                    pass


def main() -> None:
    """Answer calls until the other end closes."""
    warm_up()
    answer_calls(_READ)
