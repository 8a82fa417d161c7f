"""One SelectiveScan node in Python's ONNX Runtime beside the same equations in NumPy: selective_scan.py LIBRARY

Needs onnxruntime 1.17 or newer, onnx and numpy. LIBRARY is native-kernels/build/libssm_ops.so.
"""
import sys

import numpy
import onnxruntime
from onnx import TensorProto, helper

BATCH, LENGTH, CHANNELS, STATES = 2, 50, 24, 16

random = numpy.random.default_rng(1)
feeds = {
    "u": random.standard_normal((BATCH, LENGTH, CHANNELS)),
    "delta": random.standard_normal((BATCH, LENGTH, CHANNELS)),
    "A": -numpy.exp(random.standard_normal((CHANNELS, STATES))),
    "B": random.standard_normal((BATCH, LENGTH, STATES)),
    "C": random.standard_normal((BATCH, LENGTH, STATES)),
    "D": random.standard_normal(CHANNELS),
    "z": random.standard_normal((BATCH, LENGTH, CHANNELS)),
}
feeds = {name: value.astype(numpy.float32) for name, value in feeds.items()}

# Optional inputs are left out at the end or named "": delta_bias and h0 here.
node = helper.make_node("SelectiveScan", list(feeds), ["y", "h"], domain="ssm", delta_softplus=1)
graph = helper.make_graph(
    [node],
    "scan",
    [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in feeds.items()],
    [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("y", "h")],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ssm", 1)], ir_version=8)

options = onnxruntime.SessionOptions()
options.register_custom_ops_library(sys.argv[1])
session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
y, h = session.run(["y", "h"], feeds)


def scan(u, delta, A, B, C, D, z):
    """The equations of native-kernels/README.md in double precision."""
    step = numpy.log1p(numpy.exp(delta))
    state = numpy.zeros((BATCH, CHANNELS, STATES))
    rows = []
    for t in range(LENGTH):
        dt = step[:, t, :, None]
        state = numpy.exp(dt * A) * state + dt * B[:, t, None, :] * u[:, t, :, None]
        rows.append((state * C[:, t, None, :]).sum(-1) + D * u[:, t])
    return numpy.stack(rows, 1) * z / (1 + numpy.exp(-z)), state


expected = scan(**{name: value.astype(numpy.float64) for name, value in feeds.items()})
for name, ours, exact in zip("yh", (y, h), expected):
    # float32 sums of 16 terms, the state of up to 50 steps before
    numpy.testing.assert_allclose(ours, exact, rtol=1e-4, atol=1e-4)
    print(f"{name} {list(ours.shape)}: largest difference to NumPy {numpy.abs(ours - exact).max():.1e}")
