"""Make strips in several processes, and arrange them in batches of one width."""

from __future__ import annotations

import multiprocessing
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.strings.hands import Hands, collect_hands
from digitnet.augmentation.strings.papers import Papers
from digitnet.augmentation.strings.strips import Strip, make_strip
from digitnet.datasets.mnist import Digits, load_mnist, split
from digitnet.decoding.string_recognizer import COLUMN_WIDTH, SYMBOLS
from digitnet.preprocessing.normalization import scale_to_unit
from digitnet.preprocessing.strips import STRIP_HEIGHT

PADDING = 255  # Fills a text after its last symbol.
_MAX_SYMBOLS = 24
_WIDTH_STEP = 32  # The width of the strips of a batch is a multiple of this many pixels.
_CHUNK = 5000  # Strips that a process makes at once, from one seed.
_HELD_OUT_SHARE = 0.02  # This share of MNIST's training digits is held out.
_BATCH_PIXELS = 64 * 160  # A batch has this many columns of pixels.
_INDICES = {symbol: index for index, symbol in enumerate(SYMBOLS)}


class Group(NamedTuple):
    """Strips of one width, uint8 (n, 40, w), and their texts, uint8 (n, 24), padded with 255."""

    pictures: NDArray[np.uint8]
    texts: NDArray[np.uint8]


@dataclass(frozen=True)
class Examples:
    """Strips by width."""

    groups: list[Group]

    def __len__(self) -> int:
        return sum(len(group.texts) for group in self.groups)

    def count_batches(self) -> int:
        """Return the number of batches in a pass over all strips."""
        return sum(max(1, len(group.texts) // _get_batch_size(group)) for group in self.groups)

    def iterate(self, rng: np.random.Generator) -> Iterator[tuple[NDArray[np.float32], NDArray[np.uint8]]]:
        """Yield batches in random order and of random darkness: float32 (n, 40, w, 1), 0 to 1, and texts."""
        batches = []
        for index, group in enumerate(self.groups):
            size, order = _get_batch_size(group), rng.permutation(len(group.texts))
            batches += [(index, order[start : start + size]) for start in range(0, max(1, len(order) - size + 1), size)]
        for place in rng.permutation(len(batches)).tolist():
            index, chosen = batches[place]
            group = self.groups[index]
            strips = scale_to_unit(group.pictures[chosen])[..., None]
            darkness = rng.uniform(0.7, 1.15, (len(chosen), 1, 1, 1)).astype(np.float32)
            yield np.minimum(strips * darkness, 1), group.texts[chosen]


def _get_batch_size(group: Group) -> int:
    return max(8, _BATCH_PIXELS // group.pictures.shape[2])


def make_examples(count: int, folder: Path | None, *, held_out: bool, seed: int) -> Examples:
    """Make strips of training hands, or of those held out, in several processes.

    Args:
        count: how many strips.
        folder: a folder of handwriting, or None for MNIST and drawn digits alone.
        held_out: whether to write with the hands that are held out.
        seed: of everything random; the strips are the same on every machine.

    Raises:
        DatasetError: the handwriting cannot be read.
    """
    chunks = range(-(-count // _CHUNK))
    sizes = [min(_CHUNK, count - _CHUNK * chunk) for chunk in chunks]
    seeds = [(seed, int(held_out), chunk) for chunk in chunks]
    materials = folder, held_out, seed, min(1.0, count / _CHUNK)
    if len(sizes) == 1:
        _prepare(*materials)
        return _join([_make_chunk(sizes[0], seeds[0])])
    # Forked processes could hang: OpenCV and TensorFlow run threads.
    context = multiprocessing.get_context("spawn")
    workers = min(len(sizes), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, context, initializer=_prepare_process, initargs=materials) as processes:
        return _join(processes.map(_make_chunk, sizes, seeds))


def _join(chunks: Iterable[list[Group]]) -> Examples:
    """Join the strips of several chunks by their width."""
    groups: dict[int, list[Group]] = defaultdict(list)
    for chunk in chunks:
        for group in chunk:
            groups[group.pictures.shape[2]].append(group)
    return Examples([Group(*map(np.concatenate, zip(*groups[width], strict=True))) for width in sorted(groups)])


def load_digits(*, held_out: bool, seed: int) -> Digits:
    """Load the digits of MNIST's training set that are trained on, or those held out."""
    return split(load_mnist()[0], _HELD_OUT_SHARE, seed)[int(held_out)]


_materials: list[tuple[Hands, Papers]] = []  # Of a process that makes strips.


def _prepare_process(folder: Path | None, held_out: bool, seed: int, share: float) -> None:
    cv2.setNumThreads(1)  # The processes share the cores already.
    _prepare(folder, held_out, seed, share)


def _prepare(folder: Path | None, held_out: bool, seed: int, share: float) -> None:
    digits = load_digits(held_out=held_out, seed=seed)
    hands = collect_hands(digits, folder, held_out=held_out, seed=seed, share=share)
    _materials[:] = [(hands, Papers(np.random.default_rng((seed, 8))))]


def _make_chunk(count: int, seed: tuple[int, ...]) -> list[Group]:
    rng = np.random.default_rng(seed)
    hands, papers = _materials[0]
    strips: list[Strip] = []
    while len(strips) < count:
        strip = make_strip(hands, papers, rng)
        if _fits(strip):
            strips.append(strip)
    return _group_by_width(strips)


def _fits(strip: Strip) -> bool:
    """Return whether a text has room in the columns that the recognizer sees."""
    repeats = sum(one == other for one, other in zip(strip.text, strip.text[1:], strict=False))
    return len(strip.text) <= _MAX_SYMBOLS and strip.picture.shape[1] // COLUMN_WIDTH > len(strip.text) + repeats


def _group_by_width(strips: list[Strip]) -> list[Group]:
    groups: dict[int, list[Strip]] = defaultdict(list)
    for strip in strips:
        groups[-(-strip.picture.shape[1] // _WIDTH_STEP) * _WIDTH_STEP].append(strip)
    found = []
    for width, members in groups.items():
        pictures = np.zeros((len(members), STRIP_HEIGHT, width), np.uint8)
        texts = np.full((len(members), _MAX_SYMBOLS), PADDING, np.uint8)
        for picture, text, strip in zip(pictures, texts, members, strict=True):
            picture[:, : strip.picture.shape[1]] = strip.picture
            text[: len(strip.text)] = [_INDICES[symbol] for symbol in strip.text]
        found.append(Group(pictures, texts))
    return found
