"""Weights and inputs that depend on nothing but their names and shapes, so that no golden has to hold them; tests/support/seeded.ts makes the same."""

import math

import numpy as np


def uniform(name: str, size: int) -> np.ndarray:
    """`size` float64 values in [0, 1): mulberry32, seeded with the FNV-1a hash of `name`."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        state = np.uint32(seed) + np.arange(1, size + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
        t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
        return (t ^ (t >> np.uint32(14))).astype(np.float64) / 2**32


def bounds(name: str, shape) -> tuple[float, float]:
    """The range of a tensor's values: such that activations stay near 1 through a deep model."""
    last = name.split(".")[-1]
    if last == "running_var" or last in ("D", "Ds", "D_b"):
        return 0.5, 1.5
    if (last.startswith("A_") and "log" in last) or last.startswith("freqs_"):
        return -1, 1
    if name.endswith(("dt_proj.bias", "dt_projs_bias", "dt_proj_b.bias")):
        return -3, -1
    if len(shape) < 2:
        return (0.8, 1.2) if last == "weight" else (-0.2, 0.2)
    fan_in = shape[-1] if last.endswith("_weight") else math.prod(shape[1:])
    return -math.sqrt(3 / fan_in), math.sqrt(3 / fan_in)


def tensor(name: str, shape, low=None, high=None) -> np.ndarray:
    """float32, as a checkpoint would hold it"""
    if low is None:
        low, high = bounds(name, shape)
    values = low + (high - low) * uniform(name, math.prod(shape))
    return values.astype(np.float32).reshape(shape)


def image(shape) -> np.ndarray:
    return tensor("image", shape, -2, 2)
