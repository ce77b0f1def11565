"""Sum up how well pictures were read."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

from digitnet.scoring.comparison import Comparison


@dataclass
class Score:
    """How well one reader has read a set of pictures.

    Attributes:
        count: how many readings were compared: pictures, or fields of forms.
        digits: how many digits are right to read.
        wrong: how many of them are wrong, by edit distance.
        exact: how many readings are exactly right.
        accepted: how many hold a number, and no doubtful one.
        accepted_wrong: how many of these are not exactly right.
        seconds: time for each picture.
    """

    count: int = 0
    digits: int = 0
    wrong: int = 0
    exact: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    seconds: list[float] = field(default_factory=list)

    def add_comparison(self, comparison: Comparison) -> None:
        """Count a reading that was compared."""
        self.count += 1
        self.digits += comparison.digits
        self.wrong += comparison.wrong
        self.exact += comparison.is_exact

    def add_acceptance(self, *, is_accepted: bool, is_exact: bool) -> None:
        """Count whether a reading is accepted, and wrong."""
        self.accepted += is_accepted
        self.accepted_wrong += is_accepted and not is_exact

    @property
    def exact_share(self) -> float:
        """The share of the readings that are exactly right, 0 to 1."""
        return self.exact / max(1, self.count)

    @property
    def wrong_share(self) -> float:
        """The share of the digits that are wrong, which is above 1 if many were made up."""
        return self.wrong / max(1, self.digits)

    @property
    def accepted_share(self) -> float:
        """The share of the readings that are accepted, 0 to 1."""
        return self.accepted / max(1, self.count)

    @property
    def accepted_wrong_share(self) -> float:
        """The share of the accepted readings that are wrong, 0 to 1."""
        return self.accepted_wrong / max(1, self.accepted)

    @property
    def median_seconds(self) -> float:
        """The median time for a picture, 0 without any."""
        return statistics.median(self.seconds) if self.seconds else 0.0
