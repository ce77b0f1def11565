"""Nobody sees, counts, changes or takes back what belongs to others."""

from collections import Counter
from itertools import cycle, islice, pairwise

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from digitnet.access.callers import LOCAL_OWNER, Caller, acting_as
from digitnet.access.roles import Role
from digitnet.collection.collection import Collection
from digitnet.collection.string_store import StringStore
from digitnet.errors import AccessError
from tests.helpers.callers import ALL, ANN, BOB, GUEST, KEEPERS, SEEN, TEACHER, agree
from tests.helpers.examples import try_at_most
from tests.helpers.user_digits import make_sample, make_stored_string

# What `Everybody` tries; a new method has to be tried, too.
METHODS = {
    Collection: {"add", "undo", "find", "count", "relabel", "delete", "restore", "erase", "find_labels"}
    | {"count_by_label", "count_by_account", "list_writers", "load_digits", "load_pictures", "get_version"}
    | {"find_next_time", "strings", "consents", "open", "close"},
    StringStore: {"insert", "remove", "find_texts", "find", "count", "delete", "restore"},
}
NAMES = st.sampled_from(list(ALL))


def list_digits(collection):
    return {
        digit.id: (digit.account, digit.digest, digit.label, digit.writer, digit.deleted)
        for digit in collection.find(deleted=None)
    }


def list_rows(collection):
    return {row.id: (row.account, row.text, row.writer, row.deleted) for row in collection.strings.find(deleted=None)}


def sees(name, account):
    return SEEN[name] is None or account in SEEN[name]


