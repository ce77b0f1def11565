import csv
import gzip
import io
import os
import pickle
import stat
import struct
import zipfile
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitnet.collection.collection import Collection
from digitnet.collection.exchange import array_files, image_folders, importing
from digitnet.collection.exchange.exporting import to_npz, to_zip
from digitnet.collection.exchange.importing import ImportPreview, preview_files, preview_paths
from digitnet.collection.samples import Sample, StoredDigit, compute_digest
from digitnet.errors import CollectionError, DigitnetError
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from tests.models.test_zip_package import unzipped, zipped


@pytest.fixture(scope="session")
def drawn(mnist):
    """A maker of pictures of one digit: uint8 (size, size), dark on light."""

    def make(label, size=160, which=3):
        large = cv2.resize(mnist[1].images[np.flatnonzero(mnist[1].labels == label)[which]], (size, size))
        return (235 - 0.85 * large).astype(np.uint8)

    return make


@pytest.fixture(scope="session")
def pictures(drawn):
    """The PNGs of a digit of each label."""
    return {label: to_png(drawn(label)) for label in range(10)}


def stored(number, picture, label=3, **fields):
    moment = datetime(2024, 2, 29, 12, tzinfo=UTC) + timedelta(days=number, microseconds=number)
    plain = {
        "crop": to_png(picture),
        "label": label,
        "id": number,
        "digest": compute_digest(picture),
        "added": moment,
        "deleted": False,
    }
    return StoredDigit(picture, **plain | fields)


@pytest.fixture
def varied(mnist):
    """Digits of which every field is something special in one of them."""
    images = mnist[1].images
    return [
        stored(
            1, images[0], 7, read=1, confidence=0.1 + 0.2, model="cnn", source="photo", file="a b.jpg", writer="Zoë"
        ),
        stored(2, images[1], NOT_A_DIGIT, read=NOT_A_DIGIT, confidence=1e-9, writer='say "x", 小明; =1+1'),
        stored(3, images[2], 0, deleted=True, source="import", crop=to_png(np.full((40, 30, 3), 200, np.uint8))),
        stored(4, np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8), 4, crop=b"", writer="'"),
    ]


def fields(digits):
    return [{**vars(digit), "id": 0, "picture": digit.picture.tolist()} for digit in digits]


@pytest.mark.parametrize(("pack", "name"), [(to_zip, "mine.zip"), (to_npz, "mine.npz")])
def test_exported_digits_come_in_just_as_they_were(pack, name, varied, database, tmp_path):
    content = pack(varied)
    preview = preview_files({name: content}, writer="Bo")
    assert preview.skipped == []
    with Collection.open(f"sqlite:///{tmp_path}/first.db") as first, Collection.open(database) as second:
        first.add(varied)
        second.add(preview_files({name: pack(first.find(deleted=None, order="oldest"))}).samples)
        assert fields(second.find(deleted=None)) == fields(first.find(deleted=None))
        assert pack(second.find(deleted=None, order="oldest")) == content
        assert second.add(preview.samples).known == 4


def test_exported_zip_shows_its_pictures_and_fields(varied):
    files = unzipped(to_zip(varied))
    lines = list(csv.DictReader(io.StringIO(files["labels.csv"].decode("utf-8-sig"), newline="")))
    assert [line["file"].split("/")[0] for line in lines] == ["7", "not-a-digit", "0", "4"]
    for line, digit in zip(lines, varied, strict=True):
        shown = cv2.imdecode(np.frombuffer(files[line["file"]], np.uint8), cv2.IMREAD_UNCHANGED)
        assert np.array_equal(shown, digit.picture)
    assert len(files) == 6  # a crop is apart only where it is another picture


def test_exported_npz_is_plain_arrays(varied):
    with np.load(io.BytesIO(to_npz(varied)), allow_pickle=False) as columns:
        assert np.array_equal(columns["pictures"], [digit.picture for digit in varied])
        assert columns["labels"].tolist() == [7, 10, 0, 4]
        assert columns["writers"].tolist() == [digit.writer for digit in varied]


