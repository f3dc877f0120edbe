"""Loads the neural nets that the package `rapidocr` carries: PP-OCRv6 (small), run by onnxruntime on one core."""

from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from PIL import Image

FINDER: Final = "PP-OCRv6_det_small.onnx"
READER: Final = "PP-OCRv6_rec_small.onnx"
Floats = NDArray[np.float32]


class Net:
    """A net, loaded. Not safe for threads."""

    def __init__(self, name: str) -> None:
        """Load it. Raises what onnxruntime raises for a file that is missing or damaged."""
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a cage has one process and no other thread
        options.enable_cpu_mem_arena = False
        model = str(files("rapidocr") / "models" / name)
        self._session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    @property
    def letters(self) -> list[str]:
        """The letters it knows, if it reads any."""
        known: str = self._session.get_modelmeta().custom_metadata_map["character"]
        return known.splitlines()

    def run(self, grey: Image.Image) -> Floats:
        """Return what it says about grey pixels: it takes one picture of three colours, from -1 to 1."""
        plane = np.asarray(grey, dtype=np.float32) / 127.5 - 1
        three = np.ascontiguousarray(np.broadcast_to(plane, (1, 3, *plane.shape)))
        said: Floats = self._session.run(None, {self._input: three})[0][0]
        return said
