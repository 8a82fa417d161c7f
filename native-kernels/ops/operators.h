// The one list of operators: what ONNX Runtime registers and what the addon can call directly.
#pragma once

#include "ops/operator.h"

namespace ssm {

inline constexpr const char* kDomain = "ssm";

const std::vector<const Operator*>& Operators();

// Null when there is none of this name.
const Operator* FindOperator(const char* name);

}  // namespace ssm
