import numpy as np
import pytest

from digitnet.models.architecture import build, parse_layers
from digitnet.training.mixed_precision import bfloat16_policy, supports_bfloat16


@pytest.mark.parametrize(
    ("flags", "known"), [("fpu avx2 avx512f avx512_bf16", True), ("amx_bf16", True), ("avx512f avx512_vnni", False)]
)
def test_processor_is_asked_what_it_can(flags, known, tmp_path):
    processor = tmp_path / "cpuinfo"
    processor.write_text(f"processor : 0\nflags : {flags}\n\nprocessor : 1\nflags : {flags}\n")
    assert supports_bfloat16(processor) is known


def test_nothing_is_known_of_other_systems(tmp_path):
    assert not supports_bfloat16(tmp_path / "none")


def test_layers_multiply_in_16_bits_within_and_answer_and_are_kept_in_32(monkeypatch):
    monkeypatch.setattr("digitnet.training.mixed_precision.supports_bfloat16", lambda: True)
    network = parse_layers("conv 4 3x3 norm, mean")
    with bfloat16_policy(wanted=True):
        made = build(network, "halves")
    with bfloat16_policy(wanted=False):
        exact = build(network, "exact")
    assert [layer.compute_dtype for layer in made.layers] == ["bfloat16"] * (len(made.layers) - 1) + ["float32"]
    assert {layer.compute_dtype for layer in exact.layers} == {"float32"}
    assert {str(weights.dtype) for weights in made.weights} == {"float32"}
    exact.set_weights(made.get_weights())
    pictures = np.random.default_rng(0).random((20, 28, 28, 1)).astype(np.float32)
    near, answers = (each.predict(pictures, verbose=0) for each in (made, exact))
    assert near.dtype == np.float32
    assert np.abs(near - answers).max() < 0.01


def test_processor_without_them_is_left_with_32_bits(monkeypatch):
    monkeypatch.setattr("digitnet.training.mixed_precision.supports_bfloat16", lambda: False)
    with bfloat16_policy(wanted=True):
        assert build(parse_layers("dense 8"), "exact").layers[-2].compute_dtype == "float32"
