"""Uploads are limited for each session and for all, and those of closed sessions are given back."""

import asyncio
import time
from collections import defaultdict
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from digitnet.access.callers import LOCAL_OWNER, Caller
from digitnet.access.roles import Role
from digitnet.server import uploads
from digitnet.server.sessions import Sessions
from digitnet.server.uploads import UploadGuard

MEGABYTE = 1_000_000


class Runtime:
    """Stands in for Streamlit's runtime: which sessions are live, and what they have uploaded."""

    def __init__(self):
        self.live, self.reruns = {"a", "b"}, []
        self.callers = {name: Caller(Role.READER, address=f"192.0.2.{number}") for number, name in enumerate("abcd")}
        self.uploaded_file_mgr = SimpleNamespace(file_storage=defaultdict(dict), remove_session_files=self._remove)

    def _remove(self, session):
        self.uploaded_file_mgr.file_storage.pop(session, None)

    def find_caller(self, session):
        return self.callers[session] if session in self.live else None

    def is_active_session(self, session):
        return session in self.live

    def close_session(self, session):
        self.live.discard(session)

    def get_app_session(self, session):
        return SimpleNamespace(_client_state=session, request_rerun=self.reruns.append)

    def add(self, session, file, size):
        self.uploaded_file_mgr.file_storage[session][file] = SimpleNamespace(data=bytes(size))


@pytest.fixture
def streamlit(monkeypatch):
    runtime = Runtime()
    monkeypatch.setattr(uploads, "runtime", SimpleNamespace(exists=lambda: True, get_instance=lambda: runtime))
    monkeypatch.setattr(uploads, "sessions", Sessions())
    monkeypatch.setattr(
        uploads, "find_tab_caller", lambda name: runtime.callers[name] if name in runtime.live else None
    )
    return runtime


@pytest.fixture
def put(streamlit):
    """A function that uploads a file of so many bytes: put("a", "1", 100)."""

    async def take(request):
        streamlit.add(request.path_params["session"], request.path_params["file"], len(await request.body()))
        return Response(status_code=204)

    routes = [Route("/_stcore/upload_file/{session}/{file}", take, methods=["PUT"])]
    client = TestClient(UploadGuard(Starlette(routes=routes)))
    return lambda session, file, size: client.put(f"/_stcore/upload_file/{session}/{file}", content=bytes(size))


def test_files_of_a_session_beyond_its_bytes_are_refused(put, streamlit, quotas):
    quotas(upload_megabytes=2)
    assert put("a", "1", MEGABYTE).status_code == 204
    answer = put("a", "2", MEGABYTE + 1)
    assert (answer.status_code, answer.text) == (
        413,
        "These files are more than the 2 MB that a tab may hold at a time; remove some, then add the others.",
    )
    assert streamlit.reruns == ["a"]
    assert uploads.sessions.take_refusal("a") == answer.text
    assert put("b", "1", MEGABYTE).status_code == 204


def test_files_that_pages_hold_count_after_their_upload_was_deleted(put, streamlit, quotas):
    quotas(upload_megabytes=3)
    for number in range(3):
        name = str(number)
        assert put("a", name, MEGABYTE).status_code == 204
        uploads.sessions.hold("a", "sheets", {str(each): MEGABYTE for each in range(number + 1)})
        del streamlit.uploaded_file_mgr.file_storage["a"][name]
    assert put("a", "3", 1).status_code == 413
    uploads.sessions.hold("a", "sheets", {})
    assert put("a", "3", 1).status_code == 204


def test_file_of_uploader_and_page_is_counted_once(put, streamlit, quotas):
    quotas(upload_megabytes=3, upload_files=2)
    assert put("a", "1", 2 * MEGABYTE).status_code == 204
    uploads.sessions.hold("a", "photos", {"1": 2 * MEGABYTE})
    assert put("a", "2", MEGABYTE).status_code == 204
    assert "2 files" in put("a", "3", 1).text


def test_closed_session_gives_back_what_its_pages_hold(put, streamlit, quotas):
    quotas(all_upload_megabytes=4)
    put("a", "1", 1)
    uploads.sessions.hold("a", "photos", {"other": 3 * MEGABYTE})
    assert put("b", "1", 2 * MEGABYTE).status_code == 503
    streamlit.live.remove("a")
    assert put("b", "1", 2 * MEGABYTE).status_code == 204


def test_removed_files_make_room(put, streamlit, quotas):
    quotas(upload_files=1)
    assert put("a", "1", 10).status_code == 204
    assert "1 files" in put("a", "2", 10).text
    del streamlit.uploaded_file_mgr.file_storage["a"]["1"]
    assert put("a", "2", 10).status_code == 204


def test_owner_is_bound_only_by_the_memory_of_all(put, streamlit, quotas):
    quotas(upload_megabytes=1, upload_files=1, all_upload_megabytes=3)
    streamlit.callers["a"] = LOCAL_OWNER
    assert [put("a", str(number), MEGABYTE).status_code for number in range(4)] == [204, 204, 204, 503]


