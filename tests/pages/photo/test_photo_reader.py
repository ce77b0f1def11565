"""Photos are read in the background, which can be stopped."""

import queue
import threading
import time
from types import SimpleNamespace

import pytest

from digitnet.access.callers import NOBODY, acting_as
from digitnet.errors import ImageError, QuotaError
from digitnet.reading.hints import Hints
from digitnet.workers.process import Cancellation
from digitnet.workers.turns import FullError
from pages.photo.photo_reader import PhotoReader, ReadingJob
from pages.shared import reading_cache
from pages.shared.reading_cache import ReadingRequest
from tests.helpers.app_pages import find_button, find_path, find_toggle, make_page, run_sample
from tests.helpers.samples import load_sample

READ = SimpleNamespace(reading=SimpleNamespace(size=(1000, 500)))  # A photo of half a megapixel.


class StoppedReader(PhotoReader):
    """A reader that the user has stopped after the first photo."""

    def want(self, jobs):
        if not self.is_done(jobs[0]):
            self.read(jobs[0], 60)
            self.stop()


class SlowReader(PhotoReader):
    """A reader whose first reading takes longer than the page waits without a word."""

    is_waited_for = False

    def read(self, job, seconds):
        if not self.is_waited_for:
            self.is_waited_for = True
            return False
        return super().read(job, 60)


@pytest.fixture
def blocked(monkeypatch):
    """Block each reading until this event is set; a reading of b"bad" fails then. Those `begun` queue up."""
    event = threading.Event()
    event.begun = queue.Queue()

    def read(request, risk, boxes):
        event.begun.put(request.content)
        assert event.wait(300)
        if request.content == b"bad":
            raise ImageError("The file is not a picture.")
        return READ

    monkeypatch.setattr(reading_cache, "read_picture", read)
    yield event
    event.set()


def make_job(content):
    return ReadingJob(ReadingRequest(content, content.decode(), "cnn", Hints()))


def test_reading_in_progress_can_be_left_and_taken_up_again(blocked):
    reader, job = PhotoReader(), make_job(b"good")
    assert not reader.read(job, 0.01)
    assert not reader.is_done(job)
    blocked.set()
    assert reader.read(job, 60)
    assert reader.get_error(job) == ""


def test_photo_is_read_although_another_one_is_still_read(blocked):
    reader, left = PhotoReader(), make_job(b"left")
    reader.read(left, 0.01)
    blocked.set()
    assert reader.read(make_job(b"good"), 60)


def test_photo_that_is_not_wanted_any_more_is_not_begun(blocked):
    """The photo is read anew with each value that a slider passes, and the last one must not wait for all others."""
    reader, wanted = PhotoReader(), make_job(b"wanted")
    for content in (b"begun", b"begun, too"):
        reader.read(make_job(content), 0.01)
        assert blocked.begun.get(timeout=300) == content
    reader.read(make_job(b"left"), 0.01)
    reader.want([wanted])
    blocked.set()
    assert reader.read(wanted, 60)
    assert blocked.begun.get(timeout=300) == b"wanted"
    assert reader.read(make_job(b"left"), 60)


def test_photo_that_cannot_be_read_has_an_error(blocked):
    reader, job = PhotoReader(), make_job(b"bad")
    blocked.set()
    assert reader.read(job, 60)
    assert reader.get_error(job) == "The file is not a picture."


def test_stop_cancels_the_reading_under_way_and_resume_reads_anew(monkeypatch):
    begun, seen = threading.Event(), []

    def read(request, risk, boxes):
        seen.append(Cancellation.get_current())
        begun.set()
        while len(seen) == 1 and not seen[0].is_canceled:
            time.sleep(0.01)
        return READ

    monkeypatch.setattr(reading_cache, "read_picture", read)
    reader, job = PhotoReader(), make_job(b"long")
    reader.read(job, 0.01)
    assert begun.wait(300)
    reader.stop()
    assert seen[0].is_canceled
    assert not reader.is_done(job)
    reader.resume()
    assert reader.read(job, 60)
    assert len(seen) == 2


