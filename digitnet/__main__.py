"""The command line: python -m digitnet read | train | evaluate | models | digits | context | sequence."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitnet.errors import CollectionError, DigitnetError, ImageError
from digitnet.paths import RESOURCES

if TYPE_CHECKING:
    from digitnet.classifier import Classifier
    from digitnet.reading import Hints, Reading


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


def _read(
    files: list[str], model: str | None, form: str, annotate: Path | None, risk: float | None, **hints: Any
) -> int:
    from digitnet import export
    from digitnet.classifier import Classifier
    from digitnet.reading import RISK, Hints

    with _quiet_start():
        classifier = Classifier.load(model)
    level = classifier.level(RISK if risk is None else risk)
    if annotate:
        _make_folder(annotate)
    entries = []
    failed = False
    for number, file in enumerate(files):
        try:
            reading, picture = _read_one(file, classifier, Hints(**hints), level, annotated=annotate is not None)
            entry = export.reading_to_dict(file, reading)
        except DigitnetError as error:
            entry, picture = export.error_to_dict(file, str(error)), b""
        entries.append(entry)
        failed |= _complain(file, entry.get("error", ""))
        if annotate and picture:
            name = _annotated_name(Path(file).stem, [Path(other).stem for other in files[:number]])
            failed |= _complain(file, _save(picture, annotate / name))
        if form == "json":
            print(export.to_json_line(entry), flush=True)
        elif form == "text":
            print("".join(f"{row['text']}\n" for row in entry.get("rows", [])), end="", flush=True)
    if form == "csv":
        print(export.to_csv(entries), end="")
    elif form == "table":
        print(export.to_table_csv(entries), end="")
    return int(failed)


def _complain(file: str, sentence: str) -> bool:
    if sentence:
        print(f"digitnet: {file}: {sentence}", file=sys.stderr)
    return bool(sentence)


def _read_one(
    file: str, classifier: Classifier, hints: Hints, level: float, *, annotated: bool
) -> tuple[Reading, bytes]:
    from digitnet.drawing import annotate, to_jpeg
    from digitnet.images import load
    from digitnet.reading import read_rgb

    image = load(file)
    reading = replace(read_rgb(image, classifier, hints=hints), level=level)
    return reading, to_jpeg(annotate(image, reading)) if annotated else b""


def _annotated_name(stem: str, before: list[str]) -> str:
    """Return `<stem>_read.jpg`, numbered where files of that stem came before."""
    count = before.count(stem)
    return f"{stem}_read_{count + 1}.jpg" if count else f"{stem}_read.jpg"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImageError(f"Pictures cannot be saved in {str(folder)!r}: {error.strerror}.") from error


def _save(picture: bytes, path: Path) -> str:
    """Save a picture; return a sentence if that fails."""
    try:
        path.write_bytes(picture)
    except OSError as error:
        return f"The picture cannot be saved as {str(path)!r}: {error.strerror}."
    return ""


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Keep LiteRT's greeting, which no setting turns off, from standing among the errors."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no stderr
        yield
        return
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _train(run: str | None, recipe: str, start: str | None, **settings: Any) -> int:
    from digitnet import jobs
    from digitnet.config import TrainingConfig
    from digitnet.runs import Run
    from digitnet.training import train

    if run:
        config = Run(run).config()
    elif start:
        config = TrainingConfig.continuing(start, **settings)
    else:
        config = TrainingConfig.from_recipe(recipe, **settings)
    unfinished = Run(config.name)
    if not run and not (unfinished.exists() and unfinished.config() == config):
        unfinished.create(config)
    try:
        with jobs.alone(unfinished):
            print(train(config))
    finally:
        jobs.tend()
    return 0


def _evaluate(model: str | None) -> int:
    from digitnet.classifier import Classifier
    from digitnet.datasets import load_mnist
    from digitnet.evaluation import confusion_matrix

    with _quiet_start():
        classifier = Classifier.load(model)
    counts = confusion_matrix(classifier, load_mnist()[1])
    print(f"{classifier.name}: {counts.trace() / counts.sum():.2%} of {counts.sum():,} test digits right")
    print("true \\ read" + "".join(f"{digit:>6}" for digit in range(10)) + "   right")
    for digit, row in enumerate(counts):
        print(f"{digit:>11}" + "".join(f"{count:>6}" for count in row) + f"{row[digit] / row.sum():>8.2%}")
    return 0


def _models() -> int:
    from digitnet import store

    active = store.active_model()
    print(f"{'model':<20} {'recipe':<20} {'test accuracy':>13} {'parameters':>11} {'size':>9}  made")
    for name in store.list_models():
        print(f"{name + (' *' if name == active else ''):<20} {_described(name)}")
    return 0


def _described(name: str) -> str:
    from digitnet import store

    try:
        card = store.load_card(name)
        return (
            f"{card['recipe']:<20} {card['test_accuracy']:>13.2%} {card['parameters']:>11,} "
            f"{card['tflite_bytes'] / 1000:>6.0f} kB  {card['date']}"
        )
    except (DigitnetError, KeyError, TypeError, ValueError):
        return "(its card is damaged or incomplete)"


def _search(network: str, out: Path | None) -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from digitnet import context_training, search_training, sequence_training

    lesson = {"context": context_training, "sequence": sequence_training}[network].LESSON
    folder = out or RESOURCES
    search_training.train(lesson, folder, report=lambda line: print(line, flush=True))
    return 0


def _digits() -> int:
    from digitnet.collection import Collection
    from digitnet.labels import NOT_A_DIGIT

    with Collection.open() as collection:
        counts, writers = collection.counts(), [name for name in collection.writers() if name]
    for label, count in enumerate(counts):
        print(f"{'no digit' if label == NOT_A_DIGIT else label:>8}{count:>8,}")
    print(f"{'all':>8}{counts.sum():>8,}{'  by ' + ', '.join(writers) if writers else ''}")
    return 0


def _export(file: Path) -> int:
    from digitnet.collection import Collection
    from digitnet.files import write_atomically
    from digitnet.takeout import to_npz, to_zip

    packers = {".zip": to_zip, ".npz": to_npz}
    if file.suffix.lower() not in packers:
        raise CollectionError(f"Expected the name of a .zip or .npz file. Received: {file.name!r}.")
    with Collection.open() as collection:
        digits = collection.find(deleted=None, order="oldest")
    try:
        write_atomically(file, packers[file.suffix.lower()](digits))
    except OSError as error:
        raise CollectionError(f"The digits cannot be saved as {str(file)!r}: {error.strerror}.") from error
    print(f"{len(digits):,} digits, deleted ones included, are in {file}")
    return 0


def _import(files: list[Path], writer: str, dry_run: bool) -> int:
    from digitnet.collection import Collection
    from digitnet.exchange import look_into_paths

    preview = look_into_paths(files, writer)
    for left in preview.left_out:
        _complain(left.file, left.reason)
    print(f"{len(preview.samples):,} digits understood, {len(preview.left_out):,} pictures left out")
    if preview.samples and not dry_run:
        with Collection.open() as collection:
            added = collection.add(preview.samples)
        print(f"{added.stored:,} new, {added.relabelled:,} with another label or writer now, {added.known:,} known")
    return int(not preview.samples)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m digitnet", description="Reads handwritten digits.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_read(commands.add_parser("read", help="read the numbers on pictures"))
    _add_train(commands.add_parser("train", help="train a network on MNIST and keep it as a model"))
    evaluate = commands.add_parser("evaluate", help="score a model on MNIST's test digits")
    evaluate.add_argument("--model", help="name of the model (default: the active one)")
    evaluate.set_defaults(command=_evaluate)
    _add_digits(commands.add_parser("digits", help="count people's digits, take them out, take others in"))
    for network, sees in (
        ("context", "sees candidates with the ink around them"),
        ("sequence", "reads ink as a whole"),
    ):
        command = commands.add_parser(network, help=f"train the network that {sees}")
        help = "folder for the network and its card (default: digitnet/resources, which reading uses)"
        command.add_argument("--out", type=Path, metavar="DIR", help=help)
        command.set_defaults(command=_search, network=network)
    commands.add_parser("models", help="list the models; * marks the active one").set_defaults(command=_models)
    return parser


def _add_read(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", metavar="FILE", help="a picture: JPEG, PNG, WebP, HEIC, BMP, TIFF, GIF")
    command.add_argument("--model", help="name of the model (default: the active one)")
    form = command.add_mutually_exclusive_group()
    form.add_argument(
        "--json", dest="form", action="store_const", const="json", default="text", help="a line of JSON for each file"
    )
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="a line of CSV for each row")
    help = "CSV cells, numbers under each other in one column"
    form.add_argument("--table", dest="form", action="store_const", const="table", help=help)
    command.add_argument("--annotate", type=Path, metavar="DIR", help="save each picture with boxes and digits here")
    help = "mark digits as doubtful so that this share of the others is wrong, 0 to 1 (default: 0.01)"
    command.add_argument("--risk", type=_share, metavar="SHARE", help=help)
    ink = command.add_mutually_exclusive_group()
    help = "ink is darker than its ground (default: found out)"
    ink.add_argument("--dark", dest="dark_on_light", action="store_const", const=True, help=help)
    help = "ink is lighter than its ground"
    ink.add_argument("--light", dest="dark_on_light", action="store_const", const=False, help=help)
    help = "take printed lines out, or leave all in (default: found out)"
    command.add_argument("--lines", action=argparse.BooleanOptionalAction, help=help)
    help = "read only this part of the upright picture, in pixels"
    command.add_argument("--region", type=_box, metavar="X0,Y0,X1,Y1", help=help)
    command.set_defaults(command=_read)


def _add_digits(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=_digits)
    actions = command.add_subparsers(metavar="ACTION")
    taken_out = actions.add_parser("export", help="save all digits and what is known of them")
    taken_out.add_argument("file", type=Path, metavar="FILE", help="a .zip of pictures and labels.csv, or an .npz")
    taken_out.set_defaults(command=_export)
    taken_in = actions.add_parser("import", help="add labelled digits")
    help = "a .zip or folder of pictures in folders named by label or with labels.csv, an .npz, idx files of both kinds"
    taken_in.add_argument("files", nargs="+", type=Path, metavar="FILE", help=help)
    taken_in.add_argument("--writer", default="", metavar="NAME", help="whose hand it is, where the files do not say")
    taken_in.add_argument("--dry-run", action="store_true", help="say what would be taken in, and keep nothing")
    taken_in.set_defaults(command=_import)


def _share(text: str) -> float:
    with suppress(ValueError):
        if 0 < float(text) < 1:
            return float(text)
    raise argparse.ArgumentTypeError(f"Expected a number between 0 and 1. Received: {text}.")


def _box(text: str) -> tuple[int, int, int, int]:
    with suppress(ValueError):
        left, top, right, bottom = (int(side) for side in text.split(","))
        return left, top, right, bottom
    raise argparse.ArgumentTypeError(f"Expected four whole numbers as X0,Y0,X1,Y1. Received: {text}.")


def _add_train(command: argparse.ArgumentParser) -> None:
    from digitnet.config import DATA, OPTIMIZERS, SCHEDULES
    from digitnet.recipes import RECIPES

    command.add_argument("--recipe", default="digitnet", help=f"one of {', '.join(RECIPES)} (default: digitnet)")
    command.add_argument("--name", help="name of the model folder to write (default: the recipe's name)")
    command.add_argument("--layers", help="the network, such as 'conv 32 3x3, pool 2, dropout 0.2, dense 128 tanh'")
    command.add_argument("--epochs", type=int)
    command.add_argument("--batch-size", type=int)
    command.add_argument("--optimizer", help=f"one of {', '.join(OPTIMIZERS)}")
    command.add_argument("--learning-rate", type=float)
    command.add_argument("--schedule", help=f"of the learning rate: one of {', '.join(SCHEDULES)}")
    command.add_argument("--augment", action=argparse.BooleanOptionalAction, help="train on varied copies")
    help = "varied copies also of other hands, pens and damages than MNIST's"
    command.add_argument("--other-hands", action=argparse.BooleanOptionalAction, help=help)
    command.add_argument("--refuse", action=argparse.BooleanOptionalAction, help="learn also what is no digit")
    command.add_argument("--validation-share", type=float, help="part of the 60,000 held out, 0 to 0.5")
    command.add_argument("--patience", type=int, help="stop early after so many epochs without a better one")
    command.add_argument("--seed", type=int)
    command.add_argument("--limit", type=int, help="train and test on so many digits only")
    help = "teach this trained model digits of yours, in place of a recipe"
    command.add_argument("--start", metavar="MODEL", help=help)
    help = "MNIST, the digits that were corrected and imported, or both (default: mnist; both with --start)"
    command.add_argument("--data", choices=DATA, help=help)
    help = "only own digits of this writer; may be given several times (default: all)"
    command.add_argument("--writer", action="append", dest="writers", metavar="NAME", help=help)
    command.add_argument("--own-share", type=float, help="part of the pictures trained on that are own digits, 0 to 1")
    command.add_argument("--epoch-digits", type=int, help="digits in an epoch, drawn anew for each; 0 for all")
    command.add_argument("--run", metavar="NAME", help="go on with the unfinished run NAME and its settings")
    command.set_defaults(command=_train)


if __name__ == "__main__":
    sys.exit(main())
