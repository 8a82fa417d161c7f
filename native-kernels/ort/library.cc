// libssm_ops: the operators for any program that uses ONNX Runtime 1.17 or newer, through its own `RegisterCustomOpsLibrary`.
#include <memory>
#include <mutex>
#include <thread>

#include "ort/custom_op.h"
#include "ort/shape_inference.h"

namespace {

// For the life of the process: sessions keep pointers to it. A program does not say its thread count here, so the machine's stands in.
std::unique_ptr<ssm::ort::OperatorDomain> shared_domain;
std::mutex shared_domain_mutex;

OrtStatus* TooOld(const OrtApiBase* base) {
  using CreateStatus = OrtStatus*(SSM_ORT_CALL*)(OrtErrorCode, const char*);
  const auto create_status = reinterpret_cast<CreateStatus>(*reinterpret_cast<void* const*>(base->GetApi(1)));  // slot 0 of every version
  return create_status(ORT_FAIL, "the operators of the domain ssm need ONNX Runtime 1.17 or newer");
}

}  // namespace

extern "C" SSM_ORT_EXPORT OrtStatus* SSM_ORT_CALL RegisterCustomOps(OrtSessionOptions* options, const OrtApiBase* base) {
  const OrtApi* table = base->GetApi(ssm::ort::kApiVersion);
  if (table == nullptr) return TooOld(base);
  const std::lock_guard<std::mutex> lock(shared_domain_mutex);
  if (shared_domain == nullptr) {
    const ssm::ort::HostTraits host = {static_cast<int>(std::thread::hardware_concurrency()), ssm::ort::CanInferShapes(base)};
    if (OrtStatus* status = ssm::ort::OperatorDomain::Create(ssm::ort::Api(table), host, &shared_domain)) return status;
  }
  return shared_domain->AddTo(options);
}
