import pytest

from benchmarks.hostile_commands import find_problems_of_command, find_problems_of_output
from benchmarks.hostile_content import PICTURE, HostileFile, make_mutations
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


@pytest.mark.slow
def test_command_reads_mutated_pictures_in_one_call():
    files = [file for file in make_mutations(_COUNT, seed=3) if file.kind == PICTURE]
    assert find_problems_of_command([*files, HostileFile("empty.png", b"", PICTURE)]) == []


@pytest.mark.parametrize(
    ("stdout", "stderr", "problem"),
    [
        (b'{"file": "a.png", "rows": []}\n', b"digitnet: a.png: No digits.\n", []),
        (b'{"file": "a.png", "error": "It is damaged."}\n', b"", []),
        (b'{"file": "a.png", "error": ""}\n', b"", ["a.png: neither rows nor a sentence"]),
        (b"", b"", ["a.png: no line"]),
        (b'{"file": "a.png", "rows": []}\nnoise\n', b"", ["stdout has no JSON: noise"]),
        (b'{"file": "a.png", "rows": []}\n', b"Traceback\n", ["stderr has no sentence: Traceback"]),
    ],
)
def test_output_of_the_command_is_checked(stdout, stderr, problem):
    found = list(find_problems_of_output(stdout, stderr, ["a.png"]))
    assert [sentence.partition(': {"')[0] for sentence in found] == problem
