"""Training: one path for every recipe, from settings to a model folder.

Keras is imported inside the functions that train, so that whoever only names them does without it.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from digitnet import store
from digitnet.averaged_weights import averages_begun_late, measure_statistics
from digitnet.classifier import Classifier
from digitnet.confidence import calibrated
from digitnet.config import BOTH, MNIST, OWN, TrainingConfig
from digitnet.continuing import keep_start, take_start
from digitnet.datasets import TRAINING_DIGITS, Digits, load_mnist, split
from digitnet.errors import ConfigError, DigitnetError, TrainingError
from digitnet.evaluation import accuracy
from digitnet.files import write_atomically
from digitnet.halves import halves, multiplied_in
from digitnet.layers import build, operations
from digitnet.normalization import as_network_input
from digitnet.own import own_digits
from digitnet.patience import early_stopping, is_over, waited
from digitnet.recipes import get_recipe
from digitnet.runs import EARLY, FAILED, FINISHING, INTERRUPTED, STOPPED, WHOLE, Run, read_rows, writing
from digitnet.snapshots import tray

if TYPE_CHECKING:
    from keras import Sequential
    from keras.callbacks import Callback

    from digitnet.feeding import Feed

_MOST_BYTES = 950_000  # of weights as float32 in a model that is to stay under a megabyte
_MOST_OPERATIONS = 10_000_000  # for a digit, of a network whose weights stay float32
_AVERAGED_STEPS = 1000  # the averaged weights look back about so far, less in a short run
_UNAVERAGED = 3  # times as many steps they begin anew with each epoch, or they would hold the weights of the very first
_WARM_UP = 0.2  # of all steps
_STEPS_TOGETHER = 8  # where each is so short that passing from Python to TensorFlow counts
_SHORT_STEP = 100_000_000  # operations


class _Data(NamedTuple):
    training: Digits  # of MNIST
    own: Digits
    held_out: Digits  # of MNIST
    test: Digits
    tray: Digits  # shown while it is trained


def train(config: TrainingConfig, report: Callable[[str], None] = print) -> Path:
    """Train a network, measure it on the test digits and write its model folder.

    An interrupted or stopped run with the same settings goes on from its last finished epoch. A run that
    is asked to stop (`digitnet.jobs.stop`) keeps the best epoch so far as its model.

    Args:
        report: is given a line of text for each step worth telling.

    Returns:
        The model folder.

    Raises:
        ConfigError: the learning rate drove the weights to infinity, there are no own digits to train on, or the
            model to continue is another network.
        ModelError: the model to continue does not exist.
        CollectionError: the own digits cannot be read.
        TrainingError: the disk is full, or the folder of models cannot be written.
    """
    run = Run(config.name)
    if not run.exists() or run.config() != config:
        run.create(config)
    run.begin()
    try:
        ended = _train(config, run, report)
    except BaseException as error:
        with suppress(DigitnetError):
            run.tell(state=INTERRUPTED if _is_from_outside(error) else FAILED, message=_sentence(error))
        if isinstance(error, OSError):
            raise TrainingError(_sentence(error)) from error
        raise
    if config.promote and ended != STOPPED:
        _promote(config, report)
    card = store.load_card(config.name)
    report(f"{config.name}: {card['test_accuracy']:.2%} of {card['test_digits']:,} test digits right")
    if ended == STOPPED:
        kept = f"The best of {card['epochs_done']} epochs is kept, {card['test_accuracy']:.2%} on the test digits."
        run.tell(state=STOPPED, message=kept)
    else:
        run.delete()
    return store.model_dir(config.name)


def _promote(config: TrainingConfig, report: Callable[[str], None]) -> None:
    """Put the model to use if it is better than the one that it continues, and note that in its card."""
    from digitnet import promotion

    try:
        promoted, verdict = promotion.promote(config)
    except DigitnetError as error:
        promoted, verdict = False, f"It could not be compared with {config.start!r}: {error}"
    with writing(f"The verdict on {config.name!r}"):
        card = {**store.load_card(config.name), "promoted": promoted, "verdict": verdict}
        write_atomically(store.model_dir(config.name) / store.CARD, json.dumps(card, indent=2) + "\n")
    report(f"{config.name}: {verdict}")


def export_litert(network: Sequential, path: Path, *, small: bool = False) -> str:
    """Write the network for LiteRT; return how its weights are kept, "float32" or "int8".

    They are rounded to 8 bits (Jacob et al. 2018) where they would take more than a megabyte, or where they are
    wanted `small`, which also reads a digit about three times as fast.
    """
    import tensorflow

    if not small and 4 * network.count_params() <= _MOST_BYTES:
        network.export(str(path), format="litert", verbose=False)
        return "float32"
    network.export(str(path), format="litert", verbose=False, optimizations=[tensorflow.lite.Optimize.DEFAULT])
    return "int8"


def _train(config: TrainingConfig, run: Run, report: Callable[[str], None]) -> str:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    keras.utils.set_random_seed(config.seed)
    data = _gather(config, run)
    with halves(_is_slow(config)):
        network = build(config.network, config.recipe, config.outputs)
    take_start(network, config, run)
    in_epoch = config.digits_in_epoch(len(data.training.labels), len(data.own.labels))
    _compile(network, config, steps=-(-sum(in_epoch) // config.batch_size))
    report(f"{config.name}: {network.count_params():,} parameters, {_said(config, data)}")
    ended = _fit(network, config, data, run)
    if config.average_weights and not config.start:
        from digitnet.feeding import Feed

        measure_statistics(network, Feed(config, data.training, data.own, run.epochs_done()))
    run.tell(state=FINISHING, seconds_left=None, epoch=run.epochs_done(), batch=0)
    _check_weights(network, config, run)
    keep_start(network, config, run, data.training)
    _write(network, config, data, run, ended)
    return ended


def _gather(config: TrainingConfig, run: Run) -> _Data:
    training, test = load_mnist()
    training, validation = split(_limited(training, config.limit), config.validation_share, config.seed)
    return _Data(training, own_digits(config, run.own), validation, _limited(test, config.limit), tray(test))


def _said(config: TrainingConfig, data: _Data) -> str:
    """Return what is trained on in words."""
    mnist = f"MNIST, {len(data.training.labels):,} of its {TRAINING_DIGITS:,} training digits"
    own = f"{len(data.own.labels):,} own digits"
    return {MNIST: mnist, OWN: own, BOTH: f"{mnist}, and {own}"}[config.data]


def _limited(digits: Digits, limit: int) -> Digits:
    return digits.take(slice(limit)) if limit else digits


def _compile(network: Sequential, config: TrainingConfig, steps: int) -> None:
    import keras

    optimizer = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }[config.optimizer]
    momentum = 1 - 1 / _looked_back(config, steps)
    averaging = {"use_ema": True, "ema_momentum": momentum} if config.average_weights else {}
    network.compile(
        optimizer=optimizer(learning_rate=_learning_rate(config, steps * config.epochs), **averaging),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=_STEPS_TOGETHER if _is_short(config) else 1,
    )


def _looked_back(config: TrainingConfig, steps: int) -> int:
    """Return over how many steps weights are averaged, about, where an epoch has so many `steps`."""
    return max(1, min(_AVERAGED_STEPS, steps * config.epochs // 20))


def _is_short(config: TrainingConfig) -> bool:
    return operations(config.network, config.outputs) * config.batch_size < _SHORT_STEP


def _is_slow(config: TrainingConfig) -> bool:
    """Return whether a digit takes so long to read that a drawing's are waited for."""
    return operations(config.network, config.outputs) > _MOST_OPERATIONS


