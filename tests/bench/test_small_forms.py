"""Benches that start no servers run in their small form, so that none breaks unseen."""

import json
import runpy
import sys
from pathlib import Path

import pytest

from bench.every import EVERY
from bench.figures import INTO


@pytest.mark.parametrize("name", [name for name, bench in EVERY.items() if bench.in_tests])
def test_a_bench_comes_to_its_end_and_tells_figures(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(INTO, str(tmp_path / "figures"))
    monkeypatch.setattr(sys, "argv", [name, *EVERY[name].small])
    runpy.run_module(f"bench.{name}", run_name="__main__", alter_sys=True)
    assert capsys.readouterr().out
    told = [json.loads(line) for line in (tmp_path / "figures").read_text().splitlines()]
    assert told
    assert {one["bench"] for one in told} == {""}, "the runner fills it in"
