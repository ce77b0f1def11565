"""Define the command `tutorials`: list them with published figures and ours, and train their networks."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from digitnet.errors import ConfigError
from digitnet.extras import require_extra

if TYPE_CHECKING:
    from digitnet.experiments.tutorials import Tutorial


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `tutorials`."""
    from digitnet.experiments.tutorials import TUTORIALS

    command.add_argument("name", nargs="?", metavar="NAME", help=f"one of {', '.join(TUTORIALS)} (default: list all)")
    help = "train its networks as published, one after the other; those that are trained already are not repeated"
    command.add_argument("--train", action="store_true", help=help)
    command.add_argument("--seeds", type=int, metavar="N", help="with --train: so many seeds for each (default: 1)")
    command.set_defaults(command=_show_tutorials)


def _show_tutorials(name: str | None, train: bool, seeds: int | None) -> int:
    from digitnet.experiments.tutorials import TUTORIALS, get_tutorial

    chosen = [get_tutorial(name)] if name else list(TUTORIALS.values())
    if (train and not name) or (seeds is not None and not train):
        raise ConfigError("Expected the name of a tutorial with --train, and --train with --seeds.")
    if train:
        _train(chosen[0], 1 if seeds is None else seeds)
    print("\n\n".join(map(_describe, chosen)))
    return 0


def _train(tutorial: Tutorial, seeds: int) -> None:
    require_extra("train", "The option --train")
    from digitnet.cli.train_runs import train_all
    from digitnet.experiments.tutorial_results import find_unfinished, plan

    train_all(plan(tutorial, seeds), partial(find_unfinished, tutorial=tutorial))
    print()


def _describe(tutorial: Tutorial) -> str:
    from digitnet.cli.tables import format_columns
    from digitnet.experiments.tutorial_results import list_trials
    from digitnet.experiments.tutorial_table import HEADS, tabulate

    author = f", by {tutorial.author}" if tutorial.author else ""
    table = format_columns(HEADS, tabulate(tutorial, list_trials(tutorial)))
    return f"{tutorial.name}: {tutorial.title}{author}\n{tutorial.subject}\n\n{table}"
