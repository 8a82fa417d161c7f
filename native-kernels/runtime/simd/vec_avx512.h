#pragma once

#include <immintrin.h>

namespace ssm {
namespace SSM_ISA {

constexpr Isa kIsa = Isa::kAvx512;
constexpr int kWidth = 16;
constexpr int kRegisters = 32;

struct Vec {
  __m512 v;
};

SSM_INLINE __mmask16 First(int count) { return static_cast<__mmask16>((1u << count) - 1); }

SSM_INLINE Vec Set(float a) { return {_mm512_set1_ps(a)}; }
SSM_INLINE Vec Load(const float* p) { return {_mm512_loadu_ps(p)}; }
SSM_INLINE Vec LoadFirst(const float* p, int count) { return {_mm512_maskz_loadu_ps(First(count), p)}; }
SSM_INLINE void Store(float* p, Vec a) { _mm512_storeu_ps(p, a.v); }
SSM_INLINE void StoreFirst(float* p, Vec a, int count) { _mm512_mask_storeu_ps(p, First(count), a.v); }

SSM_INLINE Vec operator+(Vec a, Vec b) { return {_mm512_add_ps(a.v, b.v)}; }
SSM_INLINE Vec operator-(Vec a, Vec b) { return {_mm512_sub_ps(a.v, b.v)}; }
SSM_INLINE Vec operator*(Vec a, Vec b) { return {_mm512_mul_ps(a.v, b.v)}; }
SSM_INLINE Vec operator/(Vec a, Vec b) { return {_mm512_div_ps(a.v, b.v)}; }
SSM_INLINE Vec Fma(Vec a, Vec b, Vec c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
SSM_INLINE Vec NegFma(Vec a, Vec b, Vec c) { return {_mm512_fnmadd_ps(a.v, b.v, c.v)}; }
constexpr bool kDivideNearVanishes = true;
SSM_INLINE Vec DivideNear(Vec a, Vec b) {
  const Vec r = {_mm512_rcp14_ps(b.v)};
  return a * Fma(NegFma(b, r, Set(1.0f)), r, r);
}
SSM_INLINE Vec Abs(Vec a) { return {_mm512_abs_ps(a.v)}; }
SSM_INLINE Vec Max(Vec a, Vec b) { return {_mm512_max_ps(a.v, b.v)}; }
SSM_INLINE Vec Min(Vec a, Vec b) { return {_mm512_min_ps(a.v, b.v)}; }
SSM_INLINE Vec Sqrt(Vec a) { return {_mm512_sqrt_ps(a.v)}; }

SSM_INLINE Vec IfLess(Vec a, Vec b, Vec yes, Vec no) { return {_mm512_mask_blend_ps(_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ), no.v, yes.v)}; }
SSM_INLINE Vec IfNan(Vec a, Vec yes, Vec no) { return {_mm512_mask_blend_ps(_mm512_cmp_ps_mask(a.v, a.v, _CMP_UNORD_Q), no.v, yes.v)}; }
SSM_INLINE bool AllAtMost(Vec a, Vec b) { return _mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ) == 0xffff; }

SSM_INLINE float Sum(Vec a) { return _mm512_reduce_add_ps(a.v); }

template <int kFraction>
SSM_INLINE Vec ScaleByBits(Vec a, Vec b) {
  return {_mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a.v), _mm512_slli_epi32(_mm512_castps_si512(b.v), 23 - kFraction)))};
}

constexpr int kLookupBits = 4;
SSM_INLINE Vec Lookup(const float* table, Vec index) { return {_mm512_permutexvar_ps(_mm512_castps_si512(index.v), _mm512_load_ps(table))}; }

SSM_INLINE void Prefetch(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0); }
SSM_INLINE void PrefetchFar(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T1); }

using Control = unsigned;
SSM_INLINE Control ReadControl() { return _mm_getcsr(); }
SSM_INLINE void WriteControl(Control control) { _mm_setcsr(control); }
SSM_INLINE Control FlushingControl(Control control) { return control | 0x8040; }  // flush results, read denormals as zero

}  // namespace SSM_ISA
}  // namespace ssm