def _learning_rate(config: TrainingConfig, steps: int) -> Any:
    from keras.optimizers.schedules import CosineDecay

    rate = config.learning_rate
    if config.schedule == "cosine":
        return CosineDecay(rate, steps, alpha=0.01)
    if config.schedule == "warm-up":
        warm = max(1, round(steps * _WARM_UP))
        return CosineDecay(rate / 20, max(1, steps - warm), warmup_target=rate, warmup_steps=warm)
    return rate


def _fit(network: Sequential, config: TrainingConfig, data: _Data, run: Run) -> str:
    """Train; return how that ended. The network then has the weights to keep."""
    from digitnet.feeding import Feed
    from digitnet.progress import Stopped

    run.forget_unsaved()
    feed = Feed(config, data.training, data.own, run.epochs_done())
    held_out = (as_network_input(data.held_out.images), data.held_out.labels) if len(data.held_out.labels) else None
    over = is_over(read_rows(run.history), _measure(config), config.patience)
    try:
        network.fit(
            feed,
            validation_data=held_out,
            epochs=run.epochs_done() if over else config.epochs,
            callbacks=_callbacks(network, config, run, data, feed),
            verbose=0,
        )
        ended = WHOLE if run.epochs_done() >= config.epochs else EARLY
    except Stopped:
        ended = STOPPED
    if (ended == STOPPED or config.patience) and run.best.is_file():
        with suppress(OSError, ValueError, KeyError):  # cut while it was written: the last weights do
            network.load_weights(run.best)
    return ended


