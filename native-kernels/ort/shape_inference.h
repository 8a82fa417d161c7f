// Tells ONNX Runtime, when a graph is loaded, which shapes an operator's outputs will have.
#pragma once

#include "ops/operator.h"
#include "ort/ort_abi.h"

namespace ssm::ort {

// Sets each output whose every size is known or named (`batch`) by the inputs; leaves others open, and all where the inputs disagree: Kernel::CheckShapes.
OrtStatus* InferShapes(const Operator& op, const Api& api, OrtShapeInferContext* context);

// Whether this ONNX Runtime may be given the function above: before 1.26 (1.23 tried) it reads through null where a node leaves out an optional input.
bool CanInferShapes(const OrtApiBase* base);

}  // namespace ssm::ort
