// The part of ONNX Runtime's C ABI that this project uses, declared from its published facts.
//
// `OrtApi` is an append-only table of function pointers: a function's slot number never changes, so a slot and a signature are all that a caller needs.
// `OrtCustomOp` is a versioned struct; ONNX Runtime reads only the fields which exist in the version that the struct states.
// Every function that returns `OrtStatus*` gives nullptr on success; the caller owns a status that it gets.
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef _WIN32
#define SSM_ORT_CALL __stdcall
#define SSM_ORT_EXPORT __declspec(dllexport)
using OrtPathChar = wchar_t;
#else
#define SSM_ORT_CALL
#define SSM_ORT_EXPORT __attribute__((visibility("default")))
using OrtPathChar = char;
#endif

extern "C" {

struct OrtApi;
struct OrtEnv;
struct OrtStatus;
struct OrtMemoryInfo;
struct OrtArenaCfg;
struct OrtSession;
struct OrtValue;
struct OrtRunOptions;
struct OrtTypeInfo;
struct OrtTensorTypeAndShapeInfo;
struct OrtSessionOptions;
struct OrtCustomOpDomain;
struct OrtAllocator;
struct OrtKernelInfo;
struct OrtKernelContext;
struct OrtShapeInferContext;

enum OrtErrorCode : int { ORT_OK = 0, ORT_FAIL = 1, ORT_INVALID_ARGUMENT = 2 };

enum OrtLoggingLevel : int { ORT_LOGGING_LEVEL_ERROR = 3, ORT_LOGGING_LEVEL_FATAL = 4 };

enum OrtGraphOptimizationLevel : int { ORT_DISABLE_ALL = 0, ORT_ENABLE_ALL = 99 };

enum OrtAllocatorType : int { ORT_ARENA_ALLOCATOR = 1 };
enum OrtArenaExtension : int { ORT_ARENA_EXTEND_AS_REQUESTED = 1 };

enum OrtMemType : int { ORT_MEM_DEFAULT = 0 };

enum OnnxType : int { ONNX_TYPE_TENSOR = 1 };

/// The numbers of `TensorProto.DataType` in the ONNX standard.
enum OnnxElementType : int {
  ONNX_FLOAT = 1,
  ONNX_UINT8 = 2,
  ONNX_INT32 = 6,
  ONNX_INT64 = 7,
  ONNX_BOOL = 9,
  ONNX_FLOAT16 = 10,
};

enum OrtCharacteristic : int { ORT_REQUIRED = 0, ORT_OPTIONAL = 1 };

struct OrtApiBase {
  const OrtApi*(SSM_ORT_CALL* GetApi)(std::uint32_t version);
  const char*(SSM_ORT_CALL* GetVersionString)();
};

/// Fields up to version 17. `Infer...` and the `...V2` calls take precedence over the older ones beside them, which stay null.
struct OrtCustomOp {
  std::uint32_t version;
  void*(SSM_ORT_CALL* CreateKernel)(const OrtCustomOp*, const OrtApi*, const OrtKernelInfo*);
  const char*(SSM_ORT_CALL* GetName)(const OrtCustomOp*);
  const char*(SSM_ORT_CALL* GetExecutionProviderType)(const OrtCustomOp*);
  OnnxElementType(SSM_ORT_CALL* GetInputType)(const OrtCustomOp*, std::size_t index);
  std::size_t(SSM_ORT_CALL* GetInputTypeCount)(const OrtCustomOp*);
  OnnxElementType(SSM_ORT_CALL* GetOutputType)(const OrtCustomOp*, std::size_t index);
  std::size_t(SSM_ORT_CALL* GetOutputTypeCount)(const OrtCustomOp*);
  void(SSM_ORT_CALL* KernelCompute)(void* kernel, OrtKernelContext*);
  void(SSM_ORT_CALL* KernelDestroy)(void* kernel);
  OrtCharacteristic(SSM_ORT_CALL* GetInputCharacteristic)(const OrtCustomOp*, std::size_t index);
  OrtCharacteristic(SSM_ORT_CALL* GetOutputCharacteristic)(const OrtCustomOp*, std::size_t index);
  OrtMemType(SSM_ORT_CALL* GetInputMemoryType)(const OrtCustomOp*, std::size_t index);
  int(SSM_ORT_CALL* GetVariadicInputMinArity)(const OrtCustomOp*);
  int(SSM_ORT_CALL* GetVariadicInputHomogeneity)(const OrtCustomOp*);
  int(SSM_ORT_CALL* GetVariadicOutputMinArity)(const OrtCustomOp*);
  int(SSM_ORT_CALL* GetVariadicOutputHomogeneity)(const OrtCustomOp*);
  OrtStatus*(SSM_ORT_CALL* CreateKernelV2)(const OrtCustomOp*, const OrtApi*, const OrtKernelInfo*, void** kernel);
  OrtStatus*(SSM_ORT_CALL* KernelComputeV2)(void* kernel, OrtKernelContext*);
  OrtStatus*(SSM_ORT_CALL* InferOutputShape)(const OrtCustomOp*, OrtShapeInferContext*);
  int(SSM_ORT_CALL* GetStartVersion)(const OrtCustomOp*);
  int(SSM_ORT_CALL* GetEndVersion)(const OrtCustomOp*);
};

}  // extern "C"

