"""Files whose store or disk does not answer are put off, without a row, and the same command reads them later."""

import errno
import shutil

import pytest

from digitnet.archive import folder_listing, job, listing
from digitnet.archive.item_reader import ItemReader
from digitnet.archive.item_reading import Part, Place
from digitnet.archive.items import Item, load_content
from digitnet.archive.job import read_archive
from digitnet.archive.listing import list_items
from digitnet.archive.local_engine import read_in_threads
from digitnet.archive.patience import Patience
from digitnet.archive.rows import Row
from digitnet.archive.silence import StoreError
from digitnet.errors import ArchiveError, ImageError
from tests.archive.conftest import list_files, make_outcome, read_names

DEAD = "http://127.0.0.1:9"  # Nobody listens there.


class LoadingPool:
    """Stands in for the reading processes: loads files, and makes a row of each."""

    def run(self, function, items, start, options, one_page, **_):
        rows = []
        for number, item in enumerate(items):
            try:
                load_content(item)
            except StoreError as silence:
                return Part(rows, Place(number), silence=silence)
            except ImageError as error:
                rows.append(Row(item.name, 1, error=str(error)))
            else:
                rows.append(Row(item.name, 1, text="1"))
        return Part(rows, Place(len(items)))


def read_patiently(items, options, stopping, patience=0.0):
    """An engine that loads files, and gives silent stores no time."""
    yield from read_in_threads(items, ItemReader(LoadingPool(), options, stopping, patience).read, 1)


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr("digitnet.archive.patience.PATIENCE_SECONDS", 0.0)


def test_dead_server_in_a_list_holds_up_no_others(folder, tmp_path, options):
    names = [f"{DEAD}/{number}.png" for number in range(3)] + ["0.png", f"{DEAD}/all.zip", "1.png"]
    (folder / "list.csv").write_text("\n".join(["file", *names]))
    progress = read_archive(str(folder / "list.csv"), tmp_path / "out", options, read_patiently)
    assert list_files(tmp_path / "out") == ["0.png", "1.png"]
    assert (progress.files, progress.errors, progress.total) == (2, 0, 6)
    [sentence] = progress.describe_put_off()
    assert sentence.startswith("127.0.0.1:9: 4 files were not read, the server does not answer (")
    assert sentence.endswith("; run the same command again.")
    again = read_archive(str(folder / "list.csv"), tmp_path / "out", options, read_names)
    assert (again.earlier, again.files) == (2, 4)


def test_list_of_which_nothing_answers_is_no_empty_archive(folder, tmp_path, options):
    (folder / "list.csv").write_text(f"file\n{DEAD}/0.png\n")
    progress = read_archive(str(folder / "list.csv"), tmp_path / "out", options, read_patiently)
    assert progress.describe_put_off()[0].startswith("127.0.0.1:9: 1 file was not read")


def test_disk_that_is_taken_out_makes_no_rows_and_ends_the_reading(folder, tmp_path, options):
    def take_out(progress):
        if folder.exists():
            folder.rename(tmp_path / "away")

    with pytest.raises(StoreError, match="connect the disk or the shared folder, then run the same command again"):
        read_archive(str(folder), tmp_path / "out", options, read_patiently, take_out)
    read = list_files(tmp_path / "out")
    assert 0 < len(read) < 12
    (tmp_path / "away").rename(folder)
    progress = read_archive(str(folder), tmp_path / "out", options, read_patiently)
    assert (progress.earlier, progress.files, progress.errors) == (len(read), 12 - len(read), 0)


def test_folder_on_which_no_disk_is_mounted_tells_nothing(folder):
    items = list(list_items(str(folder)))
    shutil.rmtree(folder)
    folder.mkdir()
    with pytest.raises(StoreError, match="nothing is in it"):
        load_content(items[0])


def test_file_that_is_deleted_meanwhile_is_its_error(folder):
    items = {item.name: item for item in list_items(str(folder))}
    (folder / "0.png").unlink()
    with pytest.raises(ImageError, match="No such file"):
        load_content(items["0.png"])


