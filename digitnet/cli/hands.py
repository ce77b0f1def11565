"""Define the command `hands`: convert public data sets of handwriting for training."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import numpy as np

from digitnet.errors import DatasetError, explain_os_errors
from digitnet.files import write_atomically
from digitnet.handwriting import sets
from digitnet.handwriting.converters import scans, strokes

_CONVERTERS = {
    "swiss": (sets.SWISS, scans.convert_swiss),
    "pen": (sets.PEN, strokes.convert_pen_digits),
    "uji": (sets.UJI, strokes.convert_uji),
    "optdigits": (sets.OPTDIGITS, scans.convert_optdigits),
    "shapes": (sets.SHAPES, scans.convert_shapes),
    "signs": (sets.SIGNS, scans.convert_signs),
    "kana": (sets.KANA, strokes.convert_tomoe),
}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `hands`."""
    command.add_argument("set", choices=_CONVERTERS, metavar="SET", help=f"one of {', '.join(_CONVERTERS)}")
    command.add_argument("source", type=Path, metavar="SOURCE", help="folder of the data set as it was downloaded")
    command.add_argument("folder", type=Path, metavar="FOLDER", help="folder of handwriting that is trained on")
    command.set_defaults(command=_convert)


def _convert(set: str, source: Path, folder: Path) -> int:
    if not source.exists():
        raise DatasetError(f"There is no folder {str(source)!r}.")
    known, convert = _CONVERTERS[set]
    converted = convert(source)
    if isinstance(converted, dict):
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **converted)
        content, count = buffer.getvalue(), len(converted["images"])
    else:
        content, count = json.dumps(converted, ensure_ascii=False).encode(), len(converted)
    with explain_os_errors(f"{known.file} cannot be saved in {str(folder)!r}", DatasetError):
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / known.file, content)
    print(f"{folder / known.file}: {count:,} pictures, license {known.license}")
    return 0
