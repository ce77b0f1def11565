"""Multiplying in 16 bits while a network is trained, where the processor can: less than half of the time.

Weights, sums, batch normalisation and what is written stay 32 bits wide; only what layers multiply is rounded to
bfloat16, which has the range of float32 and 8 of its 24 bits of precision.

Source: Kalamkar et al., "A Study of BFLOAT16 for Deep Learning Training", 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PROCESSOR = Path("/proc/cpuinfo")  # of Linux; elsewhere there is no telling without a tool
_INSTRUCTIONS = ("avx512_bf16", "amx_bf16")


def supports_bfloat16(processor: Path = _PROCESSOR) -> bool:
    """Return whether the processor multiplies numbers of 16 bits faster than those of 32, as far as is known."""
    with suppress(OSError):
        flags = next((line for line in processor.read_text().splitlines() if line.startswith("flags")), "").split()
        return any(one in flags for one in _INSTRUCTIONS)
    return False


def choose_compute_dtype(wanted: bool) -> str:
    """Return what a network multiplies for which 16 bits are `wanted` or not: "bfloat16" or "float32"."""
    return "bfloat16" if wanted and supports_bfloat16() else "float32"


@contextmanager
def bfloat16_policy(wanted: bool) -> Iterator[None]:
    """Let layers of Keras that are made within multiply in 16 bits, if that is wanted and helps."""
    from keras.config import dtype_policy, set_dtype_policy

    before = dtype_policy()
    if choose_compute_dtype(wanted) == "bfloat16":
        set_dtype_policy("mixed_bfloat16")
    try:
        yield
    finally:
        set_dtype_policy(before)
