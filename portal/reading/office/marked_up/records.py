"""Data in XML of somebody's own making: what stands in neighbouring elements is a record, as the cells of a row are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_LONG: Final = 100
"""Letters of a value; longer ones are prose."""


class _Value(NamedTuple):
    """What an element says, under its name; whether an attribute names what its text is."""

    element: str
    text: str
    is_field: bool


@dataclass(slots=True)
class _Element:
    """An element that has not ended: its name, its attributes and text, and the values of the elements in it."""

    name: str
    said: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    values: list[_Value] = field(default_factory=list)


class Records:
    """Puts together `<given>Ana</given><class>3</class><family>Rivera</family>`, and fields that attributes name."""

    def __init__(self) -> None:
        """Start with nothing open."""
        self._open = [_Element("")]

    def start(self, element: str) -> None:
        """Take the start of an element."""
        self._open.append(_Element(element))

    def attributes(self, said: list[str]) -> None:
        """Take what the attributes of the element that started last say."""
        self._open[-1].said += said

    def text(self, text: str) -> None:
        """Take text of the element that is open."""
        self._open[-1].text.append(text)

    def end(self) -> Iterator[str]:
        """Take the end of an element: give the record it was, if any, with tabs between its values."""
        if len(self._open) == 1:
            return
        ended, outer = self._open.pop(), self._open[-1].values
        text = " ".join("".join(ended.text).split())
        if not ended.values:
            told = "\t".join(filter(None, [*ended.said, text]))
            outer += [_Value(ended.name, told, bool(ended.said and text))] if 0 < len(told) <= _LONG else []
        elif len(ended.values) == 1:
            outer.append(ended.values[0])  # one inside the other is no record of its own
        elif len({value.element for value in ended.values}) > 1 or any(value.is_field for value in ended.values):
            yield "\t".join([*ended.said, *(value.text for value in ended.values)])
