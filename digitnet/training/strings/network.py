"""Build the string recognizer's network and its loss."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow
from keras import Input
from keras import layers as k

from digitnet.decoding.string_recognizer import BLANK
from digitnet.preprocessing.strips import STRIP_HEIGHT
from digitnet.training.strings.examples import PADDING

_WIDTHS = (32, 64, 64, 96, 96, 128, 192)  # Filters of the convolutions.
_DILATIONS = (1, 2, 1)  # Of the residual convolutions along the columns.


def build_network(*, normalize: bool = True) -> keras.Model:
    """Build a network from strips, float32 (n, 40, w, 1), to logits of columns, float32 (n, 1, w / 4, 28).

    Args:
        normalize: whether batches are normalized in the network; a trained network does without.
    """
    strip = Input((STRIP_HEIGHT, None, 1))
    # Large arrays are not normalized: that would take half of the training's time.
    x = _convolve(strip, _WIDTHS[0], 5, strides=2, normalize=False)
    x = _convolve(x, _WIDTHS[1], normalize=False)
    x = _convolve(x, _WIDTHS[2], strides=2, normalize=normalize)
    x = _convolve(x, _WIDTHS[3], normalize=False)
    x = _convolve(x, _WIDTHS[4], strides=(2, 1), normalize=normalize)
    x = _convolve(x, _WIDTHS[5], normalize=normalize)
    x = _convolve(x, _WIDTHS[6], (STRIP_HEIGHT // 8, 1), normalize=normalize, padding="valid")
    for dilation in _DILATIONS:
        x = k.Dropout(0.1)(x)
        x = k.add([x, _convolve(x, _WIDTHS[6], (1, 5), normalize=normalize, dilation_rate=(1, dilation))])
    x = k.Dropout(0.1)(x)
    return keras.Model(strip, k.Conv2D(BLANK + 1, 1, dtype="float32")(x))


def _convolve(x: Any, filters: int, window: Any = 3, *, normalize: bool = True, **settings: Any) -> Any:
    settings = {"padding": "same", "kernel_initializer": "he_normal", **settings}
    x = k.Conv2D(filters, window, use_bias=not normalize, **settings)(x)
    return k.ReLU()(k.BatchNormalization()(x) if normalize else x)


def compute_ctc_loss(texts: Any, logits: Any) -> Any:
    """Return the CTC loss of texts (n, l) under the logits of columns (n, 1, t, 28), float32 (n,).

    Source: Graves et al., "Connectionist temporal classification" (2006).
    """
    texts = tensorflow.cast(texts, tensorflow.int32)
    indices = tensorflow.where(texts != PADDING)
    shape = tensorflow.shape(texts, out_type=tensorflow.int64)
    labels = tensorflow.SparseTensor(indices, tensorflow.gather_nd(texts, indices), shape)
    columns = tensorflow.transpose(logits[:, 0], (1, 0, 2))
    lengths = tensorflow.repeat(tensorflow.shape(columns)[:1], tensorflow.shape(columns)[1])
    return tensorflow.nn.ctc_loss(labels, columns, None, lengths, blank_index=-1)
