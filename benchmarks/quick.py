"""Time the recipe `quick` against `cnn-30-15` as published: python benchmarks/quick.py [--runs N].

The two are trained in turn, with seeds from 0, on the same machine in the same state. A run counts as
done when its last epoch is; that it reads at least 99.06% of the test digits, which is what is published
for `cnn-30-15`, is said beside it. Seconds are those of training, CPU seconds those of the whole process
while it trains; TensorFlow's own start, the same for both, is left out.
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
from digitnet.experiments.recipes import RECIPES
from digitnet.models.card import require_card
from digitnet.training.trainer import train

NAMES = ("cnn-30-15", "quick")
AIM = RECIPES["cnn-30-15"].published_accuracy or 0.0


def run(name: str, seed: int) -> tuple[float, float, float]:
    """Train; return seconds, CPU seconds and test accuracy."""
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
        train(TrainingConfig.from_recipe("quick", epochs=1, limit=1000), report=lambda _: None)  # a warm-up
        for seed in range(args.runs):
            for name in NAMES:
                took, used, right = run(name, seed)
                seconds[name].append(took)
                cpu[name].append(used)
                reached = "reached" if right >= AIM else "not reached"
                print(f"{name:<10} seed {seed}: {took:5.1f} s, {used:5.1f} CPU s, {right:.2%} ({AIM:.2%} {reached})")
    for what, times in (("seconds", seconds), ("CPU seconds", cpu)):
        slow, fast = (statistics.median(times[name]) for name in NAMES)
        print(f"median {what}: {slow:.1f} and {fast:.1f}, quick takes {fast / slow:.2f} of the time")


if __name__ == "__main__":
    main()
