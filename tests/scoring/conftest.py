"""A folder of pictures whose numbers are known."""

import cv2
import pytest


@pytest.fixture
def folder(paper, tmp_path):
    """Three pictures; the label of one is wrong, and one file is no picture."""
    for name, text in (("a.png", "2047"), ("b.png", "165")):
        cv2.imwrite(str(tmp_path / name), paper().number(text).gray())
    (tmp_path / "c.png").write_bytes(b"no picture")
    (tmp_path / "labels.csv").write_text("file,number\na.png,2047\nb.png,185\nc.png,12\n")
    return tmp_path
