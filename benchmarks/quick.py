"""Time the recipe `quick` against `cnn-30-15` as published.

Usage: python benchmarks/quick.py [--runs N]

The two are trained in turn, with seeds from 0, on the same machine in the same state. A run is done after its last
epoch; its line says whether it reads at least 99.06% of the test digits, the accuracy published for `cnn-30-15`.
Seconds count the training, CPU seconds the whole process while it trains; TensorFlow's start, the same for both, is
left out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.published import PUBLISHED
from digitnet.models.card import require_card
from digitnet.training.trainer import train

NAMES = ("cnn-30-15", "quick")
TARGET_ACCURACY = PUBLISHED["cnn-30-15"].accuracy


def train_recipe(name: str, seed: int) -> tuple[float, float, float]:
    """Train a recipe; return seconds, CPU seconds and test accuracy."""
    before = time.process_time()
    train(TrainingConfig.from_recipe(name, seed=seed), report=lambda _: None)
    card = require_card(name)
    return card.seconds or 0.0, time.process_time() - before, card.accuracy or 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="runs of each (default 3)")
    args = parser.parse_args()
    seconds: dict[str, list[float]] = {name: [] for name in NAMES}
    cpu: dict[str, list[float]] = {name: [] for name in NAMES}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIGITNET_MODELS"] = folder
        train(TrainingConfig.from_recipe("quick", epochs=1, limit=1000), report=lambda _: None)  # Warms up.
        for seed in range(args.runs):
            for name in NAMES:
                elapsed, used, accuracy = train_recipe(name, seed)
                seconds[name].append(elapsed)
                cpu[name].append(used)
                reached = f"{TARGET_ACCURACY:.2%} {'reached' if accuracy >= TARGET_ACCURACY else 'not reached'}"
                print(f"{name:<10} seed {seed}: {elapsed:5.1f} s, {used:5.1f} CPU s, {accuracy:.2%} ({reached})")
    for unit, times in (("seconds", seconds), ("CPU seconds", cpu)):
        slow, fast = (statistics.median(times[name]) for name in NAMES)
        print(f"median {unit}: {slow:.1f} and {fast:.1f}, quick takes {fast / slow:.2f} of the time")


if __name__ == "__main__":
    main()
