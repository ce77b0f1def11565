import inspect
from contextlib import contextmanager

import pytest

from digitnet.access.callers import LOCAL_OWNER, NOBODY, Caller, acting_as
from digitnet.access.permissions import NEEDED, describe_refusal, guarded, may, require
from digitnet.access.roles import Role
from digitnet.errors import AccessError

TEACHER = Caller(Role.TEACHER, "anna@school.example")


@guarded("models.delete")
def delete(name: str, *, now: bool = False) -> str:
    """Delete a model."""
    return name


@guarded("models.look")
@contextmanager
def opened(names):
    names.append("opened")
    yield


@guarded("models.delete")
@contextmanager
def deleted(names):
    names.append("deleted")
    yield


def test_reader_is_refused_with_a_sentence():
    with acting_as(NOBODY), pytest.raises(AccessError, match=r"^Only a teacher may delete models\.$"):
        delete("mine")


def test_refusal_says_to_sign_in_where_that_can_be_done(write_settings):
    write_settings()
    assert describe_refusal("backup.write") == "Only an owner may write backups; sign in as one."


def test_teacher_and_owner_may_call_what_teachers_may():
    for caller in (TEACHER, LOCAL_OWNER):
        with acting_as(caller):
            assert delete("mine") == "mine"


def test_guard_keeps_signature_and_docstring():
    assert list(inspect.signature(delete).parameters) == ["name", "now"]
    assert delete.__doc__ == "Delete a model."


def test_guarded_context_is_refused_before_it_begins():
    names = []
    with acting_as(NOBODY):
        with opened(names):
            pass
        with pytest.raises(AccessError):
            deleted(names)
    assert names == ["opened"]


@pytest.mark.parametrize("name", ["models.burn", "page:secrets", ""])
def test_name_without_entry_is_the_owners_alone(name):
    require(name)
    with acting_as(TEACHER):
        assert not may(name)
        with pytest.raises(AccessError, match="Only an owner may"):
            require(name)


def test_reader_trains_nothing_and_changes_no_model():
    with acting_as(NOBODY):
        allowed = {name for name in NEEDED if may(name)}
    assert not {name for name in allowed if name.startswith(("training.", "backup."))}
    assert {name for name in allowed if name.startswith("models.")} == {"models.look", "models.score"}


def test_backups_are_the_owners_alone():
    with acting_as(TEACHER):
        assert not any(may(name) for name in NEEDED if name.startswith("backup."))
