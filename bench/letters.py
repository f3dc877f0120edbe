"""Teach the net of `portal.reading.pdf.lettering.sight` anew: `python -m bench.letters FOLDER…`, folders of innocent
PDFs.

Each font of each PDF draws its letters, as the guard has it do, and says which they are. Families of fonts whose
maps are known to say nothing (mathematics, music) are left out, and so is, at the end of a first lesson, every
letter that the net is sure is another: it will be one that a font tells wrong. Takes minutes, and some GB of PDFs.
"""

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray

from portal.reading.budget import CannotRead
from portal.reading.pdf import leaves
from portal.reading.pdf.lettering import fonts, sight
from portal.reading.pdf.plan import plan_of

HIDDEN, LESSONS, AT_ONCE = 64, 12, 256
MOST_OF_ONE = 14
"""Shapes that one family may show of one letter: there are many more letters in TeX's fonts than in others."""
UNSAID = re.compile(
    "cmsy|cmex|msam|msbm|tipa|tipx|musix|wasy|line10|lcirc|rsfs|euex|stmary|txsy|pxsy|mathsymb|mathext|dingb|symbol"
    "|wing|webd|marvos|awesome|skak|chess|serto|copt|bbding|manfnt|txmia|pxmia|tcrm|texcomp",
    re.IGNORECASE,
)
Numbers = NDArray[np.float32]
Kinds = NDArray[np.int64]
Net = list[Numbers]


def sheets(pdf: pikepdf.Pdf) -> Iterator[tuple[fonts.Lines, list[str], list[tuple[int, str]]]]:
    """Give the lines of each cell of each specimen sheet, what each says, and where the cells of each font end."""
    used = plan_of(pdf).fonts([])
    names = iter([str(font.get("/BaseFont", "")) for font in used.values()])
    bound = leaves.Leaves(fonts=used)
    document = bound.open(pdf)
    if document:
        for page, sheet in bound.specimens(document):
            yield *fonts.specimens(page), [(end, next(names)) for _, end in sheet.spans]
        document.close()


def family(name: str) -> str:
    plain = re.sub(r"^/?([A-Z]{6}\+)?", "", name)
    plain = re.sub(r"(?i)[-, ]?(identity-h|regular|bold|italic|oblique|roman|book|light|medium|black).*", "", plain)
    return re.sub("[^a-z]", "", plain.lower())[:6]


def collected(folders: list[str]) -> tuple[Numbers, Kinds]:
    """Return what is seen of every letter, and what it says it is."""
    met, seen, told = Counter[tuple[str, str]](), [], []
    for path in sorted(path for folder in folders for path in Path(folder).rglob("*.pdf")):
        try:
            with pikepdf.open(path) as pdf:
                found = list(sheets(pdf))
        except (
            pikepdf.PdfError,
            pikepdf.PasswordError,
            pdfium.PdfiumError,
            CannotRead,
            TypeError,
            ValueError,
            AttributeError,
        ):
            continue
        for lines, said, spans in found:
            chosen = chosen_of(lines, said, spans, met)
            if chosen:
                some = fonts.seen_in(lines[chosen])
                are_glyphs = ~sight.are_frames(some)
                seen.append(some[are_glyphs])
                told.append(np.array([sight.kind_of(said[cell]) for cell in chosen])[are_glyphs])
    return np.concatenate(seen), np.concatenate(told)


def chosen_of(
    lines: fonts.Lines, said: list[str], spans: list[tuple[int, str]], met: Counter[tuple[str, str]]
) -> list[int]:
    """Return the cells to learn from."""
    chosen = []
    start = 0
    for end, name in spans:
        for cell in range(start, end) if not UNSAID.search(name) else ():
            key = family(name), said[cell]
            if lines[cell].any() and sight.kind_of(said[cell]) is not None and met[key] < MOST_OF_ONE:
                met[key] += 1
                chosen.append(cell)
        start = end
    return chosen


def taught(seen: Numbers, told: Kinds) -> Net:
    """Return a net that tells these apart (Adam, Kingma and Ba 2015; labels smoothed)."""
    chance = np.random.default_rng(0)
    sizes = ((0.06, (seen.shape[1], HIDDEN)), (0.0, HIDDEN), (0.1, (HIDDEN, sight.KINDS)), (0.0, sight.KINDS))
    net = [chance.normal(0, spread, size).astype(np.float32) for spread, size in sizes]
    means, squares = [np.zeros_like(part) for part in net], [np.zeros_like(part) for part in net]
    order, step = np.arange(len(told)), 0
    for lesson in range(LESSONS):
        chance.shuffle(order)
        pace = 0.003 * (1 - lesson / LESSONS) + 0.0001
        for start in range(0, len(order), AT_ONCE):
            some = order[start : start + AT_ONCE]
            step += 1
            for at, slope in enumerate(slopes(net, seen[some], told[some])):
                downhill = slope + 2e-5 * net[at]
                means[at] += 0.1 * (downhill - means[at])
                squares[at] += 0.001 * (downhill**2 - squares[at])
                net[at] -= pace * means[at] / (1 - 0.9**step) / (np.sqrt(squares[at] / (1 - 0.999**step)) + 1e-8)
        print(f"lesson {lesson + 1}: {np.mean(likely(net, seen).argmax(axis=1) == told):.3f} told right", flush=True)
    return net


def slopes(net: Net, seen: Numbers, told: Kinds) -> Net:
    first, first_added, second, second_added = net
    raised = seen @ first + first_added
    hidden = np.maximum(raised, 0)
    wrong = np.exp(log_softmax(hidden @ second + second_added)) - 0.02 / sight.KINDS
    wrong[np.arange(len(told)), told] -= 0.98
    wrong /= len(told)
    back = np.where(raised > 0, wrong @ second.T, 0)
    return [seen.T @ back, back.sum(axis=0), hidden.T @ wrong, wrong.sum(axis=0)]


def likely(net: Net, seen: Numbers) -> Numbers:
    return log_softmax(np.maximum(seen @ net[0] + net[1], 0) @ net[2] + net[3])


def log_softmax(told: Numbers) -> Numbers:
    told = told - told.max(axis=1, keepdims=True)
    return told - np.log(np.exp(told).sum(axis=1, keepdims=True))


def believed(net: Net, seen: Numbers, told: Kinds) -> NDArray[np.bool_]:
    """Return which letters are not clearly others."""
    chances = likely(net, seen)
    rows = np.arange(len(told))
    own = chances[rows, told].copy()
    chances[rows, told] = -np.inf
    return chances[:, : len(sight.LETTERS)].max(axis=1) - own < 3.5


def save(net: Net) -> None:
    first, first_added, second, second_added = net
    held = {"first_added": first_added.astype(np.float32), "second_added": second_added.astype(np.float32)}
    for name, part in (("first", first), ("second", second)):
        unit = np.abs(part).max(axis=0) / 127
        held |= {name: np.round(part / unit).astype(np.int8), f"{name}_unit": unit.astype(np.float32)}
    np.savez_compressed(sight.NET, allow_pickle=False, **held)
    print(sight.NET, hashlib.sha256(sight.NET.read_bytes()).hexdigest())


if __name__ == "__main__":
    all_seen, all_told = collected(sys.argv[1:])
    print(f"{len(all_told):,} letters and signs")
    right = believed(taught(all_seen, all_told), all_seen, all_told)
    save(taught(all_seen[right], all_told[right]))
