import numpy as np
import pytest

from digitnet.models.architecture import build, parse_layers
from digitnet.training.mixed_precision import bfloat16_policy, supports_bfloat16


@pytest.mark.parametrize(
    ("flags", "supported"), [("fpu avx2 amx_bf16", True), ("avx512f avx512_bf16", False), ("avx512f", False)]
)
def test_bfloat16_support_is_read_from_cpu_flags(flags, supported, tmp_path):
    cpu_info = tmp_path / "cpuinfo"
    cpu_info.write_text(f"processor : 0\nflags : {flags}\n\nprocessor : 1\nflags : {flags}\n")
    assert supports_bfloat16(cpu_info) is supported


def test_bfloat16_is_unsupported_without_cpu_info(tmp_path):
    assert not supports_bfloat16(tmp_path / "none")


def test_policy_computes_in_bfloat16_but_keeps_float32(monkeypatch):
    monkeypatch.setattr("digitnet.training.mixed_precision.supports_bfloat16", lambda: True)
    network = parse_layers("conv 4 3x3 norm, mean")
    with bfloat16_policy(mixed=True):
        mixed = build(network, "mixed")
    with bfloat16_policy(mixed=False):
        exact = build(network, "exact")
    assert [layer.compute_dtype for layer in mixed.layers] == ["bfloat16"] * (len(mixed.layers) - 1) + ["float32"]
    assert {layer.compute_dtype for layer in exact.layers} == {"float32"}
    assert {str(weights.dtype) for weights in mixed.weights} == {"float32"}
    exact.set_weights(mixed.get_weights())
    pictures = np.random.default_rng(0).random((20, 28, 28, 1)).astype(np.float32)
    rounded, expected = (model.predict(pictures, verbose=0) for model in (mixed, exact))
    assert rounded.dtype == np.float32
    assert np.abs(rounded - expected).max() < 0.01


def test_processor_without_bfloat16_uses_float32(monkeypatch):
    monkeypatch.setattr("digitnet.training.mixed_precision.supports_bfloat16", lambda: False)
    with bfloat16_policy(mixed=True):
        assert build(parse_layers("dense 8"), "exact").layers[-2].compute_dtype == "float32"
