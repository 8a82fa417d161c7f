#include "addon/ort_library.h"

#include <filesystem>
#include <mutex>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include "ort/shape_inference.h"

namespace ssm::addon {
namespace {

using GetApiBase = const OrtApiBase*(SSM_ORT_CALL*)();

[[noreturn]] void ThrowUnavailable(const std::string& message) { throw CodedError("ORT_UNAVAILABLE", message); }

GetApiBase Open(const std::string& path) {
#ifdef _WIN32
  // Its own folder comes first, so that the DLLs beside it are found.
  HMODULE module = LoadLibraryExW(std::filesystem::u8path(path).c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (module == nullptr) ThrowUnavailable("cannot load " + path + ": Windows error " + std::to_string(GetLastError()));
  const auto symbol = reinterpret_cast<GetApiBase>(reinterpret_cast<void*>(GetProcAddress(module, "OrtGetApiBase")));
#else
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) ThrowUnavailable(std::string("cannot load the ONNX Runtime library: ") + dlerror());
  const auto symbol = reinterpret_cast<GetApiBase>(dlsym(module, "OrtGetApiBase"));
#endif
  if (symbol == nullptr) ThrowUnavailable(path + " is not an ONNX Runtime library: it has no OrtGetApiBase");
  return symbol;
}

// The names of OrtErrorCode, by number.
constexpr const char* kErrorNames[] = {"OK",           "FAIL",          "INVALID_ARGUMENT", "NO_SUCH_FILE",        "NO_MODEL",
                                       "ENGINE_ERROR", "RUNTIME_ERROR", "INVALID_PROTOBUF", "MODEL_LOADED",        "NOT_IMPLEMENTED",
                                       "INVALID_GRAPH", "EP_FAIL",      "LOAD_CANCELED",    "REQUIRES_COMPILATION", "NOT_FOUND"};

OrtEnv* CreateEnv(const ort::Api& api) {
  OrtEnv* env = nullptr;
  OrtStatus* status = api.CreateEnv(ORT_LOGGING_LEVEL_FATAL, "mamba-studio", &env);
  if (status == nullptr) return env;
  const std::string message = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  ThrowUnavailable("ONNX Runtime does not start: " + message);
}

}  // namespace

const OrtLibrary& OrtLibrary::Load(const std::string& path) {
  static std::mutex mutex;
  static std::unique_ptr<const OrtLibrary> library;
  static std::string loaded_path;
  const std::lock_guard<std::mutex> lock(mutex);
  if (library == nullptr) {
    const OrtApiBase* base = Open(path)();
    const OrtApi* table = base->GetApi(ort::kApiVersion);
    if (table == nullptr) ThrowUnavailable("ONNX Runtime 1.17 or newer is needed, " + path + " is " + base->GetVersionString());
    library.reset(new OrtLibrary(table, ort::CanInferShapes(base)));
    loaded_path = path;
  } else if (path != loaded_path) {
    ThrowUnavailable("this process has already loaded ONNX Runtime from " + loaded_path);
  }
  return *library;
}

// The environment's allocator, for sessions that want it, takes no more from the system than is asked of it; those of sessions double what they have.
OrtLibrary::OrtLibrary(const OrtApi* table, bool infers_shapes)
    : api(table), can_infer_shapes(infers_shapes), env(CreateEnv(api)),
      cpu(Make<OrtMemoryInfo>(*this, &ort::Api::ReleaseMemoryInfo,
                              [&](OrtMemoryInfo** info) { return api.CreateCpuMemoryInfo(ORT_ARENA_ALLOCATOR, ORT_MEM_DEFAULT, info); })) {
  const auto arena = Make<OrtArenaCfg>(*this, &ort::Api::ReleaseArenaCfg,
                                       [&](OrtArenaCfg** arena) { return api.CreateArenaCfg(0, ORT_ARENA_EXTEND_AS_REQUESTED, -1, -1, arena); });
  Check(api.CreateAndRegisterAllocator(env, cpu.get(), arena.get()));
}

void OrtLibrary::Check(OrtStatus* status) const {
  if (status == nullptr) return;
  const auto code = static_cast<std::size_t>(api.GetErrorCode(status));
  const std::string message = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  throw CodedError(std::string("ORT_") + (code < std::size(kErrorNames) ? kErrorNames[code] : "FAIL"), message);
}

}  // namespace ssm::addon
