"""Pages with guides that tell how to say the letters below them: the letters alone, and the guides in their place."""

from collections.abc import Iterator, Sequence
from typing import Final

_GUIDES: Final = frozenset(("rt", "rtc"))
_MARKS: Final = "rp"
"""What browsers without guides put around them."""
_ENDS: Final = frozenset(("ruby", "/ruby", "rb", "/rt", "/rtc", "/rp"))
"""What begins or ends letters; ends of guides may be left out (WHATWG HTML 13.1.2.4)."""


def without_guides(texts: Sequence[str], names: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts between tags, told by the names of the tags, as three readings; none where no guides are.

    The letters without their guides; then the guides without their letters, with a blank behind each and without.
    """
    if _GUIDES.isdisjoint(map(str.lower, names)):
        return
    letters, apart, joined, inside, depth = [texts[0]], [texts[0]], [texts[0]], "", 0
    for name, text in zip(map(str.lower, names), texts[1:], strict=True):
        depth += {"ruby": 1, "/ruby": -1}.get(name, 0)
        if name in _GUIDES or name == _MARKS:
            inside = name
        elif name in _ENDS:
            inside = ""
        is_guide = inside in _GUIDES
        is_above = is_guide or (depth <= 0 and not inside)
        letters.append("" if inside else text)
        apart.append(f"{text.strip()} " if is_guide else text if is_above else "")
        joined.append(text.strip() if is_guide else text if is_above else "")
    yield from (letters, apart, joined)
