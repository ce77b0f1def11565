"""Define the command `train`: train a network and save it as a model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from digitnet.errors import ConfigError
from digitnet.extras import require_extra

if TYPE_CHECKING:
    from digitnet.experiments.config import TrainingConfig


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `train`."""
    from digitnet.experiments.config import DATA_SOURCES, LOSSES, OPTIMIZERS, SCHEDULES, VALIDATIONS
    from digitnet.experiments.recipes import RECIPES
    from digitnet.experiments.sweep_settings import SETTINGS

    command.add_argument("--recipe", default="digitnet", help=f"one of {', '.join(RECIPES)} (default: digitnet)")
    command.add_argument("--name", help="name of the model folder to write (default: the recipe's name)")
    command.add_argument("--layers", help="the network, such as 'conv 32 3x3, pool 2, dropout 0.2, dense 128 tanh'")
    command.add_argument("--epochs", type=int)
    command.add_argument("--batch-size", type=int)
    command.add_argument("--optimizer", help=f"one of {', '.join(OPTIMIZERS)}")
    command.add_argument("--learning-rate", type=float)
    command.add_argument("--schedule", help=f"of the learning rate: one of {', '.join(SCHEDULES)}")
    command.add_argument("--loss", choices=LOSSES, help="the loss function (default: cross-entropy)")
    command.add_argument("--augment", action=argparse.BooleanOptionalAction, help="train on varied copies")
    help = "vary the copies also by other hands, pens and damages than MNIST's"
    command.add_argument("--other-hands", action=argparse.BooleanOptionalAction, help=help)
    help = "train on letters, signs and blots, too, to refuse them"
    command.add_argument("--refuse", action=argparse.BooleanOptionalAction, help=help)
    command.add_argument("--validation-share", type=float, help="part of the 60,000 held out, 0 to 0.5")
    help = f"digits that are read after each epoch: one of {', '.join(VALIDATIONS)}"
    command.add_argument("--validation", choices=VALIDATIONS, metavar="KIND", help=help)
    command.add_argument("--patience", type=int, help="stop early after this many epochs without a better one")
    command.add_argument("--seed", type=int)
    command.add_argument("--limit", type=int, help="train and test on only this many digits")
    help = "train on other people's handwriting, too: a folder as in docs/handwriting.md"
    command.add_argument("--hands", metavar="FOLDER", help=help)
    help = "fine-tune this trained model with user digits, in place of a recipe"
    command.add_argument("--start", metavar="MODEL", help=help)
    help = "MNIST, the digits that were corrected and imported, or both (default: mnist; both with --start)"
    command.add_argument("--data", choices=DATA_SOURCES, help=help)
    help = "use only user digits of this writer; may be given several times (default: all)"
    command.add_argument("--writer", action="append", dest="writers", metavar="NAME", help=help)
    command.add_argument("--own-share", type=float, help="part of the training pictures that are user digits, 0 to 1")
    command.add_argument("--epoch-digits", type=int, help="digits in an epoch, chosen anew for each; 0 for all")
    help = "try values of a setting, a run for each; with two --try, for each combination. Settings: "
    help += ", ".join(SETTINGS) + ". Runs that are done are not repeated"
    command.add_argument("--try", action="append", dest="tries", metavar="SETTING=VALUE,VALUE", help=help)
    command.add_argument("--seeds", type=int, default=1, metavar="N", help="so many seeds, for each value")
    help = "print the training as a short Keras script, and train nothing"
    command.add_argument("--script", action="store_true", help=help)
    command.add_argument("--run", metavar="NAME", help="resume the unfinished run NAME with its settings")
    command.set_defaults(command=_train_model)


def _train_model(
    run: str | None,
    recipe: str,
    start: str | None,
    tries: list[str] | None,
    seeds: int,
    script: bool,
    **settings: Any,
) -> int:
    if (script or run) and (tries or seeds != 1):
        raise ConfigError("Expected --try and --seeds without --script and --run.")
    if script:
        return _print_script(recipe, start, **settings)
    require_extra("train", "The command 'train'")
    from digitnet.cli.train_runs import train_run
    from digitnet.experiments import queue
    from digitnet.experiments.config import TrainingConfig
    from digitnet.experiments.run import Run

    if run:
        config = Run(run).read_config()
    elif start:
        config = TrainingConfig.for_fine_tuning(start, **settings)
    else:
        config = TrainingConfig.from_recipe(recipe, **settings)
    if tries or seeds != 1:
        return _train_study(config, tries or [], seeds)
    if not run:
        queue.check_not_under_way(config.name)
    print(train_run(config))
    return 0


def _train_study(config: TrainingConfig, tries: list[str], seeds: int) -> int:
    """Train the runs of a study that are not done, and print its table."""
    from digitnet.cli.tables import format_columns
    from digitnet.cli.train_runs import train_all
    from digitnet.experiments.studies import find_study
    from digitnet.experiments.study_runs import find_unfinished, plan
    from digitnet.experiments.study_table import GAP_EXPLANATION, tabulate

    values = _parse_tries(tries) or {"epochs": str(config.epochs)}  # Seeds alone are compared in a table of one row.
    configs = plan(config, values, seeds)
    train_all(configs, find_unfinished)
    if study := find_study(configs[0].group):
        print(f"\n{study.group}\n{format_columns(*tabulate(study))}\n{GAP_EXPLANATION}")
    return 0


def _parse_tries(tries: list[str]) -> dict[str, str]:
    """Return values by setting, also of one given twice; "batch_size=32,64" and "batch-size=32,64" are the same."""
    values: dict[str, str] = {}
    for text in tries:
        setting, equals, texts = text.partition("=")
        if not equals:
            raise ConfigError(f"Expected a setting and its values, such as batch_size=32,64. Received: {text!r}.")
        name = setting.strip().replace("-", "_")
        values[name] = ",".join(filter(None, [values.get(name), texts]))
    return values


def _print_script(recipe: str, start: str | None, **settings: Any) -> int:
    from digitnet.experiments.config import TrainingConfig
    from digitnet.experiments.keras_script import write_script

    config = TrainingConfig.for_fine_tuning(start, **settings) if start else None
    print(write_script(config or TrainingConfig.from_recipe(recipe, **settings)), end="")
    return 0
