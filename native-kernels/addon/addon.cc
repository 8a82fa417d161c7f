// What JavaScript gets when it loads the addon.
#include <napi.h>

#include "addon/direct_call.h"
#include "addon/session_object.h"
#include "bench/peak_rate.h"

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("Session", ssm::addon::SessionObject::Define(env));
  exports.Set("call", Napi::Function::New<ssm::addon::DirectCall>(env));
  exports.Set("isas", Napi::Function::New<ssm::addon::SupportedIsas>(env));
  exports.Set("isa", Napi::Function::New<ssm::addon::CurrentIsa>(env));
  exports.Set("peakMultiplyAddsPerMs", Napi::Function::New(env, [](const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), ssm::PeakMultiplyAddsPerMs()); }));
  return exports;
}

NODE_API_MODULE(mamba_kernels, Init)
