"""Photos are read by workers as they are read in this process, and a hostile one leaves the others."""

import io

import numpy as np
import pytest
from PIL import Image

from digitnet import ImageError, read
from digitnet.collection.photo_reading import read_for_display, warm_up
from digitnet.documents.opening import count_pages
from digitnet.reading.hints import Hints
from digitnet.workers.pool import WorkerPool
from tests.helpers.samples import SAMPLES


@pytest.fixture(scope="module")
def pool():
    pool = WorkerPool(1)
    yield pool
    pool.close()


def test_worker_reads_as_this_process_does(pool):
    content = (SAMPLES / "even.jpg").read_bytes()
    pool.run(warm_up, "cnn")
    components, picture = pool.run(read_for_display, content, "cnn", Hints())
    assert components.reading.text == read(content).text == "2047\n1385\n96"
    assert picture.startswith(b"\xff\xd8")
    assert pool.run(count_pages, content) == 1


def test_largest_picture_is_read_within_the_memory_of_a_worker(pool):
    noise = np.random.default_rng(0).integers(120, 136, (8000, 8000), np.uint8)
    content = io.BytesIO()
    Image.fromarray(noise).convert("RGB").save(content, "JPEG", quality=30)
    components, _ = pool.run(read_for_display, content.getvalue(), "cnn", Hints())
    assert components.reading.size == (8000, 8000)


def test_error_of_a_picture_is_raised_here(pool):
    with pytest.raises(ImageError, match="The file is not a picture"):
        pool.run(read_for_display, b"no picture", "cnn", Hints())
