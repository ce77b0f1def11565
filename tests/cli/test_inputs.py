import json
import shutil

import pytest

from digitnet.cli.inputs import find_only_source, list_sources
from digitnet.cli.main import run_command
from digitnet.errors import FormError, ImageError
from tests.helpers.archives import pack
from tests.helpers.samples import SAMPLES


@pytest.fixture
def scans(tmp_path):
    """A folder with a picture, a text and a ZIP file of a picture and a text."""
    folder = tmp_path / "scans"
    folder.mkdir()
    shutil.copy(SAMPLES / "even.jpg", folder)
    (folder / "notes.txt").write_text("Hello")
    picture = (SAMPLES / "touching.jpg").read_bytes()
    (folder / "more.zip").write_bytes(pack({"page1.jpg": picture, "notes.txt": "Hello"}))
    return folder


def test_folder_and_zip_file_are_read_file_by_file(scans, capfd):
    assert run_command(["read", "--json", str(scans)]) == 0
    captured = capfd.readouterr()
    entries = [json.loads(line) for line in captured.out.splitlines()]
    assert [entry["file"] for entry in entries] == [str(scans / "even.jpg"), f"{scans / 'more.zip'} / page1.jpg"]
    assert [row["text"] for row in entries[1]["rows"]] == ["58203"]
    assert captured.err.splitlines() == [
        f"digitnet: {scans}: 1 file is no picture: notes.txt.",
        f"digitnet: {scans / 'more.zip'}: 1 file is no picture: notes.txt.",
    ]


def test_damaged_zip_file_is_named_and_the_rest_is_read(scans, tmp_path, capfd):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 broken")
    assert run_command(["read", "--json", str(broken), str(scans / "even.jpg")]) == 1
    captured = capfd.readouterr()
    first, second = map(json.loads, captured.out.splitlines())
    assert "damaged" in first["error"]
    assert len(second["rows"]) == 3
    assert f"digitnet: {broken}: The file is no zip file" in captured.err


def test_only_file_of_a_zip_file_is_found(scans):
    source = find_only_source(str(scans / "more.zip"))
    assert source.name == f"{scans / 'more.zip'} / page1.jpg"
    with pytest.raises(FormError, match="which holds 2 files; name one of them"):
        find_only_source(str(scans))
    (scans / "empty").mkdir()
    with pytest.raises(ImageError, match="no picture"):
        find_only_source(str(scans / "empty"))


def test_file_that_is_missing_stays_for_its_reading_to_say_so():
    assert [source.error for source in list_sources(["missing.jpg"])] == [""]
