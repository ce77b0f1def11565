"""Train in mixed precision, which takes less than half of the time on some processors.

Layers multiply in bfloat16, which has the range of float32 and 8 of its 24 bits of precision. Weights, sums, batch
normalization and the exported network stay float32.

Source: Kalamkar et al., "A Study of BFLOAT16 for Deep Learning Training", 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_CPU_INFO = Path("/proc/cpuinfo")  # Exists on Linux only; other systems count as without bfloat16.
_INSTRUCTIONS = ("amx_bf16",)


def supports_bfloat16(cpu_info: Path = _CPU_INFO) -> bool:
    """Return whether the processor is known to multiply bfloat16 faster than float32."""
    with suppress(OSError):
        flags = next((line for line in cpu_info.read_text().splitlines() if line.startswith("flags")), "").split()
        return any(instruction in flags for instruction in _INSTRUCTIONS)
    return False


def choose_compute_dtype(mixed: bool) -> str:
    """Return the type to multiply in, "bfloat16" or "float32".

    Args:
        mixed: whether mixed precision is wanted.
    """
    return "bfloat16" if mixed and supports_bfloat16() else "float32"


@contextmanager
def bfloat16_policy(mixed: bool) -> Iterator[None]:
    """Make Keras layers built in the block multiply in bfloat16.

    Args:
        mixed: whether mixed precision is wanted; it also needs a processor that supports it.
    """
    from keras.config import dtype_policy, set_dtype_policy

    before = dtype_policy()
    if choose_compute_dtype(mixed) == "bfloat16":
        set_dtype_policy("mixed_bfloat16")
    try:
        yield
    finally:
        set_dtype_policy(before)
