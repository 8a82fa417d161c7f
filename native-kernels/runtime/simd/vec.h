// One vector of floats of the instruction set that this source is being compiled for. Everything lives in namespace ssm::<isa>, so the variants
// of a kernel share no code that a linker could merge. Include only from sources that kernels.cmake compiles per instruction set; such a
// source uses nothing inline from outside its own namespace, and no intrinsics: those stay in this folder.
//
// Each vec_<isa>.h defines the same names:
//   kIsa, kWidth (floats in a Vec), kRegisters (vector registers)
//   Set(a)  Load(p)  LoadFirst(p, count)  Store(p, v)  StoreFirst(p, v, count)   count < kWidth; lanes from count on read as 0, are not written
//   + - * /  Fma(a, b, c) = a b + c  NegFma(a, b, c) = c - a b                    one rounding, except in baseline, which has no fma
//   DivideNear(a, b)                                                              a / b within 2 ulp for 1 <= b < 2^128; where kDivideNearVanishes, 0 for
//                                                                                 b > 2^126
//   Abs(a)  Max(a, b)  Min(a, b)                                                  if either is NaN: b, or NaN
//   IfLess(a, b, yes, no)  IfNan(a, yes, no)                                      lane by lane
//   AllAtMost(a, b)                                                               every a <= b, and no NaN
//   Sqrt(a)                                                                       correctly rounded
//   Sum(a)                                                                        of the lanes
//   ScaleByBits<kFraction>(a, b)                                                  adds the low bits of b to those of a from bit 23 - kFraction on: for
//                                                                                 kFraction = 0 it is a 2^k, k = the low bits of b; see math.h
//   kLookupBits, Lookup(table, b)                                                 lane by lane, the entry of a table (on a 64-byte boundary) of 2^kLookupBits
//                                                                                 floats that the low bits of b name, without going to memory
//   Prefetch(p)  PrefetchFar(p)                                                   brings p's cache line near, or into the second cache; any address will do.
//                                                                                 Only from inlined functions: GCC 12 takes a function that
//                                                                                 does nothing else for one without effect and drops the call
//   Control, ReadControl(), WriteControl(c), FlushingControl(c)                   floating-point mode of the thread
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

#if defined(_MSC_VER)
#define SSM_INLINE static __forceinline
#define SSM_INLINE_MEMBER __forceinline
#else
#define SSM_INLINE static inline __attribute__((always_inline))
#define SSM_INLINE_MEMBER inline __attribute__((always_inline))
#endif

#if defined(SSM_ISA_avx512)
#include "runtime/simd/vec_avx512.h"
#elif defined(SSM_ISA_avx2)
#include "runtime/simd/vec_avx2.h"
#elif defined(SSM_ISA_baseline)
#include "runtime/simd/vec_sse2.h"
#elif defined(SSM_ISA_neon)
#include "runtime/simd/vec_neon.h"
#else
#error "compile SIMD sources through ssm_add_simd_sources of kernels.cmake"
#endif

namespace ssm {
namespace SSM_ISA {

// While it lives, the calling thread counts numbers under 2^-126 as zero. A state that fades out would otherwise spend its last
// steps, and after them all silence, on denormals, which some processors handle a hundred times slower.
class FlushDenormals {
 public:
  FlushDenormals() : saved_(ReadControl()) { WriteControl(FlushingControl(saved_)); }
  ~FlushDenormals() { WriteControl(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  Control saved_;
};

// Load and Store of the first `count` floats, 1 <= count.
SSM_INLINE Vec LoadUpTo(const float* p, std::int64_t count) { return count >= kWidth ? Load(p) : LoadFirst(p, static_cast<int>(count)); }
SSM_INLINE void StoreUpTo(float* p, Vec v, std::int64_t count) {
  if (count >= kWidth) {
    Store(p, v);
  } else {
    StoreFirst(p, v, static_cast<int>(count));
  }
}

}  // namespace SSM_ISA
}  // namespace ssm