def test_stranger_who_may_only_sign_in_uploads_nothing(put, streamlit):
    streamlit.callers["a"] = Caller(Role.STRANGER)
    answer = put("a", "1", 10)
    assert (answer.status_code, answer.text) == (403, "Only a reader may upload files.")
    assert not streamlit.uploaded_file_mgr.file_storage


def test_tabs_of_one_address_hold_half_of_the_memory_together(put, streamlit, quotas):
    quotas(upload_megabytes=2, all_upload_megabytes=6)
    streamlit.live |= {"c", "d"}
    streamlit.callers |= dict.fromkeys("abc", Caller(Role.READER, address="192.0.2.1"))
    assert put("a", "1", 2 * MEGABYTE).status_code == 204
    assert put("b", "1", MEGABYTE).status_code == 204
    answer = put("c", "1", 1)
    assert (answer.status_code, answer.text) == (
        413,
        "Your tabs, or those of your address, may hold 3 MB together; remove files or close a tab.",
    )
    assert put("d", "1", 2 * MEGABYTE).status_code == 204


def test_closed_tabs_of_an_address_make_room_for_its_others_alone(put, streamlit, quotas):
    quotas(all_upload_megabytes=4)
    streamlit.callers["b"] = streamlit.callers["c"] = Caller(Role.READER, address="192.0.2.1")
    streamlit.live |= {"c"}
    for name in ("a", "b"):
        put(name, "1", 2 * MEGABYTE - 1)
        streamlit.live.remove(name)
    assert put("c", "1", 2).status_code == 204
    assert set(streamlit.uploaded_file_mgr.file_storage) == {"a", "c"}


def test_class_behind_one_address_uploads_a_photo_each(put, streamlit):
    pupils = [f"pupil-{number}" for number in range(30)]
    streamlit.live |= set(pupils)
    streamlit.callers |= dict.fromkeys(pupils, Caller(Role.READER, address="192.0.2.1"))
    assert {put(pupil, "1", 4 * MEGABYTE).status_code for pupil in pupils} == {204}


def test_uploads_of_closed_sessions_go_at_once_when_the_quota_is_full(put, streamlit, quotas):
    quotas(all_upload_megabytes=4)
    given_back = []
    uploads.sessions.call_when_short(lambda: given_back.append("kept"))
    put("a", "1", 2 * MEGABYTE)
    streamlit.live = {"b", "c"}
    assert put("b", "1", 2 * MEGABYTE).status_code == 204
    assert given_back == []
    assert put("c", "1", 2 * MEGABYTE).status_code == 204
    assert list(streamlit.uploaded_file_mgr.file_storage) == ["b", "c"]
    assert given_back == ["kept"]


def test_upload_without_a_length_is_refused(streamlit):
    client = TestClient(UploadGuard(Starlette()))
    answer = client.put("/_stcore/upload_file/a/1", content=iter([b"x"]))
    assert answer.status_code == 411


@pytest.mark.parametrize(("pause", "rate"), [(0.05, 1e9), (0.2, 1e5)], ids=["pause", "trickle"])
def test_upload_that_takes_too_long_gives_its_room_back(pause, rate, streamlit, monkeypatch):
    monkeypatch.setattr(uploads, "_PAUSE_SECONDS", pause)
    monkeypatch.setattr(uploads, "_BYTES_PER_SECOND", rate)
    sent = []

    async def take(scope, receive, send):
        while (await receive()).get("more_body"):
            pass

    async def trickle():
        await asyncio.sleep(0.1)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def answer(message):
        sent.append(message)

    guard = UploadGuard(take)
    headers = [(b"content-length", b"20000")]
    scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/a/1", "headers": headers}
    asyncio.run(guard(scope, trickle, answer))
    assert sent[0]["status"] == 408
    assert b"took too long" in sent[1]["body"]
    assert not guard._incoming


def test_work_on_a_received_upload_has_no_end(put, monkeypatch):
    async def take(scope, receive, send):
        await receive()
        loop, now = asyncio.get_running_loop(), time.monotonic
        monkeypatch.setattr(loop, "time", lambda: now() + 10_000)  # Hours later.
        await asyncio.sleep(0.01)
        await Response(status_code=204)(scope, receive, send)

    assert TestClient(UploadGuard(take)).put("/_stcore/upload_file/a/1", content=b"x").status_code == 204


def test_sweep_gives_back_what_a_closed_session_holds(put, streamlit, quotas):
    quotas(keep_minutes=0)
    put("a", "1", MEGABYTE)
    put("b", "1", MEGABYTE)
    streamlit.live.remove("a")
    uploads.sweep(streamlit)
    assert list(streamlit.uploaded_file_mgr.file_storage) == ["b"]


def test_sweep_leaves_a_session_whose_tab_may_connect_again(put, streamlit, quotas):
    quotas(keep_minutes=1)
    put("a", "1", MEGABYTE)
    streamlit.live.remove("a")
    uploads.sweep(streamlit)
    assert list(streamlit.uploaded_file_mgr.file_storage) == ["a"]