@pytest.mark.parametrize("pack", [to_zip, to_npz])
def test_nothing_is_exported_and_comes_in_as_nothing(pack):
    assert preview_files({f"mine.{pack.__name__[3:]}": pack([])}).samples == []


def test_too_many_digits_for_a_zip_are_said(varied, monkeypatch):
    with pytest.raises(CollectionError, match=r"at most 49,999 digits for a zip file. Received: 50,000; use .npz"):
        to_zip(varied[:1] * 50_000)


def test_line_that_was_changed_is_left_out(varied):
    files = unzipped(to_zip(varied))
    files["labels.csv"] = files["labels.csv"].replace(b"2024-03-02", b"last March").replace(b"0.30000", b"7.30000")
    other = next(path for path in files if path.startswith("0/"))
    files[other] = files[next(path for path in files if path.startswith("4/"))]
    preview = preview_files({"mine.zip": zipped(files)})
    assert [sample.label for sample in preview.samples] == [4]
    assert sorted(preview.reasons) == [
        "Expected a confidence between 0 and 1. Received: 7.3.",
        "The line in labels.csv is not as it was exported.",
        "The picture is not the one that was exported: its digest is another.",
    ]


def test_folders_of_a_zip_are_labels(pictures, drawn):
    files = {f"mine/{label}/{label}.png": content for label, content in pictures.items()}
    scribble = to_png(cv2.line(np.full((99, 99), 255, np.uint8), (20, 30), (80, 70), 0, 6))
    files |= {"mine/Not a digit/x.png": scribble, "mine/readme.txt": b"hello", "mine/x/1.png": pictures[1]}
    preview = preview_files({"mine.zip": zipped(files)}, writer="Ann")
    assert preview.counts.tolist() == 11 * [1]
    assert {sample.writer for sample in preview.samples} == {"Ann"}
    assert {sample.source for sample in preview.samples} == {"import"}
    assert [left.file for left in preview.skipped] == ["mine/readme.txt", "mine/x/1.png"]
    assert all("folder named by its label" in left.reason for left in preview.skipped)


def test_pictures_are_normalised_as_they_are_for_reading(drawn, cnn):
    right = 0
    for label in range(10):
        light, wide = 255 - drawn(label), cv2.copyMakeBorder(drawn(label, 300), 0, 0, 200, 100, cv2.BORDER_REPLICATE)
        files = {f"{label}/{name}.png": to_png(each) for name, each in (("light", light), ("wide", wide))}
        files |= {f"{label}/small.png": to_png(drawn(label, 20)), f"{label}/x.jpg": to_jpeg(drawn(label, 90))}
        samples = preview_files({"mine.zip": zipped(files)}).samples
        right += sum(int(cnn.predict_probabilities(sample.picture[None])[0].argmax()) == label for sample in samples)
    assert right >= 38


def to_jpeg(picture):
    return cv2.imencode(".jpg", picture)[1].tobytes()


@pytest.mark.parametrize("turned", [False, True])
def test_pictures_like_mnist_stay_as_they_are(turned, mnist):
    images = mnist[1].images[:20]
    files = {f"{number}.png": to_png(255 - image if turned else image) for number, image in enumerate(images)}
    table = "file,label\n" + "".join(f"{name},3\n" for name in files)
    preview = preview_files({"mine.zip": zipped(files | {"labels.csv": table})})
    assert np.array_equal([sample.picture for sample in preview.samples], images)


def test_table_names_labels_and_writers(pictures):
    lines = [
        "\ufeffLabel;Filename;writer",
        "7;a.png;Zoë",
        "not a digit;sub\\b.png;",
        "3.0;./c.png;Bo",
        "12;d.png;",
        "4;gone.png",
    ]
    table = "\r\n".join(lines)
    names = {"a.png": 7, "sub/b.png": 1, "c.png": 3, "d.png": 4, "e.png": 5}
    files = {f"mine/{name}": pictures[label] for name, label in names.items()}
    preview = preview_files({"mine.zip": zipped(files | {"mine/labels.csv": table})}, writer="Ann")
    assert [(sample.label, sample.writer) for sample in preview.samples] == [(7, "Zoë"), (10, "Ann"), (3, "Bo")]
    reasons = {left.file: left.reason for left in preview.skipped}
    assert "Received: '12'" in reasons["mine/d.png"]
    assert "Received: no such file" in reasons["mine/gone.png"]
    assert "Expected a line in labels.csv" in reasons["mine/e.png"]


