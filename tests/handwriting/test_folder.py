import numpy as np
import pytest

from digitnet.errors import DatasetError
from digitnet.handwriting import sets
from digitnet.handwriting.folder import load_glyphs


def test_suspect_scans_are_left_out(folder):
    glyphs = load_glyphs(folder)[sets.SWISS]
    assert glyphs.labels.tolist() == ["1", "2", "4"]
    assert all(ink.any(axis=0).all() or ink.size for ink in glyphs.inks)


def test_letters_that_look_like_digits_are_left_out(folder):
    labels = load_glyphs(folder)[sets.UJI].labels.tolist()
    assert "O" not in labels
    assert set(labels) == {"0", "1", "A"}


def test_sets_that_are_not_there_are_left_out(folder):
    assert list(load_glyphs(folder)) == [sets.SWISS, sets.UJI]


def test_folder_without_handwriting_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="holds no handwriting"):
        load_glyphs(tmp_path)
    with pytest.raises(DatasetError, match="There is no folder"):
        load_glyphs(tmp_path / "missing")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"[1, 2]"])
def test_damaged_file_is_named(folder, content):
    (folder / sets.SWISS.file).write_bytes(content)
    with pytest.raises(DatasetError, match=sets.SWISS.file):
        load_glyphs(folder)


def test_strokes_of_the_wrong_shape_are_named(folder):
    (folder / sets.UJI.file).write_text('[{"label": "1"}]')
    with pytest.raises(DatasetError, match=sets.UJI.file):
        load_glyphs(folder)


def test_file_without_an_array_is_named(folder):
    np.savez(folder / sets.SWISS.file, images=np.zeros((1, 64, 64), np.uint8))
    with pytest.raises(DatasetError, match=sets.SWISS.file):
        load_glyphs(folder)
