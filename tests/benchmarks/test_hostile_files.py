import pytest

from benchmarks.hostile_content import make_mutations
from benchmarks.hostile_targets import throw

_COUNT = 44  # Two of each format.


def test_files_of_a_seed_are_the_same_again():
    first, second = (list(make_mutations(44, seed=1)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("kind", ["picture", "archive", "model"])
def test_mutated_files_raise_only_sentences(kind):
    files = [file for file in make_mutations(_COUNT, seed=7) if file.kind == kind]
    costs = {file.name: throw(file.kind, file.name, file.content) for file in files}
    assert costs
    assert {name: cost.outcome for name, cost in costs.items() if cost.is_error} == {}
