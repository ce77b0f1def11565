"""Train a network by its settings and write its model folder.

Keras is imported inside the functions that train, so that importing this module stays fast.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitnet.errors import ConfigError, DigitnetError, TrainingError, explain_os_errors
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.duration import Duration, estimate_duration
from digitnet.experiments.notices import note_end
from digitnet.experiments.run import Run, explain_save_errors, read_rows
from digitnet.experiments.run_controls import RunControls
from digitnet.experiments.status import (
    AVERAGING,
    BUILDING,
    COMPARING,
    DIVERGED,
    FINISHING,
    LOADING,
    PREPARING,
    RECALLING,
    UNSAVED,
)
from digitnet.experiments.steps import count_averaged_steps
from digitnet.models import store
from digitnet.models.architecture import build
from digitnet.models.card import EARLY, FAILED, INTERRUPTED, STOPPED, WHOLE, require_card
from digitnet.preprocessing.normalization import to_network_input
from digitnet.training.data import TrainingData, describe_data, gather_data
from digitnet.training.early_stopping import build_early_stopping, find_best_epoch, has_ended_early
from digitnet.training.fine_tuning import limit_forgetting, load_start_weights
from digitnet.training.mixed_precision import bfloat16_policy
from digitnet.training.model_writer import Timing, is_slow, write_model
from digitnet.training.optimizer import compile_network
from digitnet.training.weight_averaging import build_average_reset, measure_batch_statistics

if TYPE_CHECKING:
    from keras import Sequential
    from keras.callbacks import Callback

    from digitnet.training.batches import TrainingBatches

# The averages are reset after each epoch until this many times the averaged steps are done. Otherwise they would hold
# the initial weights for a long time.
_RESET_FACTOR = 3


def train(config: TrainingConfig, report: Callable[[str], None] = print) -> Path:
    """Train a network, measure it on the test digits and write its model folder.

    An interrupted or stopped run with the same settings resumes after its last finished epoch. A run that is asked
    to stop (`digitnet.experiments.queue.stop`) writes its best epoch so far as its model.

    Args:
        report: receives a line of text for each step.

    Returns:
        The model folder.

    Raises:
        ConfigError: the learning rate made the weights infinite, there are no user digits to train on, or the model
            to fine-tune has another network.
        ModelError: the model to fine-tune does not exist.
        CollectionError: the user digits cannot be read.
        TrainingError: the disk is full, or the folder of models cannot be written.
    """
    run = Run(config.name)
    if not run.exists() or run.read_config() != config:
        run.create(config)
    run.mark_started()
    try:
        with explain_os_errors(f"The training {UNSAVED}", TrainingError, "make room, then resume"):
            ended = _train(config, run, report)
    except BaseException as error:
        with suppress(DigitnetError):
            run.update_status(state=INTERRUPTED if _is_interruption(error) else FAILED, message=_describe_error(error))
        if not _is_interruption(error):
            note_end(run.name)
        raise
    if config.promote and ended != STOPPED:
        run.begin_phase(COMPARING)
        _promote(config, report)
    card = require_card(config.name)
    accuracy = card.accuracy or 0.0
    report(f"{config.name}: {accuracy:.2%} of {card.test_digits or 0:,} test digits right, loss {card.loss or 0:.4f}")
    if ended == STOPPED:
        message = f"The best of {card.epochs_done} epochs is kept, {accuracy:.2%} on the test digits."
        run.update_status(state=STOPPED, message=message)
    else:
        run.delete()
        note_end(config.name)
    return store.model_dir(config.name)


def _promote(config: TrainingConfig, report: Callable[[str], None]) -> None:
    """Put the model to use if it is better than its predecessor; write the verdict to its card."""
    from digitnet.experiments import promotion

    try:
        promoted, verdict = promotion.promote(config)
    except DigitnetError as error:
        promoted, verdict = False, f"It could not be compared with {config.start!r}: {error}"
    with explain_save_errors(f"The verdict on {config.name!r}"):
        card = {**store.load_card(config.name), "promoted": promoted, "verdict": verdict}
        store.write_card(store.model_dir(config.name), card)
    report(f"{config.name}: {verdict}")


def _train(config: TrainingConfig, run: Run, report: Callable[[str], None]) -> str:
    """Train and write the model; return one of `digitnet.models.card.ENDS`."""
    began, expected = time.monotonic(), estimate_duration(config)
    run.begin_phase(LOADING, epochs=config.epochs, ends=_estimate_end(config, run, expected))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    keras.utils.clear_session()  # Else the networks of earlier runs in this process stay in memory.
    keras.utils.set_random_seed(config.seed)
    run.begin_phase(PREPARING)
    data = gather_data(config, run)
    run.begin_phase(BUILDING)
    with bfloat16_policy(is_slow(config)):
        network = build(config.network, config.recipe, config.outputs)
    load_start_weights(network, config, run)
    digits = config.count_digits_in_epoch(len(data.training.labels), len(data.user.labels))
    compile_network(network, config, steps=-(-sum(digits) // config.batch_size))
    report(f"{config.name}: {network.count_params():,} parameters, {describe_data(config, data)}")
    start_seconds = time.monotonic() - began
    ended = _fit(network, config, data, run)
    finish_began = time.monotonic()
    ends = time.time() + expected.finish
    run.begin_phase("", state=FINISHING, epoch=run.count_saved_epochs(), batch=0, ends=ends)
    if config.average_weights and not config.start:
        from digitnet.training.batches import TrainingBatches

        run.begin_phase(AVERAGING)
        measure_batch_statistics(network, TrainingBatches(config, data.training, data.user, run.count_saved_epochs()))
    _check_weights(network, config, run)
    if config.start:
        run.begin_phase(RECALLING)
        limit_forgetting(network, config, run, data.training)
    write_model(network, config, data, run, ended, Timing(start_seconds, finish_began))
    return ended


def _estimate_end(config: TrainingConfig, run: Run, expected: Duration) -> float:
    """Estimate the time when a run that begins now ends, in seconds since 1970."""
    share_left = max(0.0, 1 - run.count_saved_epochs() / config.epochs)
    return time.time() + expected.start + share_left * expected.training + expected.finish


def _fit(network: Sequential, config: TrainingConfig, data: TrainingData, run: Run) -> str:
    """Fit the network and load the weights to keep; return one of `digitnet.models.card.ENDS`."""
    from digitnet.training.batches import TrainingBatches
    from digitnet.training.progress import TrainingStopped

    run.trim_curves()
    batches = TrainingBatches(config, data.training, data.user, run.count_saved_epochs())
    validation = data.validation
    read_after_epochs = (to_network_input(validation.images), validation.labels) if len(validation.labels) else None
    ended_early = has_ended_early(read_rows(run.history), _choose_measure(config), config.patience)
    controls, has_more = RunControls(run), True
    try:
        while has_more:  # One more epoch may be asked for until the last is done.
            done = run.count_saved_epochs()
            network.fit(
                batches,
                validation_data=read_after_epochs,
                epochs=done if ended_early else controls.count_epochs(),
                callbacks=_build_callbacks(network, config, run, data, batches),
                verbose=0,
            )
            ended_early = ended_early or network.stop_training
            has_more = not ended_early and done < run.count_saved_epochs() < controls.count_epochs()
        ended = WHOLE if run.count_saved_epochs() >= config.epochs else EARLY
    except TrainingStopped:
        ended = STOPPED
    if (ended == STOPPED or config.patience) and run.best_weights.is_file():
        with suppress(OSError, ValueError, KeyError):  # A damaged file: keep the last weights.
            network.load_weights(run.best_weights)
    return ended


def _build_callbacks(
    network: Sequential, config: TrainingConfig, run: Run, data: TrainingData, batches: TrainingBatches
) -> list[Callback]:
    """Return the callbacks in the required order.

    Figures are logged before the backup, so that every saved epoch has its figures. The backup comes before
    averaging, so that it holds the plain weights; the best weights come after it.
    """
    from keras import callbacks

    from digitnet.training.checkpoints import Backup, BestWeights
    from digitnet.training.live_rate import LiveRate
    from digitnet.training.progress import Progress
    from digitnet.training.snapshot_callback import SnapshotCallback

    measure, rows = _choose_measure(config), read_rows(run.history)
    best, _ = find_best_epoch(rows, measure)
    built = [
        callbacks.TerminateOnNaN(),
        LiveRate(run, config),
        Progress(run, batches.digits, estimate_duration(config).finish),
        callbacks.CSVLogger(str(run.history), append=True),
        Backup(run),
    ]
    if config.average_weights:
        reset_batches = _RESET_FACTOR * count_averaged_steps(config, len(batches))
        built.append(build_average_reset(network, epochs=reset_batches // len(batches)))
        built.append(callbacks.SwapEMAWeights(swap_on_epoch=True))
    built += [BestWeights(run, measure, best), SnapshotCallback(run, data.probe)]
    if config.patience:
        built.append(build_early_stopping(rows, measure, config.patience))
    return built


def _choose_measure(config: TrainingConfig) -> str:
    """Return the name of the figure that decides which epoch is best."""
    return "val_accuracy" if config.validates else "accuracy"


def _check_weights(network: Sequential, config: TrainingConfig, run: Run) -> None:
    """Raise ConfigError and delete the run's checkpoints if the loss or a weight is not finite."""
    losses = [row["loss"] for row in read_rows(run.history)[-1:] if "loss" in row]
    if np.isfinite(losses).all() and all(np.isfinite(weights).all() for weights in network.get_weights()):
        return
    run.delete_checkpoints()
    raise ConfigError(
        f"The training of {config.name!r} {DIVERGED}; try a smaller learning rate than {config.learning_rate:g}."
    )


def _is_interruption(error: BaseException) -> bool:
    return not isinstance(error, Exception)


def _describe_error(error: BaseException) -> str:
    if isinstance(error, DigitnetError):
        return str(error)
    return "" if _is_interruption(error) else f"The training failed: {type(error).__name__}: {str(error)[:300]}"
