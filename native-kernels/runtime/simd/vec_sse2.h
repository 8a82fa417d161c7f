#pragma once

#include <emmintrin.h>

namespace ssm {
namespace SSM_ISA {

constexpr Isa kIsa = Isa::kBaseline;
constexpr int kWidth = 4;
constexpr int kRegisters = 16;

struct Vec {
  __m128 v;
};

SSM_INLINE Vec Set(float a) { return {_mm_set1_ps(a)}; }
SSM_INLINE Vec Load(const float* p) { return {_mm_loadu_ps(p)}; }
SSM_INLINE Vec LoadFirst(const float* p, int count) {
  return {_mm_setr_ps(count > 0 ? p[0] : 0.0f, count > 1 ? p[1] : 0.0f, count > 2 ? p[2] : 0.0f, 0.0f)};
}
SSM_INLINE void Store(float* p, Vec a) { _mm_storeu_ps(p, a.v); }
SSM_INLINE void StoreFirst(float* p, Vec a, int count) {
  float lanes[4];
  _mm_storeu_ps(lanes, a.v);
  for (int i = 0; i < count; ++i) p[i] = lanes[i];
}

SSM_INLINE Vec operator+(Vec a, Vec b) { return {_mm_add_ps(a.v, b.v)}; }
SSM_INLINE Vec operator-(Vec a, Vec b) { return {_mm_sub_ps(a.v, b.v)}; }
SSM_INLINE Vec operator*(Vec a, Vec b) { return {_mm_mul_ps(a.v, b.v)}; }
SSM_INLINE Vec operator/(Vec a, Vec b) { return {_mm_div_ps(a.v, b.v)}; }
SSM_INLINE Vec Fma(Vec a, Vec b, Vec c) { return a * b + c; }
SSM_INLINE Vec NegFma(Vec a, Vec b, Vec c) { return c - a * b; }
constexpr bool kDivideNearVanishes = false;
SSM_INLINE Vec DivideNear(Vec a, Vec b) { return a / b; }
SSM_INLINE Vec Abs(Vec a) { return {_mm_andnot_ps(_mm_set1_ps(-0.0f), a.v)}; }
SSM_INLINE Vec Max(Vec a, Vec b) { return {_mm_max_ps(a.v, b.v)}; }
SSM_INLINE Vec Min(Vec a, Vec b) { return {_mm_min_ps(a.v, b.v)}; }
SSM_INLINE Vec Sqrt(Vec a) { return {_mm_sqrt_ps(a.v)}; }

SSM_INLINE Vec Blend(__m128 mask, Vec yes, Vec no) { return {_mm_or_ps(_mm_and_ps(mask, yes.v), _mm_andnot_ps(mask, no.v))}; }
SSM_INLINE Vec IfLess(Vec a, Vec b, Vec yes, Vec no) { return Blend(_mm_cmplt_ps(a.v, b.v), yes, no); }
SSM_INLINE Vec IfNan(Vec a, Vec yes, Vec no) { return Blend(_mm_cmpunord_ps(a.v, a.v), yes, no); }
SSM_INLINE bool AllAtMost(Vec a, Vec b) { return _mm_movemask_ps(_mm_cmple_ps(a.v, b.v)) == 0xf; }

SSM_INLINE float Sum(Vec a) {
  const __m128 two = _mm_add_ps(a.v, _mm_movehl_ps(a.v, a.v));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

template <int kFraction>
SSM_INLINE Vec ScaleByBits(Vec a, Vec b) {
  return {_mm_castsi128_ps(_mm_add_epi32(_mm_castps_si128(a.v), _mm_slli_epi32(_mm_castps_si128(b.v), 23 - kFraction)))};
}

constexpr int kLookupBits = 0;
SSM_INLINE Vec Lookup(const float* table, Vec) { return Set(table[0]); }

SSM_INLINE void Prefetch(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0); }
SSM_INLINE void PrefetchFar(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T1); }

using Control = unsigned;
SSM_INLINE Control ReadControl() { return _mm_getcsr(); }
SSM_INLINE void WriteControl(Control control) { _mm_setcsr(control); }
SSM_INLINE Control FlushingControl(Control control) { return control | 0x8040; }  // flush results, read denormals as zero

}  // namespace SSM_ISA
}  // namespace ssm
