// Tensors between JavaScript, { type, dims, data }, and plain views.
#pragma once

#include <napi.h>

#include <vector>

#include "addon/session.h"

namespace ssm::addon {

// The name of an element type in JavaScript. Throws CodedError "UNSUPPORTED_TYPE".
const char* TypeName(OnnxElementType type);

// A view of the tensor's own memory: the typed array goes to `keep_alive`, which must live as long as the view. Throws CodedError "BAD_TENSOR", which names
// `name`, what was expected and what came.
TensorView ReadTensor(const std::string& name, Napi::Value tensor, std::vector<Napi::Reference<Napi::TypedArray>>* keep_alive);

// A JavaScript-owned copy.
Napi::Object WriteTensor(Napi::Env env, const TensorView& view);

// A JavaScript error with the property `code`.
Napi::Error ToJs(Napi::Env env, const CodedError& error);

}  // namespace ssm::addon
