#include "ort/custom_op.h"

#include <new>

#include "ops/operators.h"
#include "ort/kernel.h"
#include "ort/shape_inference.h"

namespace ssm::ort {
namespace {

const Operator& OperatorOf(const OrtCustomOp* op) { return static_cast<const CustomOp*>(op)->op; }

OrtCharacteristic Characteristic(const Port& port) { return port.optional ? ORT_OPTIONAL : ORT_REQUIRED; }

OrtStatus* SSM_ORT_CALL NewKernel(const OrtCustomOp* op, const OrtApi*, const OrtKernelInfo* info, void** kernel) {
  const auto* custom = static_cast<const CustomOp*>(op);
  std::unique_ptr<Kernel> created(new (std::nothrow) Kernel(custom->op, custom->api, custom->host));
  if (created == nullptr) return custom->api.CreateStatus(ORT_FAIL, "out of memory");
  OrtStatus* status = created->ReadAttributes(info);
  if (status == nullptr) status = created->CheckShapes(info);
  if (status == nullptr) status = created->Prepare(info);
  if (status == nullptr) *kernel = created.release();
  return status;
}

}  // namespace

CustomOp::CustomOp(const Operator& definition, const Api& ort, const HostTraits& traits) : OrtCustomOp{}, op(definition), api(ort), host(traits) {
  version = kApiVersion;
  GetName = [](const OrtCustomOp* self) { return OperatorOf(self).name; };
  GetExecutionProviderType = [](const OrtCustomOp*) { return "CPUExecutionProvider"; };
  GetInputType = [](const OrtCustomOp*, std::size_t) { return ONNX_FLOAT; };
  GetInputTypeCount = [](const OrtCustomOp* self) { return OperatorOf(self).inputs.size(); };
  GetOutputType = [](const OrtCustomOp*, std::size_t) { return ONNX_FLOAT; };
  GetOutputTypeCount = [](const OrtCustomOp* self) { return OperatorOf(self).outputs.size(); };
  GetInputCharacteristic = [](const OrtCustomOp* self, std::size_t index) { return Characteristic(OperatorOf(self).inputs[index]); };
  GetOutputCharacteristic = [](const OrtCustomOp* self, std::size_t index) { return Characteristic(OperatorOf(self).outputs[index]); };
  GetInputMemoryType = [](const OrtCustomOp*, std::size_t) { return ORT_MEM_DEFAULT; };
  // ONNX Runtime asks these of every operator, variadic or not.
  GetVariadicInputMinArity = [](const OrtCustomOp*) { return 1; };
  GetVariadicInputHomogeneity = [](const OrtCustomOp*) { return 1; };
  GetVariadicOutputMinArity = [](const OrtCustomOp*) { return 1; };
  GetVariadicOutputHomogeneity = [](const OrtCustomOp*) { return 1; };
  CreateKernelV2 = NewKernel;
  KernelComputeV2 = [](void* kernel, OrtKernelContext* context) { return static_cast<const Kernel*>(kernel)->Compute(context); };
  KernelDestroy = [](void* kernel) { delete static_cast<Kernel*>(kernel); };
  if (host.infers_shapes) {
    InferOutputShape = [](const OrtCustomOp* self, OrtShapeInferContext* context) {
      return InferShapes(OperatorOf(self), static_cast<const CustomOp*>(self)->api, context);
    };
  }
  GetStartVersion = [](const OrtCustomOp*) { return 1; };
  GetEndVersion = [](const OrtCustomOp*) { return 1; };
}

OrtStatus* OperatorDomain::Create(const Api& api, const HostTraits& host, std::unique_ptr<OperatorDomain>* domain) {
  try {
    std::unique_ptr<OperatorDomain> created(new OperatorDomain(api));
    if (OrtStatus* status = api.CreateCustomOpDomain(kDomain, &created->domain_)) return status;
    for (const Operator* op : Operators()) {
      created->ops_.push_back(std::make_unique<CustomOp>(*op, created->api_, host));
      if (OrtStatus* status = api.CustomOpDomain_Add(created->domain_, created->ops_.back().get())) return status;
    }
    *domain = std::move(created);
    return nullptr;
  } catch (const std::bad_alloc&) {
    return api.CreateStatus(ORT_FAIL, "out of memory");
  }
}

OperatorDomain::~OperatorDomain() {
  if (domain_ != nullptr) api_.ReleaseCustomOpDomain(domain_);
}

}  // namespace ssm::ort
