"""Files that a user has added are kept, removed one by one, and held to the quotas."""

from types import SimpleNamespace

from digitnet.documents.archives import Member
from digitnet.errors import ImageError
from digitnet.workers.turns import FullError
from pages.shared import held_files, own_files
from pages.shared.own_files import CAMERA, FOLDER, UPLOADER, File, OwnFiles, name_files
from pages.shared.unpacked_uploads import Archive


def list_names(own):
    return [file.name for file in own.files]


def test_second_click_on_remove_removes_no_other_file():
    first, second = File("first.jpg", b"1"), File("second.jpg", b"2")
    own = OwnFiles(earlier=[first, second])
    for _ in range(2):
        own.remove(first)
    assert own.files == [second]


def test_files_beyond_what_a_tab_may_hold_are_left_out():
    own = OwnFiles(earlier=[File("a", b"1" * 10)])
    own.hold(UPLOADER, [File("b", b"2" * 10, "b"), File("c", b"3" * 10, "c")])
    assert own.fit(3, 30)
    assert not own.fit(3, 29)
    assert list_names(own) == ["a", "b"]
    assert own.removed == {"c"}
    assert not own.fit(1, 1000)
    assert list_names(own) == ["a"]


def test_files_of_a_widget_that_goes_become_earlier_ones():
    own = OwnFiles()
    own.hold(CAMERA, [File("camera.jpg", b"1", "1")])
    own.hold(FOLDER, [File("folder/a.jpg", b"2", "2")])
    own.hold(UPLOADER, [File("b.jpg", b"3", "3")])
    assert list_names(own) == ["b.jpg", "folder/a.jpg", "camera.jpg"]
    own.let_go(FOLDER)
    assert list_names(own) == ["folder/a.jpg", "b.jpg", "camera.jpg"]


def test_member_that_was_removed_stays_removed_and_the_others_are_the_same():
    own = OwnFiles()
    own.hold(UPLOADER, [File("zip / a", b"1", "zip/0"), File("zip / b", b"2", "zip/1")])
    first, second = own.files
    own.remove(first)
    own.hold(UPLOADER, [File("zip / a", b"1", "zip/0"), File("zip / b", b"2", "zip/1")])
    assert own.files == [second]


def test_each_file_is_measured_once_also_in_its_zip_file():
    own = OwnFiles(earlier=[File("a", b"1"), File("b", b"22")])
    members = (Member("c", b"333"), Member("d", b"4444"))
    own.archives = {"zip": Archive("c.zip", UPLOADER, members)}
    own.hold(UPLOADER, [File(member.name, member.content, f"zip/{place}") for place, member in enumerate(members)])
    own.remove(own.files[-1])
    assert sorted(own.measure_files().values()) == [1, 2, 3, 4]
    other = OwnFiles(earlier=[File("e", b"5" * 5)])  # Of another page: its names must not be those of the first.
    assert not own.measure_files().keys() & other.measure_files().keys()


def test_names_and_keys_of_files_are_unique():
    named = name_files([File("a.jpg", b"1"), File("a.jpg", b"2"), File("b.jpg", b"1")])
    assert [each.name for each in named] == ["a.jpg", "a.jpg (2)", "b.jpg"]
    assert len({each.key for each in named}) == 3


def test_removed_uploads_are_given_back(monkeypatch):
    given = []
    manager = SimpleNamespace(remove_file=lambda session, number: given.append((session, number)))
    context = SimpleNamespace(session_id="tab", uploaded_file_mgr=manager)
    monkeypatch.setattr(held_files, "get_script_run_ctx", lambda: context)
    own = OwnFiles()
    own.hold(UPLOADER, [File("a.png", b"a", "1"), File("b.png", b"b", "2")])
    own.remove(own.files[0])
    assert given == [("tab", "1")]
    own.remove_all()
    assert given[1:] == [("tab", "2")]


def test_pages_are_counted_again_while_the_workers_are_busy(monkeypatch):
    busy = [True]

    def count(function, content):
        if busy[0]:
            raise ImageError("Too many files are being read.") from FullError()
        return 3

    monkeypatch.setattr(own_files, "run_in_worker", count)
    file = File("scan.pdf", b"scan")
    assert file.pages == 1
    busy[0] = False
    assert file.pages == 3
    monkeypatch.setattr(own_files, "run_in_worker", None)
    assert file.pages == 3
