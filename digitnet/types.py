"""Name the types of arrays that pass between modules."""

import numpy as np
from numpy.typing import NDArray

RGB = NDArray[np.uint8]  # (h, w, 3)
Gray = NDArray[np.uint8]  # (h, w), 0 is black.
Mask = NDArray[np.uint8]  # (h, w), 255 marks ink and 0 paper.
Picture = NDArray[np.uint8]  # (28, 28), as in MNIST: ink is 255.
Pictures = NDArray[np.uint8]  # (n, 28, 28)
Boxes = NDArray[np.int32]  # (n, 4): left, top, right, bottom in pixels; right and bottom lie outside.
Probabilities = NDArray[np.float32]  # (n, 10) or (n, 11): one for each label.
