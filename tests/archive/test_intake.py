"""The total is that of the results in the end, whatever was named twice, deleted or read before."""

import threading

import pytest

from digitnet.archive.intake import Intake
from digitnet.archive.items import Item
from digitnet.archive.parts import KnownItems
from digitnet.archive.progress import Progress


@pytest.mark.parametrize(
    ("earlier", "listed", "total"),
    [
        ("", "abc", 3),
        ("", "aabbc", 3),
        ("ab", "abc", 3),
        ("abxyz", "abc", 6),
        ("ab", "aabbccd", 4),
        ("abc", "abc", 3),
    ],
)
def test_total_is_never_below_what_is_done_and_right_in_the_end(earlier, listed, total):
    known = KnownItems()
    for name in earlier:
        known.add(name)
    intake = Intake((Item(name, name) for name in listed), known, len(earlier), threading.Event())
    assert intake.find_total(None) is None
    assert intake.find_total(len(listed)) == max(len(earlier), len(listed))
    for done, _ in enumerate(intake, start=len(earlier) + 1):
        assert done <= intake.find_total(len(listed)) <= len(earlier) + len(listed)
    assert intake.find_total(None) == total
    known.close()


def test_share_is_full_only_when_all_is_done():
    assert "(99%)" in Progress(earlier=1, files=1998, total=2000, seconds=1.0).describe()
    assert "(100%)" in Progress(earlier=1, files=1999, total=2000, seconds=1.0).describe()
