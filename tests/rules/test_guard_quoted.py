"""Lines that a program for mail quotes, with a mark before each."""

from portal.guard.text.quoting import unquoted
from tests.rules.guarded import each, named


@each(
    "We spoke with\n> Oliver\n> Whitcombe yesterday",
    "> we spoke with Oliver\n> Whitcombe yesterday",
    "> > our guest is Whitcombe,\n> > Oliver from 3B",
    ">our guest is Oliver\n>Whitcombe from 3B",
    "| Please greet Oliver\n| Whitcombe for us.",
    "\u00bb Please greet Oliver\n\u00bb Whitcombe for us.",
)  # fmt: skip
def test_a_name_that_goes_on_in_the_next_quoted_line_is_found(text: str):
    assert named(text) == {"oliver"}


def test_the_bars_of_a_table_stay():
    table = "| Child | Room |\n| --- | --- |\n| Oliver | 3 |"
    assert unquoted(table) == table
    assert unquoted("a > b\nc | d") == "a > b\nc | d"
