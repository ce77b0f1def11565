import gzip
import io
import os
import pickle
import struct

import numpy as np
import pytest

from digitnet.collection.exchange import array_files
from digitnet.collection.exchange.importing import preview_files
from digitnet.errors import CollectionError
from tests.helpers.archives import pack


def to_idx(array):
    head = bytes([0, 0, 8, array.ndim]) + b"".join(struct.pack(">I", side) for side in array.shape)
    return head + array.astype(np.uint8).tobytes()


def test_idx_files_are_imported_unchanged(mnist):
    images, labels = mnist[1].images[:30], mnist[1].labels[:30].copy()
    labels[3] = 23
    files = {
        "t10k-images-idx3-ubyte.gz": gzip.compress(to_idx(images)),
        "t10k-labels-idx1-ubyte.gz": gzip.compress(to_idx(labels)),
    }
    preview = preview_files(files)
    assert np.array_equal([sample.picture for sample in preview.samples], np.delete(images, 3, axis=0))
    assert [sample.label for sample in preview.samples] == np.delete(labels, 3).tolist()
    assert [file.reason for file in preview.skipped] == ["Expected a label from 0 to 10. Received: 23."]
    assert preview.skipped[0].file == "t10k-images-idx3-ubyte.gz/4"
    assert len(preview_files({"both.zip": pack(files)}).samples) == 29


def test_idx_files_that_do_not_match_are_refused(mnist):
    images, labels = to_idx(mnist[1].images[:5]), to_idx(mnist[1].labels[:4])
    for files, sentence in [
        ({"a-idx3": images, "a-idx1": labels}, "Expected as many labels as pictures, 5. Received: 4"),
        ({"a-idx3": images}, "in pairs, of pictures and of labels. Received: a-idx3"),
        ({"a-idx3": images[:-1], "a-idx1": labels}, "should hold 5 x 28 x 28 bytes"),
        ({"a-idx3": images, "a-idx1": labels[:6]}, "damaged"),
        ({"a-idx3.gz": gzip.compress(images)[:-20], "a-idx1": labels}, "Expected a whole gzip file"),
        ({"a.gz": b"\x1f\x8bnothing at all", "b.gz": b""}, "gzip file is damaged"),
    ]:
        with pytest.raises(CollectionError, match=sentence):
            preview_files(files)


def test_idx_files_are_refused_by_the_size_in_their_heads(monkeypatch):
    monkeypatch.setattr(array_files, "MAX_FILE_BYTES", 999)
    images, labels = (to_idx(np.zeros(shape, np.uint8)) for shape in [(2, 28, 28), (2,)])
    with pytest.raises(CollectionError, match=r"idx file of at most 0 MB\. Received: 2 x 28 x 28 bytes"):
        preview_files({"a-idx3": images, "a-idx1": labels})
    head = images[:4] + struct.pack(">III", 100_000, 28, 28)
    with pytest.raises(CollectionError, match=r"at most 99,999 pictures\. Received: 100,000"):
        preview_files({"a-idx3.gz": gzip.compress(head), "a-idx1": labels})


def make_npz(**arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda x, y: {"images": x, "labels": y},
        lambda x, y: {"x_train": x / 255, "y_train": y.astype(np.int64)},
        lambda x, y: {"X": x.reshape(-1, 784).astype(np.float32), "y": y.astype(str)},
        lambda x, y: {"data": x[..., None] / np.float32(127.5) - 1, "target": np.eye(10)[y]},
        lambda x, y: {"arr_0": np.repeat(255 - x[..., None], 3, axis=3), "arr_1": y[:, None]},
        lambda x, y: {"x": x[:, None] > 127, "y": y},
    ],
)
def test_npz_of_pictures_and_labels_is_imported(change, mnist):
    images, labels = mnist[1].images[:40], mnist[1].labels[:40]
    preview = preview_files({"set.npz": make_npz(**change(images, labels))})
    assert [sample.label for sample in preview.samples] == labels.tolist()
    off = np.abs(np.array([sample.picture for sample in preview.samples], float) - images)
    assert off.mean() < 12


def test_npz_of_large_pictures_is_normalized(draw_digit, cnn):
    content = make_npz(images=np.array([draw_digit(label, 105) for label in range(10)]), labels=np.arange(10))
    samples = preview_files({"set.npz": content}).samples
    assert (
        sum(int(cnn.predict_probabilities(sample.picture[None])[0].argmax()) == sample.label for sample in samples) >= 9
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"words": np.array(["a"])}, "Expected arrays of pictures and labels, such as x and y. Received: words"),
        ({"x": np.zeros((2, 28, 28)), "y": np.zeros(3)}, "as many labels as pictures, 2. Received: 3"),
        ({"x": np.zeros((2, 28, 27, 5)), "y": np.zeros(2)}, r"numbers \(n, h, w\). Received: float64 \(2, 28, 27, 5\)"),
        ({"x": np.zeros((2, 28, 28), "c8"), "y": np.zeros(2)}, "Received: complex64"),
        ({"x": np.full((2, 28, 28), np.nan), "y": np.zeros(2)}, "finite numbers"),
        ({"x": np.zeros((1, 2, 2000)), "y": np.zeros(1)}, "4 to 1024 pixels a side. Received: 2 x 2000"),
        ({"x": np.zeros((2, 28, 28)), "y": np.array(["a", "b"])}, "labels as numbers. Received: other text"),
        ({"x": np.zeros((2, 28, 28)), "y": np.zeros((2, 7))}, r"labels as numbers \(n,\)"),
        ({"x": np.zeros((100_001, 4, 4), np.uint8), "y": np.zeros(100_001)}, "at most 99,999 pictures"),
    ],
)
def test_npz_of_other_arrays_is_refused(content, sentence):
    with pytest.raises(CollectionError, match=sentence):
        preview_files({"set.npz": make_npz(**content)})


def test_npz_of_an_array_too_large_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(array_files, "_MAX_ARRAY_BYTES", 2**20)
    content = make_npz(x=np.zeros((2000, 28, 28), np.uint8), y=np.zeros(2000), other=np.zeros(2**18))
    with pytest.raises(CollectionError, match=r"Expected 'x.npy' to have at most 1 MB\. Received: 1\.5 MB"):
        preview_files({"set.npz": content})


class Trap:
    def __reduce__(self):
        return os.mkdir, ("trapped",)


def test_npz_with_pickled_objects_is_refused_unexecuted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = io.BytesIO()
    np.savez(content, x=np.array([Trap()], dtype=object), y=np.zeros(1))
    with pytest.raises(CollectionError, match=r"Expected arrays of numbers\. Received: Python objects in 'x.npy'"):
        preview_files({"set.npz": content.getvalue()})
    with pytest.raises(CollectionError, match="Expected only arrays"):
        preview_files({"set.npz": pack({"x.npy": pickle.dumps(Trap()), "y.npy": b""})})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("claim", ["(900000000000, 28, 28)", "(-1, 28, 28)", "(1, 28, 28", "[]", "__import__('os')"])
def test_npz_with_a_false_header_is_refused(claim):
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {claim}}}\n".encode()
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + bytes(784)
    with pytest.raises(CollectionError, match=r"array 'x.npy' is damaged|Expected only arrays"):
        preview_files({"set.npz": pack({"x.npy": content})})
