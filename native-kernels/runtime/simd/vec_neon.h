#pragma once

#include <arm_neon.h>
#if defined(_MSC_VER)
#include <intrin.h>
#endif

namespace ssm {
namespace SSM_ISA {

constexpr Isa kIsa = Isa::kNeon;
constexpr int kWidth = 4;
constexpr int kRegisters = 32;

struct Vec {
  float32x4_t v;
};

SSM_INLINE Vec Set(float a) { return {vdupq_n_f32(a)}; }
SSM_INLINE Vec Load(const float* p) { return {vld1q_f32(p)}; }
SSM_INLINE Vec LoadFirst(const float* p, int count) {
  float lanes[4] = {};
  for (int i = 0; i < count; ++i) lanes[i] = p[i];
  return {vld1q_f32(lanes)};
}
SSM_INLINE void Store(float* p, Vec a) { vst1q_f32(p, a.v); }
SSM_INLINE void StoreFirst(float* p, Vec a, int count) {
  float lanes[4];
  vst1q_f32(lanes, a.v);
  for (int i = 0; i < count; ++i) p[i] = lanes[i];
}

SSM_INLINE Vec operator+(Vec a, Vec b) { return {vaddq_f32(a.v, b.v)}; }
SSM_INLINE Vec operator-(Vec a, Vec b) { return {vsubq_f32(a.v, b.v)}; }
SSM_INLINE Vec operator*(Vec a, Vec b) { return {vmulq_f32(a.v, b.v)}; }
SSM_INLINE Vec operator/(Vec a, Vec b) { return {vdivq_f32(a.v, b.v)}; }
SSM_INLINE Vec Fma(Vec a, Vec b, Vec c) { return {vfmaq_f32(c.v, a.v, b.v)}; }
SSM_INLINE Vec NegFma(Vec a, Vec b, Vec c) { return {vfmsq_f32(c.v, a.v, b.v)}; }
constexpr bool kDivideNearVanishes = false;
SSM_INLINE Vec DivideNear(Vec a, Vec b) { return a / b; }
SSM_INLINE Vec Abs(Vec a) { return {vabsq_f32(a.v)}; }
SSM_INLINE Vec Max(Vec a, Vec b) { return {vmaxq_f32(a.v, b.v)}; }
SSM_INLINE Vec Min(Vec a, Vec b) { return {vminq_f32(a.v, b.v)}; }
SSM_INLINE Vec Sqrt(Vec a) { return {vsqrtq_f32(a.v)}; }

SSM_INLINE Vec IfLess(Vec a, Vec b, Vec yes, Vec no) { return {vbslq_f32(vcltq_f32(a.v, b.v), yes.v, no.v)}; }
SSM_INLINE Vec IfNan(Vec a, Vec yes, Vec no) { return {vbslq_f32(vceqq_f32(a.v, a.v), no.v, yes.v)}; }
SSM_INLINE bool AllAtMost(Vec a, Vec b) { return vminvq_u32(vcleq_f32(a.v, b.v)) != 0; }

SSM_INLINE float Sum(Vec a) { return vaddvq_f32(a.v); }

template <int kFraction>
SSM_INLINE Vec ScaleByBits(Vec a, Vec b) {
  return {vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(a.v), vshlq_n_s32(vreinterpretq_s32_f32(b.v), 23 - kFraction)))};
}

constexpr int kLookupBits = 0;
SSM_INLINE Vec Lookup(const float* table, Vec) { return Set(table[0]); }

using Control = std::uint64_t;
#if defined(_MSC_VER)
SSM_INLINE void Prefetch(const float* p) { __prefetch(p); }
SSM_INLINE void PrefetchFar(const float* p) { __prefetch2(p, 2); }  // PLDL2KEEP
SSM_INLINE Control ReadControl() { return static_cast<Control>(_ReadStatusReg(ARM64_FPCR)); }
SSM_INLINE void WriteControl(Control control) { _WriteStatusReg(ARM64_FPCR, static_cast<__int64>(control)); }
#else
SSM_INLINE void Prefetch(const float* p) { __builtin_prefetch(p); }
SSM_INLINE void PrefetchFar(const float* p) { __builtin_prefetch(p, 0, 2); }
SSM_INLINE Control ReadControl() {
  Control control;
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(control));
  return control;
}
SSM_INLINE void WriteControl(Control control) { __asm__ __volatile__("msr fpcr, %0" : : "r"(control)); }
#endif
SSM_INLINE Control FlushingControl(Control control) { return control | Control{1} << 24; }  // FZ

}  // namespace SSM_ISA
}  // namespace ssm
