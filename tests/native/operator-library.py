"""Runs a model with libssm_ops in Python's ONNX Runtime: operator-library.py LIBRARY MODEL FEEDS, JSON {name: {dims, data}} in and out."""
import json
import sys

import numpy
import onnxruntime

library, model, feeds = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.register_custom_ops_library(library)
# A second session shares the registered domain.
sessions = [onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]) for _ in range(2)]
with open(feeds, encoding="utf-8") as file:
    inputs = {name: numpy.array(tensor["data"], numpy.float32).reshape(tensor["dims"]) for name, tensor in json.load(file).items()}
names = [output.name for output in sessions[0].get_outputs()]
first, second = (session.run(names, inputs) for session in sessions)
assert all(numpy.array_equal(a, b) for a, b in zip(first, second))
print(json.dumps({name: {"dims": value.shape, "data": value.ravel().tolist()} for name, value in zip(names, first)}))
