// Presents the list of operators to ONNX Runtime as custom operators of the domain `ssm`.
#pragma once

#include <memory>
#include <vector>

#include "ops/operator.h"
#include "ort/kernel.h"
#include "ort/ort_abi.h"

namespace ssm::ort {

struct CustomOp : OrtCustomOp {
  CustomOp(const Operator& definition, const Api& ort, const HostTraits& traits);

  const Operator& op;
  const Api& api;
  const HostTraits host;
};

// The domain with all operators. ONNX Runtime keeps pointers into it: it must outlive every session whose options it was added to.
class OperatorDomain {
 public:
  // nullptr in `domain` and a status that the caller owns on failure.
  static OrtStatus* Create(const Api& api, const HostTraits& host, std::unique_ptr<OperatorDomain>* domain);
  ~OperatorDomain();
  OperatorDomain(const OperatorDomain&) = delete;
  OperatorDomain& operator=(const OperatorDomain&) = delete;

  OrtStatus* AddTo(OrtSessionOptions* options) const { return api_.AddCustomOpDomain(options, domain_); }

 private:
  explicit OperatorDomain(const Api& api) : api_(api) {}

  const Api api_;
  std::vector<std::unique_ptr<CustomOp>> ops_;
  OrtCustomOpDomain* domain_ = nullptr;
};

}  // namespace ssm::ort
