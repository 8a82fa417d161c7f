// One run of a session on a libuv thread, and its promise of { outputs: { [name]: tensor }, wallMs, threadMs }: the time spent in ONNX Runtime, and
// the processor time of the thread that ran it. Where only the times are wanted, outputs is empty.
#pragma once

#include <napi.h>

#include "addon/session.h"
#include "addon/tensors.h"

namespace ssm::addon {

class RunWorker : public Napi::AsyncWorker {
 public:
  // Reads the feeds, { name: tensor }; throws CodedError for a malformed one. The session and the feeds' memory stay alive until the run has ended.
  RunWorker(Napi::Env env, std::shared_ptr<const Session> session, Napi::Object feeds, std::vector<std::string> output_names, bool only_times);

  Napi::Promise promise() const { return deferred_.Promise(); }
  // Held by whoever may want to terminate the run, which may have ended by then.
  std::shared_ptr<OrtRunOptions> run_options() const { return run_options_; }

 protected:
  void Execute() override;
  void OnOK() override;
  void OnError(const Napi::Error& error) override;

 private:
  const std::shared_ptr<const Session> session_;
  const std::shared_ptr<OrtRunOptions> run_options_;
  const std::vector<std::string> output_names_;
  const bool only_times_;
  std::vector<std::string> input_names_;
  std::vector<TensorView> inputs_;
  std::vector<Napi::Reference<Napi::TypedArray>> keep_alive_;
  std::vector<Handle<OrtValue>> outputs_;
  double wall_ms_ = 0;
  double thread_ms_ = 0;
  std::string error_code_;
  Napi::Promise::Deferred deferred_;
};

}  // namespace ssm::addon
