"""What hangs together, and how far pixels are apart, told run by run as if told pixel by pixel."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from portal.reading.ocr.components.connected_components import Mask, median
from portal.reading.ocr.components.simple_shapes import _spread, _steps_to, grown

MASKS = arrays.arrays(np.bool_, arrays.array_shapes(min_dims=2, max_dims=2, max_side=12))


def _step_by_step(seed: Mask, mask: Mask) -> Mask:
    while True:
        more = grown(seed, 1) & mask
        if np.array_equal(more, seed):
            return seed
        seed = more


@given(MASKS, st.integers(0, 2**32 - 1))
def test_all_that_hangs_together_with_a_seed_is_found(mask: Mask, chance: int):
    seed = mask & (np.random.default_rng(chance).random(mask.shape) < 0.2)
    assert np.array_equal(_spread(seed, mask), _step_by_step(seed, mask))


@given(MASKS, st.integers(0, 25))
def test_a_pixel_is_as_far_away_as_a_mask_has_to_grow_to_reach_it(mask: Mask, steps: int):
    assert np.array_equal(_steps_to(mask) <= steps, grown(mask, steps)) or not mask.any()


@given(arrays.arrays(np.float64, st.integers(1, 9), elements=st.floats(-1e6, 1e6)))
def test_the_median_is_the_one_that_numpy_tells(values: np.ndarray):
    assert median(values) == np.median(values)
