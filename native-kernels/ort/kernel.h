// One node of a graph: an operator with its attributes. Any number of threads may call Compute at once.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "ops/operator.h"
#include "ort/ort_abi.h"

namespace ssm::ort {

struct HostTraits {
  int threads;                                  // of the session's intra-op pool: operators cut their work by it
  bool infers_shapes;                           // see CanInferShapes
  std::atomic<std::uint64_t>* calls = nullptr;  // counts what the operators have done, for whoever watches
};

class Kernel {
 public:
  Kernel(const Operator& op, const Api& api, const HostTraits& host) : op_(op), api_(api), host_(host) {}

  // An error names the attribute, what was expected and what came.
  OrtStatus* ReadAttributes(const OrtKernelInfo* info);

  // Refuses what the graph states about the inputs' shapes and no run could satisfy; the message is a run's.
  OrtStatus* CheckShapes(const OrtKernelInfo* info) const;

  // Lets the operator compute what depends on constant inputs alone. Inputs that do not fit are left for Compute to report.
  OrtStatus* Prepare(const OrtKernelInfo* info);

  // Checks the inputs, makes the outputs and runs the operator on ONNX Runtime's threads.
  OrtStatus* Compute(OrtKernelContext* context) const;

 private:
  const Operator& op_;
  const Api& api_;
  const HostTraits host_;
  std::array<double, kMaxPorts> attributes_{};
  std::shared_ptr<const void> prepared_;
};

}  // namespace ssm::ort
