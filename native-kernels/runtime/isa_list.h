// The one list of instruction sets that SIMD sources are compiled for. Dispatch, tests and benchmarks expand it; kernels.cmake holds
// the compiler flags of each. SSM_SIMD_ISAS(X) expands X(enumerator of ssm::Isa, namespace and name), slowest first.
#pragma once

#if defined(__x86_64__) || defined(_M_X64)
#define SSM_SIMD_ISAS(X) X(kBaseline, baseline) X(kAvx2, avx2) X(kAvx512, avx512)
#elif defined(__aarch64__) || defined(_M_ARM64)
#define SSM_SIMD_ISAS(X) X(kNeon, neon)
#else
#define SSM_SIMD_ISAS(X)
#endif
