"""Pictures that are long and thin are read in little memory, or get a sentence."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from digitnet import ImageError, read
from digitnet.paths import ROOT
from digitnet.preprocessing.images import MAX_PIXELS, load
from digitnet.reading.annotation import annotate
from digitnet.reading.manual_boxes import read_boxes
from digitnet.reading.pipeline import read_drawing
from tests.helpers.failures import fail_in_opencv, run_out_of_memory

SIDES = [(100_000, 1), (65_000, 50), (40_000, 3), (1_000_000, 20), (6_000_000, 1)]
MAX_MEGABYTES = 700  # The largest of these pictures has 60 MB as RGB.
# The peak of memory is read where it counts from the start of the program; `getrusage` counts from its parent's.
READ = """
import json, re, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
import digitnet
sizes = [digitnet.read(path).size for path in sorted(Path(sys.argv[1]).iterdir())]
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([sizes, int(peak.group(1)) // 1024]))
"""


def make_white_png(size):
    content = io.BytesIO()
    Image.new("1", size, 1).save(content, "PNG")
    return content.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("upright", [False, True])
def test_long_thin_pictures_are_read_in_little_memory(upright, tmp_path):
    sizes = [size[::-1] if upright else size for size in SIDES]
    for number, size in enumerate(sizes):
        (tmp_path / f"{number}.png").write_bytes(make_white_png(size))
    command = [sys.executable, "-c", READ, str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    read_sizes, megabytes = json.loads(run.stdout)
    assert [tuple(size) for size in read_sizes] == sizes
    assert megabytes < MAX_MEGABYTES


def test_drawing_whose_margin_takes_too_many_pixels_is_refused(cnn):
    long = np.broadcast_to(np.uint8(255), (1, MAX_PIXELS // 20, 3))
    with pytest.raises(ImageError, match="at most 64"):
        read_drawing(long, cnn)


@pytest.mark.parametrize("fail", [fail_in_opencv, run_out_of_memory])
def test_any_failure_of_reading_is_an_image_error(fail, paper, cnn, monkeypatch):
    image = load(paper().number("2047").gray())
    reading = read(image)
    for place in ("ink_reader.find_ink", "manual_boxes.extract_ink", "annotation._draw_box"):
        monkeypatch.setattr(f"digitnet.reading.{place}", fail)
    for action in (
        lambda: read(image),
        lambda: read_drawing(image, cnn),
        lambda: read_boxes(reading, reading.boxes, cnn),
        lambda: annotate(image, reading),
    ):
        with pytest.raises(ImageError, match=r"^The picture .*; crop it or [^\n]*\.$"):
            action()
