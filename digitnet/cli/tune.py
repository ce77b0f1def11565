"""Define the command `tune`: search a space of settings for those that train best."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitnet.errors import ConfigError
from digitnet.extras import require_extra

if TYPE_CHECKING:
    from digitnet.tuning.search import Search

_CHANGEABLE = ("samples", "parallel", "ray")  # When a search goes on.
_DESCRIPTION = """
Train a recipe with settings drawn from a space, one run after the other, and find those that read the held-out digits
best; test digits decide nothing. FILE is TOML, such as

    learning_rate = { from = 0.0001, to = 0.01, log = true }
    batch_size = [32, 64, 128]

Ctrl+C stops; the same command, or --resume NAME, goes on. Each trial leaves a model called NAME-001, NAME-002, ...
"""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `tune`."""
    from digitnet.experiments.recipes import RECIPES
    from digitnet.tuning.settings import DEFAULT_SAMPLES, METHODS, OBJECTIVES, PRUNERS

    command.description = _DESCRIPTION
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.add_argument("--recipe", help=f"one of {', '.join(RECIPES)} (default: digitnet)")
    command.add_argument("--space", type=Path, metavar="FILE", help="the settings to search, as TOML")
    command.add_argument("--name", help="name of the search (default: that of the file)")
    command.add_argument("--method", choices=METHODS, help="how values are drawn (default: tpe)")
    help = f"most trials (default: all of a grid, {DEFAULT_SAMPLES} otherwise)"
    command.add_argument("--samples", type=int, metavar="N", help=help)
    help = "train each trial from so many seeds (default: 1)"
    command.add_argument("--seeds", type=int, metavar="K", help=help)
    help = "what is compared on the held-out digits (default: accuracy)"
    command.add_argument("--objective", choices=OBJECTIVES, help=help)
    help = "which poor trials are stopped early (default: median); on a Ray cluster any but none is ASHA"
    command.add_argument("--pruner", choices=PRUNERS, help=help)
    help = "train so many trials at a time (default: 1; with --ray: as many as the cluster has processors)"
    command.add_argument("--parallel", type=int, metavar="N", help=help)
    command.add_argument("--epochs", type=int, help="of each trial (default: those of the recipe)")
    command.add_argument("--limit", type=int, help="train and test on only this many digits")
    command.add_argument("--seed", type=int, help="the first seed, also that of the values drawn")
    help = "train on this Ray cluster, all of whose machines see the folder of models; local for one of this machine"
    command.add_argument("--ray", metavar="ADDRESS", help=help)
    help = "go on with the search NAME, with its settings; --samples, --parallel and --ray may change"
    command.add_argument("--resume", metavar="NAME", help=help)
    help = "at the end, put the best model to use if it is better than the one in use"
    command.add_argument("--promote", action="store_true", help=help)
    command.set_defaults(command=_tune)


def _tune(resume: str | None, promote: bool, space: Path | None, **settings: Any) -> int:
    """Search, print the table and the best trial; return the exit code."""
    require_extra("train", "The command 'tune'")
    from digitnet.cli.tune_table import LiveTable, print_result
    from digitnet.tuning import actions
    from digitnet.tuning.search import DONE, Search

    if (space is None) == (resume is None):
        raise ConfigError("Expected --space FILE with the settings to search, or --resume NAME.")
    given = {name: value for name, value in settings.items() if value is not None}
    if space:
        search = _create(space, **given)
    else:
        search = Search(str(resume))
        _change(search.name, given)
    with LiveTable(search) as table:
        actions.run_search(search.name, table.show)
    print_result(search)
    if promote and search.read_status().state == DONE:
        print(actions.promote_best(search.name)[1])
    return 0


def _change(name: str, given: dict[str, Any]) -> None:
    """Change those settings of a search that may change when it goes on; raises ConfigError if others are given."""
    from digitnet.tuning import actions

    if kept := [f"--{option}" for option in given if option not in _CHANGEABLE]:
        raise ConfigError(
            "A search that goes on keeps its settings, or its trials could not be compared; "
            f"leave out {', '.join(kept)}. With --resume these may change: --{', --'.join(_CHANGEABLE)}."
        )
    if given:
        actions.change(name, **given)


def _create(
    space: Path,
    recipe: str = "digitnet",
    name: str | None = None,
    epochs: int | None = None,
    limit: int | None = None,
    seed: int | None = None,
    **rest: Any,
) -> Search:
    """Create a search, or find the one that has the same settings."""
    from digitnet.experiments.config import TrainingConfig
    from digitnet.tuning import actions
    from digitnet.tuning.settings import SearchSettings

    try:
        text = space.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigError(f"The space {str(space)!r} cannot be read: {reason}.") from None
    config = TrainingConfig.from_recipe(recipe, epochs=epochs, limit=limit, seed=seed)
    return actions.create(SearchSettings(name or space.stem, config, text, **rest))
