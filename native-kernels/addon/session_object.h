// The class `Session` of JavaScript.
#pragma once

#include <napi.h>

#include <memory>

#include "addon/session.h"

namespace ssm::addon {

// new Session(libraryPath, model: Uint8Array | string, threads, optimize, keepPlans)
class SessionObject : public Napi::ObjectWrap<SessionObject> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit SessionObject(const Napi::CallbackInfo& info);

 private:
  // [{ name, type, dims }], -1 for an open size
  Napi::Value Inputs(const Napi::CallbackInfo& info);
  Napi::Value Outputs(const Napi::CallbackInfo& info);
  // calls of our operators so far
  Napi::Value Calls(const Napi::CallbackInfo& info);
  // run(feeds: { [name]: tensor }, outputNames: string[]): { promise (see RunWorker), terminate() }
  Napi::Value Run(const Napi::CallbackInfo& info);
  // Gives up this object's share; runs in flight end undisturbed and the last frees the model.
  void Dispose(const Napi::CallbackInfo& info);

  std::shared_ptr<const Session> Open(Napi::Env env) const;

  std::shared_ptr<const Session> session_;
};

}  // namespace ssm::addon
