#include "ort/kernel.h"

namespace ssm::ort {
namespace {

OrtStatus* ToOrt(const Api& api, const Status& status) {
  if (status.ok()) return nullptr;
  return api.CreateStatus(status.code() == StatusCode::kInvalidArgument ? ORT_INVALID_ARGUMENT : ORT_FAIL, status.message());
}

bool Succeeded(const Api& api, OrtStatus* status) {
  if (status != nullptr) api.ReleaseStatus(status);
  return status == nullptr;
}

// A shape as ONNX Runtime reports it. Rank above kMaxRank keeps its number, for the message, and the first sizes.
struct InputShape {
  std::array<std::int64_t, 2 * kMaxRank> dims{};
  std::size_t rank = 0;
};

OrtStatus* ReadShape(const Api& api, const OrtTensorTypeAndShapeInfo* info, InputShape* shape) {
  SSM_ORT_RETURN_IF_ERROR(api.GetDimensionsCount(info, &shape->rank));
  if (shape->rank > shape->dims.size()) shape->rank = shape->dims.size();
  return api.GetDimensions(info, shape->dims.data(), shape->rank);
}

OrtStatus* ReadShape(const Api& api, const OrtValue* value, InputShape* shape) {
  OrtTensorTypeAndShapeInfo* info = nullptr;
  SSM_ORT_RETURN_IF_ERROR(api.GetTensorTypeAndShape(value, &info));
  OrtStatus* status = ReadShape(api, info, shape);
  api.ReleaseTensorTypeAndShapeInfo(info);
  return status;
}

// Rank 0 where the graph states none.
OrtStatus* ReadStatedShape(const Api& api, const OrtKernelInfo* kernel, std::size_t index, InputShape* shape) {
  OrtTypeInfo* type = nullptr;
  if (!Succeeded(api, api.KernelInfo_GetInputTypeInfo(kernel, index, &type))) return nullptr;  // an input that the node leaves out has no type
  const OrtTensorTypeAndShapeInfo* info = nullptr;
  OrtStatus* status = api.CastTypeInfoToTensorInfo(type, &info);
  if (status == nullptr && info != nullptr) status = ReadShape(api, info, shape);
  api.ReleaseTypeInfo(type);
  return status;
}

OrtStatus* ReadInput(const Api& api, const OrtValue* value, InputShape* shape, ShapeView* view, const float** data) {
  SSM_ORT_RETURN_IF_ERROR(ReadShape(api, value, shape));
  *view = {shape->dims.data(), shape->rank};
  void* memory = nullptr;
  SSM_ORT_RETURN_IF_ERROR(api.GetTensorMutableData(const_cast<OrtValue*>(value), &memory));
  *data = static_cast<const float*>(memory);
  return nullptr;
}

// The session's intra-op threads, for the length of one Compute.
struct SessionThreads {
  const Api& api;
  const OrtKernelContext* context;
  OrtStatus* status = nullptr;

