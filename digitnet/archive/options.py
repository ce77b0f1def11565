"""Define how an archive is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import digitnet
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.reading.hints import Hints
from digitnet.reading.number_values import AUTOMATIC


@dataclass(frozen=True)
class ArchiveOptions:
    """How an archive is read.

    Attributes:
        model: name of the model.
        digest: the SHA-256 of its network, which every process that reads checks.
        hints: knowledge of the pictures.
        risk: share of wrong numbers, 0 to 1, among those not marked as doubtful.
        decimal: one of `number_values.DECIMALS`, by which numbers have values.
        template: a form as JSON text, whose fields are read on each page; None to read all numbers.
    """

    model: str
    digest: str
    hints: Hints = field(default_factory=Hints)
    risk: float = DEFAULT_RISK
    decimal: str = AUTOMATIC
    template: str | None = None

    def describe(self) -> dict[str, Any]:
        """Return all that a reading depends on as plain values, to compare with those of earlier results."""
        return {
            "digitnet": digitnet.__version__,
            "model": self.model,
            "model_digest": self.digest,
            "risk": self.risk,
            "decimal": self.decimal,
            "hints": repr(self.hints),
            "template": sha256(self.template.encode()).hexdigest() if self.template else "",
        }
