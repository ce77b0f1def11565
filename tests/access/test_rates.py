import threading

from digitnet.access.rates import Rate


class Clock:
    def __init__(self):
        self.time = 100.0

    def __call__(self):
        return self.time


def test_used_up_amount_comes_back_evenly():
    clock = Clock()
    rate = Rate(6, 60, clock)
    assert [rate.spend("a") for _ in range(6)] == [0] * 6
    assert rate.spend("a") == 10
    clock.time += 10
    assert rate.spend("a") == 0
    assert rate.spend("a", 2) == 20


def test_keys_do_not_use_what_is_anothers():
    rate = Rate(1, 60, Clock())
    assert (rate.spend("a"), rate.spend("b")) == (0, 0)


def test_refused_use_costs_nothing():
    clock = Clock()
    rate = Rate(2, 60, clock)
    rate.spend("a", 2)
    for _ in range(100):
        rate.spend("a")
    clock.time += 30
    assert rate.spend("a") == 0


def test_more_than_the_amount_is_never_let_through():
    assert Rate(2, 60, Clock()).spend("a", 3) == float("inf")


def test_wait_is_told_without_using_anything():
    rate = Rate(1, 60, Clock())
    assert [rate.find_wait("a") for _ in range(3)] == [0, 0, 0]
    rate.spend("a")
    assert rate.find_wait("a") == 60


def test_keys_beyond_the_limit_are_forgotten():
    rate = Rate(1, 60, Clock(), max_keys=100)
    for number in range(1000):
        rate.spend(str(number))
    assert rate.keys == 100
    assert rate.spend("999") > 0
    assert rate.spend("0") == 0


def test_threads_together_use_no_more_than_the_amount():
    rate = Rate(500, 60, Clock())
    passed = []

    def use():
        passed.extend(rate.spend("a") == 0 for _ in range(100))

    threads = [threading.Thread(target=use) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 500
