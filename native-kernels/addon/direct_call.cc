#include "addon/direct_call.h"

#include <array>
#include <cmath>

#include "addon/tensors.h"
#include "ops/operators.h"
#include "runtime/thread_pool.h"

namespace ssm::addon {
namespace {

void Check(const Status& status) {
  if (!status.ok()) throw CodedError(status.code() == StatusCode::kOutOfMemory ? "OUT_OF_MEMORY" : "INVALID_ARGUMENT", status.message());
}

Isa ReadIsa(const std::string& name) {
  Isa isa = SelectedIsa();
  if (!name.empty() && !ParseIsa(name.c_str(), &isa)) throw CodedError("BAD_CALL", "unknown instruction set " + name);
  return isa;
}

double ReadAttribute(const Operator& op, std::size_t index, const Napi::Object& attributes) {
  const Napi::Value given = attributes.Get(op.attributes[index].name);
  const std::string text = given.IsString() ? given.As<Napi::String>().Utf8Value() : "";
  AttributeValue value;
  if (given.IsString()) {
    value = {AttributeValue::kText, 0, text.c_str()};
  } else if (given.IsNumber()) {
    const double number = given.As<Napi::Number>().DoubleValue();
    value = {number == std::floor(number) ? AttributeValue::kInteger : AttributeValue::kReal, number, nullptr};
  } else if (!given.IsUndefined()) {
    value.kind = AttributeValue::kOther;
  }
  double parsed = 0;
  Check(ParseAttribute(op, index, value, &parsed));
  return parsed;
}

Napi::Value Call(Napi::Env env, const Operator& op, const Napi::Object& inputs, const Napi::Object& attributes, Isa isa, int threads) {
  std::array<TensorView, kMaxPorts> tensors;
  std::array<ShapeView, kMaxPorts> shapes;
  std::array<const float*, kMaxPorts> input_data{};
  std::vector<Napi::Reference<Napi::TypedArray>> keep_alive;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    const Napi::Value tensor = inputs.Get(op.inputs[i].name);
    if (tensor.IsUndefined()) continue;
    tensors[i] = ReadTensor(op.inputs[i].name, tensor, &keep_alive);
    if (tensors[i].type != ONNX_FLOAT) throw CodedError("BAD_TENSOR", std::string("tensor ") + op.inputs[i].name + ": expected float32, got " + TypeName(tensors[i].type));
    shapes[i] = {tensors[i].dims.data(), tensors[i].dims.size()};
    input_data[i] = static_cast<const float*>(tensors[i].data);
  }
  std::array<double, kMaxPorts> attribute_values{};
  for (std::size_t i = 0; i < op.attributes.size(); ++i) attribute_values[i] = ReadAttribute(op, i, attributes);

  Sizes sizes;
  Check(BindSizes(op, shapes.data(), &sizes));
  std::array<float*, kMaxPorts> output_data{};
  auto outputs = Napi::Object::New(env);
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    Shape shape;
    Check(OutputShape(op, i, sizes, &shape));
    std::vector<std::int64_t> dims(shape.dims.begin(), shape.dims.begin() + shape.rank);
    std::size_t elements = 1;
    for (const std::int64_t dim : dims) elements *= static_cast<std::size_t>(dim);
    auto data = Napi::Float32Array::New(env, elements);
    output_data[i] = data.Data();
    auto dims_array = Napi::Array::New(env, dims.size());
    for (std::uint32_t axis = 0; axis < dims.size(); ++axis) dims_array.Set(axis, static_cast<double>(dims[axis]));
    auto tensor = Napi::Object::New(env);
    tensor.Set("type", "float32");
    tensor.Set("dims", dims_array);
    tensor.Set("data", data);
    outputs.Set(op.outputs[i].name, tensor);
  }
  ThreadPool pool(threads);
  Check(op.compute({input_data.data(), output_data.data(), attribute_values.data(), sizes}, pool.parallel(), isa));
  auto result = Napi::Object::New(env);
  result.Set("outputs", outputs);
  result.Set("isa", IsaName(LastIsa()));
  return result;
}

}  // namespace

Napi::Value DirectCall(const Napi::CallbackInfo& info) {
  try {
    const std::string name = info[0].As<Napi::String>().Utf8Value();
    const Operator* op = FindOperator(name.c_str());
    if (op == nullptr) throw CodedError("BAD_CALL", "unknown operator " + name);
    return Call(info.Env(), *op, info[1].As<Napi::Object>(), info[2].As<Napi::Object>(), ReadIsa(info[3].As<Napi::String>().Utf8Value()),
                info[4].As<Napi::Number>().Int32Value());
  } catch (const CodedError& error) {
    throw ToJs(info.Env(), error);
  }
}

Napi::Value SupportedIsas(const Napi::CallbackInfo& info) {
  auto names = Napi::Array::New(info.Env());
  for (const Isa isa : kAllIsas) {
    if (IsaSupported(isa)) names.Set(names.Length(), IsaName(isa));
  }
  return names;
}

Napi::Value CurrentIsa(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), IsaName(SelectedIsa())); }

}  // namespace ssm::addon