def test_table_without_a_head_is_file_label_and_writer(pictures):
    preview = preview_files({"a.png": pictures[7], "b.png": pictures[1], "labels.csv": b"a.png,7,Ann\nb.png,1\n"})
    assert [(sample.label, sample.writer) for sample in preview.samples] == [(7, "Ann"), (1, "")]


def test_picture_without_exactly_one_digit_is_left_out(drawn, pictures):
    files = {
        "7/two.png": to_png(np.hstack([drawn(1), drawn(7)])),
        "7/none.png": to_png(np.full((90, 90), 200, np.uint8)),
        "7/flat.png": to_png(np.zeros((28, 28), np.uint8)),
        "7/text.png": b"no picture",
        "7/half.png": pictures[7][:200],
        "7/empty.png": b"",
        "7/again.png": pictures[7],
        "7/good.png": pictures[7],
    }
    preview = preview_files({"mine.zip": zipped(files)})
    reasons = {left.file[2:-4]: left.reason for left in preview.skipped}
    assert len(preview.samples) == 1
    assert reasons["two"] == "Expected one digit on the picture. Received: 2."
    assert reasons["none"] == "Expected one digit on the picture. Received: none."
    assert "an empty one" in reasons["flat"]
    assert "not a picture" in reasons["text"]
    assert "damaged" in reasons["half"]
    assert "0 bytes" in reasons["empty"]
    assert reasons["good"] == "It is the same digit as '7/again.png'."


def test_folder_is_read_as_a_zip_file_is(pictures, tmp_path):
    for label in (3, 7):
        (tmp_path / "mine" / str(label)).mkdir(parents=True)
        (tmp_path / "mine" / str(label) / "a.png").write_bytes(pictures[label])
    (tmp_path / "secret.png").write_bytes(pictures[1])
    os.symlink(tmp_path / "secret.png", tmp_path / "mine" / "7" / "link.png")
    preview = preview_paths([tmp_path / "mine"])
    assert ([sample.label for sample in preview.samples], preview.skipped) == ([3, 7], [])
    packed = tmp_path / "mine.zip"
    packed.write_bytes(zipped({"7/a.png": pictures[7]}))
    assert len(preview_paths([packed]).samples) == 1
    with pytest.raises(CollectionError, match=r"nosuch' cannot be read: No such file"):
        preview_paths([tmp_path / "nosuch"])


def idx(array):
    head = bytes([0, 0, 8, array.ndim]) + b"".join(struct.pack(">I", side) for side in array.shape)
    return head + array.astype(np.uint8).tobytes()


def test_idx_files_come_in_as_they_are(mnist):
    images, labels = mnist[1].images[:30], mnist[1].labels[:30].copy()
    labels[3] = 23
    files = {
        "t10k-images-idx3-ubyte.gz": gzip.compress(idx(images)),
        "t10k-labels-idx1-ubyte.gz": gzip.compress(idx(labels)),
    }
    preview = preview_files(files)
    assert np.array_equal([sample.picture for sample in preview.samples], np.delete(images, 3, axis=0))
    assert [sample.label for sample in preview.samples] == np.delete(labels, 3).tolist()
    assert [left.reason for left in preview.skipped] == ["Expected a label from 0 to 10. Received: 23."]
    assert preview.skipped[0].file == "t10k-images-idx3-ubyte.gz/4"
    assert len(preview_files({"both.zip": zipped(files)}).samples) == 29


def test_idx_files_that_do_not_belong_together_are_said(mnist):
    images, labels = idx(mnist[1].images[:5]), idx(mnist[1].labels[:4])
    for files, sentence in [
        ({"a-idx3": images, "a-idx1": labels}, "Expected as many labels as pictures, 5. Received: 4"),
        ({"a-idx3": images}, "in pairs, of pictures and of labels. Received: a-idx3"),
        ({"a-idx3": images[:-1], "a-idx1": labels}, "should hold 5 x 28 x 28 bytes"),
        ({"a-idx3": images, "a-idx1": labels[:6]}, "damaged"),
        ({"a-idx3.gz": gzip.compress(images)[:-20], "a-idx1": labels}, "Expected a whole gzip file"),
        ({"a.gz": b"\x1f\x8bnothing", "b.gz": b""}, "gzip file is damaged"),
    ]:
        with pytest.raises(CollectionError, match=sentence):
            preview_files(files)


