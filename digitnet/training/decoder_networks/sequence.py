"""Build the sequence recognizer's network and training task: python -m digitnet sequence."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow
from keras import Input
from keras import layers as k
from numpy.typing import NDArray

from digitnet.decoding.sequence_recognizer import BLANK, CARD_FILE, NETWORK_FILE, PICTURE_HEIGHT, decode_best_path
from digitnet.training.decoder_networks.sequence_examples import PADDING, make_lines
from digitnet.training.decoder_networks.task import TrainingTask


def _build_network() -> keras.Model:
    """Build a network for lines of any width; an output column sees 20 pixels to either side."""

    def convolution(x: Any, filters: int, window: int | tuple[int, int] = 3, **settings: Any) -> Any:
        x = k.Conv2D(filters, window, use_bias=False, **{"padding": "same", **settings})(x)
        return k.ReLU()(k.BatchNormalization()(x))

    line = Input((PICTURE_HEIGHT, None, 1))
    x = convolution(line, 32, 5, strides=2)
    x = convolution(x, 48)
    x = k.MaxPooling2D((2, 1))(x)
    x = convolution(x, 64)
    x = convolution(x, 80)
    x = k.Dropout(0.1)(x)
    x = convolution(x, 128, (PICTURE_HEIGHT // 4, 1), padding="valid")
    x = k.add([x, convolution(x, 128, (1, 5))])
    x = k.add([x, convolution(x, 128, (1, 5), dilation_rate=(1, 2))])
    x = k.Dropout(0.2)(x)
    return keras.Model(line, k.Conv2D(BLANK + 1, 1, dtype="float32")(x))


def _compute_ctc_loss(texts: Any, logits: Any) -> Any:
    """Return the CTC loss of texts (n, l) under the logits of columns (n, 1, t, 12).

    Source: Graves et al., "Connectionist temporal classification" (2006).
    """
    texts = tensorflow.cast(texts, tensorflow.int32)
    indices = tensorflow.where(texts != PADDING)
    shape = tensorflow.shape(texts, out_type=tensorflow.int64)
    labels = tensorflow.SparseTensor(indices, tensorflow.gather_nd(texts, indices), shape)
    columns = tensorflow.transpose(logits[:, 0], (1, 0, 2))
    lengths = tensorflow.repeat(tensorflow.shape(columns)[:1], tensorflow.shape(columns)[1])
    return tensorflow.nn.ctc_loss(labels, columns, None, lengths, blank_index=-1)


def _measure_accuracy(logits: NDArray[np.float32], texts: NDArray[np.uint8]) -> float:
    decoded = [decode_best_path(columns[0]) for columns in logits]
    expected = [tuple(text[text != PADDING].tolist()) for text in texts]
    return float(np.mean([one == other for one, other in zip(decoded, expected, strict=True)]))


TASK = TrainingTask(
    description="recognizes an ink run as a whole; see digitnet/decoding/sequence_recognizer.py",
    example_name="lines",
    model_file=NETWORK_FILE,
    card_file=CARD_FILE,
    make_examples=make_lines,
    build_network=_build_network,
    measure_accuracy=_measure_accuracy,
    numbers=240_000,
    epochs=16,
    held_out_ratio=1 / 60,
    batch_size=64,
    examples_per_epoch=80_000,
    compile_options={"loss": _compute_ctc_loss, "jit_compile": False},
    clip_norm=5.0,
)
