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
import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("The fuzzer needs atheris: pip install atheris")

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["digitnet", "PIL"]):
    import cv2

    from benchmarks import hostile_content, hostile_targets

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
                (corpus / file.name).write_bytes(file.content + b"z" * file.name.endswith(".npz"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["picture", "archive", "model"])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seconds", type=int, default=600, help="how long to go on (default 600)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    fill(args.corpus, args.kind)
    findings = args.corpus.with_name(args.corpus.name + "-findings")
    findings.mkdir(exist_ok=True)

    def throw(content: bytes) -> None:
        name = "digits.npz" if content[-1:] == b"z" else "a-idx3-ubyte"  # A name tells .npz from .zip.
        cost = hostile_targets.throw(args.kind, name, content)
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