def _callbacks(network: Sequential, config: TrainingConfig, run: Run, data: _Data, feed: Feed) -> list[Callback]:
    """Return the callbacks in the order that they need.

    The figures are noted before the backup, so that none is missing for an epoch that is saved; the
    backup comes before averaging, so that it holds the plain weights, and the best weights after it.
    """
    from keras import callbacks

    from digitnet.observer import Observer
    from digitnet.progress import Progress

    measure, rows = _measure(config), read_rows(run.history)
    best, _ = waited(rows, measure)
    chosen = [
        callbacks.TerminateOnNaN(),
        Progress(run, feed.digits),
        callbacks.CSVLogger(str(run.history), append=True),
        callbacks.BackupAndRestore(str(run.backup), double_checkpoint=True, delete_checkpoint=False),
    ]
    if config.average_weights:
        early = _UNAVERAGED * _looked_back(config, len(feed))
        chosen.append(averages_begun_late(network, epochs=early // len(feed)))
        chosen.append(callbacks.SwapEMAWeights(swap_on_epoch=True))
    chosen += [
        callbacks.ModelCheckpoint(
            str(run.best), measure, save_best_only=True, save_weights_only=True, initial_value_threshold=best
        ),
        Observer(run, data.tray),
    ]
    if config.patience:
        chosen.append(early_stopping(rows, measure, config.patience))
    return chosen


def _measure(config: TrainingConfig) -> str:
    """Return by which figure the best epoch is known."""
    return "val_accuracy" if config.validation_share else "accuracy"


def _check_weights(network: Sequential, config: TrainingConfig, run: Run) -> None:
    losses = [row["loss"] for row in read_rows(run.history)[-1:] if "loss" in row]
    if np.isfinite(losses).all() and all(np.isfinite(weights).all() for weights in network.get_weights()):
        return
    run.forget_course()
    raise ConfigError(
        f"The training of {config.name!r} ran away: its loss is no longer a number; try a smaller learning rate "
        f"than {config.learning_rate:g}."
    )


def _without_optimizer(network: Sequential, config: TrainingConfig) -> Sequential:
    """Return the network as it is read with, a third of the size on disk."""
    bare = build(config.network, config.recipe, config.outputs)
    bare.set_weights(network.get_weights())
    return bare


def _write(network: Sequential, config: TrainingConfig, data: _Data, run: Run, ended: str) -> None:
    import keras
    import tensorflow

    rows = read_rows(run.history)
    with writing(f"The model {config.name!r}"), store.new_model(config.name) as folder:
        network = _without_optimizer(network, config)
        network.save(folder / store.KERAS)
        weights = export_litert(network, folder / store.TFLITE, small=_is_slow(config))
        _copy_history(run, folder / store.HISTORY)
        content = (folder / store.TFLITE).read_bytes()
        classifier = Classifier(content, config.name)
        now = datetime.now(UTC)
        card = {
            "name": config.name,
            "recipe": config.recipe,
            "source": get_recipe(config.recipe).source,
            "config": config.to_dict(),
            "data": _said(config, data),
            "own_digits": len(data.own.labels),
            "before": config.start or store.active_model(),
            "ended": ended,
            "epochs_done": len(rows),
            "test_accuracy": accuracy(classifier, data.test),
            "test_digits": len(data.test.labels),
            **calibrated(classifier, config, data.held_out),
            "parameters": network.count_params(),
            "weights": weights,
            "tflite_bytes": len(content),
            "sha256": store.digest(content),
            "seconds": round(sum(row.get("seconds", 0.0) for row in rows), 1),
            "multiplied_in": multiplied_in(_is_slow(config)),
            "input": "float32 (n, 28, 28, 1) in 0..1, ink 1, normalised as by digitnet.normalization",
            "versions": {
                "python": platform.python_version(),
                "tensorflow": tensorflow.__version__,
                "keras": keras.__version__,
            },
            "date": now.date().isoformat(),
            "finished": now.isoformat(timespec="seconds"),
        }
        (folder / store.CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _copy_history(run: Run, path: Path) -> None:
    if run.history.is_file():
        shutil.copyfile(run.history, path)
    else:  # stopped within the first epoch
        path.write_text("epoch,accuracy,loss,seconds\n", encoding="utf-8")


def _is_from_outside(error: BaseException) -> bool:
    return not isinstance(error, Exception)


def _sentence(error: BaseException) -> str:
    if isinstance(error, DigitnetError):
        return str(error)
    if isinstance(error, OSError):
        return f"The training cannot be saved: {error.strerror or error}; make room, then resume."
    return "" if _is_from_outside(error) else f"The training failed: {type(error).__name__}: {str(error)[:300]}"
