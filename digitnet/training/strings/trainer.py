"""Train the string recognizer on strips: python -m digitnet strings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow

from digitnet.decoding.string_recognizer import CARD_FILE, NETWORK_FILE, SYMBOLS, decode_best_path
from digitnet.handwriting.folder import load_glyphs
from digitnet.models import store
from digitnet.models.litert import LiteRTNetwork
from digitnet.training.mixed_precision import bfloat16_policy
from digitnet.training.network_file import write_network
from digitnet.training.strings.examples import PADDING, Examples, make_examples
from digitnet.training.strings.network import build_network, compute_ctc_loss
from digitnet.training.strings.written_network import load_written_network

Report = Callable[[str], None]
_HELD_OUT_STRIPS = 6000
_REPORTS_PER_EPOCH = 8
_AVERAGING_STEPS = 100  # Batches whose statistics the averaged weights are given.


@dataclass(frozen=True)
class Settings:
    """Settings of a training; they are written to the card.

    Attributes:
        strips: how many strips to write.
        epochs: passes over them.
        seed: of the strips, the weights and the batches.
        learning_rate: the highest.
        weight_decay: of AdamW.
        clip_norm: largest norm of all gradients together.
        momentum: of the average of the weights.
        frozen: how many of the first convolutions keep their weights.
        start_share: share of the weights of the network that is trained further in the average that is written, 0 to 1.
    """

    strips: int = 320_000
    epochs: int = 3
    seed: int = 0
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    clip_norm: float = 5.0
    momentum: float = 0.999
    frozen: int = 0
    start_share: float = 0.0


# For a network that is trained already. Its first convolutions see strokes and paper as well as they ever will. The
# mean of its weights before and after reads better than both.
# Source: Wortsman et al., "Robust fine-tuning of zero-shot models" (2022).
FURTHER = Settings(strips=500_000, epochs=2, seed=4, learning_rate=8e-4, frozen=2, start_share=0.5)


def train(
    settings: Settings, folder: Path, report: Report = print, hands: Path | None = None, start: Path | None = None
) -> None:
    """Train the recognizer and write it and its card to a folder.

    Checkpoints are written from time to time; an interrupted training resumes when it is started again with the same
    settings.

    Args:
        settings: how to train.
        folder: where to write the network, its card and the checkpoint.
        report: called with each line of progress.
        hands: folder of other people's handwriting to write with, too; None for MNIST and drawn digits alone.
        start: .tflite file of the recognizer to train further, or None for a new one.

    Raises:
        DatasetError: the handwriting cannot be read.
        ModelError: `start` is no recognizer that can be trained further.
    """
    keras.utils.set_random_seed(settings.seed)
    with bfloat16_policy(True):
        network = load_written_network(start) if start else build_network()
    started_from = {"started_from": store.compute_digest(start.read_bytes())} if start else {}
    titles = tuple(known.title for known in load_glyphs(hands)) if hands else ()
    report(f"writing {settings.strips:,} strips")
    examples = make_examples(settings.strips, hands, held_out=False, seed=settings.seed)
    held_out = make_examples(_HELD_OUT_STRIPS, hands, held_out=True, seed=settings.seed)
    name = "-".join(map(str, [*asdict(settings).values(), *(["hands"] if hands else []), *started_from.values()]))
    checkpoint = folder / f".{NETWORK_FILE}-{name}.npz"
    folder.mkdir(parents=True, exist_ok=True)
    before = network.get_weights()
    _fit(network, examples, held_out, settings, checkpoint, report)
    if start:
        average_weights(network, before, settings.start_share)
        report(f"averaged with its start: {measure_accuracy(network, held_out):.2%} held out right")
    build = partial(build_network, normalize=start is None)
    _write(network, build, held_out, folder, {**asdict(settings), **started_from, "hands": titles}, report)
    checkpoint.unlink()


def _fit(
    network: keras.Model, examples: Examples, held_out: Examples, settings: Settings, checkpoint: Path, report: Report
) -> None:
    """Fit the network; resume from the checkpoint, if any, and write it after each epoch."""
    for layer in [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)][: settings.frozen]:
        layer.trainable = False
    steps = examples.count_batches()
    optimizer = _make_optimizer(settings, steps * settings.epochs)
    optimizer.build(network.trainable_variables)
    run_step = _make_step(network, optimizer)
    done = _load_checkpoint(checkpoint, network, optimizer)
    every = max(1, steps // _REPORTS_PER_EPOCH)
    for epoch in range(done // steps, settings.epochs):
        losses: list[Any] = []
        skipped = max(0, done - epoch * steps)
        batches = examples.iterate(np.random.default_rng((settings.seed, 3, epoch)))
        for step, (strips, texts) in enumerate(islice(batches, skipped, None), skipped + 1):
            losses.append(run_step(strips, texts))
            if step % every == 0:
                loss = float(np.mean([float(one) for one in losses[-every:]]))
                report(f"epoch {epoch + 1} of {settings.epochs}: {step:,} of {steps:,} batches, loss {loss:.4f}")
                _save_checkpoint(checkpoint, network, optimizer, epoch * steps + step)
        report(f"epoch {epoch + 1} of {settings.epochs}: {measure_accuracy(network, held_out):.2%} held out right")
    optimizer.finalize_variable_values(network.trainable_variables)
    if any(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers):
        _renew_statistics(network, examples, settings.seed)
    report(f"averaged: {measure_accuracy(network, held_out):.2%} held out right")


def average_weights(network: keras.Model, others: list[Any], share: float) -> None:
    """Replace the weights of a network by the mean with others of the same shapes, which count by `share`, 0 to 1."""
    own = network.get_weights()
    network.set_weights([(1 - share) * weights + share * other for weights, other in zip(own, others, strict=True)])


def _make_optimizer(settings: Settings, steps: int) -> keras.optimizers.Optimizer:
    warmup = max(1, round(steps * 0.1))
    rate = keras.optimizers.schedules.CosineDecay(
        settings.learning_rate / 20,
        max(1, steps - warmup),
        warmup_target=settings.learning_rate,
        warmup_steps=warmup,
    )
    return keras.optimizers.AdamW(
        rate,
        weight_decay=settings.weight_decay,
        global_clipnorm=settings.clip_norm,
        use_ema=True,
        ema_momentum=settings.momentum,
    )


def _make_step(network: keras.Model, optimizer: keras.optimizers.Optimizer) -> Callable[[Any, Any], Any]:
    """Return a function that trains on a batch and returns its loss."""
    signature = [
        tensorflow.TensorSpec((None, *network.input_shape[1:])),
        tensorflow.TensorSpec((None, None), tensorflow.uint8),
    ]

    def run_step(strips: Any, texts: Any) -> Any:
        with tensorflow.GradientTape() as tape:
            loss = tensorflow.reduce_mean(compute_ctc_loss(texts, network(strips, training=True)))
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return loss

    compiled: Callable[[Any, Any], Any] = tensorflow.function(run_step, input_signature=signature)
    return compiled


def _renew_statistics(network: keras.Model, examples: Examples, seed: int) -> None:
    """Give the averaged weights the statistics of their own batches."""
    for step, (strips, _) in enumerate(examples.iterate(np.random.default_rng((seed, 4)))):
        if step == _AVERAGING_STEPS * 2:
            break
        network(strips, training=True)


def measure_accuracy(network: Any, held_out: Examples) -> float:
    """Return the share of strips, 0 to 1, whose whole text is right by best path decoding."""
    right = 0
    for group in held_out.groups:
        for start in range(0, len(group.texts), 64):
            strips = group.pictures[start : start + 64, ..., None]
            logits = _run(network, strips)
            for columns, text in zip(logits, group.texts[start : start + 64], strict=True):
                expected = "".join(SYMBOLS[index] for index in text[text != PADDING].tolist())
                right += decode_best_path(columns[0]) == expected
    return right / len(held_out)


def _run(network: Any, strips: Any) -> Any:
    if isinstance(network, LiteRTNetwork):
        return network.run(strips)
    return network(strips.astype(np.float32) / 255, training=False).numpy()


def _save_checkpoint(path: Path, network: keras.Model, optimizer: keras.optimizers.Optimizer, batches: int) -> None:
    """Write a checkpoint as a whole, so that it is never half written."""
    values = [np.asarray(variable) for variable in [*network.variables, *optimizer.variables]]
    new = path.with_name(f".new{path.name}")
    np.savez(new, np.array(batches), *values)
    new.replace(path)


def _load_checkpoint(path: Path, network: keras.Model, optimizer: keras.optimizers.Optimizer) -> int:
    """Load a checkpoint, if there is one; return the number of batches done."""
    if not path.exists():
        return 0
    with np.load(path) as arrays:
        for index, variable in enumerate([*network.variables, *optimizer.variables]):
            variable.assign(arrays[f"arr_{index + 1}"])
        return int(arrays["arr_0"])


def _write(
    network: keras.Model,
    build: Callable[[], keras.Model],
    held_out: Examples,
    folder: Path,
    settings: dict[str, Any],
    report: Report,
) -> None:
    """Write the network with 8-bit weights, and its card."""
    about = "recognizes a whole line of writing; see digitnet/decoding/string_recognizer.py"
    size = write_network(
        network,
        build,
        folder / NETWORK_FILE,
        folder / CARD_FILE,
        lambda written: measure_accuracy(written, held_out),
        {"about": about, **settings, "held_out_strips": len(held_out)},
    )
    report(f"{size} strips are right")