def npz(**arrays):
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    return packed.getvalue()


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
def test_npz_of_pictures_and_labels_is_understood(change, mnist):
    images, labels = mnist[1].images[:40], mnist[1].labels[:40]
    preview = preview_files({"set.npz": npz(**change(images, labels))})
    assert [sample.label for sample in preview.samples] == labels.tolist()
    off = np.abs(np.array([sample.picture for sample in preview.samples], float) - images)
    assert off.mean() < 12


def test_npz_of_large_pictures_is_normalised(drawn, cnn):
    content = npz(images=np.array([drawn(label, 105) for label in range(10)]), labels=np.arange(10))
    samples = preview_files({"set.npz": content}).samples
    assert sum(int(cnn.predict_probabilities(s.picture[None])[0].argmax()) == s.label for s in samples) >= 9


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
def test_npz_of_anything_else_is_said(content, sentence):
    with pytest.raises(CollectionError, match=sentence):
        preview_files({"set.npz": npz(**content)})


class Trap:
    def __reduce__(self):
        return os.mkdir, ("trapped",)


def test_npz_with_pickled_objects_is_refused_and_nothing_of_it_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    packed = io.BytesIO()
    np.savez(packed, x=np.array([Trap()], dtype=object), y=np.zeros(1))
    with pytest.raises(CollectionError, match=r"Expected arrays of numbers\. Received: Python objects in 'x.npy'"):
        preview_files({"set.npz": packed.getvalue()})
    with pytest.raises(CollectionError, match="Expected arrays alone"):
        preview_files({"set.npz": zipped({"x.npy": pickle.dumps(Trap()), "y.npy": b""})})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("claim", ["(900000000000, 28, 28)", "(-1, 28, 28)", "(1, 28, 28", "[]", "__import__('os')"])
def test_npz_that_claims_more_than_it_holds_is_refused(claim):
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {claim}}}\n".encode()
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + bytes(784)
    with pytest.raises(CollectionError, match=r"array 'x.npy' is damaged|Expected arrays alone"):
        preview_files({"set.npz": zipped({"x.npy": content})})


@pytest.mark.parametrize("path", ["../7/a.png", "/7/a.png", "7/../../a.png", "7\\..\\a.png", "C:/7/a.png"])
def test_path_that_leads_out_of_a_zip_is_refused(path, pictures):
    with pytest.raises(CollectionError, match="leads out of it"):
        preview_files({"mine.zip": zipped({path: pictures[7]})})


def test_table_that_names_files_outside_reads_none(pictures, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "secret.png").write_bytes(pictures[7])
    (tmp_path / "mine" / "labels.csv").write_text(f"file,label\n../secret.png,7\n{tmp_path}/secret.png,7\n")
    preview = preview_paths([tmp_path / "mine"])
    assert preview.samples == []
    assert len(preview.skipped) == 2


def test_bombs_are_refused(monkeypatch):
    with pytest.raises(CollectionError, match="at most 200 times the file's size unpacked"):
        preview_files({"mine.zip": zipped({"7/a.png": bytes(2**25)}, compression=zipfile.ZIP_DEFLATED)})
    with pytest.raises(CollectionError, match="at most 512 MB unpacked"):
        preview_files({"mine.zip": lying({"7/a.png": b"x"}, 2**31)})
    monkeypatch.setattr(array_files, "MOST_UNPACKED", 2**20)
    with pytest.raises(CollectionError, match="at most 1 MB unpacked"):
        preview_files({"a.gz": gzip.compress(bytes(2**20 + 1))})


def lying(files, size):
    """A zip file whose table of contents says another size of the last file."""
    content = bytearray(zipped(files))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", size)
    return bytes(content)


