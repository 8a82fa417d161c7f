// Elementary functions over a Vec. The errors stated here are tested in tests/math_test.cc.
//
// The exponential is that of Cephes and its heirs: x = n ln 2 + f, exp(x) = 2^n exp(f), |f| <= ln(2) / 2. Adding 1.5 2^23 rounds to an
// integer and leaves that integer in the low bits of the float, from where one shift puts it in the place of an exponent. The polynomials have the
// least greatest error in ulps, 1.1, among those of their degree that are 1 at 0, so that exp(0) is exactly 1.
#pragma once

#include <limits>

#include "runtime/simd/vec.h"

namespace ssm {
namespace SSM_ISA {

constexpr float kRound = 12582912.0f;  // 1.5 2^23
constexpr float kLog2E = 1.44269504088896341f;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// |x| <= kExp2Range: 2^x and every step towards it is a normal number.
constexpr float kExp2Range = 126.0f;

// 2^f for |f| <= 1/2.
SSM_INLINE Vec Exp2Fraction(Vec f) {
  Vec p = Fma(Set(1.322577475e-3f), f, Set(9.671811014e-3f));
  p = Fma(p, f, Set(5.550894141e-2f));
  p = Fma(p, f, Set(2.402223647e-1f));
  p = Fma(p, f, Set(6.931468248e-1f));
  return Fma(p, f, Set(1.0f));
}

// 2^(a b) where |a b| <= kExp2Range; the product is not rounded where there is an fma.
SSM_INLINE Vec Exp2ProductInRange(Vec a, Vec b) {
  const Vec rounded = Fma(a, b, Set(kRound));
  const Vec fraction = Fma(a, b, Set(kRound) - rounded);
  return ScaleByBits(Exp2Fraction(fraction), rounded);
}

// 2^x of any x: 0 under 2^-126, infinity for x over 127.9999, NaN of NaN.
SSM_INLINE Vec Exp2(Vec x) {
  const Vec least = Set(-126.0f), most = Set(127.9999f);
  const Vec clamped = Min(most, Max(least, x));
  const Vec rounded = clamped + Set(kRound);
  Vec result = ScaleByBits(Exp2Fraction(clamped - (rounded - Set(kRound))), rounded);
  result = IfLess(x, least, Set(0.0f), result);
  result = IfLess(most, x, Set(kInfinity), result);
  return IfNan(x, x, result);
}

constexpr float kExpLeast = -87.3365402f;  // the last float whose exponential is at least 2^-126
constexpr float kExpMost = 88.7228317f;    // the last float whose exponential is finite

// exp(x) for kExpLeast <= x <= kExpMost.
SSM_INLINE Vec ExpInRange(Vec x) {
  const Vec rounded = Fma(x, Set(kLog2E), Set(kRound));
  const Vec n = rounded - Set(kRound);
  Vec f = NegFma(n, Set(0.693359375f), x);  // ln 2 in two parts, the first of 9 bits: n times it is exact
  f = NegFma(n, Set(-2.12194440e-4f), f);
  Vec p = Fma(Set(8.266056888e-3f), f, Set(4.189966246e-2f));
  p = Fma(p, f, Set(1.666814834e-1f));
  p = Fma(p, f, Set(4.999913573e-1f));
  p = Fma(p, f, Set(9.999994636e-1f));
  return ScaleByBits(Fma(p, f, Set(1.0f)), rounded);
}

// exp(x) of any x: 0 under 2^-126, infinity on overflow, NaN of NaN.
SSM_INLINE Vec Exp(Vec x) {
  const Vec least = Set(kExpLeast), most = Set(kExpMost);
  Vec result = ExpInRange(Min(most, Max(least, x)));
  result = IfLess(x, least, Set(0.0f), result);
  result = IfLess(most, x, Set(kInfinity), result);
  return IfNan(x, x, result);
}

// log(1 + e) for 0 <= e <= 1, as 2 atanh(s) with 2 s = 2 e / (2 + e) <= 2/3.
SSM_INLINE Vec Log1pUnit(Vec e) {
  const Vec twice = (e + e) / (Set(2.0f) + e);
  const Vec w = twice * twice;
  Vec p = Fma(Set(1.400599480e-1f / 256), w, Set(1.400090307e-1f / 64));
  p = Fma(p, w, Set(2.001076341e-1f / 16));
  p = Fma(p, w, Set(3.333320916e-1f / 4));
  return Fma(p * w, twice, twice);
}

// The next two functions come in halves, an exponential and the rest, for loops over many vectors: a processor looks ahead some hundred
// instructions only, and two short chains of dependent ones keep it busier than one long chain.

// log(1 + exp(x)) without overflow: max(x, 0) + log(1 + exp(-|x|)). Above 20 the second term is below half an ulp of x; the sum does not fall
// under 2^-126.
SSM_INLINE Vec SoftplusExp(Vec x) { return ExpInRange(Max(Set(kExpLeast), Set(0.0f) - Abs(x))); }
SSM_INLINE Vec Softplus(Vec x, Vec softplus_exp) { return Max(Set(0.0f), x) + Log1pUnit(softplus_exp); }
SSM_INLINE Vec Softplus(Vec x) { return Softplus(x, SoftplusExp(x)); }

// x / (1 + exp(-x))
SSM_INLINE Vec SiluExp(Vec x) {
  const Vec minus = Set(0.0f) - x;
  const Vec result = ExpInRange(Min(Set(kExpMost), Max(Set(kExpLeast), minus)));
  return IfLess(Set(kExpMost), minus, Set(kInfinity), result);
}
SSM_INLINE Vec Silu(Vec x, Vec silu_exp) { return x / (Set(1.0f) + silu_exp); }
SSM_INLINE Vec Silu(Vec x) { return Silu(x, SiluExp(x)); }

}  // namespace SSM_ISA
}  // namespace ssm
