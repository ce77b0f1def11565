"""Write a trained network as a model folder: Keras file, LiteRT file, card and history."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.recipes import get_recipe
from digitnet.experiments.run import Run, explain_save_errors, read_rows
from digitnet.experiments.run_controls import RunControls
from digitnet.experiments.status import CALIBRATING, EXPORTING, TESTING
from digitnet.labels import NOT_A_DIGIT
from digitnet.models import active, creation, store
from digitnet.models.architecture import build, count_operations
from digitnet.models.card import USER
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import evaluate, measure
from digitnet.models.litert_export import describe_export, describe_origin, export_litert
from digitnet.training.confidence import calibrate
from digitnet.training.data import TrainingData, describe_data
from digitnet.training.mixed_precision import choose_compute_dtype

if TYPE_CHECKING:
    from keras import Sequential


_MAX_FLOAT32_OPERATIONS = 10_000_000  # Networks with more multiplications for a digit are quantized.


class Timing(NamedTuple):
    """Times of a training.

    Attributes:
        start_seconds: seconds before its first batch.
        finish_began: when its last batch ended, by `time.monotonic`.
    """

    start_seconds: float
    finish_began: float


def is_slow(config: TrainingConfig) -> bool:
    """Return whether the network is too slow to read a digit while it is drawn."""
    return count_operations(config.network, config.outputs) > _MAX_FLOAT32_OPERATIONS


def write_model(
    network: Sequential, config: TrainingConfig, data: TrainingData, run: Run, ended: str, timing: Timing
) -> None:
    """Write a trained network as a complete model folder, or write nothing.

    Args:
        ended: one of `digitnet.models.card.ENDS`.

    Raises:
        TrainingError: the folder cannot be written.
    """
    rows = read_rows(run.history)
    with explain_save_errors(f"The model {config.name!r}"), creation.create_model(config.name) as folder:
        run.begin_phase(EXPORTING)
        network = _remove_optimizer(network, config)
        network.save(folder / store.KERAS_FILE)
        weights = export_litert(network, folder / store.TFLITE_FILE, small=is_slow(config))
        _copy_history(run, folder / store.HISTORY_FILE)
        content = (folder / store.TFLITE_FILE).read_bytes()
        classifier = Classifier(content, config.name)
        run.begin_phase(TESTING)
        measured, seen = measure(classifier, data.test), _measure_on_seen_digits(classifier, config, data)
        run.begin_phase(CALIBRATING)
        card = {
            "name": config.name,
            "recipe": config.recipe,
            "source": get_recipe(config.recipe).source,
            "config": config.replace(hands="").to_dict(),  # Its folder is on this machine only.
            "data": describe_data(config, data),
            "hands": list(data.hands.titles) if data.hands else [],
            "own_digits": len(data.user.labels),
            "before": config.start or active.get_active_model(),
            "ended": ended,
            "epochs_done": len(rows),
            "changes": _list_changes(config, run, len(rows)),
            **measured,
            **seen,
            **calibrate(classifier, config, data.held_out),
            **describe_export(network, content, weights),
            "seconds": round(sum(row.get("seconds", 0.0) for row in rows), 1),
            "start_seconds": round(timing.start_seconds, 1),
            "finish_seconds": round(time.monotonic() - timing.finish_began, 1),
            "multiplied_in": choose_compute_dtype(is_slow(config)),
            **describe_origin(),
        }
        store.write_card(folder, card)


def _measure_on_seen_digits(classifier: Classifier, config: TrainingConfig, data: TrainingData) -> dict[str, float]:
    """Return the card's accuracy and loss on digits trained on, as many as test digits at most; {} without any."""
    seen = data.user if config.data == USER else data.training
    places = np.flatnonzero(seen.labels != NOT_A_DIGIT)[: len(data.test.labels)]
    if not len(places):
        return {}
    result = evaluate(classifier, seen.select(places))
    return {"training_accuracy": result.accuracy, "training_loss": result.loss or 0.0}


def _list_changes(config: TrainingConfig, run: Run, epochs: int) -> list[str]:
    """Return the card's list of changes that were made while the run trained."""
    more = epochs - config.epochs
    return RunControls(run).list_changes() + ([f"{more} more {'epochs' if more > 1 else 'epoch'}"] if more > 0 else [])


def _remove_optimizer(network: Sequential, config: TrainingConfig) -> Sequential:
    """Return a copy of the network without its optimizer, a third of the size on disk."""
    copy = build(config.network, config.recipe, config.outputs)
    copy.set_weights(network.get_weights())
    return copy


def _copy_history(run: Run, path: Path) -> None:
    if run.history.is_file():
        shutil.copyfile(run.history, path)
    else:  # The run was stopped within the first epoch.
        path.write_text("epoch,accuracy,loss,seconds\n", encoding="utf-8")
