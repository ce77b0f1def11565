"""Define the commands `models` and `evaluate`: list models, score one on MNIST."""

from __future__ import annotations

import argparse

from digitnet.cli.output import quiet_libraries


def add_list_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `models`."""
    command.set_defaults(command=_print_models)


def add_evaluation_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `evaluate`."""
    command.add_argument("--model", help="name of the model (default: the active one)")
    command.set_defaults(command=_print_evaluation)


def _print_evaluation(model: str | None) -> int:
    """Print a model's accuracy, loss and confusion matrix on MNIST's test digits; return the exit code."""
    from digitnet.datasets.mnist import load_mnist
    from digitnet.experiments.published import PUBLISHED
    from digitnet.models.card import read_card
    from digitnet.models.classifier import Classifier
    from digitnet.models.evaluation import evaluate

    with quiet_libraries():
        classifier = Classifier.load(model)
    result = evaluate(classifier, load_mnist()[1])
    counts = result.confusion
    right = f"{result.accuracy:.2%} of {counts.sum():,} test digits right"
    print(f"{classifier.name}: {right}, loss {result.loss:.4f}")
    if published := PUBLISHED.get(read_card(classifier.name).recipe):
        print(f"published for its recipe: {published}")
    print("true \\ read" + "".join(f"{digit:>6}" for digit in range(10)) + "   right")
    for digit, row in enumerate(counts):
        print(f"{digit:>11}" + "".join(f"{count:>6}" for count in row) + f"{row[digit] / row.sum():>8.2%}")
    return 0


def _print_models() -> int:
    """Print all models as a table; return the exit code."""
    from digitnet.models import store
    from digitnet.models.active import get_active_model

    active = get_active_model()
    print(f"{'model':<20} {'recipe':<20} {'test accuracy':>13} {'loss':>7} {'parameters':>11} {'size':>9}  made")
    for name in store.list_models():
        print(f"{name + (' *' if name == active else ''):<20} {_format_card(name)}")
    return 0


def _format_card(name: str) -> str:
    from digitnet.models.card import read_card

    card = read_card(name)
    if card.accuracy is None or card.parameters is None or card.size is None or not card.recipe or not card.date:
        return "(its card is damaged or incomplete)"
    loss = "" if card.loss is None else f"{card.loss:.4f}"
    figures = f"{card.accuracy:>13.2%} {loss:>7} {card.parameters:>11,} {card.size / 1000:>6.0f} kB"
    return f"{card.recipe:<20} {figures}  {card.date}"
