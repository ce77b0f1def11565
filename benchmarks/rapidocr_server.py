"""Run RapidOCR as a process in its own virtual environment, for `benchmarks/peers.py`.

Input, repeated: a line with "detect" (and recognize) or "recognize" (only) and a number of bytes; then that many
bytes, an RGB picture as .npy.
Output: "ready", then for each picture a line of x0, y0, x1, y1, text for each box and an empty line.
"""

from __future__ import annotations

import io
import logging
import os
import sys

import numpy as np


def main() -> None:
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Keeps text that RapidOCR prints out of the output.
    logging.disable(logging.WARNING)
    from rapidocr import RapidOCR  # type: ignore[import-not-found]

    engine = RapidOCR()
    print("ready", file=output, flush=True)
    while line := sys.stdin.buffer.readline():
        detects, size = line.startswith(b"detect"), int(line.split()[1])
        picture = np.load(io.BytesIO(sys.stdin.buffer.read(size)), allow_pickle=False)
        found = engine(np.ascontiguousarray(picture[..., ::-1]), use_det=detects, use_cls=False, use_rec=True)
        texts = found.txts or ()
        boxes = found.boxes if detects and texts else np.zeros((len(texts), 4, 2))
        for box, text in zip(boxes, texts, strict=True):
            print(*box.min(axis=0), *box.max(axis=0), " ".join(text.split()), sep="\t", file=output)
        print(file=output, flush=True)


if __name__ == "__main__":
    main()
