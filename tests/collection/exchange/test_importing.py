import io
import os
import stat
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitnet.collection.collection import Collection
from digitnet.collection.exchange import importing
from digitnet.collection.exchange.exporting import to_npz, to_zip
from digitnet.collection.exchange.importing import ImportPreview, preview_files, preview_paths
from digitnet.collection.samples import Sample
from digitnet.errors import CollectionError, DigitnetError
from tests.helpers.archives import falsify_size, pack
from tests.helpers.examples import try_at_most
from tests.helpers.user_digits import make_stored_digit, make_stored_string


def test_folder_is_read_like_a_zip_file(pictures, tmp_path):
    for label in (3, 7):
        (tmp_path / "mine" / str(label)).mkdir(parents=True)
        (tmp_path / "mine" / str(label) / "a.png").write_bytes(pictures[label])
    (tmp_path / "secret.png").write_bytes(pictures[1])
    os.symlink(tmp_path / "secret.png", tmp_path / "mine" / "7" / "link.png")
    preview = preview_paths([tmp_path / "mine"])
    assert ([sample.label for sample in preview.samples], preview.skipped) == ([3, 7], [])
    zip_path = tmp_path / "mine.zip"
    zip_path.write_bytes(pack({"7/a.png": pictures[7]}))
    assert len(preview_paths([zip_path]).samples) == 1
    with pytest.raises(CollectionError, match=r"nosuch' cannot be read: No such file"):
        preview_paths([tmp_path / "nosuch"])


@pytest.mark.parametrize("path", ["../7/a.png", "/7/a.png", "7/../../a.png", "7\\..\\a.png", "C:/7/a.png"])
def test_path_that_leads_out_of_a_zip_is_refused(path, pictures):
    with pytest.raises(CollectionError, match="leads out of it"):
        preview_files({"mine.zip": pack({path: pictures[7]})})


def test_files_too_large_unpacked_are_refused(pictures, monkeypatch):
    with pytest.raises(CollectionError, match="at most 200 times the file's size unpacked"):
        preview_files({"mine.zip": pack({"7/a.png": bytes(2**25)}, compression=zipfile.ZIP_DEFLATED)})
    with pytest.raises(CollectionError, match="at most 512 MB unpacked"):
        preview_files({"mine.zip": falsify_size(pack({"7/a.png": b"x"}), 2**31)})
    monkeypatch.setattr(importing, "MAX_FILE_BYTES", 2**20)
    preview = preview_files({"mine.zip": pack({"7/a.png": bytes(2**20 + 1), "7/b.png": pictures[7]})})
    assert preview.skipped == [("7/a.png", "Expected '7/a.png' to have at most 1 MB. Received: 1.0 MB.")]
    assert len(preview.samples) == 1


def test_crops_too_large_together_are_refused(pictures, monkeypatch):
    monkeypatch.setattr(importing, "MAX_UNPACKED_BYTES", 2**15)
    with pytest.raises(CollectionError, match="whose crops have at most 0 MB at once"):
        preview_files({f"{label}/a.png": pictures[label] for label in range(10)})


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("7/a.png", b"")
    with pytest.raises(CollectionError, match="at most 99,999 files"):
        preview_files({"mine.zip": content.getvalue() + 100_000 * b"PK\x01\x02"})
    monkeypatch.setattr(importing, "MAX_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.png").write_bytes(b"")
    with pytest.raises(CollectionError, match="a folder of at most 3 files"):
        preview_paths([tmp_path])


def test_link_in_a_zip_is_refused():
    link = zipfile.ZipInfo("7/a.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(CollectionError, match="holds a link"):
        preview_files({"mine.zip": pack({link: "/etc/passwd"})})


def test_files_of_other_kinds_are_skipped_with_a_reason():
    preview = preview_files(
        {"a.exe": b"MZ\x90\x00", "b.pdf": b"%PDF-1.7", "c.zip.zip": pack({"d.zip": pack({"7/a": b""})})}
    )
    assert preview.samples == []
    assert len(preview.skipped) == 3


@settings(try_at_most(60), suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["a.zip", "b.npz", "labels.csv", "7/a.png", "x-idx3-ubyte", "x-idx1-ubyte", "c.gz"])
        | st.text(),
        st.binary()
        | st.builds(bytes.__add__, st.sampled_from([b"PK\x03\x04", b"\x1f\x8b", b"\0\0\x08\x03"]), st.binary()),
        max_size=4,
    )
)
def test_any_files_give_a_preview_or_a_sentence(files):
    preview, sentence = try_preview(files)
    assert sentence.endswith(".")
    assert all(file.reason.endswith(".") for file in preview.skipped)


def try_preview(files):
    """Return the preview of files, empty if they are refused, and the sentence of the error."""
    try:
        return preview_files(files), "."
    except DigitnetError as error:
        return ImportPreview([], []), str(error)


@try_at_most(60)
@given(st.data())
def test_damaged_export_gives_a_preview_or_a_sentence(data):
    export = data.draw(st.sampled_from([to_zip, to_npz]))
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 13:16] = 255  # In the style of MNIST it stays unchanged, even if an array loses its name.
    row = make_stored_string(1)
    content = bytearray(export([make_stored_digit(1, picture, 1)], [row]))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    preview, sentence = try_preview({f"mine.{export.__name__[3:]}": bytes(content)})
    assert sentence.endswith(".")
    assert all(np.array_equal(sample.picture, picture) for sample in preview.samples)
    assert all(string.picture == row.picture for string in preview.strings)


def test_imported_digits_are_stored_in_the_collection(pictures, file_url):
    preview = preview_files({"mine.zip": pack({f"{label}/a.png": pictures[label] for label in pictures})}, writer="Ann")
    with Collection.open(file_url) as collection:
        assert collection.add(preview.samples).stored == 10
        assert collection.count_by_label().tolist() == [*10 * [1], 0]
        assert isinstance(preview.samples[0], Sample)
        assert collection.find(labels=[7])[0].file == "7/a.png"
