"""The command line: python -m digitnet read | train | evaluate | models | digits | context | sequence."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from digitnet.cli.digits import add_digits
from digitnet.cli.models import print_evaluation, print_models
from digitnet.cli.read import add_read
from digitnet.cli.train import add_train
from digitnet.errors import DigitnetError
from digitnet.paths import RESOURCES

if TYPE_CHECKING:
    pass


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit code: 0, or 1 after an error that was said on stderr."""
    args = vars(_parser().parse_args(arguments))
    command = args.pop("command")
    try:
        return int(command(**args))
    except DigitnetError as error:
        print(f"digitnet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndigitnet: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever reads the output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _search(network: str, out: Path | None) -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from digitnet.training.decoder_networks import context, sequence, task

    training_task = {"context": context, "sequence": sequence}[network].TASK
    folder = out or RESOURCES
    task.train(training_task, folder, report=lambda line: print(line, flush=True))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m digitnet", description="Reads handwritten digits.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_read(commands.add_parser("read", help="read the numbers on pictures"))
    add_train(commands.add_parser("train", help="train a network on MNIST and keep it as a model"))
    evaluate = commands.add_parser("evaluate", help="score a model on MNIST's test digits")
    evaluate.add_argument("--model", help="name of the model (default: the active one)")
    evaluate.set_defaults(command=print_evaluation)
    add_digits(commands.add_parser("digits", help="count people's digits, take them out, take others in"))
    for network, sees in (
        ("context", "sees candidates with the ink around them"),
        ("sequence", "reads ink as a whole"),
    ):
        command = commands.add_parser(network, help=f"train the network that {sees}")
        help = "folder for the network and its card (default: digitnet/resources, which reading uses)"
        command.add_argument("--out", type=Path, metavar="DIR", help=help)
        command.set_defaults(command=_search, network=network)
    commands.add_parser("models", help="list the models; * marks the active one").set_defaults(command=print_models)
    return parser