  static void Run(void* self, std::size_t tasks, void (*fn)(void* arg, std::size_t task), void* arg) {
    auto* threads = static_cast<SessionThreads*>(self);
    OrtStatus* status = threads->api.KernelContext_ParallelFor(threads->context, fn, tasks, 0, arg);
    if (status == nullptr) return;
    if (threads->status != nullptr) threads->api.ReleaseStatus(threads->status);
    threads->status = status;
  }
};

}  // namespace

OrtStatus* Kernel::ReadAttributes(const OrtKernelInfo* info) {
  for (std::size_t i = 0; i < op_.attributes.size(); ++i) {
    const char* name = op_.attributes[i].name;
    char text[64] = {};
    std::size_t size = sizeof text;
    std::int64_t integer = 0;
    float real = 0;
    AttributeValue value;
    if (Succeeded(api_, api_.KernelInfoGetAttribute_string(info, name, text, &size))) {
      value.kind = AttributeValue::kText;
      value.text = text;
    } else if (Succeeded(api_, api_.KernelInfoGetAttribute_int64(info, name, &integer))) {
      value.kind = AttributeValue::kInteger;
      value.number = static_cast<double>(integer);
    } else if (Succeeded(api_, api_.KernelInfoGetAttribute_float(info, name, &real))) {
      value.kind = AttributeValue::kReal;
      value.number = real;
    } else if (size > sizeof text) {
      value.kind = AttributeValue::kOther;  // a longer string than any choice
    }
    const Status status = ParseAttribute(op_, i, value, &attributes_[i]);
    if (!status.ok()) return ToOrt(api_, status);
  }
  return nullptr;
}

OrtStatus* Kernel::CheckShapes(const OrtKernelInfo* info) const {
  std::array<InputShape, kMaxPorts> shapes;
  std::array<ShapeView, kMaxPorts> views;
  std::size_t count = 0;
  SSM_ORT_RETURN_IF_ERROR(api_.KernelInfo_GetInputCount(info, &count));
  for (std::size_t i = 0; i < count && i < op_.inputs.size(); ++i) {
    SSM_ORT_RETURN_IF_ERROR(ReadStatedShape(api_, info, i, &shapes[i]));
    if (shapes[i].rank > 0) views[i] = {shapes[i].dims.data(), shapes[i].rank};
  }
  Sizes sizes;
  return ToOrt(api_, BindKnownSizes(op_, views.data(), &sizes));
}

OrtStatus* Kernel::Prepare(const OrtKernelInfo* info) {
  if (op_.prepare == nullptr) return nullptr;
  std::array<InputShape, kMaxPorts> shapes;
  std::array<ShapeView, kMaxPorts> views;
  std::array<const float*, kMaxPorts> inputs{};
  for (std::size_t i = 0; i < op_.inputs.size(); ++i) {
    int constant = 0;
    const OrtValue* value = nullptr;
    SSM_ORT_RETURN_IF_ERROR(api_.KernelInfoGetConstantInput_tensor(info, i, &constant, &value));
    if (!constant || value == nullptr) continue;
    SSM_ORT_RETURN_IF_ERROR(ReadInput(api_, value, &shapes[i], &views[i], &inputs[i]));
  }
  Sizes sizes;
  if (BindKnownSizes(op_, views.data(), &sizes).ok()) prepared_ = op_.prepare({inputs.data(), nullptr, attributes_.data(), sizes}, SelectedIsa());
  return nullptr;
}

OrtStatus* Kernel::Compute(OrtKernelContext* context) const {
  std::array<InputShape, kMaxPorts> input_shapes;
  std::array<ShapeView, kMaxPorts> views;
  std::array<const float*, kMaxPorts> inputs{};
  std::size_t count = 0;
  SSM_ORT_RETURN_IF_ERROR(api_.KernelContext_GetInputCount(context, &count));
  for (std::size_t i = 0; i < count && i < op_.inputs.size(); ++i) {
    const OrtValue* value = nullptr;
    SSM_ORT_RETURN_IF_ERROR(api_.KernelContext_GetInput(context, i, &value));
    if (value == nullptr) continue;
    SSM_ORT_RETURN_IF_ERROR(ReadInput(api_, value, &input_shapes[i], &views[i], &inputs[i]));
  }

  Sizes sizes;
  Status status = BindSizes(op_, views.data(), &sizes);
  if (!status.ok()) return ToOrt(api_, status);

  std::array<float*, kMaxPorts> outputs{};
  SSM_ORT_RETURN_IF_ERROR(api_.KernelContext_GetOutputCount(context, &count));
  for (std::size_t i = 0; i < count && i < op_.outputs.size(); ++i) {
    Shape shape;
    status = OutputShape(op_, i, sizes, &shape);
    if (!status.ok()) return ToOrt(api_, status);
    OrtValue* value = nullptr;
    SSM_ORT_RETURN_IF_ERROR(api_.KernelContext_GetOutput(context, i, shape.dims.data(), shape.rank, &value));
    if (value == nullptr) continue;
    void* data = nullptr;
    SSM_ORT_RETURN_IF_ERROR(api_.GetTensorMutableData(value, &data));
    outputs[i] = static_cast<float*>(data);
  }

  SessionThreads session{api_, context};
  const Parallel parallel = host_.threads > 1 ? Parallel{SessionThreads::Run, &session, host_.threads} : SerialParallel();
  status = op_.compute({inputs.data(), outputs.data(), attributes_.data(), sizes, prepared_.get()}, parallel, SelectedIsa());
  if (host_.calls != nullptr) host_.calls->fetch_add(1, std::memory_order_relaxed);
  if (session.status != nullptr) return session.status;
  return ToOrt(api_, status);
}

}  // namespace ssm::ort
