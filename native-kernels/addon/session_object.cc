#include "addon/session_object.h"

#include "addon/run_worker.h"
#include "addon/tensors.h"

namespace ssm::addon {
namespace {

Napi::Array ToJs(Napi::Env env, const std::vector<TensorInfo>& tensors) {
  auto list = Napi::Array::New(env, tensors.size());
  for (std::uint32_t i = 0; i < list.Length(); ++i) {
    auto dims = Napi::Array::New(env, tensors[i].dims.size());
    for (std::uint32_t axis = 0; axis < dims.Length(); ++axis) dims.Set(axis, static_cast<double>(tensors[i].dims[axis]));
    auto object = Napi::Object::New(env);
    object.Set("name", tensors[i].name);
    object.Set("type", TypeName(tensors[i].type));
    object.Set("dims", dims);
    list.Set(i, object);
  }
  return list;
}

}  // namespace

Napi::Function SessionObject::Define(Napi::Env env) {
  return DefineClass(env, "Session",
                     {InstanceAccessor<&SessionObject::Inputs>("inputs"), InstanceAccessor<&SessionObject::Outputs>("outputs"),
                      InstanceAccessor<&SessionObject::Calls>("calls"), InstanceMethod<&SessionObject::Run>("run"), InstanceMethod<&SessionObject::Dispose>("dispose")});
}

SessionObject::SessionObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  try {
    const OrtLibrary& library = OrtLibrary::Load(info[0].As<Napi::String>().Utf8Value());
    ModelSource model;
    if (info[1].IsString()) {
      model.path = info[1].As<Napi::String>().Utf8Value();
      if (model.path.empty()) throw CodedError("ORT_NO_SUCH_FILE", "the path of the model is empty");
    } else {
      const auto bytes = info[1].As<Napi::Uint8Array>();
      model.bytes = bytes.Data();
      model.size = bytes.ByteLength();
    }
    session_ = std::make_shared<const Session>(library, model, SessionOptions{info[2].As<Napi::Number>().Int32Value(), info[3].As<Napi::Boolean>(), info[4].As<Napi::Boolean>(), info[5].As<Napi::Boolean>()});
  } catch (const CodedError& error) {
    throw addon::ToJs(info.Env(), error);
  }
}

std::shared_ptr<const Session> SessionObject::Open(Napi::Env env) const {
  if (session_ == nullptr) throw addon::ToJs(env, CodedError("SESSION_DISPOSED", "the session has been disposed"));
  return session_;
}

Napi::Value SessionObject::Inputs(const Napi::CallbackInfo& info) { return ToJs(info.Env(), Open(info.Env())->inputs()); }

Napi::Value SessionObject::Outputs(const Napi::CallbackInfo& info) { return ToJs(info.Env(), Open(info.Env())->outputs()); }

Napi::Value SessionObject::Calls(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(Open(info.Env())->calls())); }

Napi::Value SessionObject::Run(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const Session> session = Open(env);
  std::vector<std::string> output_names;
  const auto names = info[1].As<Napi::Array>();
  for (std::uint32_t i = 0; i < names.Length(); ++i) output_names.push_back(names.Get(i).As<Napi::String>().Utf8Value());
  try {
    auto worker = std::make_unique<RunWorker>(env, session, info[0].As<Napi::Object>(), std::move(output_names), info[2].As<Napi::Boolean>());
    auto run = Napi::Object::New(env);
    run.Set("promise", worker->promise());
    // Weak, or the model would stay in memory until this function is collected.
    const auto terminate = [weak = std::weak_ptr<const Session>(session), options = worker->run_options()](const Napi::CallbackInfo&) {
      if (const auto alive = weak.lock()) alive->Terminate(options.get());
    };
    run.Set("terminate", Napi::Function::New(env, terminate));
    worker.release()->Queue();  // which deletes itself when its promise is settled
    return run;
  } catch (const CodedError& error) {
    throw addon::ToJs(env, error);
  }
}

void SessionObject::Dispose(const Napi::CallbackInfo&) { session_.reset(); }

}  // namespace ssm::addon
