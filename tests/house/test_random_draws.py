"""Properties draw the same examples at every run, by hand as in CI; `make fuzz` and `make machine` draw others."""

from hypothesis import settings

from tests.house.tree import modules, named


def test_properties_draw_the_same_examples_wherever_they_run() -> None:
    assert settings().derandomize


def test_no_property_draws_afresh_but_in_a_drill() -> None:
    drills = [path for path in modules("tests") if "derandomize=" + "False" in path.read_text()]
    assert list(map(named, drills)) == ["tests/drills/fuzz.py", "tests/drills/machine.py"]
