"""The CSV file of the results may lie neither among them nor among the files that are read."""

import pytest

from digitnet.archive.csv_export import check_csv_place
from digitnet.errors import ArchiveError


@pytest.mark.parametrize(
    ("path", "source", "sentence"),
    [
        ("out/all.csv", "scans", "folder of the results"),
        ("out/deep/all.csv", "s3://scans", "folder of the results"),
        ("out", "scans", "folder of the results"),
        ("scans/all.csv", "scans", "among the files of"),
        ("scans/deep/all.csv", "scans", "among the files of"),
        ("scans/deep/all.csv", "scans/**/*", "among the files of"),
        ("list.csv", "list.csv", "among the files of"),
    ],
)
def test_csv_file_in_the_way_is_refused(tmp_path, monkeypatch, path, source, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scans").mkdir()
    with pytest.raises(ArchiveError, match=sentence):
        check_csv_place(tmp_path / path, tmp_path / "out", source)


@pytest.mark.parametrize(
    ("path", "source"), [("all.csv", "scans"), ("scans/a.csv", "scans/*.png"), ("a.csv", "s3://a")]
)
def test_csv_file_elsewhere_is_fine(tmp_path, monkeypatch, path, source):
    monkeypatch.chdir(tmp_path)
    check_csv_place(tmp_path / path, tmp_path / "out", source)
