"""Time the pages of costs.py in turn with those of a clone of another commit.

Usage: python benchmarks/side_by_side.py CLONE [PICTURE ...] [--only NAME ...] [--runs N]

Other work on the machine makes each reading slower, but both commits alike. Printed are the least processor seconds
of each, and how many digits were read. Both read the pages that this clone draws.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.costs import PAGES
from digitnet.preprocessing.images import to_png

_READ = """
import sys, time, cv2
sys.path.insert(0, sys.argv[1])
from digitnet.documents.opening import load_main_page
from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read_rgb
cv2.setNumThreads(1)
rgb, classifier = load_main_page(sys.argv[2])[0], Classifier.load()
seconds = []
while sum(seconds) < 1:  # The first reading of a small picture loads what later ones need no more.
    started = time.process_time()
    count = len(read_rgb(rgb, classifier))
    seconds.append(time.process_time() - started)
print(min(seconds), count)
"""


def measure(clone: Path, picture: Path) -> tuple[float, int]:
    """Return the processor seconds of reading a picture with the code of a clone, and how many digits were read."""
    command = [sys.executable, "-c", _READ, str(clone), str(picture)]
    environment = {**os.environ, "DIGITNET_THREADS": "1"}
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=True)
    seconds, count = done.stdout.split()
    return float(seconds), int(count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path, help="the folder of the other commit")
    parser.add_argument("pictures", type=Path, nargs="*", metavar="PICTURE", help="more pictures to read")
    parser.add_argument("--only", nargs="*", default=list(PAGES), metavar="NAME", help="some of the drawn pages")
    parser.add_argument("--runs", type=int, default=3, help="readings of each picture by each commit (default 3)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pictures = {path.name: path.resolve() for path in args.pictures}
        for number, name in enumerate(args.only):
            pictures[name] = Path(folder) / f"{number}.png"
            pictures[name].write_bytes(to_png(PAGES[name]()))
        print(f"{'':<30} {'other':>7} {'this':>7}   digits of each")
        for name, path in pictures.items():
            other, this = zip(
                *((measure(args.clone.resolve(), path), measure(ROOT, path)) for _ in range(args.runs)), strict=True
            )
            counts = f"{other[0][1]}, {this[0][1]}"
            print(f"{name:<30} {min(other)[0]:>5.2f} s {min(this)[0]:>5.2f} s   {counts}", flush=True)


if __name__ == "__main__":
    main()
