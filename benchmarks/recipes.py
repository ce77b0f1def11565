"""Train every recipe as published, with several seeds, and compare.

Usage: python benchmarks/recipes.py [--only NAME ...] [--seeds N] [--table]

The results go to `benchmarks/recipes.json`, a run of a recipe as soon as it is trained. Runs that are there are not
repeated, so that the command can be stopped and continued. The published settings; the test digits only at the end.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.published import PUBLISHED, Published
from digitnet.experiments.recipes import RECIPES
from digitnet.experiments.studies import Spread, measure_spread
from digitnet.models.store import CARD_FILE
from digitnet.training.trainer import train

RESULTS = Path(__file__).with_suffix(".json")


def load_results() -> dict[str, dict[str, Any]]:
    """Return the saved entry of each recipe."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def save_results(results: dict[str, dict[str, Any]]) -> None:
    """Save the entries in the order of the recipes."""
    ordered = {name: results[name] for name in RECIPES if name in results}
    partial = RESULTS.with_suffix(".tmp")
    partial.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
    os.replace(partial, RESULTS)


def train_recipe(name: str, seed: int) -> dict[str, Any]:
    """Train a recipe with a seed; return its run."""
    card = json.loads((train(TrainingConfig.from_recipe(name, seed=seed)) / CARD_FILE).read_text(encoding="utf-8"))
    kept = ("test_accuracy", "test_loss", "parameters", "seconds", "date", "versions")
    return {
        "seed": seed,
        **{key: card[key] for key in kept},
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
    }


def add_run(results: dict[str, dict[str, Any]], name: str, seed: int) -> None:
    """Train a recipe with a seed and add the run to the results; runs of other epochs are dropped."""
    entry = results.get(name)
    if entry is None or entry["epochs"] != RECIPES[name].epochs:
        entry = {"epochs": RECIPES[name].epochs, "runs": []}
    run = train_recipe(name, seed)
    entry["parameters"] = run.pop("parameters")
    others = [other for other in entry["runs"] if other["seed"] != seed]
    results[name] = {**entry, "runs": sorted([*others, run], key=lambda run: run["seed"])}


def format_settings(results: dict[str, dict[str, Any]]) -> str:
    """Return the published settings, and the published figures beside the runs, as a Markdown table."""
    lines = [
        "| recipe | layers | epochs | batch | optimizer, rate | held out | published | ours | published loss | ours |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, published in PUBLISHED.items():
        share = published.validation_share
        lines.append(
            f"| `{name}` | {published.layers or 'none'} | {published.epochs} | {published.batch_size} "
            f"| {published.optimizer} {published.learning_rate:g} | {'none' if share is None else f'{share:.0%}'} "
            f"| {_format_figures(published, results[name]['runs'])} |"
        )
    return "\n".join(lines)


def format_table(results: dict[str, dict[str, Any]]) -> str:
    """Return the runs as a Markdown table: the mean, and the standard deviation over several."""
    lines = [
        "| recipe | parameters | published | ours | published loss | ours | epochs | runs | seconds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, result in results.items():
        runs = result["runs"]
        seconds = statistics.fmean(run["seconds"] for run in runs)
        lines.append(
            f"| `{name}` | {result['parameters']:,} | {_format_figures(PUBLISHED.get(name), runs)} "
            f"| {result['epochs']} | {len(runs)} | {seconds:.0f} |"
        )
    return "\n".join(lines)


def _format_figures(published: Published | None, runs: list[dict[str, Any]]) -> str:
    """Return accuracy and loss as cells of a table, each as published and over runs; "-" where unknown."""
    accuracy, loss = (measure_spread(run.get(key) for run in runs) for key in ("test_accuracy", "test_loss"))
    cells = [
        f"{published.accuracy:.2%}" if published else "-",
        _format_spread(accuracy, ".2%"),
        "-" if published is None or published.loss is None else f"{published.loss:g}",
        _format_spread(loss, ".4f"),
    ]
    return " | ".join(cells)


def _format_spread(spread: Spread | None, form: str) -> str:
    if spread is None:
        return "-"
    return f"{spread.mean:{form}}" + (f" ± {spread.deviation:{form}}" if spread.runs > 1 else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(RECIPES), metavar="NAME", help="train these, even again")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="train with seeds 0 to N - 1 (default 3)")
    help = "print the tables of saved runs and of published settings, and train nothing"
    parser.add_argument("--table", action="store_true", help=help)
    args = parser.parse_args()
    results = load_results()
    names = args.only or [name for name in RECIPES if name in PUBLISHED or name == "quick"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIGITNET_MODELS"] = folder
        for seed, name in itertools.product(range(args.seeds), names if not args.table else ()):
            known = [run["seed"] for run in results.get(name, {"runs": []})["runs"] if "test_loss" in run]
            if args.only or seed not in known:
                results = load_results()
                add_run(results, name, seed)
                save_results(results)
    print(format_table(results))
    if args.table:
        print(f"\n{format_settings(results)}")


if __name__ == "__main__":
    main()