def test_stop_holds_until_other_photos_are_wanted():
    reader, jobs = PhotoReader(), [make_job(b"a"), make_job(b"b")]
    reader.want(jobs)
    reader.stop()
    reader.want(jobs)
    assert reader.is_stopped
    reader.want([*jobs, make_job(b"c")])
    assert not reader.is_stopped


def test_photos_left_by_a_stop_are_read_on_demand(lists, data):
    app = make_page("photos")
    app.session_state.photo_reader = StoppedReader()
    app.run()
    app.file_uploader[0].set_value([load_sample(name) for name in ("even", "shadow", "squared")]).run()
    assert [row.is_waiting for row in lists[-1]] == [False, True, True]
    find_button(app, "Read the other 2").click().run()
    assert not app.exception
    assert not any(row.is_waiting for row in lists[-1])


def test_single_photo_left_by_a_stop_is_read_on_demand(data):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([load_sample("even"), load_sample("shadow")]).run()
    app.session_state.photo_reader = StoppedReader()
    app.run()
    find_button(app, "Next").click().run()
    assert app.info[0].value == "Not read yet."
    find_button(app, "Read it").click().run()
    assert app.code[0].value == "31415\n92653"


def test_sliders_stay_in_place_while_a_reading_is_waited_for_or_stopped():
    """The browser makes what has moved anew: a slider would lose the focus and the keys that are pressed."""
    app = run_sample()
    find_toggle(app, "Read it differently").set_value(True).run()
    paths = [find_path(app, app.slider[1])]
    app.session_state.photo_reader = SlowReader()
    for change in (lambda: None, app.session_state.photo_reader.stop):
        change()
        app.run()
        paths.append(find_path(app, app.slider[1]))
    assert app.session_state.photo_reader.is_waited_for
    assert paths == paths[:1] * 3


def test_photo_that_was_refused_for_a_time_is_read_after_it(monkeypatch):
    waits = [0.05, 1000.0, 0.0]

    def read(request, risk, boxes):
        if waits[0]:
            raise QuotaError("Too many photos.", waits.pop(0))
        return READ

    monkeypatch.setattr(reading_cache, "read_picture", read)
    reader, job = PhotoReader(), make_job(b"page")
    assert reader.read(job, 60)
    assert reader.get_error(job) == "Too many photos."
    time.sleep(0.06)
    reader.want([job])
    assert not reader.is_done(job)
    assert reader.read(job, 60)
    reader.want([job])
    assert reader.get_error(job) == "Too many photos."


def test_photo_that_found_the_workers_busy_is_read_later(monkeypatch):
    def read(request, risk, boxes):
        raise ImageError("Too many files are being read.") from FullError()

    monkeypatch.setattr(reading_cache, "read_picture", read)
    monkeypatch.setattr("pages.photo.photo_reader._RETRY_SECONDS", 0.05)
    reader, job = PhotoReader(), make_job(b"page")
    assert reader.read(job, 60)
    time.sleep(0.06)
    reader.want([job])
    assert not reader.is_done(job)


def test_photos_beyond_the_pixels_of_a_tab_are_read_once_others_are_removed(monkeypatch, quotas):
    quotas(upload_megapixels=0.9)
    monkeypatch.setattr(reading_cache, "read_picture", lambda *_: READ)
    reader, jobs = PhotoReader(), [make_job(name) for name in (b"one", b"two", b"three")]
    with acting_as(NOBODY):
        reader.want(jobs)
        for job in jobs:
            assert reader.read(job, 60)
        assert [reader.get_error(job) for job in jobs[:2]] == ["", ""]
        assert reader.get_error(jobs[2]).startswith("The photos before have as many pixels as a tab may hold")
        reader.want(jobs[1:])
        assert reader.read(jobs[2], 60)
    assert reader.get_error(jobs[2]) == ""
