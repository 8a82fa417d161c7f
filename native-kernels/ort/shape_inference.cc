#include "ort/shape_inference.h"

#include <cstdio>

namespace ssm::ort {
namespace {

// The shape of an input as the graph states it. A rank above kMaxRank keeps its number, for the message.
struct StatedShape {
  std::array<std::int64_t, 2 * kMaxRank> dims{};
  std::array<const char*, 2 * kMaxRank> names{};  // they belong to the input's type, which outlives the inference
  std::size_t rank = 0;
};

// Names of open sizes ("batch"), by letter; null where there is none.
using Names = std::array<const char*, 26>;

const char*& NameOf(Names* names, char letter) { return (*names)[static_cast<std::size_t>(letter - 'A')]; }

struct InfoReleaser {
  const Api& api;
  OrtTensorTypeAndShapeInfo* info;
  ~InfoReleaser() { api.ReleaseTensorTypeAndShapeInfo(info); }
};

OrtStatus* ReadInput(const Api& api, OrtShapeInferContext* context, std::size_t index, StatedShape* shape) {
  OrtTensorTypeAndShapeInfo* info = nullptr;  // owned by the context
  SSM_ORT_RETURN_IF_ERROR(api.ShapeInferContext_GetInputTypeShape(context, index, &info));
  SSM_ORT_RETURN_IF_ERROR(api.GetDimensionsCount(info, &shape->rank));
  if (shape->rank > shape->dims.size()) shape->rank = shape->dims.size();
  SSM_ORT_RETURN_IF_ERROR(api.GetDimensions(info, shape->dims.data(), shape->rank));
  return api.GetSymbolicDimensions(info, shape->names.data(), shape->rank);
}

void ReadNames(const Port& port, const StatedShape& shape, Names* names) {
  std::array<Axis, kMaxRank> axes{};
  if (!AxesOfRank(port.shape, shape.rank, &axes)) return;
  for (std::size_t i = 0; i < shape.rank; ++i) {
    const bool named = shape.dims[i] == ShapeView::kOpen && shape.names[i] != nullptr && shape.names[i][0] != '\0';
    if (named && !axes[i].fixed() && axes[i].offset == 0) NameOf(names, axes[i].letter) = shape.names[i];
  }
}

OrtStatus* SetOutput(const Api& api, OrtShapeInferContext* context, std::size_t index, const Port& port, const Sizes& sizes, Names* names) {
  std::array<Axis, kMaxRank> axes{};
  const std::size_t rank = OutputAxes(port, sizes, &axes);
  if (rank == 0) return nullptr;
  std::array<std::int64_t, kMaxRank> values{};
  std::array<const char*, kMaxRank> value_names{};
  for (std::size_t i = 0; i < rank; ++i) {
    value_names[i] = "";
    if (axes[i].fixed()) {
      values[i] = axes[i].letter - '0';
      continue;
    }
    const std::int64_t size = sizes[axes[i].letter];
    const char* name = NameOf(names, axes[i].letter);
    const bool known = size != Sizes::kUnbound;
    if (!known && (name == nullptr || axes[i].offset != 0)) return nullptr;
    values[i] = known ? size + axes[i].offset : ShapeView::kOpen;
    value_names[i] = known ? "" : name;
  }
  OrtTensorTypeAndShapeInfo* info = nullptr;
  SSM_ORT_RETURN_IF_ERROR(api.CreateTensorTypeAndShapeInfo(&info));
  const InfoReleaser releaser{api, info};
  SSM_ORT_RETURN_IF_ERROR(api.SetTensorElementType(info, ONNX_FLOAT));
  SSM_ORT_RETURN_IF_ERROR(api.SetDimensions(info, values.data(), rank));
  SSM_ORT_RETURN_IF_ERROR(api.SetSymbolicDimensions(info, value_names.data(), rank));
  return api.ShapeInferContext_SetOutputTypeShape(context, index, info);
}

}  // namespace

OrtStatus* InferShapes(const Operator& op, const Api& api, OrtShapeInferContext* context) {
  std::array<StatedShape, kMaxPorts> shapes;
  std::array<ShapeView, kMaxPorts> views;
  Names names{};
  std::size_t count = 0;
  SSM_ORT_RETURN_IF_ERROR(api.ShapeInferContext_GetInputCount(context, &count));
  for (std::size_t i = 0; i < count && i < op.inputs.size(); ++i) {
    SSM_ORT_RETURN_IF_ERROR(ReadInput(api, context, i, &shapes[i]));
    if (shapes[i].rank == 0) continue;  // so a shape that is not known is told; a scalar fits no input, which the run will say
    views[i] = {shapes[i].dims.data(), shapes[i].rank};
    ReadNames(op.inputs[i], shapes[i], &names);
  }
  Sizes sizes;
  if (!BindKnownSizes(op, views.data(), &sizes).ok()) return nullptr;  // the kernel's creation refuses it, whose message ONNX Runtime passes on
  for (std::size_t i = 0; i < op.outputs.size(); ++i) SSM_ORT_RETURN_IF_ERROR(SetOutput(api, context, i, op.outputs[i], sizes, &names));
  return nullptr;
}

bool CanInferShapes(const OrtApiBase* base) {
  int major = 0, minor = 0;
  return std::sscanf(base->GetVersionString(), "%d.%d", &major, &minor) == 2 && (major > 1 || minor >= 26);
}

}  // namespace ssm::ort
