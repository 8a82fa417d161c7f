// One model in ONNX Runtime, with our operators. No JavaScript here: any thread may run it, several at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "addon/ort_library.h"
#include "ort/custom_op.h"

namespace ssm::addon {

struct ModelSource {
  std::string path;            // UTF-8; empty: the bytes below
  const void* bytes = nullptr;  // read during Open only
  std::size_t size = 0;
};

struct SessionOptions {
  int threads = 1;
  bool optimize = true;
  bool keep_plans = true;   // of the memory, one for every shape that comes
  bool keep_memory = true;  // after a run, for the next one; otherwise it is also taken piece by piece, as much as is needed
};

// An input or output as the model declares it. A size that the model leaves open is -1.
struct TensorInfo {
  std::string name;
  OnnxElementType type;
  std::vector<std::int64_t> dims;
};

// Memory of the caller, untouched and unfreed here.
struct TensorView {
  OnnxElementType type;
  std::vector<std::int64_t> dims;
  void* data;
  std::size_t bytes;
};

class Session {
 public:
  // Throws CodedError.
  Session(const OrtLibrary& library, const ModelSource& model, const SessionOptions& options);

  const std::vector<TensorInfo>& inputs() const { return inputs_; }
  const std::vector<TensorInfo>& outputs() const { return outputs_; }

  Handle<OrtRunOptions> NewRunOptions() const;
  // Ends the run that has these options at the next node of the graph. Any thread, before, during or after it.
  void Terminate(OrtRunOptions* options) const;

  // Throws CodedError. The values belong to ONNX Runtime; View gives their contents.
  std::vector<Handle<OrtValue>> Run(const OrtRunOptions* options, const std::vector<std::string>& input_names, const std::vector<TensorView>& inputs,
                                    const std::vector<std::string>& output_names) const;
  TensorView View(OrtValue* value) const;

  // Calls of our operators in all runs so far, those in flight too.
  std::uint64_t calls() const { return calls_.load(std::memory_order_relaxed); }

 private:
  TensorInfo Describe(bool input, std::size_t index) const;
  TensorView Describe(const OrtTensorTypeAndShapeInfo* info) const;

  const OrtLibrary& library_;
  const bool keep_memory_;
  std::atomic<std::uint64_t> calls_{0};             // outlives operators_
  std::unique_ptr<ort::OperatorDomain> operators_;  // outlives session_
  Handle<OrtSession> session_;
  std::vector<TensorInfo> inputs_;
  std::vector<TensorInfo> outputs_;
};

}  // namespace ssm::addon
