"""A model of one ssm node in Python's ONNX Runtime, for the examples beside this file. Needs onnxruntime 1.17 or newer, onnx and numpy."""
import numpy
import onnxruntime
from onnx import TensorProto, helper


def run_node(library, operator, feeds, outputs, **attributes):
    """The outputs of `operator`; `feeds`: its inputs by name, in their order, as float32. `library` is native-kernels/build/libssm_ops.so."""
    # Optional inputs are left out at the end or named "".
    node = helper.make_node(operator, list(feeds), outputs, domain="ssm", **attributes)
    graph = helper.make_graph(
        [node],
        operator,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in feeds.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ssm", 1)], ir_version=8)

    options = onnxruntime.SessionOptions()
    options.register_custom_ops_library(library)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(outputs, feeds)


def compare(library, operator, equations, feeds, outputs, tolerance, **attributes):
    """Runs the node and prints how far it is from `equations`, the same in NumPy, in double precision."""
    feeds = {name: value.astype(numpy.float32) for name, value in feeds.items()}
    results = run_node(library, operator, feeds, outputs, **attributes)
    expected = equations(**{name: value.astype(numpy.float64) for name, value in feeds.items()})
    for name, ours, exact in zip(outputs, results, expected):
        numpy.testing.assert_allclose(ours, exact, rtol=tolerance, atol=tolerance)
        print(f"{operator} {name} {list(ours.shape)}: largest difference to NumPy {numpy.abs(ours - exact).max():.1e}")
