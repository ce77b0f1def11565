"""Throw files at what parses them, guided by the branches of the code that each file reaches.

Usage: python benchmarks/fuzz.py {picture,archive,model} CORPUS [--seconds N] [--seed N]

Needs atheris, for Linux and macOS only: `pip install atheris`. CORPUS is a folder: good files are put into it if it is
empty, files that reach new branches are added, and a second call goes on from there. What raises an error that is no
DigitnetError, or takes over 5 s of processor or 1 GB, is written to CORPUS-findings, with what came of it.
A crash of the interpreter ends the run; libFuzzer writes the file to the current folder.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import struct
import sys
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

try:
    import atheris
except ImportError:
    atheris = None  # The command can still say what it does.

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["digitnet", "PIL"]) if atheris else nullcontext():
    import cv2
    import numpy as np
    from numpy.typing import NDArray

    from benchmarks import hostile_content, hostile_targets
    from digitnet.models import store


def _make_array(array: NDArray[Any]) -> bytes:
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


_WITHIN_ARCHIVES = {b"x": "x.npy", b"y": "y.npy", b"l": "labels.csv", b"p": "7/a.png", b"r": "rows.csv"}
_WITHIN_MODELS = {b"c": "config.json", b"k": store.CARD_FILE}
_MODEL = {store.KERAS_FILE: (store.model_dir(store.DEFAULT_MODEL) / store.CARD_FILE).read_bytes()}
_SEEDS: dict[str, dict[str, bytes]] = {
    "picture": {},
    "archive": {
        "x.npy": _make_array(np.zeros((2, 28, 28), np.uint8)) + b"x",
        "y.npy": _make_array(np.array([1, 2])) + b"y",
        "labels.csv": b"file,label\n1/a.png,1\n" + b"l",
        "rows.csv": b"file,text\n1/a.png,12.50\n" + b"r",
        "a.idx": struct.pack(">IIII", 0x803, 2, 28, 28) + bytes(2 * 784) + b"i",
    },
    "model": {
        "config.json": json.dumps({"class_name": "Sequential", "config": {"layers": []}}).encode() + b"c",
        "card.json": json.dumps({"name": "mine", "accuracy": 0.9, "config": {}}).encode() + b"k",
    },
}
_MAX_BYTES = 1 << 14
_MAX_SECONDS = 5.0
_MAX_MEGABYTES = 1000.0
_ABORT_SECONDS, _ABORT_MEGABYTES = 60, 4000


def fill(corpus: Path, kind: str) -> None:
    """Put good files of a kind into a folder if it is empty."""
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        for file in hostile_content.iterate_good():
            if file.kind == kind and len(file.content) <= _MAX_BYTES:
                (corpus / file.name).write_bytes(file.content)
        for name, content in _SEEDS[kind].items():
            (corpus / name).write_bytes(content)


def pack(kind: str, content: bytes) -> tuple[str, bytes | None, bytes]:
    """Return a name, and bytes within a container of the kind that their last byte chooses.

    Checksums and packing would keep most changes of a whole file from what is within it.

    Returns:
        The name of a file, the labels that go with it, if there are any, and its content.
    """
    choice, inner = content[-1:], content[:-1]
    if kind == "archive" and choice in _WITHIN_ARCHIVES:
        path = _WITHIN_ARCHIVES[choice]
        return ("digits.npz" if path.endswith(".npy") else "digits.zip"), None, _store({path: inner})
    if kind == "archive" and choice == b"i":
        return "a-idx3-ubyte", struct.pack(">II", 0x801, 2) + b"\1\2", inner
    if kind == "model" and choice in _WITHIN_MODELS:
        path = _WITHIN_MODELS[choice]
        if path == store.CARD_FILE:
            return "model.zip", None, _store({**_MODEL, path: inner})
        return "model.keras", None, _store({"metadata.json": b"{}", "model.weights.h5": b"", path: inner})
    return "a-idx3-ubyte", None, content


def _store(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return content.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["picture", "archive", "model"])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seconds", type=int, default=600, help="how long to go on (default 600)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if atheris is None:
        sys.exit("The fuzzer needs atheris: pip install atheris")
    fill(args.corpus, args.kind)
    findings = args.corpus.with_name(args.corpus.name + "-findings")
    findings.mkdir(exist_ok=True)

    def throw(content: bytes) -> None:
        name, labels, packed = pack(args.kind, content)
        cost = hostile_targets.throw(args.kind, name, packed, {"a-idx1-ubyte": labels} if labels else {})
        if cost.is_error or cost.seconds > _MAX_SECONDS or cost.megabytes > _MAX_MEGABYTES:
            path = findings / hashlib.sha256(cost.outcome.encode()).hexdigest()[:12]
            path.write_bytes(content)
            path.with_suffix(".txt").write_text(
                f"{cost.outcome}\n{cost.seconds:.1f} s, {cost.megabytes:.0f} MB\n", encoding="utf-8"
            )
            print(f"{path}: {cost.outcome}, {cost.seconds:.1f} s, {cost.megabytes:.0f} MB", flush=True)

    cv2.setNumThreads(1)
    settings = {
        "max_total_time": args.seconds,
        "max_len": _MAX_BYTES,
        "timeout": _ABORT_SECONDS,
        "rss_limit_mb": _ABORT_MEGABYTES,
        "seed": args.seed,
        "len_control": 0,
    }
    options = [f"-{name}={value}" for name, value in settings.items()]
    atheris.Setup([sys.argv[0], str(args.corpus), *options], throw)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
