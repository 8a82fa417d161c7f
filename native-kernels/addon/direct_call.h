// Operators called without a graph, for tests and benchmarks.
#pragma once

#include <napi.h>

namespace ssm::addon {

// call(operator, inputs: { [port]: tensor }, attributes: { [name]: number | string }, isa: string, threads): { outputs: { [port]: tensor }, isa }
// Runs on the calling thread and `threads` - 1 more; every output is computed. Throws with the code BAD_TENSOR, BAD_CALL or INVALID_ARGUMENT.
Napi::Value DirectCall(const Napi::CallbackInfo& info);

// The instruction sets that this machine can run, as names.
Napi::Value SupportedIsas(const Napi::CallbackInfo& info);

// The one that operators use unless told otherwise.
Napi::Value CurrentIsa(const Napi::CallbackInfo& info);

}  // namespace ssm::addon
