import pytest

from digitnet.access.api_keys import find_key_holder
from digitnet.access.roles import Role
from digitnet.cli.main import run_command


def test_keys_are_made_listed_and_removed(data, capsys):
    assert run_command(["keys"]) == 0
    assert capsys.readouterr().out.startswith("There are no keys")
    assert run_command(["keys", "add", "robot", "--role", "teacher", "--days", "30"]) == 0
    key = capsys.readouterr().out.strip()
    assert find_key_holder(key).role == Role.TEACHER
    assert run_command(["keys"]) == 0
    listed = capsys.readouterr().out
    assert listed.splitlines()[1].split()[:2] == ["robot", "teacher"]
    assert key not in listed
    assert run_command(["keys", "remove", "robot"]) == 0
    assert find_key_holder(key) is None


def test_key_is_a_readers_unless_asked_otherwise(data, capsys):
    assert run_command(["keys", "add", "robot"]) == 0
    assert find_key_holder(capsys.readouterr().out.strip()).role == Role.READER
    with pytest.raises(SystemExit):
        run_command(["keys", "add", "other", "--role", "stranger"])


def test_key_of_a_taken_name_is_refused(data, capsys):
    run_command(["keys", "add", "robot"])
    assert run_command(["keys", "add", "robot"]) == 1
    assert "There is a key called 'robot'" in capsys.readouterr().err
