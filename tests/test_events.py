import logging

import pytest

from digitnet import events
from digitnet.access.callers import Caller, acting_as
from digitnet.access.roles import Role


@pytest.fixture
def noted(caplog):
    """The facts of the events that were noted, in a server that keeps them."""
    caplog.set_level(logging.INFO, "digitnet.events")
    return lambda: [(record.getMessage(), record.facts) for record in caplog.records]


def test_reading_is_noted_with_its_size_and_digits_alone(noted):
    with acting_as(Caller(Role.READER, "ann@school.example")), events.noting_reading("photo", "cnn") as describe:
        describe((640, 400), 3)
    ((message, facts),) = noted()
    assert message == "reading"
    assert 0 <= facts.pop("seconds") < 60
    assert facts == {
        "source": "photo",
        "model": "cnn",
        "role": "reader",
        "width": 640,
        "height": 400,
        "digits": 3,
    }


def test_failed_reading_is_noted_without_its_message(noted):
    with pytest.raises(ValueError, match="secret"), events.noting_reading("api", "cnn"):
        raise ValueError("secret.png")
    assert noted()[0][1]["error"] == "ValueError"
    assert "secret" not in str(noted())


def test_trainings_and_sign_ins_are_noted(noted):
    events.note_training_start("cnn-2")
    events.note_training_end("cnn-2", 12.345, "done")
    events.note_sign_in("ann@school.example", "teacher")
    events.note_sign_out("ann@school.example")
    assert noted() == [
        ("training started", {"run": "cnn-2"}),
        ("training ended", {"run": "cnn-2", "seconds": 12.3, "reason": "done"}),
        ("sign-in", {"account": "ann@school.example", "role": "teacher"}),
        ("sign-out", {"account": "ann@school.example"}),
    ]


def test_nothing_is_noted_unless_a_server_asks_for_it(caplog):
    events.note_training_start("cnn-2")
    assert caplog.records == []
