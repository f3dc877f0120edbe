"""What whoever imports a roster says about it: what a header means, which columns to drop, how dates are written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from portal.kernel.errors import WrongCall
from portal.rosters.fields.dates import Order
from portal.rosters.fields.headings import Heading, fields, slots, word_of

DROP: Final = "drop"


@dataclass(frozen=True, slots=True)
class Answers:
    """Headings by the word of a header; None for a column that is dropped on purpose."""

    columns: Mapping[str, Heading | None] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    dates: Order | None = None

    def told(self) -> dict[str, object]:
        """Return it as an order tells it: what `answers` takes."""
        keys = {word: found.key if found else DROP for word, found in self.columns.items()}
        return {"columns": [f"{self.headers[word]}={key}" for word, key in keys.items()], "dates": self.dates}

    def for_field(self, name: str) -> bool:
        """Whether a column was said to hold this field: what its cells leave empty is then meant to be empty."""
        return any(found and found.key == name for found in self.columns.values())

    def check_all_used(self, file: str, header: Iterable[str]) -> None:
        """Refuse an answer about a header that this file does not have. Raises `WrongCall`."""
        there = {word_of(cell) for cell in header}
        if lost := [written for word, written in self.headers.items() if word not in there]:
            raise WrongCall(f"{file} has no column “{lost[0]}”, which --column names. Nothing was changed.")


NOTHING_SAID: Final = Answers()


def answers(columns: Iterable[str], dates: str | None = None) -> Answers:
    """Return what `--column HEADER=FIELD` (or `HEADER=drop`) and `--dates ORDER` say. Raises `WrongCall`."""
    meant: dict[str, Heading | None] = {}
    headers: dict[str, str] = {}
    for said in columns:
        shown = said.encode(errors="replace").decode()
        if shown != said:
            raise WrongCall(f"--column takes UTF-8, and “{shown}” came in another encoding. Set the shell to UTF-8.")
        header, _, name = (part.strip() for part in said.rpartition("="))
        if not header or not name:
            raise WrongCall(f"--column takes HEADER=FIELD or HEADER={DROP}, not “{said}”.")
        meant[word_of(header)] = None if name == DROP else _heading(name)
        headers[word_of(header)] = header
    if dates is not None and dates not in set(Order):
        raise WrongCall(f"--dates takes {', '.join(Order)}, not “{dates}”.")
    return Answers(meant, headers, Order(dates) if dates else None)


def _heading(name: str) -> Heading:
    field_, _, slot = name.partition(" ")
    if field_ not in fields() or slot not in slots():
        raise WrongCall(
            f"--column knows no field “{name}”. The fields are {', '.join(sorted(fields()))}; a further guardian's "
            f"end in their place, as “guardian_email 2” or “guardian_email mother”; {DROP} leaves a column out."
        )
    is_guardians = field_.startswith("guardian_") or field_ in {"language", "may_receive"}
    if slot and not is_guardians:
        raise WrongCall(f"{field_} is not a guardian's field, so it takes no “{slot}”.")
    return Heading(field_, slot or ("1" if is_guardians else ""))
