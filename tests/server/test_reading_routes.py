import io
import json
from collections import Counter

import anyio
import pytest
from PIL import Image

from digitnet.cli.main import run_command
from digitnet.server import whole_files
from digitnet.server.refusals import FullServerError
from digitnet.workers.pool import get_pool
from tests.helpers.document_files import encode
from tests.helpers.samples import SAMPLES

EVEN = (SAMPLES / "even.jpg").read_bytes()
TEXT = b"no picture"


def send(client, content=EVEN, kind="image/jpeg", **query):
    return client.post("/api/read", content=content, headers={"Content-Type": kind}, params=query)


def get_texts(answer):
    return [[row["text"] for row in entry["rows"]] for entry in answer.json()["readings"]]


def test_answer_holds_what_the_command_prints(client, capsys):
    name = str(SAMPLES / "even.jpg")
    assert run_command(["read", name, "--json", "--risk", "0.2", "--decimal", "auto", "--region", "0,0,1200,300"]) == 0
    query = {"file": name, "risk": 0.2, "decimal": "auto", "region": "0,0,1200,300"}
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert send(client, **query).json() == {"readings": printed}
    assert [row["text"] for row in printed[0]["rows"]] == ["2047"]


def test_file_of_a_form_keeps_its_name(client):
    answer = client.post("/api/read", files={"picture": ("mine.jpg", EVEN)})
    assert answer.json()["readings"][0]["file"] == "mine.jpg"
    assert get_texts(answer) == [["2047", "1385", "96"]]


def test_all_pages_are_read_some_at_a_time(client, monkeypatch):
    monkeypatch.setattr(whole_files, "_PART_SECONDS", 0.0)
    pages = [Image.open(io.BytesIO(EVEN)).convert("L").resize((600, 400))] * 3
    answer = send(client, encode(pages, "TIFF"), "image/tiff")
    assert get_texts(answer) == [["2047", "1385", "96"]] * 3
    assert [(entry["page"], entry["pages"]) for entry in answer.json()["readings"]] == [(1, 3), (2, 3), (3, 3)]
    assert [entry["page"] for entry in send(client, encode(pages, "TIFF"), pages="2-3").json()["readings"]] == [2, 3]


def test_one_bad_file_of_several_is_an_entry(client):
    files = [("file", (name, content)) for name, content in [("a.jpg", EVEN), ("b.txt", TEXT), ("c.jpg", EVEN)]]
    answer = client.post("/api/read-batch", files=files)
    assert answer.status_code == 200
    entries = answer.json()["readings"]
    assert [entry["file"] for entry in entries] == ["a.jpg", "b.txt", "c.jpg"]
    assert entries[1]["error"].startswith("The file is not a picture")
    assert [row["text"] for row in entries[2]["rows"]] == ["2047", "1385", "96"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"model": "nobody"}, "There is no model called 'nobody'; there are: cnn, mlp."),
        ({"modle": "cnn"}, "Expected one of model, decimal, risk"),
        ({"risk": "2"}, "Expected a number between 0 and 1. Received: 2."),
        ({"turn": "45"}, "Expected one of 0, 90, 180, 270. Received: 45."),
        ({"ink": "red"}, "Expected one of dark, light. Received: red."),
        ({"risk": ["0.1", "0.2"]}, "Expected risk once. Received: 2 times."),
        ({"pages": "2"}, "The file has one page; there is no page 2."),
        ({"region": "0,0,9,9", "outline": "0,0,20,0,20,20,0,20"}, "Expected a region to read or outlines of sheets."),
        ({"expect": "nonsense"}, "Expected "),
        ({"grid": ["none", "1,1,1,1"]}, "Expected the two ends of a line"),
    ],
)
def test_wrong_option_is_explained(query, sentence, client):
    answer = send(client, **query)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(sentence)


@pytest.mark.parametrize(
    ("content", "kind", "status", "sentence"),
    [
        (TEXT, "image/png", 422, "The file is not a picture"),
        (b"", "image/png", 400, "Send a picture or PDF"),
        (EVEN, "text/plain", 415, "Send a picture or PDF"),
        (TEXT, "multipart/form-data", 400, "The form is damaged"),
        (TEXT, "multipart/form-data; boundary=x", 400, "The form is damaged"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 400, "Send a picture or PDF"),
    ],
)
def test_body_without_a_picture_is_explained(content, kind, status, sentence, client):
    answer = send(client, content, kind)
    assert answer.status_code == status
    assert answer.json()["error"].startswith(sentence)


def test_two_files_are_too_many_for_one_reading(client):
    answer = client.post("/api/read", files=[("file", EVEN), ("file", EVEN)])
    assert (answer.status_code, "read-batch" in answer.json()["error"]) == (400, True)


def test_batch_of_too_many_files_is_refused(client, settings):
    settings(files_at_once=2)
    answer = client.post("/api/read-batch", files=[("file", TEXT)] * 3)
    assert answer.status_code == 400
    assert "more than 2 files" in answer.json()["error"]


def test_full_pool_says_when_to_try_again(client, monkeypatch):
    monkeypatch.setattr(get_pool()._turns, "_running", Counter({"": 1000}))
    monkeypatch.setattr(get_pool()._turns, "_max_waiting", 0)
    answer = send(client)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json()["error"].startswith("Too many files are being read")
    batch = client.post("/api/read-batch", files=[("file", EVEN), ("file", EVEN)])
    assert batch.status_code == 503


def test_unexpected_error_shows_no_details(client, monkeypatch, caplog):
    def fail(*_, **__):
        raise ValueError("secret")

    monkeypatch.setattr(whole_files, "run_task", fail)
    answer = send(client)
    assert (answer.status_code, "secret" in answer.text) == (500, False)
    assert "secret" in caplog.text


def test_reader_who_sends_too_much_waits(stranger, settings, monkeypatch):
    settings(open=True, files_per_minute=2)
    files = [("file", TEXT)] * 2
    assert stranger.post("/api/read-batch", files=files).status_code == 200
    answer = stranger.post("/api/read-batch", files=files)
    assert answer.status_code == 429
    assert 50 <= int(answer.headers["Retry-After"]) <= 60
    assert "Too many files were sent within a minute" in answer.json()["error"]


def test_owner_may_send_as_much_as_they_like(client, settings):
    settings(files_per_minute=1)
    for _ in range(3):
        assert send(client, TEXT).status_code == 422


def test_files_that_take_too_long_end_with_a_sentence(client, settings, monkeypatch):
    settings(seconds=1)

    async def wait(*_, **__):
        await anyio.sleep(60)

    monkeypatch.setattr(whole_files, "run_task", wait)
    answer = send(client)
    assert (answer.status_code, "not read in" in answer.json()["error"]) == (504, True)


def test_too_many_requests_at_once_are_turned_away(client, monkeypatch):
    monkeypatch.setattr("digitnet.server.work._MAX_REQUESTS", 0)
    assert send(client).status_code == FullServerError("").status
