"""Run the command line, digitnet or python -m digitnet.

Commands: read, read-many, form, score, app, train, tune, work, tutorials, evaluate, models, digits, backup, restore,
keys, mcp, hands, strings.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import digitnet
from digitnet.cli import (
    app,
    backup,
    digits,
    forms,
    hands,
    keys,
    mcp,
    models,
    read,
    read_many,
    score,
    train,
    tune,
    tutorials,
    work,
)
from digitnet.errors import DigitnetError
from digitnet.extras import explain_missing_extra, find_extra, require_extra
from digitnet.models.creation import recover_models
from digitnet.paths import RESOURCES, models_dir


def run_command(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit code: 0, or 1 after an error, which is printed on stderr."""
    parser = _build_parser()
    known, others = parser.parse_known_args(arguments)
    args = vars(known)
    command, name = args.pop("command"), args.pop("name_of_command")
    if name == "app":
        args["options"] = others
    elif others:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    recover_models(models_dir())
    try:
        return int(command(**args))
    except DigitnetError as error:
        print(f"digitnet: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if not (extra := find_extra(error.name or "")):
            raise
        print(f"digitnet: {explain_missing_extra(extra, f'The command {name!r}')}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndigitnet: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # The reader of the output has closed it, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _train_string_recognizer(out: Path | None, hands: Path | None, start: Path | None) -> int:
    require_extra("train", "The command 'strings'")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from digitnet.training.strings import trainer

    settings = trainer.FURTHER if start else trainer.Settings()
    trainer.train(settings, out or RESOURCES, report=_report, hands=hands, start=start)
    return 0


def _report(line: str) -> None:
    print(line, flush=True)


def _build_parser() -> argparse.ArgumentParser:
    program = "python -m digitnet" if Path(sys.argv[0]).name == "__main__.py" else "digitnet"
    parser = argparse.ArgumentParser(prog=program, description="Reads handwritten digits.")
    parser.add_argument("--version", action="version", version=f"digitnet {digitnet.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="name_of_command")
    read.add_arguments(commands.add_parser("read", help="read the numbers on pictures"))
    help = "read an archive of any size to Parquet files; go on after a stop"
    read_many.add_arguments(commands.add_parser("read-many", help=help))
    forms.add_arguments(commands.add_parser("form", help="make the template of a form from one of its sheets"))
    score.add_arguments(commands.add_parser("score", help="score models on your own pictures with known numbers"))
    app.add_arguments(commands.add_parser("app", help="start the app; options of `streamlit run` may follow"))
    train.add_arguments(commands.add_parser("train", help="train a network on MNIST and save it as a model"))
    tune.add_arguments(commands.add_parser("tune", help="search for the settings that train best"))
    work.add_arguments(commands.add_parser("work", help="train what servers have queued"))
    tutorials.add_arguments(commands.add_parser("tutorials", help="show tutorials beside our figures; train them"))
    models.add_evaluation_arguments(commands.add_parser("evaluate", help="score a model on MNIST's test digits"))
    digits.add_arguments(commands.add_parser("digits", help="count, export and import user digits"))
    backup.add_backup_arguments(commands.add_parser("backup", help="save all models, digits and settings in one file"))
    backup.add_restore_arguments(commands.add_parser("restore", help="restore such a file"))
    help = "list, make and remove the keys by which programs ask the server"
    keys.add_arguments(commands.add_parser("keys", help=help))
    mcp.add_arguments(commands.add_parser("mcp", help="offer reading as a tool to language models"))
    hands.add_arguments(commands.add_parser("hands", help="convert public data sets of handwriting for training"))
    command = commands.add_parser("strings", help="train the network that recognizes whole lines")
    help = "folder for the network and its card (default: digitnet/resources, which reading uses)"
    command.add_argument("--out", type=Path, metavar="DIR", help=help)
    help = "write with other people's digits, too: a folder as in docs/handwriting.md"
    command.add_argument("--hands", type=Path, metavar="FOLDER", help=help)
    help = "train the recognizer in this .tflite file further, and not a new one"
    command.add_argument("--start", type=Path, metavar="FILE", help=help)
    command.set_defaults(command=_train_string_recognizer)
    models.add_list_arguments(commands.add_parser("models", help="list the models; * marks the active one"))
    return parser
