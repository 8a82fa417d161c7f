// What JavaScript gets when it loads the addon.
#include <napi.h>

#include "addon/direct_call.h"
#include "addon/session_object.h"

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("Session", ssm::addon::SessionObject::Define(env));
  exports.Set("call", Napi::Function::New<ssm::addon::DirectCall>(env));
  exports.Set("isas", Napi::Function::New<ssm::addon::SupportedIsas>(env));
  exports.Set("isa", Napi::Function::New<ssm::addon::CurrentIsa>(env));
  return exports;
}

NODE_API_MODULE(mamba_kernels, Init)