class Everybody(RuleBasedStateMachine):
    """Have everybody add, change and take back digits of any id and batch, in any order."""

    batches = Bundle("batches")

    def __init__(self):
        super().__init__()
        self.collection = Collection.open(f"sqlite:///{self.folder}/digits.db")
        self.turns = cycle(ALL)

    @initialize()
    def begin(self):
        with self.collection._open_writer() as connection:
            for table in ("changes", "digits", "strings", "consents"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        agree(self.collection)

    def teardown(self):
        self.collection.close()

    def call(self, name, action):
        """Have somebody do something, and check that what others see alone has not changed."""
        before = list_digits(self.collection), list_rows(self.collection)
        with acting_as(ALL[name]):
            result = action()
        for old, new in zip(before, (list_digits(self.collection), list_rows(self.collection)), strict=True):
            for key in old.keys() | new.keys():
                account = (old.get(key) or new[key])[0]
                assert old.get(key) == new.get(key) or sees(name, account)
        return result

    @rule(target=batches, name=NAMES, numbers=st.sets(st.integers(1, 4), min_size=1), label=st.integers(0, 9))
    def add(self, name, numbers, label):
        samples = [make_sample(number, label, writer=name) for number in numbers]
        strings = [make_stored_string(number, f"{label}") for number in numbers]
        if name not in KEEPERS:
            with pytest.raises(AccessError):
                self.call(name, lambda: self.collection.add(samples, strings))
            return multiple()
        known = {digit[1] for digit in list_digits(self.collection).values() if digit[0] == ALL[name].account}
        added = self.call(name, lambda: self.collection.add(samples, strings))
        assert added.stored == sum(sample.to_values()["digest"] not in known for sample in samples)
        return added.batch

    @rule(name=NAMES, batch=batches)
    def undo(self, name, batch):
        self.call(name, lambda: self.collection.undo(batch))

    @rule(name=NAMES, label=st.integers(0, 10), ids=st.sets(st.integers(1, 30)))
    def relabel(self, name, label, ids):
        self.call(name, lambda: self.collection.relabel(ids, label))

    @rule(name=NAMES, ids=st.sets(st.integers(1, 30)), deletes=st.booleans(), of_rows=st.booleans())
    def mark(self, name, ids, deletes, of_rows):
        store = self.collection.strings if of_rows else self.collection
        self.call(name, lambda: store.delete(ids) if deletes else store.restore(ids))

    @rule(name=NAMES, other=NAMES)
    def erase(self, name, other):
        account = ALL[other].account
        if sees(name, account) and (account or name in ("owner", "head")):
            self.call(name, lambda: self.collection.erase(account))
            agree(self.collection)
        else:
            with pytest.raises(AccessError):
                self.call(name, lambda: self.collection.erase(account))

    @invariant()
    def everybody_sees_their_own(self):
        """Check what two see of each state, for time; all have their turn within a few steps."""
        with acting_as(LOCAL_OWNER):
            digits, rows = list_digits(self.collection), list_rows(self.collection)
        for name in islice(self.turns, 2):
            caller = ALL[name]
            expected = {key: digit for key, digit in digits.items() if sees(name, digit[0])}
            with acting_as(caller):
                self.check_view(expected, {key: row for key, row in rows.items() if sees(name, row[0])})
                own = {digit[1]: digit[2] for digit in digits.values() if digit[0] == caller.account and not digit[4]}
                own_rows = {row[1] for row in rows.values() if row[0] == caller.account and not row[3]}
                labels = self.collection.find_labels({digit[1] for digit in digits.values()})
                texts = self.collection.strings.find_texts([f"{number:064x}" for number in range(1, 5)])
            assert labels == (own if name in KEEPERS else {})
            assert set(texts.values()) == (own_rows if name in KEEPERS else set())

    def check_view(self, digits, rows):
        """Check that the caller sees just these digits and rows by all methods."""
        collection, shown = self.collection, {key: digit for key, digit in digits.items() if not digit[4]}
        assert list_digits(collection) == digits
        assert list_rows(collection) == rows
        assert collection.count(deleted=None) == len(digits)
        assert collection.count_by_label().tolist() == [
            sum(digit[2] == label for digit in shown.values()) for label in range(11)
        ]
        assert collection.list_writers() == sorted({digit[3] for digit in shown.values()})
        assert set(collection.load_pictures()[0].tolist()) == set(shown)
        assert sorted(collection.load_digits().labels) == sorted(digit[2] for digit in shown.values())
        assert collection.strings.count(deleted=None) == len(rows)
        counts = Counter(digit[0] for digit in digits.values())
        kept = collection.count_by_account()
        assert {account: counted.digits for account, counted in kept.items() if counted.digits} == counts
        assert collection.strings.count(writers=[""]) == sum(not row[2] and not row[3] for row in rows.values())


@pytest.mark.slow
def test_nobody_reaches_what_belongs_to_others(tmp_path):
    Everybody.folder = tmp_path
    run_state_machine_as_test(Everybody, settings=settings(try_at_most(20), stateful_step_count=20))


@pytest.mark.parametrize("kind", METHODS)
def test_each_public_method_is_tried(kind):
    assert {name for name in dir(kind) if not name.startswith("_")} == METHODS[kind]


def test_same_picture_belongs_to_each_who_adds_it(collection):
    agree(collection)
    for label, caller in enumerate((LOCAL_OWNER, ANN, BOB)):
        with acting_as(caller):
            added = collection.add([make_sample(1, label)], [make_stored_string(1, f"{label}")])
            assert (added.stored, added.known, added.strings) == (1, 0, 1)
    digest = make_sample(1).to_values()["digest"]
    for label, caller in enumerate((LOCAL_OWNER, ANN, BOB)):
        with acting_as(caller):
            assert collection.find_labels([digest]) == {digest: label}
            assert collection.strings.find_texts([f"{1:064x}"]) == {f"{1:064x}": f"{label}"}
    with acting_as(ANN):
        assert collection.undo(collection.add([make_sample(1, 7)]).batch) == 1
        assert [digit.label for digit in collection.find()] == [1]


def test_guessed_batch_of_another_is_not_undone(collection):
    agree(collection)
    with acting_as(ANN):
        first = collection.add([make_sample(1, 1)]).batch
        second = collection.add([make_sample(1, 2)], [make_stored_string(1)]).batch
    with acting_as(BOB):
        assert collection.undo(second) == 0
        assert collection.undo(first) == 0
    with acting_as(ANN):
        assert collection.strings.count() == 1
        assert collection.undo(second) == 1
        assert [digit.label for digit in collection.find()] == [1]


def test_teacher_changes_the_digits_of_the_class(collection):
    agree(collection)
    for number, caller in enumerate((ANN, BOB, GUEST), 1):
        with acting_as(caller):
            collection.add([make_sample(number, 1)])
    with acting_as(TEACHER):
        assert [digit.account for digit in collection.find()] == [ANN.account]
        assert collection.relabel([1, 2, 3], 5) == 1
        assert collection.count(accounts=[BOB.account, "@other.example"]) == 0
    assert [digit.label for digit in collection.find(order="oldest")] == [5, 1, 1]


@pytest.mark.parametrize(
    ("scope", "account", "is_seen"),
    [
        ("@class.example", "x@CLASS.example", True),
        ("@Class.Example", "x@class.example", True),
        ("@class.example", "x@sub.class.example", False),
        ("@class.example", "class.example", False),
        ("@cla_s.example", "x@class.example", False),
        ("@%", "x@class.example", False),
        ("@", "x@class.example", False),
        ("ann@class.example", "ann@class.example", True),
        ("ann@class.example", "Ann@class.example", False),
        ("", "x@class.example", False),
    ],
)
def test_scope_names_an_account_or_a_domain(scope, account, is_seen, collection):
    with acting_as(Caller(Role.READER, account)):
        collection.consents.give()
        collection.add([make_sample(1)])
    with acting_as(Caller(Role.TEACHER, "eve@school.example", (scope,))):
        assert collection.count() == is_seen


def test_nothing_is_kept_without_consent(collection):
    with acting_as(ANN):
        assert not collection.consents.is_given()
        with pytest.raises(AccessError, match="only with your consent"):
            collection.add([make_sample(1)])
        collection.consents.give()
        collection.consents.give()
        assert collection.consents.is_given()
        collection.add([make_sample(1)])
        collection.consents.withdraw()
        with pytest.raises(AccessError):
            collection.add([make_sample(2)])
        assert collection.count() == 1
    assert collection.consents.is_given()  # The owner of the machine is not asked.


def test_nobody_can_agree(collection):
    with acting_as(ALL["nobody"]), pytest.raises(AccessError, match="sign in, or allow cookies"):
        collection.consents.give()


def test_versions_differ_between_those_who_see_different_digits(collection):
    versions = []
    for caller in (LOCAL_OWNER, TEACHER, ANN, BOB, ALL["nobody"]):
        with acting_as(caller):
            versions.append(collection.get_version())
    assert len(set(versions)) == 5
    with acting_as(ALL["head"]):
        assert collection.get_version() == versions[0]


def test_labels_of_a_set_back_clock_stay_new_for_the_owner(collection):
    agree(collection)
    times = []
    for number, caller in enumerate((ANN, BOB, LOCAL_OWNER)):
        with acting_as(caller):
            collection.add([make_sample(number)])
            times.append(collection.find_next_time())
    assert all(np.less(*pair) for pair in pairwise(times))
