import cv2
import numpy as np
import pytest

from digitnet.errors import DatasetError
from digitnet.handwriting.words import WORDS_FILE, load_words


def write_words(folder, texts, writers):
    images = np.full((len(texts), 64, 256), 200, np.uint8)
    for image, text in zip(images, texts, strict=True):
        cv2.putText(image, text, (20, 45), 0, 1, 60, 3, cv2.LINE_AA)
    np.savez(folder / WORDS_FILE, images=images, text=np.array(texts), writer=np.array(writers))


def test_words_are_ink_on_empty_paper(tmp_path):
    write_words(tmp_path, ["Anna", "Bonn"], ["1", "36"])
    words = load_words(tmp_path)
    assert words.writers.tolist() == ["1", "36"]
    for ink in words.inks:
        assert ink.max() > 200
        assert np.mean(ink == 0) > 0.2
        assert ink.shape[1] > 2 * ink.shape[0]


def test_words_with_digits_and_empty_pictures_are_left_out(tmp_path):
    write_words(tmp_path, ["Anna", "B7", ""], ["1", "1", "1"])
    assert len(load_words(tmp_path).inks) == 1


def test_folder_without_words_has_none(tmp_path):
    assert load_words(tmp_path).inks == []


def test_damaged_file_is_named(tmp_path):
    (tmp_path / WORDS_FILE).write_bytes(b"no archive")
    with pytest.raises(DatasetError, match=WORDS_FILE):
        load_words(tmp_path)
