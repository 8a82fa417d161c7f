#pragma once

#include <immintrin.h>

namespace ssm {
namespace SSM_ISA {

constexpr Isa kIsa = Isa::kAvx2;
constexpr int kWidth = 8;
constexpr int kRegisters = 16;

struct Vec {
  __m256 v;
};

SSM_INLINE __m256i First(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

SSM_INLINE Vec Set(float a) { return {_mm256_set1_ps(a)}; }
SSM_INLINE Vec Load(const float* p) { return {_mm256_loadu_ps(p)}; }
SSM_INLINE Vec LoadFirst(const float* p, int count) { return {_mm256_maskload_ps(p, First(count))}; }
SSM_INLINE void Store(float* p, Vec a) { _mm256_storeu_ps(p, a.v); }
SSM_INLINE void StoreFirst(float* p, Vec a, int count) { _mm256_maskstore_ps(p, First(count), a.v); }

SSM_INLINE Vec operator+(Vec a, Vec b) { return {_mm256_add_ps(a.v, b.v)}; }
SSM_INLINE Vec operator-(Vec a, Vec b) { return {_mm256_sub_ps(a.v, b.v)}; }
SSM_INLINE Vec operator*(Vec a, Vec b) { return {_mm256_mul_ps(a.v, b.v)}; }
SSM_INLINE Vec operator/(Vec a, Vec b) { return {_mm256_div_ps(a.v, b.v)}; }
SSM_INLINE Vec Fma(Vec a, Vec b, Vec c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
SSM_INLINE Vec NegFma(Vec a, Vec b, Vec c) { return {_mm256_fnmadd_ps(a.v, b.v, c.v)}; }
constexpr bool kDivideNearVanishes = false;
SSM_INLINE Vec DivideNear(Vec a, Vec b) { return a / b; }
SSM_INLINE Vec Abs(Vec a) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v)}; }
SSM_INLINE Vec Max(Vec a, Vec b) { return {_mm256_max_ps(a.v, b.v)}; }
SSM_INLINE Vec Min(Vec a, Vec b) { return {_mm256_min_ps(a.v, b.v)}; }
SSM_INLINE Vec Sqrt(Vec a) { return {_mm256_sqrt_ps(a.v)}; }

SSM_INLINE Vec IfLess(Vec a, Vec b, Vec yes, Vec no) { return {_mm256_blendv_ps(no.v, yes.v, _mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ))}; }
SSM_INLINE Vec IfNan(Vec a, Vec yes, Vec no) { return {_mm256_blendv_ps(no.v, yes.v, _mm256_cmp_ps(a.v, a.v, _CMP_UNORD_Q))}; }
SSM_INLINE bool AllAtMost(Vec a, Vec b) { return _mm256_movemask_ps(_mm256_cmp_ps(a.v, b.v, _CMP_LE_OQ)) == 0xff; }

SSM_INLINE float Sum(Vec a) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

template <int kFraction>
SSM_INLINE Vec ScaleByBits(Vec a, Vec b) {
  return {_mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a.v), _mm256_slli_epi32(_mm256_castps_si256(b.v), 23 - kFraction)))};
}

constexpr int kLookupBits = 3;
SSM_INLINE Vec Lookup(const float* table, Vec index) { return {_mm256_permutevar8x32_ps(_mm256_load_ps(table), _mm256_castps_si256(index.v))}; }

SSM_INLINE void Prefetch(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0); }
SSM_INLINE void PrefetchFar(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T1); }

using Control = unsigned;
SSM_INLINE Control ReadControl() { return _mm_getcsr(); }
SSM_INLINE void WriteControl(Control control) { _mm_setcsr(control); }
SSM_INLINE Control FlushingControl(Control control) { return control | 0x8040; }  // flush results, read denormals as zero

}  // namespace SSM_ISA
}  // namespace ssm
