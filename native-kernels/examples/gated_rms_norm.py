"""A GatedRmsNorm node in Python's ONNX Runtime beside the same equations in NumPy: gated_rms_norm.py LIBRARY"""
import sys

import numpy

from one_node import compare

BATCH, LENGTH, CHANNELS, GROUPS = 2, 50, 24, 2
EPSILON = 1e-3

random = numpy.random.default_rng(1)
feeds = {
    "x": random.standard_normal((BATCH, LENGTH, CHANNELS)),
    "weight": random.standard_normal(CHANNELS),
    "z": random.standard_normal((BATCH, LENGTH, CHANNELS)),
}


def norm(x, weight, z):
    gated = (x * z / (1 + numpy.exp(-z))).reshape(BATCH, LENGTH, GROUPS, -1)
    mean = (gated**2).mean(-1, keepdims=True)
    return [weight * (gated / numpy.sqrt(mean + EPSILON)).reshape(x.shape)]


# a float32 sum of 12 squares
compare(sys.argv[1], "GatedRmsNorm", norm, feeds, ["y"], 1e-5, groups=GROUPS, epsilon=EPSILON)
