"""Collect the hands to write strings with: what each writer's digits, letters and signs look like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitnet.augmentation.letters import draw_letter
from digitnet.augmentation.strings.fields import Field, from_ink, from_strokes
from digitnet.augmentation.strings.printed import print_word
from digitnet.augmentation.strings.signs import MARKS, SIGNS, UNKNOWNS, VARIANTS, draw_sign
from digitnet.augmentation.strings.variants import draw_variant
from digitnet.datasets.mnist import Digits
from digitnet.handwriting import sets
from digitnet.handwriting.folder import LOOK_ALIKES, load_glyphs
from digitnet.handwriting.glyphs import DIGITS, Glyphs
from digitnet.handwriting.sets import HandwritingSet
from digitnet.handwriting.words import load_words
from digitnet.types import Gray

# Strings are written by a hand of each kind with these weights; sets that are not there are left out.
_WEIGHTS = {sets.SWISS: 0.22, sets.PEN: 0.17, sets.UJI: 0.05, sets.FONTS: 0.05}
_MNIST_WEIGHT, _DRAWN_WEIGHT = 0.2, 0.33
_MAX_MNIST_DIGITS = 20_000
_MAX_OF_EACH = 45  # At most this many of one writer's pictures of a digit or letter are used.
_DRAWN_OF_EACH = 1500  # Digits drawn from scratch, and signs, of each kind.
_PRINTED_WORDS = 5000
_OTHER_LETTERS = 6000  # Letters of other scripts.
_LATIN_END = 0x250  # Code points of Latin letters are less.
_MAX_OTHERS = 2000  # Shapes and characters of each set without a label.


@dataclass(frozen=True)
class Hand:
    """The digits, letters and signs of one writer, by character."""

    fields: dict[str, list[Field]]
    keeps_shape: bool = False  # Whether a string writes a digit in one shape, and not in all shapes of the pool.


@dataclass(frozen=True)
class Hands:
    """Everything that strings are written with.

    Attributes:
        kinds: the hands of each kind and the kind's weight.
        signs: signs, marks and unknowns, drawn from scratch or written, by character.
        letters: letters of any writer, by character.
        others: ink that is no digit even if it stands alone.
        words: ink of printed and of written words, uint8 (h, w).
    """

    kinds: list[tuple[float, list[Hand]]]
    signs: dict[str, list[Field]]
    letters: dict[str, list[Field]]
    others: list[Field]
    words: list[Gray]

    def choose(self, rng: np.random.Generator) -> Hand:
        """Choose a hand by the weights of the kinds."""
        weights = np.array([weight for weight, _ in self.kinds])
        _, hands = self.kinds[int(rng.choice(len(weights), p=weights / weights.sum()))]
        return hands[int(rng.integers(len(hands)))]


def collect_hands(digits: Digits, folder: Path | None, *, held_out: bool, seed: int = 0, share: float = 1.0) -> Hands:
    """Collect hands to train with, or those held out.

    Args:
        digits: digits of MNIST.
        folder: a folder of handwriting, or None for MNIST and drawn digits alone.
        held_out: whether to take the writers who are held out, and no other.
        seed: of the digits drawn from scratch.
        share: share of what is drawn, printed and taken from MNIST, 0 to 1; a few strings need no more.

    Raises:
        DatasetError: as `load_glyphs` does.
    """
    rng = np.random.default_rng((seed, 7))
    drawn = max(1, round(_DRAWN_OF_EACH * share))
    mnist = digits.select(np.arange(min(len(digits.labels), max(100, round(_MAX_MNIST_DIGITS * share)))))
    kinds = [(_MNIST_WEIGHT, [_collect_mnist(mnist)]), (_DRAWN_WEIGHT, [_draw_hand(drawn, rng)])]
    letters: dict[str, list[Field]] = defaultdict(list)
    others = list(_build(draw_letter(rng) for _ in range(max(1, round(_OTHER_LETTERS * share)))))
    words = [print_word(rng) for _ in range(max(1, round(_PRINTED_WORDS * share)))]
    written_signs: dict[str, list[Field]] = {}
    if folder:
        for known, glyphs in load_glyphs(folder, look_alikes=True).items():
            chosen = glyphs.select(np.flatnonzero(np.isin(glyphs.writers, known.held_out) == held_out))
            hands = _split_by_writer(known, chosen) if known in _WEIGHTS else []
            if hands:
                kinds.append((_WEIGHTS[known], hands))
            _add_letters(letters, chosen)
            others += _collect_others(chosen, rng)
            if known is sets.SIGNS:
                written_signs = _collect_signs(chosen, rng)
        written = load_words(folder)
        is_held_out = np.isin(written.writers, sets.GERMAN.held_out)
        words += [written.inks[index] for index in np.flatnonzero(is_held_out == held_out)]
    drawable = SIGNS | MARKS | VARIANTS | UNKNOWNS
    signs = {sign: [from_strokes(draw_sign(sign, rng)) for _ in range(drawn)] for sign in drawable}
    signs = {sign: [*fields, *written_signs.get(sign, [])] for sign, fields in signs.items()}
    return Hands(kinds, signs, dict(letters), others, words)


def _collect_mnist(digits: Digits) -> Hand:
    fields: dict[str, list[Field]] = defaultdict(list)
    for image, label in zip(digits.images, digits.labels.tolist(), strict=True):
        field = from_ink(image, keep_ink=True)
        if field:
            fields[str(label)].append(field)
    return Hand(dict(fields))


def _draw_hand(count: int, rng: np.random.Generator) -> Hand:
    fields = {str(digit): [from_strokes(draw_variant(digit, rng)) for _ in range(count)] for digit in range(10)}
    return Hand(fields, keeps_shape=True)


def _split_by_writer(known: HandwritingSet, glyphs: Glyphs) -> list[Hand]:
    """Return a hand for each writer who wrote all ten digits."""
    hands = []
    for writer in np.unique(glyphs.writers):
        fields: dict[str, list[Field]] = {}
        own = glyphs.select(np.flatnonzero(glyphs.writers == writer))
        for label in np.unique(own.labels[own.labels != ""]).tolist():
            indices = np.flatnonzero(own.labels == label)[:_MAX_OF_EACH]
            fields[label] = list(_build((own.inks[index] for index in indices), keep_ink=known is sets.SWISS))
        if all(fields.get(digit) for digit in DIGITS):
            hands.append(Hand({label: found for label, found in fields.items() if found}))
    return hands


def _add_letters(letters: dict[str, list[Field]], glyphs: Glyphs) -> None:
    """Add the letters among some glyphs to those of all writers."""
    is_letter = np.array(
        [len(label) == 1 and label.isalpha() and ord(label) < _LATIN_END for label in glyphs.labels.tolist()], np.bool_
    )
    for label in np.unique(glyphs.labels[is_letter]).tolist():
        indices = np.flatnonzero(glyphs.labels == label)[: 3 * _MAX_OF_EACH]
        letters[label] += _build(glyphs.inks[index] for index in indices)


def _collect_others(glyphs: Glyphs, rng: np.random.Generator) -> list[Field]:
    """Return ink that is no digit or sign, even if it stands alone."""
    labels = glyphs.labels.tolist()
    alone = [
        label not in SIGNS and (not label.isascii() or label == "" or (label.isalpha() and label not in LOOK_ALIKES))
        for label in labels
    ]
    indices = rng.permutation(np.flatnonzero(alone))[:_MAX_OTHERS]
    return list(_build(glyphs.inks[index] for index in indices))


def _collect_signs(glyphs: Glyphs, rng: np.random.Generator) -> dict[str, list[Field]]:
    """Return the fields of each sign among some glyphs, smaller than a digit and about the middle of its height."""
    signs: dict[str, list[Field]] = defaultdict(list)
    for ink, label in zip(glyphs.inks, glyphs.labels.tolist(), strict=True):
        tall, middle = rng.uniform(0.35, 0.65), rng.uniform(0.45, 0.7)
        field = from_ink(ink, top=middle - tall / 2, base=middle + tall / 2) if label in SIGNS else None
        if field:
            signs[label].append(field)
    return dict(signs)


def _build(inks: Iterable[Gray], *, keep_ink: bool = False) -> Iterable[Field]:
    """Yield the fields of inks, without those that are empty."""
    for ink in inks:
        field = from_ink(ink, keep_ink=keep_ink)
        if field:
            yield field
