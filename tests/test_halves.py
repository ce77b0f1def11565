import numpy as np
import pytest

from digitnet.halves import halves, has_halves


@pytest.mark.parametrize(
    ("flags", "known"), [("fpu avx2 avx512f avx512_bf16", True), ("amx_bf16", True), ("avx512f avx512_vnni", False)]
)
def test_processor_is_asked_what_it_can(flags, known, tmp_path):
    processor = tmp_path / "cpuinfo"
    processor.write_text(f"processor : 0\nflags : {flags}\n\nprocessor : 1\nflags : {flags}\n")
    assert has_halves(processor) is known


def test_nothing_is_known_of_other_systems(tmp_path):
    assert not has_halves(tmp_path / "none")


def test_results_are_nearly_those_of_32_bits_within_and_just_those_after():
    import tensorflow

    rng = np.random.default_rng(0)
    factors = [tensorflow.constant(rng.normal(size=(256, 256)).astype(np.float32)) for _ in range(2)]

    def product():
        return tensorflow.function(tensorflow.linalg.matmul)(*factors).numpy()

    exact = product()
    with halves(wanted=True):
        near = product()
    with halves(wanted=False):
        assert np.array_equal(product(), exact)
    assert np.array_equal(product(), exact)
    assert np.abs(near - exact).max() < 0.05 * np.abs(exact).max()
    assert near.dtype == np.float32
