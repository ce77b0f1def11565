from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from digitnet.segmentation.set_partition import find_cheapest_partition, list_members, unite_overlapping


def list_partitions(members):
    """Yield all ways to divide a list."""
    if not members:
        yield []
        return
    first, rest = members[0], members[1:]
    for size in range(len(rest) + 1):
        for others in combinations(rest, size):
            for partition in list_partitions([other for other in rest if other not in others]):
                yield [sum(1 << number for number in (first, *others)), *partition]


def test_members_are_listed_in_order():
    assert list_members(0b10110) == [1, 2, 4]
    assert list_members(0) == []


def test_overlapping_sets_are_united():
    assert sorted(unite_overlapping([0b0001, 0b0110, 0b1000, 0b1100])) == [0b0001, 0b1110]


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.floats(-5, 5), min_size=2**n - 1, max_size=2**n - 1)))
def test_no_partition_is_cheaper_than_the_one_found(values):
    costs = dict(enumerate(values, 1))
    count = len(costs).bit_length()
    found = find_cheapest_partition((1 << count) - 1, costs)
    assert sorted(number for subset in found for number in list_members(subset)) == list(range(count))
    least = min(sum(costs[subset] for subset in partition) for partition in list_partitions(list(range(count))))
    assert abs(sum(costs[subset] for subset in found) - least) < 1e-9


def test_only_subsets_with_a_cost_are_taken():
    assert sorted(find_cheapest_partition(0b1011, {0b0001: 1.0, 0b0010: 1.0, 0b1000: 1.0, 0b1010: 0.5})) == [1, 0b1010]
