"""Boxes of a slide that are kept in another order than they are seen in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reading.office.slides import boxes_in_order

_EMU = 914_400


def _slide(*boxes: tuple[str, float, float]) -> bytes:
    """Return a slide with boxes an inch high and five wide, each with its words, its left and its top in inches."""
    shapes = "".join(
        f'<p:sp><p:spPr><a:xfrm><a:off x="{round(left * _EMU)}" y="{round(top * _EMU)}"/>'
        f'<a:ext cx="{5 * _EMU}" cy="{_EMU}"/></a:xfrm></p:spPr>'
        f"<p:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp>"
        for words, left, top in boxes
    )
    return f'<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>'.encode()


@pytest.mark.parametrize(
    ("boxes", "told"),
    [
        ([("Ana", 2, 2), ("Certificate", 1, 5), ("Rivera", 2, 3)], "Ana\nRivera\n\nCertificate"),
        ([("Rivera", 6, 2), ("Reader of the month", 1, 0), ("Ana", 1, 2)], "Reader of the month\n\nAna\tRivera"),
        ([("Ana", 0, 2), ("Rivera", 0, 3)], ""),
        ([("Ana", 0, 2)], ""),
        ([("Rivera", 0, 7), ("Ana", 0, 2)], "Ana\n\nRivera"),
        ([("Rivera", 7, 3), ("Ana", 0, 2)], "Ana\n\nRivera"),
    ],
)
def test_boxes_are_told_from_top_to_bottom_where_they_are_kept_otherwise(
    boxes: list[tuple[str, float, float]], told: str
):
    assert boxes_in_order(_slide(*boxes)) == told


def test_the_cells_of_a_table_stay_apart_and_what_the_layout_places_is_left_where_it_is():
    cells = "".join(
        f"<a:tr>{''.join(f'<a:tc><a:p><a:r><a:t>{word}</a:t></a:r></a:p></a:tc>' for word in row)}</a:tr>"
        for row in (("Ava", "Quigley"), ("Emma", "Lee"))
    )
    place = f'<p:xfrm><a:off x="0" y="{3 * _EMU}"/><a:ext cx="{_EMU}" cy="{_EMU}"/></p:xfrm>'
    table = f"<p:graphicFrame>{place}<a:tbl>{cells}</a:tbl></p:graphicFrame>".encode()
    loose = b"<p:sp><p:txBody><a:p><a:r><a:t>Staff</a:t></a:r></a:p></p:txBody></p:sp>"
    slide = _slide(("Families", 0, 0)).replace(b"<p:spTree>", b"<p:spTree>" + loose + table)

    assert boxes_in_order(slide) == "Families\n\nAva\tQuigley\n\nEmma\tLee"


def test_a_slide_without_boxes_or_with_strange_places_tells_nothing():
    assert boxes_in_order(b"<p:sld xmlns:p='p'/>") == ""
    assert boxes_in_order(_slide(("Ana", 0, 0), ("Rivera", 0, 1)).replace(b'y="0"', 'y="²"'.encode())) == ""


@given(st.lists(st.tuples(st.integers(-3, 9), st.integers(-3, 9)), max_size=6))
def test_nothing_is_lost_or_told_twice(places: list[tuple[int, int]]):
    told = boxes_in_order(_slide(*((f"w{number}", *place) for number, place in enumerate(places))))
    assert not told or sorted(told.split()) == [f"w{number}" for number in range(len(places))]
