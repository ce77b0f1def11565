"""Train every recipe as published and compare.

Usage: python benchmarks/recipes.py [--only NAME ...] [--table]

The results go to `benchmarks/recipes.json`, an entry for each recipe as soon as it is trained. Recipes that have an
entry are left out unless they are named, so that a run can be stopped and continued. One seed, the published
settings, the test digits only at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.published import PUBLISHED, Published
from digitnet.experiments.recipes import RECIPES
from digitnet.models.store import CARD_FILE
from digitnet.training.trainer import train

RESULTS = Path(__file__).with_suffix(".json")
SEED = 0


def load_results() -> dict[str, dict[str, Any]]:
    """Return the saved entry of each recipe."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def save_results(results: dict[str, dict[str, Any]]) -> None:
    """Save the entries in the order of the recipes."""
    ordered = {name: results[name] for name in RECIPES if name in results}
    partial = RESULTS.with_suffix(".tmp")
    partial.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
    os.replace(partial, RESULTS)


def train_recipe(name: str) -> dict[str, Any]:
    """Train a recipe; return its entry."""
    card = json.loads((train(TrainingConfig.from_recipe(name, seed=SEED)) / CARD_FILE).read_text(encoding="utf-8"))
    return {
        "test_accuracy": card["test_accuracy"],
        "test_loss": card["test_loss"],
        "parameters": card["parameters"],
        "epochs": card["config"]["epochs"],
        "seconds": card["seconds"],
        "seed": SEED,
        "date": card["date"],
        "versions": card["versions"],
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
    }


def format_settings(results: dict[str, dict[str, Any]]) -> str:
    """Return the published settings, and the published figures beside the entries, as a Markdown table."""
    lines = [
        "| recipe | layers | epochs | batch | optimizer, rate | held out | published | ours | published loss | ours |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, published in PUBLISHED.items():
        share = published.validation_share
        lines.append(
            f"| `{name}` | {published.layers or 'none'} | {published.epochs} | {published.batch_size} "
            f"| {published.optimizer} {published.learning_rate:g} | {'none' if share is None else f'{share:.0%}'} "
            f"| {_format_figures(published, results[name])} |"
        )
    return "\n".join(lines)


def format_table(results: dict[str, dict[str, Any]]) -> str:
    """Return the entries as a Markdown table."""
    lines = [
        "| recipe | parameters | published | ours | published loss | ours | epochs | seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, result in results.items():
        lines.append(
            f"| `{name}` | {result['parameters']:,} | {_format_figures(PUBLISHED.get(name), result)} "
            f"| {result['epochs']} | {result['seconds']:.0f} |"
        )
    return "\n".join(lines)


def _format_figures(published: Published | None, result: dict[str, Any]) -> str:
    """Return accuracy and loss as cells of a table, each as published and as in an entry; "-" where unknown."""
    cells = [
        f"{published.accuracy:.2%}" if published else "-",
        f"{result['test_accuracy']:.2%}",
        "-" if published is None or published.loss is None else f"{published.loss:g}",
        f"{result['test_loss']:.4f}" if "test_loss" in result else "-",  # Older entries have none.
    ]
    return " | ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(RECIPES), metavar="NAME", help="train these, even again")
    help = "print the tables of saved entries and of published settings, and train nothing"
    parser.add_argument("--table", action="store_true", help=help)
    args = parser.parse_args()
    results = load_results()
    names = args.only or [name for name in RECIPES if name not in results]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIGITNET_MODELS"] = folder
        for name in names if not args.table else ():
            results[name] = train_recipe(name)
            save_results(results)
    print(format_table(results))
    if args.table:
        print(f"\n{format_settings(results)}")


if __name__ == "__main__":
    main()
