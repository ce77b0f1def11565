import hashlib
import os
import time

import pytest

from digitnet.access.callers import acting_as
from digitnet.batches import pictures
from digitnet.batches.keeping import Keeping, get_keeping
from digitnet.batches.pictures import (
    delete_all_pictures,
    delete_expired_pictures,
    delete_pictures,
    keep_picture,
    list_pictures,
    load_picture,
)
from digitnet.errors import AccessError, CollectionError, QuotaError, SettingsError
from tests.helpers.callers import ANN, BOB, NOBODY, TEACHER, agree

BATCH, OTHER = "a" * 32, "b" * 32
PICTURE = b"picture"
DIGEST = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture(autouse=True)
def folder(data):
    return data / "batches"


@pytest.fixture
def keep(file_store):
    """A function that keeps a picture; Ann and Bob have agreed."""
    agree(file_store, "ann", "bob")
    return lambda batch, content: keep_picture(batch, content, file_store.consents)


@pytest.fixture
def keeping(monkeypatch):
    """A function that sets how pictures are kept."""
    return lambda **values: monkeypatch.setattr(pictures, "get_keeping", lambda: Keeping(**values))


def test_picture_is_found_by_its_digest(keep, folder):
    keep(BATCH, PICTURE)
    keep(BATCH, PICTURE)
    assert (load_picture(BATCH, DIGEST), list_pictures(BATCH)) == (PICTURE, {DIGEST})
    assert (load_picture(OTHER, DIGEST), load_picture(BATCH, "0" * 64), load_picture(BATCH, "../x")) == (None,) * 3
    assert [path.stat().st_mode & 0o077 for path in folder.rglob(DIGEST)] == [0]


def test_pictures_of_others_are_not_found(keep):
    with acting_as(ANN):
        keep(BATCH, PICTURE)
    with acting_as(BOB):
        assert (load_picture(BATCH, DIGEST), list_pictures(BATCH)) == (None, set())
        with pytest.raises(AccessError):
            delete_pictures(BATCH, ANN.account)
    with acting_as(ANN):
        assert load_picture(BATCH, DIGEST) == PICTURE
    with acting_as(NOBODY), pytest.raises(AccessError):
        keep(BATCH, PICTURE)


def test_no_picture_is_kept_without_consent(keep, file_store):
    with acting_as(ANN):
        file_store.consents.withdraw()
        with pytest.raises(AccessError, match="only with your consent"):
            keep(BATCH, PICTURE)
        assert list_pictures(BATCH) == set()


def test_pictures_of_a_batch_or_an_account_are_deleted(keep, folder):
    for caller in (ANN, BOB):
        with acting_as(caller):
            keep(BATCH, PICTURE)
            keep(OTHER, PICTURE)
    with acting_as(ANN):
        delete_pictures(BATCH, ANN.account)
        delete_pictures(BATCH, ANN.account)
        assert (list_pictures(BATCH), list_pictures(OTHER)) == (set(), {DIGEST})
    with acting_as(TEACHER):  # Of Ann's class.
        delete_pictures(OTHER, ANN.account)
    with acting_as(ANN):
        assert list_pictures(OTHER) == set()
        keep(OTHER, PICTURE)
    delete_all_pictures(BOB.account)
    assert len(list(folder.rglob(DIGEST))) == 1


def test_expired_pictures_are_deleted(keep, keeping, folder):
    keep(BATCH, PICTURE)
    keep(BATCH, b"new")
    [old] = folder.rglob(DIGEST)
    os.utime(old, (0, time.time() - 8 * 86_400))
    assert (delete_expired_pictures(), len(list_pictures(BATCH))) == (1, 1)
    keeping(picture_days=0)
    assert (delete_expired_pictures(), list_pictures(BATCH)) == (1, set())
    with pytest.raises(CollectionError, match="No pictures are kept here"):
        keep(BATCH, PICTURE)


def test_pictures_of_an_account_are_limited(keep, keeping):
    keeping(picture_megabytes=1)
    large = bytes(600_000)
    with acting_as(ANN):
        keep(BATCH, large)
        with pytest.raises(QuotaError, match="You keep 1 MB of pictures"):
            keep(OTHER, large + b"1")
    keep(BATCH, large)
    keep(BATCH, large + b"1")


def test_path_out_of_the_folder_is_refused(keep):
    for batch in ("", "..", "../" + "a" * 29, "A" * 32):
        with pytest.raises(CollectionError):
            keep(batch, PICTURE)


@pytest.mark.parametrize("line", ["picture_days = -1", "picture_days = 1.5", 'picture_megabytes = "1"', "days = 7"])
def test_wrong_setting_is_named(tmp_path, monkeypatch, line):
    (tmp_path / "settings.toml").write_text(f"[batches]\n{line}\n")
    monkeypatch.setenv("DIGITNET_SETTINGS", str(tmp_path / "settings.toml"))
    get_keeping.cache_clear()
    with pytest.raises(SettingsError, match=r"\[batches\]"):
        get_keeping()
    (tmp_path / "settings.toml").write_text("[batches]\npicture_days = 3\n")
    assert get_keeping() == Keeping(3)
    get_keeping.cache_clear()