namespace ssm::ort {

/// Oldest C API that has every slot below: ONNX Runtime 1.17.
constexpr std::uint32_t kApiVersion = 17;

// (slot, return type, function, parameters)
#define SSM_ORT_FUNCTIONS(F)                                                                                                              \
  F(0, OrtStatus*, CreateStatus, (OrtErrorCode, const char* message))                                                                     \
  F(1, OrtErrorCode, GetErrorCode, (const OrtStatus*))                                                                                    \
  F(2, const char*, GetErrorMessage, (const OrtStatus*))                                                                                  \
  F(3, OrtStatus*, CreateEnv, (OrtLoggingLevel, const char* log_id, OrtEnv**))                                                            \
  F(7, OrtStatus*, CreateSession, (const OrtEnv*, const OrtPathChar* path, const OrtSessionOptions*, OrtSession**))                       \
  F(8, OrtStatus*, CreateSessionFromArray, (const OrtEnv*, const void* model, std::size_t bytes, const OrtSessionOptions*, OrtSession**)) \
  F(9, OrtStatus*, Run,                                                                                                                   \
    (OrtSession*, const OrtRunOptions*, const char* const* input_names, const OrtValue* const* inputs, std::size_t input_count,           \
     const char* const* output_names, std::size_t output_count, OrtValue** outputs))                                                      \
  F(10, OrtStatus*, CreateSessionOptions, (OrtSessionOptions**))                                                                          \
  F(17, OrtStatus*, DisableMemPattern, (OrtSessionOptions*))                                                                              \
  F(22, OrtStatus*, SetSessionLogSeverityLevel, (OrtSessionOptions*, int level))                                                          \
  F(23, OrtStatus*, SetSessionGraphOptimizationLevel, (OrtSessionOptions*, OrtGraphOptimizationLevel))                                    \
  F(24, OrtStatus*, SetIntraOpNumThreads, (OrtSessionOptions*, int threads))                                                              \
  F(26, OrtStatus*, CreateCustomOpDomain, (const char* domain, OrtCustomOpDomain**))                                                      \
  F(27, OrtStatus*, CustomOpDomain_Add, (OrtCustomOpDomain*, const OrtCustomOp*))                                                         \
  F(28, OrtStatus*, AddCustomOpDomain, (OrtSessionOptions*, OrtCustomOpDomain*))                                                          \
  F(30, OrtStatus*, SessionGetInputCount, (const OrtSession*, std::size_t*))                                                              \
  F(31, OrtStatus*, SessionGetOutputCount, (const OrtSession*, std::size_t*))                                                             \
  F(33, OrtStatus*, SessionGetInputTypeInfo, (const OrtSession*, std::size_t index, OrtTypeInfo**))                                       \
  F(34, OrtStatus*, SessionGetOutputTypeInfo, (const OrtSession*, std::size_t index, OrtTypeInfo**))                                      \
  F(36, OrtStatus*, SessionGetInputName, (const OrtSession*, std::size_t index, OrtAllocator*, char**))                                   \
  F(37, OrtStatus*, SessionGetOutputName, (const OrtSession*, std::size_t index, OrtAllocator*, char**))                                  \
  F(39, OrtStatus*, CreateRunOptions, (OrtRunOptions**))                                                                                  \
  F(46, OrtStatus*, RunOptionsSetTerminate, (OrtRunOptions*))                                                                             \
  F(49, OrtStatus*, CreateTensorWithDataAsOrtValue,                                                                                       \
    (const OrtMemoryInfo*, void* data, std::size_t bytes, const std::int64_t* dims, std::size_t rank, OnnxElementType, OrtValue**))       \
  F(51, OrtStatus*, GetTensorMutableData, (OrtValue*, void**))                                                                            \
  F(55, OrtStatus*, CastTypeInfoToTensorInfo, (const OrtTypeInfo*, const OrtTensorTypeAndShapeInfo**))                                    \
  F(56, OrtStatus*, GetOnnxTypeFromTypeInfo, (const OrtTypeInfo*, OnnxType*))                                                             \
  F(57, OrtStatus*, CreateTensorTypeAndShapeInfo, (OrtTensorTypeAndShapeInfo**))                                                          \
  F(58, OrtStatus*, SetTensorElementType, (OrtTensorTypeAndShapeInfo*, OnnxElementType))                                                  \
  F(59, OrtStatus*, SetDimensions, (OrtTensorTypeAndShapeInfo*, const std::int64_t* dims, std::size_t rank))                              \
  F(60, OrtStatus*, GetTensorElementType, (const OrtTensorTypeAndShapeInfo*, OnnxElementType*))                                           \
  F(61, OrtStatus*, GetDimensionsCount, (const OrtTensorTypeAndShapeInfo*, std::size_t*))                                                 \
  F(62, OrtStatus*, GetDimensions, (const OrtTensorTypeAndShapeInfo*, std::int64_t* dims, std::size_t rank))                              \
  F(63, OrtStatus*, GetSymbolicDimensions, (const OrtTensorTypeAndShapeInfo*, const char** names, std::size_t rank))                      \
  F(65, OrtStatus*, GetTensorTypeAndShape, (const OrtValue*, OrtTensorTypeAndShapeInfo**))                                                \
  F(67, OrtStatus*, GetValueType, (const OrtValue*, OnnxType*))                                                                           \
  F(69, OrtStatus*, CreateCpuMemoryInfo, (OrtAllocatorType, OrtMemType, OrtMemoryInfo**))                                                 \
  F(76, OrtStatus*, AllocatorFree, (OrtAllocator*, void*))                                                                                \
  F(78, OrtStatus*, GetAllocatorWithDefaultOptions, (OrtAllocator**))                                                                     \
  F(85, OrtStatus*, KernelInfoGetAttribute_float, (const OrtKernelInfo*, const char* name, float*))                                       \
  F(86, OrtStatus*, KernelInfoGetAttribute_int64, (const OrtKernelInfo*, const char* name, std::int64_t*))                                \
  F(87, OrtStatus*, KernelInfoGetAttribute_string, (const OrtKernelInfo*, const char* name, char* out, std::size_t* size))                \
  F(88, OrtStatus*, KernelContext_GetInputCount, (const OrtKernelContext*, std::size_t*))                                                 \
  F(89, OrtStatus*, KernelContext_GetOutputCount, (const OrtKernelContext*, std::size_t*))                                                \
  F(90, OrtStatus*, KernelContext_GetInput, (const OrtKernelContext*, std::size_t index, const OrtValue**))                               \
  F(91, OrtStatus*, KernelContext_GetOutput, (OrtKernelContext*, std::size_t index, const std::int64_t* dims, std::size_t rank, OrtValue**)) \
  F(93, void, ReleaseStatus, (OrtStatus*))                                                                                                \
  F(94, void, ReleaseMemoryInfo, (OrtMemoryInfo*))                                                                                        \
  F(95, void, ReleaseSession, (OrtSession*))                                                                                              \
  F(96, void, ReleaseValue, (OrtValue*))                                                                                                  \
  F(97, void, ReleaseRunOptions, (OrtRunOptions*))                                                                                        \
  F(98, void, ReleaseTypeInfo, (OrtTypeInfo*))                                                                                            \
  F(99, void, ReleaseTensorTypeAndShapeInfo, (OrtTensorTypeAndShapeInfo*))                                                                \
  F(100, void, ReleaseSessionOptions, (OrtSessionOptions*))                                                                               \
  F(101, void, ReleaseCustomOpDomain, (OrtCustomOpDomain*))                                                                               \
  F(130, OrtStatus*, AddSessionConfigEntry, (OrtSessionOptions*, const char* key, const char* value))                                     \
  F(144, OrtStatus*, CreateAndRegisterAllocator, (OrtEnv*, const OrtMemoryInfo*, const OrtArenaCfg*))                                     \
  F(156, OrtStatus*, CreateArenaCfg, (std::size_t most, OrtArenaExtension, int first_bytes, int most_unused_bytes, OrtArenaCfg**))           \
  F(157, void, ReleaseArenaCfg, (OrtArenaCfg*))                                                                                           \
  F(165, OrtStatus*, AddRunConfigEntry, (OrtRunOptions*, const char* key, const char* value))                                             \
  F(230, OrtStatus*, KernelInfo_GetInputCount, (const OrtKernelInfo*, std::size_t*))                                                      \
  F(234, OrtStatus*, KernelInfo_GetInputTypeInfo, (const OrtKernelInfo*, std::size_t index, OrtTypeInfo**))                               \
  F(249, OrtStatus*, KernelInfoGetConstantInput_tensor, (const OrtKernelInfo*, std::size_t index, int* is_constant, const OrtValue**))      \
  F(267, OrtStatus*, ShapeInferContext_GetInputCount, (const OrtShapeInferContext*, std::size_t*))                                        \
  F(268, OrtStatus*, ShapeInferContext_GetInputTypeShape, (const OrtShapeInferContext*, std::size_t index, OrtTensorTypeAndShapeInfo**))  \
  F(270, OrtStatus*, ShapeInferContext_SetOutputTypeShape,                                                                                \
    (const OrtShapeInferContext*, std::size_t index, const OrtTensorTypeAndShapeInfo*))                                                   \
  F(271, OrtStatus*, SetSymbolicDimensions, (OrtTensorTypeAndShapeInfo*, const char* names[], std::size_t rank))                          \
  F(274, OrtStatus*, KernelContext_ParallelFor,                                                                                           \
    (const OrtKernelContext*, void (*fn)(void* arg, std::size_t task), std::size_t tasks, std::size_t batches, void* arg))

/// The functions above, read once from ONNX Runtime's table; call them as `api.CreateEnv(...)`.
struct Api {
  explicit Api(const OrtApi* table) {
    auto slots = reinterpret_cast<void* const*>(table);
#define SSM_ORT_READ(slot, result, name, params) name = reinterpret_cast<result(SSM_ORT_CALL*) params>(slots[slot]);
    SSM_ORT_FUNCTIONS(SSM_ORT_READ)
#undef SSM_ORT_READ
  }

#define SSM_ORT_DECLARE(slot, result, name, params) result(SSM_ORT_CALL* name) params;
  SSM_ORT_FUNCTIONS(SSM_ORT_DECLARE)
#undef SSM_ORT_DECLARE
};

// Hands a failed call's status to the caller's caller.
#define SSM_ORT_RETURN_IF_ERROR(expression)                \
  do {                                                     \
    if (OrtStatus* status_ = (expression)) return status_; \
  } while (false)

}  // namespace ssm::ort
