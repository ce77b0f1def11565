"""Files that the fuzzer found on its way through the code are read or refused with a sentence.

They lie in `tests/fuzzed`, a few of each kind, and are what `benchmarks/fuzz.py` begins with if they are copied there.
"""

import pytest

from benchmarks import hostile_targets
from benchmarks.fuzz import pack
from digitnet.paths import ROOT

FILES = sorted((ROOT / "tests" / "fuzzed").glob("*/*"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_fuzzed_file_is_read_or_refused(file):
    name, labels, content = pack(file.parent.name, file.read_bytes())
    cost = hostile_targets.throw(file.parent.name, name, content, {"a-idx1-ubyte": labels} if labels else {})
    assert not cost.is_error, cost.outcome
    assert cost.seconds < 5


def test_there_are_fuzzed_files_of_each_kind():
    assert {file.parent.name for file in FILES} == {"picture", "archive", "model"}