@pytest.mark.parametrize("name", ["scan.png", "scans.zip"])
def test_source_that_is_one_file_and_missing_tells_nothing(folder, name):
    (folder / "0.png").rename(folder / "scan.png")
    shutil.make_archive(str(folder / "scans"), "zip", folder / "deep")
    items = [item for item in list_items(str(folder / name)) if not item.name.endswith("/")]
    (folder / name).unlink()
    with pytest.raises(StoreError):
        load_content(items[0])


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.ENODEV])
@pytest.mark.parametrize("name", ["0.png", "all.zip"])
def test_error_of_a_disk_is_no_fault_of_a_file(folder, monkeypatch, number, name):
    shutil.make_archive(str(folder.parent / "all"), "zip", folder)
    (folder.parent / "all.zip").rename(folder / "all.zip")
    items = {item.address: item for item in list_items(str(folder))}

    def fail(*_, **__):
        raise OSError(number, "The disk is gone")

    monkeypatch.setattr("digitnet.preprocessing.images.open_file", fail)
    monkeypatch.setattr("builtins.open", fail)
    with pytest.raises(StoreError, match="The disk is gone"):
        load_content(items[str(folder / name)])


def test_files_that_a_list_names_on_a_missing_disk_are_put_off(folder, tmp_path, options):
    names = ["0.png", "gone.png", str(tmp_path.parent / "none" / "x.png"), "/mnt/no disk/deep/x.png"]
    (folder / "list.csv").write_text("\n".join(["file", *names]))
    progress = read_archive(str(folder / "list.csv"), tmp_path / "out", options, read_patiently)
    assert list_files(tmp_path / "out") == sorted(names[:3])
    assert progress.errors == 2
    [sentence] = progress.describe_put_off()
    assert sentence.startswith("/mnt/no disk: 1 file was not read, the disk does not answer (")


def fail_at(monkeypatch, ends, error, count):
    """Have folders whose paths end so raise an error when they are listed, a count of times."""
    scan, left = folder_listing.os.scandir, [count]

    def scan_or_fail(path):
        if str(path).endswith(ends) and left[0]:
            left[0] -= 1
            raise error
        return scan(path)

    monkeypatch.setattr(folder_listing.os, "scandir", scan_or_fail)


@pytest.mark.parametrize("source", ["", "/**/*.png"])
@pytest.mark.parametrize("ends", ["scans", "deep"])
def test_folder_is_listed_again_after_a_silence(folder, monkeypatch, source, ends):
    fail_at(monkeypatch, ends, OSError(errno.EIO, "No answer"), 1)
    names = {item.name for item in list_items(f"{folder}{source}", patience=Patience(60.0))}
    assert len(names) == 12


def test_subfolder_that_stays_silent_is_put_off(folder, tmp_path, options, monkeypatch):
    fail_at(monkeypatch, "deep", OSError(errno.EIO, "No answer"), 100)
    progress = read_archive(str(folder), tmp_path / "out", options, read_patiently)
    assert progress.files == 10
    assert progress.describe_put_off()[0].startswith(f"{folder}: 1 file was not read")
    fail_at(monkeypatch, "scans", OSError(errno.EIO, "No answer"), 100)
    with pytest.raises(StoreError):
        list(list_items(str(folder)))


def test_what_was_read_is_written_before_the_error_of_the_list(folder, tmp_path, options, monkeypatch):
    def list_some(*_):
        yield from [Item(f"{number}.png", str(folder / f"{number}.png")) for number in range(3)]
        raise ArchiveError("The list is gone.")

    monkeypatch.setattr(job, "list_items", list_some)
    with pytest.raises(ArchiveError, match="The list is gone"):
        read_archive(str(folder), tmp_path / "out", options, read_patiently)
    assert list_files(tmp_path / "out") == ["0.png", "1.png", "2.png"]


def test_archive_that_breaks_off_is_listed_on(folder, tmp_path, monkeypatch):
    path = shutil.make_archive(str(tmp_path / "all"), "tar", folder)
    list_tar, breaks = listing.list_tar, [3]

    def break_off(*arguments):
        for count, item in enumerate(list_tar(*arguments)):
            if breaks == [count]:
                breaks.clear()
                raise OSError(errno.EIO, "No answer")
            yield item

    monkeypatch.setattr(listing, "list_tar", break_off)
    names = [item.name for item in list_items(path, patience=Patience(60.0))]
    assert len(names) == len(set(names)) == 12


def test_reading_of_a_stopped_list_is_no_error(folder, tmp_path, options):
    (folder / "list.csv").write_text(f"file\n0.png\n{DEAD}/all.zip\n1.png\n")

    def stop(items, options, stopping):
        for item in items:
            stopping.set()
            yield make_outcome([item])

    assert read_archive(str(folder / "list.csv"), tmp_path / "out", options, stop).files == 1
