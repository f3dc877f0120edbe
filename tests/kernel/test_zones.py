"""A time zone is named as it is written, or answered with the nearest; and a machine says which one it is set to."""

from pathlib import Path

import pytest

from portal.kernel.text.zones import system_zone, zone_name


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("Chicago", "America/Chicago"),
        ("america/chicago", "America/Chicago"),
        ("America/Chigaco", "America/Chicago"),
        ("New York", "America/New_York"),
        ("Mars/Olympus", "such as America/New_York"),
        ("", "such as America/New_York"),
        ("../../etc/passwd", "such as America/New_York"),
    ],
)
def test_a_zone_that_is_none_is_answered_with_the_nearest(typed: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=nearest):
        zone_name(typed)
    assert zone_name(" Europe/Berlin ") == "Europe/Berlin"


def test_a_machine_says_its_zone_by_tz_or_by_the_file_of_its_local_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "zoneinfo" / "Asia" / "Kolkata"
    there.parent.mkdir(parents=True)
    there.touch()
    localtime = tmp_path / "localtime"
    localtime.symlink_to(there)
    monkeypatch.delenv("TZ", raising=False)
    assert system_zone(localtime) == "Asia/Kolkata"
    monkeypatch.setenv("TZ", ":America/Denver")
    assert system_zone(localtime) == "America/Denver"
    monkeypatch.setenv("TZ", "XYZ-3nonsense")
    assert system_zone(localtime) == "Asia/Kolkata"
    monkeypatch.delenv("TZ")
    assert system_zone(tmp_path / "nothing") == ""
