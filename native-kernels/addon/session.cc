#include "addon/session.h"

#include <filesystem>

namespace ssm::addon {
namespace {

std::size_t BytesOf(OnnxElementType type) {
  switch (type) {
    case ONNX_FLOAT:
    case ONNX_INT32:
      return 4;
    case ONNX_INT64:
      return 8;
    case ONNX_FLOAT16:
      return 2;
    case ONNX_UINT8:
    case ONNX_BOOL:
      return 1;
  }
  throw CodedError("UNSUPPORTED_TYPE", "the ONNX element type " + std::to_string(type) + " is not one of float32, float16, int64, int32, uint8, bool");
}

std::vector<const char*> Pointers(const std::vector<std::string>& names) {
  std::vector<const char*> pointers;
  for (const std::string& name : names) pointers.push_back(name.c_str());
  return pointers;
}

}  // namespace

Session::Session(const OrtLibrary& library, const ModelSource& model, const SessionOptions& options)
    : library_(library), keep_memory_(options.keep_memory) {
  const ort::Api& api = library.api;
  library.Check(ort::OperatorDomain::Create(api, {options.threads, library.can_infer_shapes, &calls_}, &operators_));
  const auto settings = Make<OrtSessionOptions>(library, &ort::Api::ReleaseSessionOptions, api.CreateSessionOptions);
  library.Check(operators_->AddTo(settings.get()));
  if (!options.keep_plans) library.Check(api.DisableMemPattern(settings.get()));
  if (!keep_memory_) library.Check(api.AddSessionConfigEntry(settings.get(), "session.use_env_allocators", "1"));
  library.Check(api.SetIntraOpNumThreads(settings.get(), options.threads));
  // Idle threads give the cores back at once: to what the program does with the answer, and to its other sessions.
  library.Check(api.AddSessionConfigEntry(settings.get(), "session.force_spinning_stop", "1"));
  library.Check(api.SetSessionLogSeverityLevel(settings.get(), ORT_LOGGING_LEVEL_FATAL));  // errors reach the caller as exceptions
  library.Check(api.SetSessionGraphOptimizationLevel(settings.get(), options.optimize ? ORT_ENABLE_ALL : ORT_DISABLE_ALL));
  session_ = Make<OrtSession>(library, &ort::Api::ReleaseSession, [&](OrtSession** session) {
    return model.path.empty() ? api.CreateSessionFromArray(library.env, model.bytes, model.size, settings.get(), session)
                              : api.CreateSession(library.env, std::filesystem::u8path(model.path).c_str(), settings.get(), session);
  });
  std::size_t count = 0;
  library.Check(api.SessionGetInputCount(session_.get(), &count));
  for (std::size_t i = 0; i < count; ++i) inputs_.push_back(Describe(true, i));
  library.Check(api.SessionGetOutputCount(session_.get(), &count));
  for (std::size_t i = 0; i < count; ++i) outputs_.push_back(Describe(false, i));
}

TensorInfo Session::Describe(bool input, std::size_t index) const {
  const ort::Api& api = library_.api;
  OrtAllocator* allocator = nullptr;
  char* name = nullptr;
  library_.Check(api.GetAllocatorWithDefaultOptions(&allocator));
  library_.Check((input ? api.SessionGetInputName : api.SessionGetOutputName)(session_.get(), index, allocator, &name));
  TensorInfo described{name, ONNX_FLOAT, {}};
  library_.Check(api.AllocatorFree(allocator, name));

  const auto type = Make<OrtTypeInfo>(library_, &ort::Api::ReleaseTypeInfo, [&](OrtTypeInfo** info) {
    return (input ? api.SessionGetInputTypeInfo : api.SessionGetOutputTypeInfo)(session_.get(), index, info);
  });
  const OrtTensorTypeAndShapeInfo* tensor = nullptr;
  library_.Check(api.CastTypeInfoToTensorInfo(type.get(), &tensor));
  if (tensor == nullptr) throw CodedError("UNSUPPORTED_TYPE", described.name + " is no tensor: sequences, maps and optionals are not supported");
  TensorView view = Describe(tensor);
  described.type = view.type;
  described.dims = std::move(view.dims);
  return described;
}

TensorView Session::Describe(const OrtTensorTypeAndShapeInfo* info) const {
  const ort::Api& api = library_.api;
  TensorView view{ONNX_FLOAT, {}, nullptr, 0};
  std::size_t rank = 0;
  library_.Check(api.GetTensorElementType(info, &view.type));
  library_.Check(api.GetDimensionsCount(info, &rank));
  view.dims.resize(rank);
  library_.Check(api.GetDimensions(info, view.dims.data(), rank));
  return view;
}

Handle<OrtRunOptions> Session::NewRunOptions() const {
  auto options = Make<OrtRunOptions>(library_, &ort::Api::ReleaseRunOptions, library_.api.CreateRunOptions);
  if (!keep_memory_) library_.Check(library_.api.AddRunConfigEntry(options.get(), "memory.enable_memory_arena_shrinkage", "cpu:0"));
  return options;
}

void Session::Terminate(OrtRunOptions* options) const { library_.Check(library_.api.RunOptionsSetTerminate(options)); }

std::vector<Handle<OrtValue>> Session::Run(const OrtRunOptions* options, const std::vector<std::string>& input_names, const std::vector<TensorView>& inputs,
                                           const std::vector<std::string>& output_names) const {
  const ort::Api& api = library_.api;
  std::vector<Handle<OrtValue>> input_handles;
  std::vector<const OrtValue*> input_values;
  for (const TensorView& view : inputs) {
    input_handles.push_back(Make<OrtValue>(library_, &ort::Api::ReleaseValue, [&](OrtValue** value) {
      return api.CreateTensorWithDataAsOrtValue(library_.cpu.get(), view.data, view.bytes, view.dims.data(), view.dims.size(), view.type, value);
    }));
    input_values.push_back(input_handles.back().get());
  }
  std::vector<OrtValue*> output_values(output_names.size(), nullptr);
  OrtStatus* status = api.Run(session_.get(), options, Pointers(input_names).data(), input_values.data(), input_values.size(), Pointers(output_names).data(),
                              output_names.size(), output_values.data());
  std::vector<Handle<OrtValue>> outputs;
  for (OrtValue* value : output_values) outputs.emplace_back(value, Releaser<OrtValue>{api.ReleaseValue});
  library_.Check(status);
  return outputs;
}

TensorView Session::View(OrtValue* value) const {
  const ort::Api& api = library_.api;
  OnnxType kind{};
  library_.Check(api.GetValueType(value, &kind));
  if (kind != ONNX_TYPE_TENSOR) throw CodedError("UNSUPPORTED_TYPE", "an output of the model is no tensor");
  const auto info = Make<OrtTensorTypeAndShapeInfo>(library_, &ort::Api::ReleaseTensorTypeAndShapeInfo,
                                                    [&](OrtTensorTypeAndShapeInfo** out) { return api.GetTensorTypeAndShape(value, out); });
  TensorView view = Describe(info.get());
  view.bytes = BytesOf(view.type);
  for (const std::int64_t dim : view.dims) view.bytes *= static_cast<std::size_t>(dim);
  library_.Check(api.GetTensorMutableData(value, &view.data));
  return view;
}

}  // namespace ssm::addon
