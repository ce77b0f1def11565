"""Photos are read in the background, which can be stopped."""

import threading

import pytest

from digitnet.errors import ImageError
from digitnet.reading.result import Hints
from pages.photo.photo_reader import PhotoReader
from pages.shared import reading_cache
from pages.shared.reading_cache import ReadingRequest
from tests.helpers.app_pages import find_button, make_page
from tests.helpers.samples import load_sample


class StoppedReader(PhotoReader):
    """A reader that the user has stopped after the first photo."""

    def want(self, requests):
        if not self.is_done(requests[0]):
            self.read(requests[0], 60)
            self.stop()


@pytest.fixture
def blocked(monkeypatch):
    """Block each reading until this event is set; a reading of b"bad" fails then."""
    event = threading.Event()

    def read(request, risk):
        assert event.wait(60)
        if request.content == b"bad":
            raise ImageError("The file is not a picture.")

    monkeypatch.setattr(reading_cache, "read_picture", read)
    yield event
    event.set()


def make_request(content):
    return ReadingRequest(content, content.decode(), "cnn", Hints())


def test_reading_in_progress_can_be_left_and_taken_up_again(blocked):
    reader, request = PhotoReader(), make_request(b"good")
    assert not reader.read(request, 0.01)
    assert not reader.is_done(request)
    blocked.set()
    assert reader.read(request, 60)
    assert reader.get_error(request) == ""


def test_photo_is_read_although_another_one_is_still_read(blocked):
    reader, left = PhotoReader(), make_request(b"left")
    reader.read(left, 0.01)
    blocked.set()
    assert reader.read(make_request(b"good"), 60)


def test_photo_that_cannot_be_read_has_an_error(blocked):
    reader, request = PhotoReader(), make_request(b"bad")
    blocked.set()
    assert reader.read(request, 60)
    assert reader.get_error(request) == "The file is not a picture."


def test_stop_holds_until_other_photos_are_wanted():
    reader, requests = PhotoReader(), [make_request(b"a"), make_request(b"b")]
    reader.want(requests)
    reader.stop()
    reader.want(requests)
    assert reader.is_stopped
    reader.want([*requests, make_request(b"c")])
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
