"""`make scale`: what grows with links, children and guardians; writes `docs/scale.md` and its pictures.

`python -m bench.scale [PART…] [--most LINKS]`: parts are links, rosters and sending; what each found is kept in
`build/scale`, and the document is written from all of them.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.scale.curves import drawn
from bench.scale.links import grow, sizes
from bench.scale.links import table as links_table
from bench.scale.price import Units, told
from bench.scale.rosters import table as rosters_table
from bench.scale.rosters import take_in
from bench.scale.sending import send
from bench.scale.sending import table as sending_table
from bench.scale.servers import large_server
from bench.scale.sites import serve_families
from portal.kernel.clock import utc_now
from portal.kernel.log import start_logging
from portal.kernel.secrets.keys import load_key_file, make_key_file

_ROOT = Path(__file__).parents[2]
_MOST = 3_000_000
_MOST_ON_SQLITE = 30_000
Found = dict[str, Any]
"""What a part found, as JSON: tables as lines, curves by the name of their picture, units."""


def links(most: int, folder: Path) -> Found:
    """Ask portals of up to so many links the same."""
    make_key_file(folder / "keys", utc_now())
    keys, rounds = load_key_file(folder / "keys"), 40 if most > 3_000 else 1
    with large_server() as server:
        large = grow(lambda _: server.new_database(), keys, sizes(most), rounds=rounds, tell=_tell)
    few = sizes(min(most, _MOST_ON_SQLITE))
    small = grow(lambda size: f"sqlite:///{folder / f'{size}.db'}", keys, few, rounds=rounds, tell=_tell)
    curves = {
        f"{one.on.lower()}-links": {
            "title": f"{one.on}: median by number of links", "across": "links", "up": "milliseconds",
            "lines": {name: [[size.links, answer.p50] for size, answer in zip(one.sizes, answers, strict=True)]
                      for name, answers in one.answered.items() if name in _SHOWN},
        }
        for one in (large, small)
    }  # fmt: skip
    scans = [f"- {one.on}: {name} reads through `{table}`." for one in (large, small) for name, table, _ in one.scans]
    units = {"link_bytes": large.link_bytes, "entry_bytes": large.entry_bytes, "disclosures": large.disclosures}
    return {"lines": [*links_table(large), "", *links_table(small), "", *scans], "curves": curves, "units": units}


_SHOWN = ("open a link", "read the letter", "list of letters", "search by name", "search by number", "a child's page",
          "a letter's page", "a worker's claim")  # fmt: skip


def rosters(most: int, _: Path) -> Found:
    """Take rosters in, up to a thirtieth as many children as links."""
    counts = [count for count in (1_000, 10_000, 100_000) if count <= most // 30] or [most // 10]
    with large_server() as server:
        found = [_told(take_in(count, server.new_database())) for count in counts]
    found += [_told(take_in(count, None)) for count in counts if count <= 10_000]
    on = {name: [one for one in found if one.on == name] for name in ("PostgreSQL", "SQLite")}
    curves = {
        f"{name.lower()}-roster": {
            "title": f"{name}: a roster, step by step", "across": "children", "up": "seconds of processors",
            "lines": {step.name: [[one.children, max(one.steps[at].processor, 0.001)] for one in some]
                      for at, step in enumerate(some[0].steps)},
        }
        for name, some in on.items()
    }  # fmt: skip
    largest = on["PostgreSQL"][-1]
    thousands, steps = largest.children / 1_000, {step.name: step for step in largest.steps}
    units = {"index_megabytes": max(steps["index"].grown, 1.0) / thousands,
             "index_seconds": steps["index"].processor / thousands,
             "import_seconds": steps["import"].seconds / thousands}  # fmt: skip
    return {"lines": list(rosters_table(found)), "curves": curves, "units": units}


def sending(most: int, folder: Path) -> Found:
    """Send one letter to up to a fifteenth as many guardians as links; serve it at one site and at two."""
    counts = [count for count in (2_000, 20_000, 200_000) if count <= most // 15] or [most // 10]
    few = min(counts[-1], 4_000)
    with ExitStack() as running:
        server = running.enter_context(large_server())
        one = [_told(send(folder / f"{count}", server.new_database(), count, most_seconds=60)) for count in counts]
        several = [
            _told(send(folder / f"by-{workers}", server.new_database(), few, workers=workers, most_seconds=60))
            for workers in ((1, 2, 4) if most > 3_000 else (2,))
        ]
        served = serve_families(folder / "sites", server.new_database(), min(2_000, few), most_sites=2)
    curves = {
        "sending-memory": {
            "title": "One letter: peak of memory", "across": "guardians", "up": "megabytes",
            "lines": {"planned and written": [[sent.guardians, sent.planned.megabytes] for sent in one],
                      "sent by a worker": [[sent.guardians, sent.workers[0].megabytes] for sent in one]},
        }
    }  # fmt: skip
    notices, site = several[0], served[0]
    planned = (one[-1].planned.megabytes - one[0].planned.megabytes) / max(one[-1].guardians - one[0].guardians, 1)
    units = {
        "site": site.site_milliseconds,
        "database": site.database_milliseconds,
        "worker": 1_000 * sum(each.processor for each in notices.workers) / notices.notices,
        "worker_database": 1_000 * notices.database / notices.notices,
        "plan_megabytes": 1_000 * planned or one[-1].planned.megabytes / one[-1].guardians * 1_000,
    }
    lines = [*sending_table([*one, *several]), ""]
    lines += ["| sites | openings with their letter / s | ms of sites each | ms of PostgreSQL each |",
              "| --: | --: | --: | --: |"]  # fmt: skip
    lines += [
        f"| {each.sites} | {each.per_second:,.0f} | {each.site_milliseconds:.1f} | {each.database_milliseconds:.1f} |"
        for each in served
    ]
    return {"lines": lines, "curves": curves, "units": units}


PARTS: Mapping[str, Callable[[int, Path], Found]] = {"links": links, "rosters": rosters, "sending": sending}


def _tell(said: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {said}", flush=True)


def _told(one: Any) -> Any:  # noqa: ANN401 - it is given back as it came
    _tell(json.dumps(asdict(one)))
    return one


def write_down(found: Mapping[str, Found], docs: Path) -> None:
    """Write into `scale.md`, between the marks of each part, what it found, and draw its pictures beside it."""
    page, pictures = docs / "scale.md", docs / "scale"
    pictures.mkdir(exist_ok=True)
    said = page.read_text(encoding="utf-8")
    for name, part in found.items():
        said = _between(said, name, part["lines"])
        for picture, curve in part["curves"].items():
            (pictures / f"{picture}.svg").write_text(drawn(**curve), encoding="utf-8")
    units = {name: value for part in found.values() for name, value in part["units"].items()}
    if found.keys() == PARTS.keys():
        of = Units(**units)
        listed = [f"| {name.replace('_', ' ')} | {value:,.3g} |" for name, value in asdict(of).items()]
        said = _between(said, "units", ["| unit | measured |", "| -- | --: |", *listed])
        said = _between(said, "price", told(of))
    page.write_text(said, encoding="utf-8")


def _between(said: str, name: str, lines: Iterable[str]) -> str:
    begins, ends = f"<!-- {name}, by make scale -->", f"<!-- end of {name} -->"
    before, _, rest = said.partition(begins)
    _, _, after = rest.partition(ends)
    return "\n".join([f"{before}{begins}\n", *lines, f"\n{ends}{after}"])


def main() -> None:
    """Run the parts that are asked for, and write down what all have found."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts; all of them where none is named")
    parser.add_argument("--most", type=int, default=_MOST, help="links of the largest portal; all else goes with it")
    parser.add_argument("--kept", type=Path, default=_ROOT / "build" / "scale", help="where what is found is kept")
    parser.add_argument("--docs", type=Path, default=_ROOT / "docs", help="where scale.md is")
    asked = parser.parse_args()
    start_logging(quiet=True)
    asked.kept.mkdir(parents=True, exist_ok=True)
    for name in asked.parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            found = PARTS[name](asked.most, Path(folder))
        (asked.kept / f"{name}.json").write_text(json.dumps(found))
        print("\n".join(found["lines"]), flush=True)
    kept = {name: asked.kept / f"{name}.json" for name in PARTS}
    write_down({name: json.loads(file.read_text()) for name, file in kept.items() if file.exists()}, asked.docs)


if __name__ == "__main__":
    main()
