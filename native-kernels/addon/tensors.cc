#include "addon/tensors.h"

#include <cstring>

namespace ssm::addon {
namespace {

// One row for each element type: its name, and the typed array that holds it.
struct ElementRow {
  const char* name;
  OnnxElementType type;
  napi_typedarray_type array;
  const char* array_name;
};
constexpr ElementRow kElements[] = {
    {"float32", ONNX_FLOAT, napi_float32_array, "Float32Array"}, {"int64", ONNX_INT64, napi_bigint64_array, "BigInt64Array"},
    {"int32", ONNX_INT32, napi_int32_array, "Int32Array"},       {"uint8", ONNX_UINT8, napi_uint8_array, "Uint8Array"},
    {"bool", ONNX_BOOL, napi_uint8_array, "Uint8Array"},         {"float16", ONNX_FLOAT16, napi_uint16_array, "Uint16Array"},
};

const ElementRow& RowOf(OnnxElementType type) {
  for (const ElementRow& row : kElements) {
    if (row.type == type) return row;
  }
  throw CodedError("UNSUPPORTED_TYPE", "the ONNX element type " + std::to_string(type) + " is not supported");
}

[[noreturn]] void ThrowBad(const std::string& name, const std::string& problem) { throw CodedError("BAD_TENSOR", "tensor " + name + ": " + problem); }

const ElementRow& ReadType(const std::string& name, const Napi::Value& type) {
  const std::string text = type.IsString() ? type.As<Napi::String>().Utf8Value() : "";
  for (const ElementRow& row : kElements) {
    if (text == row.name) return row;
  }
  ThrowBad(name, "expected the type float32, float16, int64, int32, uint8 or bool, got " + (text.empty() ? "none" : text));
}

std::vector<std::int64_t> ReadDims(const std::string& name, const Napi::Value& dims) {
  if (!dims.IsArray()) ThrowBad(name, "expected dims, an array of sizes");
  const auto array = dims.As<Napi::Array>();
  std::vector<std::int64_t> result;
  for (std::uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value dim = array.Get(i);
    const double size = dim.IsNumber() ? dim.As<Napi::Number>().DoubleValue() : -1;
    if (!(size >= 0) || size > 9e15 || size != static_cast<double>(static_cast<std::int64_t>(size))) ThrowBad(name, "dims must be whole numbers of 0 or more");
    result.push_back(static_cast<std::int64_t>(size));
  }
  return result;
}

// As text for a message, e.g. "[2,3]".
std::string ToText(const std::vector<std::int64_t>& dims) {
  std::string text;
  for (const std::int64_t dim : dims) text += (text.empty() ? "" : ",") + std::to_string(dim);
  return "[" + text + "]";
}

}  // namespace

const char* TypeName(OnnxElementType type) { return RowOf(type).name; }

TensorView ReadTensor(const std::string& name, Napi::Value tensor, std::vector<Napi::Reference<Napi::TypedArray>>* keep_alive) {
  if (!tensor.IsObject()) ThrowBad(name, "expected an object with type, dims and data");
  const auto object = tensor.As<Napi::Object>();
  const ElementRow& row = ReadType(name, object.Get("type"));
  TensorView view{row.type, ReadDims(name, object.Get("dims")), nullptr, 0};
  const Napi::Value data = object.Get("data");
  if (!data.IsTypedArray() || data.As<Napi::TypedArray>().TypedArrayType() != row.array) {
    ThrowBad(name, std::string("data of the type ") + row.name + " must be a " + row.array_name);
  }
  const auto array = data.As<Napi::TypedArray>();
  double elements = 1;  // exact up to 2^53, and larger products cannot equal a length
  for (const std::int64_t dim : view.dims) elements *= static_cast<double>(dim);
  if (elements != static_cast<double>(array.ElementLength())) {
    ThrowBad(name, "the shape " + ToText(view.dims) + " needs " + std::to_string(static_cast<std::int64_t>(elements)) + " elements, data has " + std::to_string(array.ElementLength()));
  }
  static char empty[8];  // ONNX Runtime wants an address for no elements, too
  view.bytes = array.ByteLength();
  view.data = view.bytes == 0 ? empty : static_cast<char*>(array.ArrayBuffer().Data()) + array.ByteOffset();
  keep_alive->push_back(Napi::Persistent(array));
  return view;
}

Napi::Object WriteTensor(Napi::Env env, const TensorView& view) {
  const ElementRow& row = RowOf(view.type);
  auto buffer = Napi::ArrayBuffer::New(env, view.bytes);
  if (view.bytes > 0) std::memcpy(buffer.Data(), view.data, view.bytes);
  std::size_t elements = 1;
  auto dims = Napi::Array::New(env, view.dims.size());
  for (std::size_t i = 0; i < view.dims.size(); ++i) {
    elements *= static_cast<std::size_t>(view.dims[i]);
    dims.Set(static_cast<std::uint32_t>(i), static_cast<double>(view.dims[i]));
  }
  napi_value array = nullptr;
  NAPI_THROW_IF_FAILED(env, napi_create_typedarray(env, row.array, elements, buffer, 0, &array), Napi::Object());
  auto object = Napi::Object::New(env);
  object.Set("type", row.name);
  object.Set("dims", dims);
  object.Set("data", Napi::Value(env, array));
  return object;
}

Napi::Error ToJs(Napi::Env env, const CodedError& error) {
  Napi::Error js = Napi::Error::New(env, error.what());
  js.Value().Set("code", error.code);
  return js;
}

}  // namespace ssm::addon
