"""A SelectiveScan node in Python's ONNX Runtime beside the same equations in NumPy: selective_scan.py LIBRARY"""
import sys

import numpy

from one_node import compare

BATCH, LENGTH, CHANNELS, STATES = 2, 50, 24, 16

random = numpy.random.default_rng(1)
feeds = {
    "u": random.standard_normal((BATCH, LENGTH, CHANNELS)),
    "delta": random.standard_normal((BATCH, LENGTH, CHANNELS)),
    "A": -numpy.exp(random.standard_normal((CHANNELS, STATES))),
    "B": random.standard_normal((BATCH, LENGTH, STATES)),
    "C": random.standard_normal((BATCH, LENGTH, STATES)),
    "D": random.standard_normal(CHANNELS),
    "z": random.standard_normal((BATCH, LENGTH, CHANNELS)),  # delta_bias and h0 are left out
}


def scan(u, delta, A, B, C, D, z):
    step = numpy.log1p(numpy.exp(delta))
    state = numpy.zeros((BATCH, CHANNELS, STATES))
    rows = []
    for t in range(LENGTH):
        dt = step[:, t, :, None]
        state = numpy.exp(dt * A) * state + dt * B[:, t, None, :] * u[:, t, :, None]
        rows.append((state * C[:, t, None, :]).sum(-1) + D * u[:, t])
    return numpy.stack(rows, 1) * z / (1 + numpy.exp(-z)), state


# float32 sums of 16 terms, the state of up to 50 steps before
compare(sys.argv[1], "SelectiveScan", scan, feeds, ["y", "h"], 1e-4, delta_softplus=1)