def test_hundred_thousand_files_are_refused(tmp_path, monkeypatch):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("7/a.png", b"")
    with pytest.raises(CollectionError, match="at most 99,999 files"):
        preview_files({"mine.zip": packed.getvalue() + 100_000 * b"PK\x01\x02"})
    monkeypatch.setattr(importing, "MOST_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.png").write_bytes(b"")
    with pytest.raises(CollectionError, match="a folder of at most 3 files"):
        preview_paths([tmp_path])


def test_link_in_a_zip_is_refused():
    link = zipfile.ZipInfo("7/a.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(CollectionError, match="holds a link"):
        preview_files({"mine.zip": zipped({link: "/etc/passwd"})})


def test_huge_pictures_are_left_out(pictures, monkeypatch):
    huge = cv2.imencode(".png", np.zeros((9000, 9000), np.uint8))[1].tobytes()
    preview = preview_files({"mine.zip": zipped({"7/a.png": huge, "7/b.png": pictures[7]})})
    assert [(left.file, left.reason) for left in preview.skipped] == [
        ("7/a.png", "The picture has 81 megapixels; at most 64 can be read.")
    ]
    monkeypatch.setattr(image_folders, "MOST_PIXELS", 100)
    preview = preview_files({"mine.zip": zipped({f"{label}/a.png": pictures[label] for label in (1, 2)})})
    assert len(preview.samples) == 1
    assert "as many as one import takes" in preview.skipped[0].reason


def test_files_of_other_kinds_give_nothing_and_a_reason():
    preview = preview_files(
        {"a.exe": b"MZ\x90\x00", "b.pdf": b"%PDF-1.7", "c.zip.zip": zipped({"d.zip": zipped({"7/a": b""})})}
    )
    assert preview.samples == []
    assert len(preview.skipped) == 3


def test_damaged_table_is_said():
    with pytest.raises(CollectionError, match=r"labels.csv is damaged: field larger"):
        preview_files({"labels.csv": b"file,label\n" + b"x" * 200_000})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["a.zip", "b.npz", "labels.csv", "7/a.png", "x-idx3-ubyte", "x-idx1-ubyte", "c.gz"])
        | st.text(),
        st.binary()
        | st.builds(bytes.__add__, st.sampled_from([b"PK\x03\x04", b"\x1f\x8b", b"\0\0\x08\x03"]), st.binary()),
        max_size=4,
    )
)
def test_wild_files_give_a_preview_or_a_sentence(files):
    preview, sentence = tried(files)
    assert sentence.endswith(".")
    assert all(left.reason.endswith(".") for left in preview.skipped)


def tried(files):
    """What the files bring, nothing where they are refused; and the sentence that says why."""
    try:
        return preview_files(files), "."
    except DigitnetError as error:
        return ImportPreview([], []), str(error)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_export_damaged_anywhere_gives_a_preview_or_a_sentence(data):
    pack = data.draw(st.sampled_from([to_zip, to_npz]))
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 13:16] = 255  # as MNIST would show it: it stays so, even where an array has lost its name
    content = bytearray(pack([stored(1, picture, 1)]))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    preview, sentence = tried({f"mine.{pack.__name__[3:]}": bytes(content)})
    assert sentence.endswith(".")
    assert all(np.array_equal(sample.picture, picture) for sample in preview.samples)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_wild_tables_give_lines_or_a_sentence(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["file", "label", "writer"], *rows])
    preview = preview_files({"labels.csv": text.getvalue().encode("utf-8", "surrogatepass")})
    assert preview.samples == []
    assert len(preview.skipped) <= len(rows)


def test_imported_digits_are_kept_like_any(pictures, kept_file):
    preview = preview_files(
        {"mine.zip": zipped({f"{label}/a.png": pictures[label] for label in pictures})}, writer="Ann"
    )
    with Collection.open(kept_file) as kept:
        assert kept.add(preview.samples).stored == 10
        assert kept.count_by_label().tolist() == [*10 * [1], 0]
        assert isinstance(preview.samples[0], Sample)
        assert kept.find(labels=[7])[0].file == "7/a.png"


@pytest.fixture
def kept_file(tmp_path):
    return f"sqlite:///{tmp_path}/digits.db"
