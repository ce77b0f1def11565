import pickle
from dataclasses import replace

import pytest

from digitnet.access.callers import LOCAL_OWNER, Caller, acting_as
from digitnet.access.quotas import Quotas
from digitnet.access.roles import Role
from digitnet.access.spending import Spending, check_room, describe_wait, find_key
from digitnet.errors import QuotaError

QUOTAS = Quotas(photos_per_minute=2, sessions_per_minute=2, rows_per_day=24, queued_trainings=1)
STRANGER = Caller(Role.READER, "browser:a", address="203.0.113.5")


@pytest.fixture
def clock():
    class Clock:
        time = 0.0

        def __call__(self):
            return self.time

    return Clock()


@pytest.fixture
def spending(clock):
    return Spending(QUOTAS, clock)


def test_address_that_reads_too_much_waits(spending, clock):
    with acting_as(STRANGER):
        spending.count_photo()
        spending.count_photo()
        with pytest.raises(QuotaError, match="the next can be read in 30 seconds") as refused:
            spending.count_photo()
        assert refused.value.wait_seconds == 30
        clock.time = 30.0
        spending.count_photo()


def test_closer_looks_count_for_themselves(clock):
    spending = Spending(Quotas(looks_per_minute=2, photos_per_minute=1), clock)
    with acting_as(STRANGER):
        spending.count_photo()
        spending.count_look()
        spending.count_look()
        with pytest.raises(QuotaError, match="look at this in 30 seconds"):
            spending.count_look()


def test_addresses_do_not_use_up_each_others_quota(spending):
    for address in ("203.0.113.5", "203.0.113.6"):
        with acting_as(replace(STRANGER, address=address)):
            spending.count_photo()
            spending.count_photo()


def test_new_browser_key_brings_no_new_quota(spending):
    for key in ("a", "b"):
        with acting_as(replace(STRANGER, account=f"browser:{key}")):
            spending.count_photo()
    with acting_as(replace(STRANGER, account="browser:c")), pytest.raises(QuotaError):
        spending.count_photo()


def test_account_counts_for_itself_at_a_shared_address(spending):
    for account in ("ann@school.test", "bob@school.test"):
        with acting_as(Caller(Role.READER, account, address="203.0.113.5")):
            spending.count_photo()
            spending.count_photo()


def test_owner_is_not_bound_by_quotas(spending):
    with acting_as(LOCAL_OWNER):
        for _ in range(10):
            spending.count_photo()
            spending.count_session()
        spending.count_rows(1000)
        spending.check_queue(1000)


def test_digits_of_a_day_are_limited(spending, clock):
    with acting_as(Caller(Role.TEACHER, "ann@school.test")):
        spending.count_rows(24)
        with pytest.raises(QuotaError, match="these can be added in 3 hours"):
            spending.count_rows(3)
        clock.time = 3 * 3600.0
        spending.count_rows(3)
        with pytest.raises(QuotaError, match="At most 24 digits can be added in a day, and these are 25"):
            spending.count_rows(25)


def test_waiting_trainings_are_limited(spending):
    with acting_as(Caller(Role.TEACHER, "ann@school.test")):
        spending.check_queue(0)
        with pytest.raises(QuotaError, match="At most 1 trainings can wait, 1 do, and this would be one more"):
            spending.check_queue(1)
        with pytest.raises(QuotaError, match="these would be 2 more"):
            spending.check_queue(0, new=2)


def test_wait_for_a_page_is_told_before_it_is_counted(spending):
    assert spending.find_session_wait(STRANGER) == 0
    spending.count_session(STRANGER)
    spending.count_session(STRANGER)
    assert spending.find_session_wait(STRANGER) == 30
    assert spending.find_session_wait(LOCAL_OWNER) == 0


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("fe80::1%eth0", "fe80::/64"),
        ("no address", "no address"),
    ],
)
def test_addresses_of_one_network_count_together(address, key):
    assert find_key(replace(STRANGER, address=address)) == key


def test_nothing_is_written_to_a_disk_that_is_nearly_full(tmp_path, monkeypatch):
    monkeypatch.setattr("digitnet.access.spending.get_quotas", lambda: Quotas(free_disk_megabytes=100))
    free = [150_000_000]
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": free[0]}))
    check_room(tmp_path / "not" / "made")
    with pytest.raises(QuotaError, match="make room"):
        check_room(tmp_path, megabytes=51)
    free[0] = 99_000_000
    with pytest.raises(QuotaError, match="The disk is nearly full"):
        check_room(tmp_path)


def test_refusal_survives_the_way_from_a_worker():
    error = pickle.loads(pickle.dumps(QuotaError("Wait.", 3.0)))
    assert (str(error), error.wait_seconds) == ("Wait.", 3.0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "in 1 second"), (12, "in 12 seconds"), (121, "in 3 minutes"), (80_000, "in 23 hours")],
)
def test_wait_is_told_in_a_unit_that_fits(seconds, text):
    assert describe_wait(seconds) == text
