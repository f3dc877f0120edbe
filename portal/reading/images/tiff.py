"""What of a TIFF belongs to no page of it: an earlier page that was taken out, text, a picture nobody shows.

Source: TIFF 6.0, section 2; BigTIFF, in which all addresses have eight bytes.
"""

import contextlib
import struct
from typing import Final

_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_LETTERS: Final = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 17: "Q", 18: "Q"}
_PIXELS: Final = {273: 279, 324: 325, 513: 514}
"""Fields that say where pixels are, and those that say how many bytes they take."""
_DIRECTORIES: Final = frozenset((34665, 34853, 40965))
"""Details of the photo, its place, and how it may be read."""
_MOST: Final = 5_000


def left_over(data: bytes) -> bytes:
    """Return the bytes that no page and no field refers to. Raises `struct.error` where a page breaks off."""
    return b"".join(_Walk(data).left())


class _Walk:
    """Goes through all directories of fields, and notes which bytes each takes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = "<" if data.startswith(b"II") else ">"
        self._is_big = self._one("H", 2) == 43
        self._taken: list[tuple[int, int]] = [(0, 16 if self._is_big else 8)]
        self._seen: set[int] = set()
        at = self._one("Q", 8) if self._is_big else self._one("I", 4)
        while at:
            at = self._directory(at)

    def left(self) -> list[bytes]:
        at, left = 0, []
        for start, end in sorted(self._taken):
            if start > at:
                left.append(self._data[at:start])
            at = max(at, end)
        return [*left, self._data[at:]]

    def _one(self, form: str, at: int) -> int:
        (value,) = struct.unpack_from(self._order + form, self._data, at)
        return int(value)

    def _directory(self, at: int) -> int:
        """Note a directory; return where the next one is, or 0."""
        if at in self._seen or len(self._seen) > _MOST:
            return 0
        self._seen.add(at)
        head, each, far = (8, 20, "Q") if self._is_big else (2, 12, "I")
        count = self._one("Q" if self._is_big else "H", at)
        end = at + head + each * count
        if end > len(self._data):
            raise struct.error
        numbers: dict[int, tuple[int, ...]] = {}
        for start in range(at + head, end, each):
            tag, kind = self._one("H", start), self._one("H", start + 2)
            numbers[tag] = self._field(kind, start + 4, far)
        for places, sizes in _PIXELS.items():
            self._taken += [
                (place, place + size)
                for place, size in zip(numbers.get(places, ()), numbers.get(sizes, ()), strict=False)
            ]
        for tag in _DIRECTORIES & numbers.keys():
            for inner in numbers[tag]:
                with contextlib.suppress(struct.error):  # what does not make sense there is left over
                    self._directory(inner)
        self._taken.append((at, end + struct.calcsize(far)))
        return self._one(far, end) if end + struct.calcsize(far) <= len(self._data) else 0

    def _field(self, kind: int, at: int, far: str) -> tuple[int, ...]:
        """Note where a field's values are; return them where they are whole numbers."""
        count, width = self._one(far, at), struct.calcsize(far)
        size = count * _SIZES.get(kind, 1)
        start = at + width if size <= width else self._one(far, at + width)
        self._taken.append((start, start + size))
        letter = _LETTERS.get(kind)
        return struct.unpack_from(f"{self._order}{count}{letter}", self._data, start) if letter else ()
