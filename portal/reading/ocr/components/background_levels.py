"""Lays what rises or falls across a picture level, so that rows can be taken of it. Pure arithmetic."""

from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


def levelled(
    grid: NDArray[T], slope: float, rows: tuple[int, int] | None = None, columns: tuple[int, int] | None = None
) -> NDArray[T]:
    """Return some rows and columns of what rises or falls, so that it lies level; its edges go on beyond it."""
    rows, (start, end) = rows or (0, len(grid)), columns or (0, grid.shape[1])
    if not slope:
        return grid[rows[0] : rows[1], start:end]
    down = np.arange(*rows)[:, None] + _drift(slope, start, end)
    level: NDArray[T] = grid[np.clip(down, 0, len(grid) - 1), np.arange(start, end)]
    return level


def all_levelled(grid: NDArray[T], slope: float) -> NDArray[T]:
    """Return the whole of it laid level: as `levelled` does, faster where it is large and rises by few rows."""
    down, drift = np.arange(len(grid)), _drift(slope, 0, grid.shape[1])
    level = np.empty_like(grid)
    for first, last in pairwise((0, *(np.flatnonzero(np.diff(drift)) + 1).tolist(), len(drift))):
        level[:, first:last] = grid[np.clip(down + drift[first], 0, len(grid) - 1), first:last]
    return level


def row_sums(grid: NDArray[T], slope: float) -> NDArray[np.int64]:
    """Return how much is in each row of what rises or falls; what leaves it above or below is lost."""
    height = len(grid)
    total = np.zeros(height, dtype=np.int64)
    for column, by in zip(grid.T, _drift(slope, 0, grid.shape[1]).tolist(), strict=True):
        inside = slice(max(0, -by), max(0, height - max(0, by)))
        total[inside] += column[max(0, by) : max(0, height + min(0, by))]
    return total


def _drift(slope: float, start: int, end: int) -> NDArray[np.int64]:
    return np.round(slope * (np.arange(start, end) + 0.5)).astype(np.int64)
