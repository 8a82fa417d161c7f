#include "runtime/dispatch.h"

#include <cstdlib>
#include <cstring>

#include "runtime/isa_list.h"

#if defined(_MSC_VER) && (defined(_M_X64) || defined(__x86_64__))
#include <immintrin.h>
#include <intrin.h>
#endif

namespace ssm {
namespace {

thread_local Isa last_isa = Isa::kReference;

#if defined(__x86_64__) && defined(__GNUC__)

bool CpuHasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool CpuHasAvx512() {
  return CpuHasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}
bool CpuIsZen4() { return __builtin_cpu_is("amdfam19h"); }  // or Zen 3, which has no wide vectors

#elif defined(_M_X64)

// Bits of CPUID leaf 7, subleaf 0, register EBX.
constexpr int kAvx2Bit = 1 << 5;
constexpr int kAvx512Bits = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;  // F, DQ, BW, VL

// True if the processor has every bit and the operating system saves the registers named by `state` (XCR0).
bool CpuHas(int leaf7_bits, unsigned long long state) {
  int leaf1[4], leaf7[4];
  __cpuid(leaf1, 1);
  constexpr int kFma = 1 << 12, kOsxsave = 1 << 27;
  if ((leaf1[2] & (kFma | kOsxsave)) != (kFma | kOsxsave) || (_xgetbv(0) & state) != state) return false;
  __cpuidex(leaf7, 7, 0);
  return (leaf7[1] & leaf7_bits) == leaf7_bits;
}
bool CpuHasAvx2() { return CpuHas(kAvx2Bit, 0x6); }
bool CpuHasAvx512() { return CpuHas(kAvx2Bit | kAvx512Bits, 0xe6); }

// Family 19h, of AMD alone. Or Zen 3, which has no wide vectors.
bool CpuIsZen4() {
  int leaf1[4];
  __cpuid(leaf1, 1);
  return (leaf1[0] >> 8 & 0xf) + (leaf1[0] >> 20 & 0xff) == 0x19;
}

#else

bool CpuHasAvx2() { return false; }
bool CpuHasAvx512() { return false; }
bool CpuIsZen4() { return false; }

#endif

bool InThisBuild(Isa isa) {
#define SSM_IS_BUILT(enumerator, name) \
  if (isa == Isa::enumerator) return true;
  SSM_SIMD_ISAS(SSM_IS_BUILT)
#undef SSM_IS_BUILT
  return isa == Isa::kReference;
}

Isa Select() {
  Isa forced;
  return ParseIsa(std::getenv("SSM_FORCE_ISA"), &forced) && IsaSupported(forced) ? forced : BestIsa();
}

}  // namespace

const char* IsaName(Isa isa) {
  switch (isa) {
    case Isa::kReference: return "reference";
    case Isa::kBaseline: return "baseline";
    case Isa::kAvx2: return "avx2";
    case Isa::kAvx512: return "avx512";
    case Isa::kNeon: return "neon";
  }
  return "unknown";
}

bool ParseIsa(const char* name, Isa* isa) {
  for (Isa candidate : kAllIsas) {
    if (name && std::strcmp(name, IsaName(candidate)) == 0) {
      *isa = candidate;
      return true;
    }
  }
  return false;
}

bool IsaSupported(Isa isa) {
  static const bool has_avx2 = CpuHasAvx2();
  static const bool has_avx512 = CpuHasAvx512();
  return InThisBuild(isa) && (isa != Isa::kAvx2 || has_avx2) && (isa != Isa::kAvx512 || has_avx512);
}

Isa BestIsa() {
  Isa best = Isa::kReference;
#define SSM_TAKE_IF_SUPPORTED(enumerator, name) \
  if (IsaSupported(Isa::enumerator)) best = Isa::enumerator;
  SSM_SIMD_ISAS(SSM_TAKE_IF_SUPPORTED)
#undef SSM_TAKE_IF_SUPPORTED
  return best;
}

Isa SelectedIsa() {
  static const Isa selected = Select();
  return selected;
}

bool HalvesWideVectors() {
  static const bool halves = CpuIsZen4();
  return halves;
}

Isa LastIsa() { return last_isa; }
void SetLastIsa(Isa isa) { last_isa = isa; }

}  // namespace ssm
