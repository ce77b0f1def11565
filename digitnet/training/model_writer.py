"""Write a trained network as a model folder: Keras file, LiteRT file, card and history."""

from __future__ import annotations

import platform
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.recipes import get_recipe
from digitnet.experiments.run import Run, explain_save_errors, read_rows
from digitnet.models import active, editing, store
from digitnet.models.architecture import build, count_operations
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import measure_accuracy
from digitnet.models.litert_export import export_litert
from digitnet.training.confidence import calibrate
from digitnet.training.data import TrainingData, describe_data
from digitnet.training.mixed_precision import choose_compute_dtype

if TYPE_CHECKING:
    from keras import Sequential


_MOST_OPERATIONS = 10_000_000  # for a digit, of a network whose weights stay float32


def is_slow(config: TrainingConfig) -> bool:
    """Return whether a digit takes so long to read that a drawing's are waited for."""
    return count_operations(config.network, config.outputs) > _MOST_OPERATIONS


def _without_optimizer(network: Sequential, config: TrainingConfig) -> Sequential:
    """Return the network as it is read with, a third of the size on disk."""
    bare = build(config.network, config.recipe, config.outputs)
    bare.set_weights(network.get_weights())
    return bare


def write_model(network: Sequential, config: TrainingConfig, data: TrainingData, run: Run, ended: str) -> None:
    """Write a trained network as a whole model folder, or none."""
    import keras
    import tensorflow

    rows = read_rows(run.history)
    with explain_save_errors(f"The model {config.name!r}"), editing.create_model(config.name) as folder:
        network = _without_optimizer(network, config)
        network.save(folder / store.KERAS_FILE)
        weights = export_litert(network, folder / store.TFLITE_FILE, small=is_slow(config))
        _copy_history(run, folder / store.HISTORY_FILE)
        content = (folder / store.TFLITE_FILE).read_bytes()
        classifier = Classifier(content, config.name)
        now = datetime.now(UTC)
        card = {
            "name": config.name,
            "recipe": config.recipe,
            "source": get_recipe(config.recipe).source,
            "config": config.to_dict(),
            "data": describe_data(config, data),
            "own_digits": len(data.own.labels),
            "before": config.start or active.get_active_model(),
            "ended": ended,
            "epochs_done": len(rows),
            "test_accuracy": measure_accuracy(classifier, data.test),
            "test_digits": len(data.test.labels),
            **calibrate(classifier, config, data.held_out),
            "parameters": network.count_params(),
            "weights": weights,
            "tflite_bytes": len(content),
            "sha256": store.compute_digest(content),
            "seconds": round(sum(row.get("seconds", 0.0) for row in rows), 1),
            "multiplied_in": choose_compute_dtype(is_slow(config)),
            "input": "float32 (n, 28, 28, 1) in 0..1, ink 1, normalised as by digitnet.normalization",
            "versions": {
                "python": platform.python_version(),
                "tensorflow": tensorflow.__version__,
                "keras": keras.__version__,
            },
            "date": now.date().isoformat(),
            "finished": now.isoformat(timespec="seconds"),
        }
        store.write_card(folder, card)


def _copy_history(run: Run, path: Path) -> None:
    if run.history.is_file():
        shutil.copyfile(run.history, path)
    else:  # stopped within the first epoch
        path.write_text("epoch,accuracy,loss,seconds\n", encoding="utf-8")
