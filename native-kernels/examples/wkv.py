"""Wkv6 and Wkv7 nodes in Python's ONNX Runtime beside the same equations in NumPy: wkv.py LIBRARY"""
import sys

import numpy

from one_node import compare

BATCH, LENGTH, HEADS, SIZE = 2, 50, 3, 16

random = numpy.random.default_rng(1)


def steps():
    return random.standard_normal((BATCH, LENGTH, HEADS, SIZE))


common = {"r": steps(), "w": numpy.exp(-numpy.exp(steps())), "k": steps(), "v": steps()}
s0 = random.standard_normal((BATCH, HEADS, SIZE, SIZE))
key = steps()
kappa = key / numpy.linalg.norm(key, axis=-1, keepdims=True)
a = 1 / (1 + numpy.exp(-steps()))


def of_keys(vector, state):
    """sum_n vector[n] state[n,p]"""
    return numpy.einsum("bhn,bhnp->bhp", vector, state)


def wkv6(r, w, k, v, u, s0):
    state, rows = s0, []
    for t in range(LENGTH):
        new = k[:, t, :, :, None] * v[:, t, :, None, :]
        rows.append(of_keys(r[:, t], state + u[..., None] * new))
        state = w[:, t, :, :, None] * state + new
    return numpy.stack(rows, 1), state


def wkv7(r, w, k, v, kappa, a, s0):
    state, rows = s0, []
    for t in range(LENGTH):
        removed = (a * kappa)[:, t, :, :, None] * of_keys(kappa[:, t], state)[:, :, None, :]
        state = w[:, t, :, :, None] * state - removed + k[:, t, :, :, None] * v[:, t, :, None, :]
        rows.append(of_keys(r[:, t], state))
    return numpy.stack(rows, 1), state


# float32 sums of 16 terms, the state of up to 50 steps before
compare(sys.argv[1], "Wkv6", wkv6, {**common, "u": random.standard_normal((HEADS, SIZE)), "s0": s0}, ["y", "s"], 1e-4)
compare(sys.argv[1], "Wkv7", wkv7, {**common, "kappa": kappa, "a": a, "s0": s0}, ["y", "s"], 1e-4)
