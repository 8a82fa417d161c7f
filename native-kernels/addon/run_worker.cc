#include "addon/run_worker.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <exception>

namespace ssm::addon {
namespace {

// Processor time of the calling thread; where the system does not tell it, time since an arbitrary start.
double ThreadMs() {
#ifdef CLOCK_THREAD_CPUTIME_ID
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
#else
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
#endif
}

}  // namespace

RunWorker::RunWorker(Napi::Env env, std::shared_ptr<const Session> session, Napi::Object feeds, std::vector<std::string> output_names, bool only_times)
    : AsyncWorker(env),
      session_(std::move(session)),
      run_options_(session_->NewRunOptions()),
      output_names_(std::move(output_names)),
      only_times_(only_times),
      deferred_(env) {
  const Napi::Array names = feeds.GetPropertyNames();
  for (std::uint32_t i = 0; i < names.Length(); ++i) {
    input_names_.push_back(names.Get(i).As<Napi::String>().Utf8Value());
    inputs_.push_back(ReadTensor(input_names_.back(), feeds.Get(names.Get(i)), &keep_alive_));
  }
  for (const TensorInfo& input : session_->inputs()) {  // ONNX Runtime finds a missing one only when a node stumbles on it
    if (std::find(input_names_.begin(), input_names_.end(), input.name) == input_names_.end()) {
      throw CodedError("BAD_TENSOR", "tensor " + input.name + ": the model has this input, but the feeds do not");
    }
  }
}

void RunWorker::Execute() {
  try {
    const auto start = std::chrono::steady_clock::now();
    const double thread_start = ThreadMs();
    outputs_ = session_->Run(run_options_.get(), input_names_, inputs_, output_names_);
    thread_ms_ = ThreadMs() - thread_start;
    wall_ms_ = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  } catch (const CodedError& error) {
    error_code_ = error.code;
    SetError(error.what());
  } catch (const std::exception& error) {
    error_code_ = "ORT_FAIL";
    SetError(error.what());
  }
}

void RunWorker::OnOK() {
  try {
    auto outputs = Napi::Object::New(Env());
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      if (!only_times_) outputs.Set(output_names_[i], WriteTensor(Env(), session_->View(outputs_[i].get())));
      outputs_[i].reset();
    }
    auto result = Napi::Object::New(Env());
    result.Set("outputs", outputs);
    result.Set("wallMs", wall_ms_);
    result.Set("threadMs", thread_ms_);
    deferred_.Resolve(result);
  } catch (const CodedError& error) {
    deferred_.Reject(ToJs(Env(), error).Value());
  } catch (const Napi::Error& error) {  // no memory for an output
    deferred_.Reject(error.Value());
  }
}

void RunWorker::OnError(const Napi::Error& error) { deferred_.Reject(ToJs(Env(), CodedError(error_code_, error.Message())).Value()); }

}  // namespace ssm::addon
