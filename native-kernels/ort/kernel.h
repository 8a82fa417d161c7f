// One node of a graph: an operator with its attributes. Any number of threads may call Compute at once.
#pragma once

#include <array>

#include "ops/operator.h"
#include "ort/ort_abi.h"

namespace ssm::ort {

class Kernel {
 public:
  Kernel(const Operator& op, const Api& api, int threads) : op_(op), api_(api), threads_(threads) {}

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
  const int threads_;
  std::array<int, kMaxPorts> attributes_{};
  std::shared_ptr<const void> prepared_;
};

}  // namespace ssm::ort
