// The ONNX Runtime library of this process: loaded once from a path that JavaScript found, with one environment.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "ort/ort_abi.h"

namespace ssm::addon {

// A failure as JavaScript sees it: `code` becomes the property of that name, e.g. "ORT_INVALID_GRAPH".
class CodedError : public std::runtime_error {
 public:
  CodedError(std::string error_code, const std::string& message) : std::runtime_error(message), code(std::move(error_code)) {}
  const std::string code;
};

// Gives an object of ONNX Runtime back to it.
template <typename T>
struct Releaser {
  void(SSM_ORT_CALL* release)(T*) = nullptr;
  void operator()(T* object) const { release(object); }
};
template <typename T>
using Handle = std::unique_ptr<T, Releaser<T>>;

class OrtLibrary {
 public:
  // The same library for every caller; a path that differs from the first one's is an error. Throws CodedError "ORT_UNAVAILABLE".
  static const OrtLibrary& Load(const std::string& path);

  // Throws the CodedError of a failed call and releases its status.
  void Check(OrtStatus* status) const;

  const ort::Api api;
  const bool can_infer_shapes;
  OrtEnv* const env;  // for the life of the process
  const Handle<OrtMemoryInfo> cpu;

 private:
  OrtLibrary(const OrtApi* table, bool infers_shapes);
};

// Handle from a creating call: Make(library, &Api::ReleaseValue, [&](OrtValue** out) { return api.Create...(out); })
template <typename T, typename Create>
Handle<T> Make(const OrtLibrary& library, void(SSM_ORT_CALL* ort::Api::*release)(T*), Create create) {
  T* object = nullptr;
  library.Check(create(&object));
  return Handle<T>(object, {library.api.*release});
}

}  // namespace ssm::addon
