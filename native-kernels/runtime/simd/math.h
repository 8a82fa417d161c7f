// Elementary functions over a Vec or several, Vecs. The errors stated here are tested in tests/math_test.cc.
//
// The exponential is that of Cephes and its heirs: x = n ln 2 + f, exp(x) = 2^n exp(f), |f| <= ln(2) / 2. Adding 1.5 2^23 rounds to an
// integer and leaves that integer in the low bits of the float, from where one shift puts it in the place of an exponent. The polynomials have the
// least greatest error in ulps, 1.1, among those of their degree that are 1 at 0, so that exp(0) is exactly 1.
//
// Where a register can be looked up in (kLookupBits > 0), functions "InRange" round to a 2^kLookupBits-th instead and take 2^n times the root of two from
// a table. f is then so small that a polynomial of degree 3 has an error under half an ulp, and neither the look-up nor the power comes in its way: fewer
// multiply-adds, and half of the chain of dependent ones.
#pragma once

#include <cstdint>
#include <limits>

#include "runtime/simd/vecs.h"

namespace ssm {
namespace SSM_ISA {

constexpr float kRound = 12582912.0f;  // 1.5 2^23
constexpr float kLog2E = 1.44269504088896341f;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// |x| <= kExp2Range: 2^x is a normal number, and so is every step towards it that is not too small to count beside it.
constexpr float kExp2Range = 100.0f;

// 2^f for |f| <= 1/2.
template <typename V>
SSM_INLINE V Exp2Fraction(V f) {
  V p = Fma(All<V>(1.322577475e-3f), f, All<V>(9.671811014e-3f));
  p = Fma(p, f, All<V>(5.550894141e-2f));
  p = Fma(p, f, All<V>(2.402223647e-1f));
  p = Fma(p, f, All<V>(6.931468248e-1f));
  return Fma(p, f, All<V>(1.0f));
}

// kRoots: bits of 2^(i / 2^kLookupBits), less those that the index i itself brings to the same place. The polynomials: (2^f - 1) / f and (e^f - 1) / f for
// f of half such a step.
#if defined(SSM_ISA_avx512)
alignas(64) constexpr std::uint32_t kRoots[] = {0x3f800000u, 0x3f7daac3u, 0x3f7b95c2u, 0x3f79c3d3u, 0x3f7837f0u, 0x3f76f532u, 0x3f75fed7u, 0x3f75583fu,
                                                0x3f7504f3u, 0x3f7508a4u, 0x3f75672au, 0x3f76248cu, 0x3f7744fdu, 0x3f78ccdfu, 0x3f7ac0c7u, 0x3f7d257du};
constexpr float kExp2Near[] = {6.931471825e-1f, 2.402342856e-1f, 5.550214276e-2f};
constexpr float kExpNear[] = {1.0f, 5.000162125e-1f, 1.666607708e-1f};
#else
alignas(64) constexpr std::uint32_t kRoots[] = {0x3f800000u, 0x3f7b95c2u, 0x3f7837f0u, 0x3f75fed7u, 0x3f7504f3u, 0x3f75672au, 0x3f7744fdu, 0x3f7ac0c7u};
constexpr float kExp2Near[] = {6.931472421e-1f, 2.402576357e-1f, 5.549622327e-2f};
constexpr float kExpNear[] = {1.0f, 5.000647902e-1f, 1.666429788e-1f};
#endif
constexpr float kRoundRoot = kRound / (1 << kLookupBits);  // adding it rounds to a 2^kLookupBits-th

// 2^n times a root of two, n + i / 2^kLookupBits being what `rounded` was rounded to.
template <typename V>
SSM_INLINE V PowerOfRoot(V rounded) { return ScaleByBits<kLookupBits>(Lookup(reinterpret_cast<const float*>(kRoots), rounded), rounded); }

// 2^(a b) where |a b| <= kExp2Range; the product is not rounded where there is an fma.
template <typename V>
SSM_INLINE V Exp2ProductInRange(V a, V b) {
  const V rounded = Fma(a, b, All<V>(kRoundRoot));
  const V f = Fma(a, b, All<V>(kRoundRoot) - rounded);
  if constexpr (kLookupBits == 0) return ScaleByBits<0>(Exp2Fraction(f), rounded);
  const V p = Fma(Fma(All<V>(kExp2Near[2]), f, All<V>(kExp2Near[1])), f, All<V>(kExp2Near[0]));
  const V power = PowerOfRoot(rounded);
  return Fma(power * f, p, power);
}

// 2^x of any x: 0 under 2^-126, infinity for x over 127.9999, NaN of NaN.
template <typename V>
SSM_INLINE V Exp2(V x) {
  const V least = All<V>(-126.0f), most = All<V>(127.9999f);
  const V clamped = Min(most, Max(least, x));
  const V rounded = clamped + All<V>(kRound);
  V result = ScaleByBits<0>(Exp2Fraction(clamped - (rounded - All<V>(kRound))), rounded);
  result = IfLess(x, least, All<V>(0.0f), result);
  result = IfLess(most, x, All<V>(kInfinity), result);
  return IfNan(x, x, result);
}

// 2^(a b) of any a and b, in the bits of Exp2ProductInRange where that will do, whatever the other lanes hold.
template <typename V>
SSM_INLINE V Exp2Product(V a, V b) {
  const V x = a * b;
  return IfNan(x, x, IfLess(All<V>(kExp2Range), Abs(x), Exp2(x), Exp2ProductInRange(a, b)));
}

constexpr float kExpLeast = -87.3365402f;   // the last float whose exponential is at least 2^-126
constexpr float kExpMost = 88.7228317f;     // the last float whose exponential is finite
constexpr float kExpFinite = 88.625f;       // rounds to less than 2^128
constexpr float kExpBeyond = 88.7229f;      // rounds to 2^128

constexpr float kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;  // ln 2 in two parts, the first of 9 bits: n times it is exact

// x - n ln 2.
template <typename V>
SSM_INLINE V LessLogs(V x, V n) { return NegFma(n, All<V>(kLn2Low), NegFma(n, All<V>(kLn2High), x)); }

// exp(f) for |f| <= ln(2) / 2.
template <typename V>
SSM_INLINE V ExpFraction(V f) {
  V p = Fma(All<V>(8.266056888e-3f), f, All<V>(4.189966246e-2f));
  p = Fma(p, f, All<V>(1.666814834e-1f));
  p = Fma(p, f, All<V>(4.999913573e-1f));
  p = Fma(p, f, All<V>(9.999994636e-1f));
  return Fma(p, f, All<V>(1.0f));
}

// exp(-x) for kExpLeast <= -x <= kExpBeyond, where it is infinite: a power of two or of one of its roots, times a number near 1.
template <typename V>
struct Powers {
  V power, near;
};
template <typename V>
SSM_INLINE Powers<V> ExpOfMinus(V x) {
  const V rounded = NegFma(x, All<V>(kLog2E), All<V>(kRoundRoot)), n = rounded - All<V>(kRoundRoot);
  const V g = Fma(n, All<V>(kLn2Low), Fma(n, All<V>(kLn2High), x));  // x + n ln 2
  if constexpr (kLookupBits == 0) return {ScaleByBits<0>(All<V>(1.0f), rounded), ExpFraction(All<V>(0.0f) - g)};
  const V p = Fma(Fma(All<V>(kExpNear[2]), g, All<V>(-kExpNear[1])), g, All<V>(kExpNear[0]));
  return {PowerOfRoot(rounded), NegFma(g, p, All<V>(1.0f))};
}

// exp(x) of any x: 0 under 2^-126, infinity on overflow, NaN of NaN.
template <typename V>
SSM_INLINE V Exp(V x) {
  const V least = All<V>(kExpLeast), most = All<V>(kExpMost);
  const V clamped = Min(most, Max(least, x));
  const V rounded = Fma(clamped, All<V>(kLog2E), All<V>(kRound));
  V result = ScaleByBits<0>(ExpFraction(LessLogs(clamped, rounded - All<V>(kRound))), rounded);
  result = IfLess(x, least, All<V>(0.0f), result);
  result = IfLess(most, x, All<V>(kInfinity), result);
  return IfNan(x, x, result);
}

// log(1 + e) for 0 <= e <= 1, within 1.7 ulp (2.1 where multiply-adds are not fused): no division, which takes as long as ten products. Pairs of powers are
// joined by the square: as many multiply-adds as from power to power, and half of the chain.
template <typename V>
SSM_INLINE V Log1pUnit(V e) {
  const V square = e * e;
  V p = Fma(All<V>(5.364829209e-3f), e, All<V>(-3.006581031e-2f));
  p = Fma(p, square, Fma(All<V>(7.920456678e-2f), e, All<V>(-1.375380456e-1f)));
  p = Fma(p, square, Fma(All<V>(1.915365607e-1f), e, All<V>(-2.485716343e-1f)));
  p = Fma(p, square, Fma(All<V>(3.332132399e-1f), e, All<V>(-4.999964833e-1f)));
  return Fma(square, p, e);
}

// log(1 + exp(x)) without overflow: max(x, 0) + log(1 + exp(-|x|)). Above 20 the second term is below half an ulp of x; the sum does not fall
// under 2^-126.
template <typename V>
SSM_INLINE V Softplus(V x) {
  const Powers<V> e = ExpOfMinus(Min(All<V>(-kExpLeast), Abs(x)));
  return Max(All<V>(0.0f), x) + Log1pUnit(e.power * e.near);
}

// x / (1 + exp(-x)); 0 below -88.8. A quotient by infinity is 0 only where DivideNear divides; elsewhere one by a number over 2^126 is.
template <typename V>
SSM_INLINE V Silu(V x) {
  const V least = Max(All<V>(kDivideNearVanishes ? -kExpFinite : -kExpBeyond), x);
  const Powers<V> e = ExpOfMinus(Min(All<V>(-kExpLeast), least));
  return DivideNear(least, Fma(e.power, e.near, All<V>(1.0f)));
}

constexpr float kSiluUnit = kLog2E;

// silu(x) of s = kSiluUnit x, where x comes in that unit at no cost: s less what it is rounded to is exact, while Silu has to take logs off x. The unit goes into
// both terms of the denominator. The quotient is the divider's, beside the multiply-adds of the caller. For x <= -88 it is at most 2^-120 in size.
SSM_INLINE Vec SiluOfScaled(Vec s) {
  const Vec least = Max(Set(-127.0f), s), clamped = Min(Set(126.0f), least);
  const Vec rounded = Set(kRoundRoot) - clamped, g = clamped + (rounded - Set(kRoundRoot)), unit = Set(kSiluUnit);
  if constexpr (kLookupBits == 0) return least / Fma(ScaleByBits<0>(Exp2Fraction(Set(0.0f) - g), rounded), unit, unit);
  const Vec p = Fma(Fma(Set(-kSiluUnit * kExp2Near[2]), g, Set(kSiluUnit * kExp2Near[1])), g, Set(-kSiluUnit * kExp2Near[0]));
  return least / Fma(PowerOfRoot(rounded), Fma(p, g, unit), unit);
}

}  // namespace SSM_ISA
}  // namespace ssm
