import csv
import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.collection.exchange import image_folders, single_digit
from digitnet.collection.exchange.importing import preview_files, preview_paths
from digitnet.errors import CollectionError
from digitnet.preprocessing.images import to_png
from tests.helpers.archives import pack
from tests.helpers.failures import fail_in_opencv, run_out_of_memory


def test_folders_of_a_zip_give_labels(pictures, draw_digit):
    files = {f"mine/{label}/{label}.png": content for label, content in pictures.items()}
    scribble = to_png(cv2.line(np.full((99, 99), 255, np.uint8), (20, 30), (80, 70), 0, 6))
    files |= {"mine/Not a digit/x.png": scribble, "mine/readme.txt": b"hello", "mine/x/1.png": pictures[1]}
    preview = preview_files({"mine.zip": pack(files)}, writer="Ann")
    assert preview.counts.tolist() == 11 * [1]
    assert {sample.writer for sample in preview.samples} == {"Ann"}
    assert {sample.source for sample in preview.samples} == {"import"}
    assert [file.file for file in preview.skipped] == ["mine/readme.txt", "mine/x/1.png"]
    assert all("folder named by its label" in file.reason for file in preview.skipped)


def test_imported_pictures_are_normalized_as_in_reading(draw_digit, cnn):
    right = 0
    for label in range(10):
        light, wide = (
            255 - draw_digit(label),
            cv2.copyMakeBorder(draw_digit(label, 300), 0, 0, 200, 100, cv2.BORDER_REPLICATE),
        )
        files = {f"{label}/{name}.png": to_png(picture) for name, picture in (("light", light), ("wide", wide))}
        files |= {f"{label}/small.png": to_png(draw_digit(label, 20)), f"{label}/x.jpg": to_jpeg(draw_digit(label, 90))}
        samples = preview_files({"mine.zip": pack(files)}).samples
        right += sum(int(cnn.predict_probabilities(sample.picture[None])[0].argmax()) == label for sample in samples)
    assert right >= 38


def to_jpeg(picture):
    return cv2.imencode(".jpg", picture)[1].tobytes()


@pytest.mark.parametrize("turned", [False, True])
def test_pictures_like_mnist_stay_unchanged(turned, mnist):
    images = mnist[1].images[:20]
    files = {f"{number}.png": to_png(255 - image if turned else image) for number, image in enumerate(images)}
    table = "file,label\n" + "".join(f"{name},3\n" for name in files)
    preview = preview_files({"mine.zip": pack(files | {"labels.csv": table})})
    assert np.array_equal([sample.picture for sample in preview.samples], images)


def test_table_gives_labels_and_writers(pictures):
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
    preview = preview_files({"mine.zip": pack(files | {"mine/labels.csv": table})}, writer="Ann")
    assert [(sample.label, sample.writer) for sample in preview.samples] == [(7, "Zoë"), (10, "Ann"), (3, "Bo")]
    reasons = {file.file: file.reason for file in preview.skipped}
    assert "Received: '12'" in reasons["mine/d.png"]
    assert "Received: no such file" in reasons["mine/gone.png"]
    assert "Expected a line in labels.csv" in reasons["mine/e.png"]


def test_table_without_headings_is_file_label_and_writer(pictures):
    preview = preview_files({"a.png": pictures[7], "b.png": pictures[1], "labels.csv": b"a.png,7,Ann\nb.png,1\n"})
    assert [(sample.label, sample.writer) for sample in preview.samples] == [(7, "Ann"), (1, "")]


def test_picture_without_exactly_one_digit_is_skipped(draw_digit, pictures):
    files = {
        "7/two.png": to_png(np.hstack([draw_digit(1), draw_digit(7)])),
        "7/none.png": to_png(np.full((90, 90), 200, np.uint8)),
        "7/flat.png": to_png(np.zeros((28, 28), np.uint8)),
        "7/text.png": b"no picture",
        "7/half.png": pictures[7][:200],
        "7/empty.png": b"",
        "7/again.png": pictures[7],
        "7/good.png": pictures[7],
    }
    preview = preview_files({"mine.zip": pack(files)})
    reasons = {file.file[2:-4]: file.reason for file in preview.skipped}
    assert len(preview.samples) == 1
    assert reasons["two"] == "Expected one digit on the picture. Received: 2."
    assert reasons["none"] == "Expected one digit on the picture. Received: none."
    assert "an empty one" in reasons["flat"]
    assert "not a picture" in reasons["text"]
    assert "damaged" in reasons["half"]
    assert "0 bytes" in reasons["empty"]
    assert reasons["good"] == "It is the same digit as '7/again.png'."


def test_table_cannot_name_files_outside_its_folder(pictures, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "secret.png").write_bytes(pictures[7])
    (tmp_path / "mine" / "labels.csv").write_text(f"file,label\n../secret.png,7\n{tmp_path}/secret.png,7\n")
    preview = preview_paths([tmp_path / "mine"])
    assert preview.samples == []
    assert len(preview.skipped) == 2


def test_huge_pictures_are_skipped(pictures, monkeypatch):
    huge = cv2.imencode(".png", np.zeros((9000, 9000), np.uint8))[1].tobytes()
    preview = preview_files({"mine.zip": pack({"7/a.png": huge, "7/b.png": pictures[7]})})
    assert [(file.file, file.reason) for file in preview.skipped] == [
        ("7/a.png", "The picture has 81 megapixels; at most 64 can be read.")
    ]
    monkeypatch.setattr(image_folders, "MAX_PIXELS", 100)
    preview = preview_files({"mine.zip": pack({f"{label}/a.png": pictures[label] for label in (1, 2)})})
    assert len(preview.samples) == 1
    assert "the limit of one import" in preview.skipped[0].reason


@pytest.mark.parametrize("fail", [fail_in_opencv, run_out_of_memory])
def test_picture_that_fails_is_skipped_with_a_sentence(fail, pictures, monkeypatch):
    outcomes = [fail, single_digit.find_tight_crop_ink]
    monkeypatch.setattr(single_digit, "find_tight_crop_ink", lambda *values: outcomes.pop(0)(*values))
    preview = preview_files({"mine.zip": pack({"1/a.png": pictures[1], "7/b.png": pictures[7]})})
    assert [sample.label for sample in preview.samples] == [7]
    assert [file.file for file in preview.skipped] == ["1/a.png"]
    assert preview.skipped[0].reason.startswith("The picture ")


def test_damaged_table_raises_an_error():
    with pytest.raises(CollectionError, match=r"labels.csv is damaged: field larger"):
        preview_files({"labels.csv": b"file,label\n" + b"x" * 200_000})


@pytest.mark.parametrize("table", [b"a,1\n" * 100_001, b"," * 100])
def test_table_of_too_many_rows_or_columns_is_refused(table):
    with pytest.raises(CollectionError, match="at most 99,999 files and 100 columns"):
        preview_files({"labels.csv": table})


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_any_table_without_pictures_gives_no_samples(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["file", "label", "writer"], *rows])
    preview = preview_files({"labels.csv": text.getvalue().encode("utf-8", "surrogatepass")})
    assert preview.samples == []
    assert len(preview.skipped) <= len(rows)
