#include "ort/shape_inference.h"

#include <cstdio>

namespace ssm::ort {
namespace {

// A size that is known, or has a name, or neither. The name belongs to the input's type, which outlives the inference.
struct Dim {
  std::int64_t value = -1;
  const char* name = "";
  bool known() const { return value >= 0; }
  bool given() const { return known() || name[0] != '\0'; }
};

using Dims = std::array<Dim, 26>;

struct InfoReleaser {
  const Api& api;
  OrtTensorTypeAndShapeInfo* info;
  ~InfoReleaser() { api.ReleaseTensorTypeAndShapeInfo(info); }
};

OrtStatus* ReadInput(const Api& api, OrtShapeInferContext* context, std::size_t index, const Port& port, Dims* dims) {
  OrtTensorTypeAndShapeInfo* info = nullptr;  // owned by the context
  SSM_ORT_RETURN_IF_ERROR(api.ShapeInferContext_GetInputTypeShape(context, index, &info));
  std::size_t rank = 0;
  SSM_ORT_RETURN_IF_ERROR(api.GetDimensionsCount(info, &rank));
  std::array<Axis, kMaxRank> axes{};
  if (!AxesOfRank(port.shape, rank, &axes)) return nullptr;
  std::array<std::int64_t, kMaxRank> values{};
  std::array<const char*, kMaxRank> names{};
  SSM_ORT_RETURN_IF_ERROR(api.GetDimensions(info, values.data(), rank));
  SSM_ORT_RETURN_IF_ERROR(api.GetSymbolicDimensions(info, names.data(), rank));
  for (std::size_t i = 0; i < rank; ++i) {
    if (axes[i].fixed()) continue;
    Dim& dim = (*dims)[static_cast<std::size_t>(axes[i].letter - 'A')];
    if (dim.known()) continue;
    if (values[i] >= 0) {
      dim.value = values[i] - axes[i].offset;
    } else if (!dim.given() && axes[i].offset == 0 && names[i] != nullptr) {
      dim.name = names[i];
    }
  }
  return nullptr;
}

OrtStatus* SetOutput(const Api& api, OrtShapeInferContext* context, std::size_t index, const Port& port, const Dims& dims) {
  std::array<Axis, kMaxRank> axes{};
  std::size_t rank = kMaxRank;
  while (rank > 0 && !AxesOfRank(port.shape, rank, &axes)) --rank;
  std::array<std::int64_t, kMaxRank> values{};
  std::array<const char*, kMaxRank> names{};
  for (std::size_t i = 0; i < rank; ++i) {
    const Dim& dim = dims[static_cast<std::size_t>(axes[i].letter - 'A')];
    if (!dim.given() || (!dim.known() && axes[i].offset != 0)) return nullptr;
    values[i] = dim.known() ? dim.value + axes[i].offset : -1;
    names[i] = dim.known() ? "" : dim.name;
  }
  OrtTensorTypeAndShapeInfo* info = nullptr;
  SSM_ORT_RETURN_IF_ERROR(api.CreateTensorTypeAndShapeInfo(&info));
  const InfoReleaser releaser{api, info};
  SSM_ORT_RETURN_IF_ERROR(api.SetTensorElementType(info, ONNX_FLOAT));
  SSM_ORT_RETURN_IF_ERROR(api.SetDimensions(info, values.data(), rank));
  SSM_ORT_RETURN_IF_ERROR(api.SetSymbolicDimensions(info, names.data(), rank));
  return api.ShapeInferContext_SetOutputTypeShape(context, index, info);
}

}  // namespace

OrtStatus* InferShapes(const Operator& op, const Api& api, OrtShapeInferContext* context) {
  Dims dims;
  std::size_t count = 0;
  SSM_ORT_RETURN_IF_ERROR(api.ShapeInferContext_GetInputCount(context, &count));
  for (std::size_t i = 0; i < count && i < op.inputs.size(); ++i) SSM_ORT_RETURN_IF_ERROR(ReadInput(api, context, i, op.inputs[i], &dims));
  for (std::size_t i = 0; i < op.outputs.size(); ++i) SSM_ORT_RETURN_IF_ERROR(SetOutput(api, context, i, op.outputs[i], dims));
  return nullptr;
}

bool CanInferShapes(const OrtApiBase* base) {
  int major = 0, minor = 0;
  return std::sscanf(base->GetVersionString(), "%d.%d", &major, &minor) == 2 && (major > 1 || minor >= 26);
}

}  // namespace ssm::ort
