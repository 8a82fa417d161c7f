#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include "tests/math_probe.h"
#include "tests/test.h"

namespace ssm_test {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Greatest errors in ulps of the exact result: those of the polynomial (1.1 for the exponentials) and of its rounding, measured over every
// float from 2^-24 in size on and rounded up: exp 1.91, exp2 1.80, softplus 4.25, silu 3.88 with fma; 2.21, 2.07, 4.26, 4.00 in baseline, which has none.
constexpr double kMostUlpsExp = 2.25;
constexpr double kMostUlpsSoftplus = 4.5;
constexpr double kMostUlpsSilu = 4.1;
constexpr double kMostUlpsSiluOfScaled = 4.5;  // 2.90 with fma, 4.43 without

// Every 253rd float is tried, an odd number so that all low bits come by; SSM_EXHAUSTIVE=1 tries all.
std::uint32_t Stride() { return std::getenv("SSM_EXHAUSTIVE") ? 1 : 253; }

std::uint32_t Bits(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

float FromBits(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// The distance between floats around x.
double Ulp(double x) {
  int exponent;
  std::frexp(x, &exponent);
  return std::ldexp(1.0, exponent - 24);
}

// Kernels neither keep nor promise numbers under 2^-126 = 1.1755e-38: a result that should be one may be anything up to this.
constexpr float kVanishing = 1.176e-38f;

// Tries the floats from `from` to `to`, of one sign and |from| <= |to|.
template <typename Exact>
void ExpectUlps(MathFunction function, const char* name, float from, float to, double most_ulps, const Exact& exact) {
  constexpr int kBlock = 1024;
  std::vector<float> in(kBlock), out(kBlock);
  for (const ssm::Isa isa : RunnableIsas()) {
    double worst = 0;
    float worst_at = 0;
    for (std::uint64_t bits = Bits(from); bits <= Bits(to);) {
      int count = 0;
      for (; count < kBlock && bits <= Bits(to); ++count, bits += Stride()) in[count] = FromBits(static_cast<std::uint32_t>(bits));
      ProbeMath(isa, function, in.data(), out.data(), count);
      for (int i = 0; i < count; ++i) {
        const double want = exact(in[i]);
        if (std::fabs(want) < std::numeric_limits<float>::min() && std::fabs(out[i]) <= kVanishing) continue;
        const double ulps = std::fabs(out[i] - want) / Ulp(want);
        if (!(ulps <= worst)) {
          worst = ulps;
          worst_at = in[i];
        }
      }
    }
    EXPECT(worst <= most_ulps, "%s of %s is off by %g ulp at %.9g, allowed %g", name, IsaName(isa), worst, worst_at, most_ulps);
    if (std::getenv("SSM_EXHAUSTIVE")) EXPECT(std::printf("  %s %s: %g ulp at %.9g\n", name, IsaName(isa), worst, worst_at) > 0, "no output");
  }
}

void ExpectValue(MathFunction function, const char* name, float x, float want) {
  for (const ssm::Isa isa : RunnableIsas()) {
    float got = 0;
    ProbeMath(isa, function, &x, &got, 1);
    EXPECT(got == want || (std::isnan(got) && std::isnan(want)), "%s(%g) of %s is %g, not %g", name, x, IsaName(isa), got, want);
  }
}

double SoftplusOf(double x) { return std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }
double SiluOf(double x) { return x / (1 + std::exp(-x)); }
constexpr float kTiny = 1e-30f;  // smaller arguments give the same result

TEST(MathExp) {
  const auto exact = [](float x) { return std::exp(static_cast<double>(x)); };
  ExpectUlps(MathFunction::kExp, "exp", kTiny, 88.72f, kMostUlpsExp, exact);
  ExpectUlps(MathFunction::kExp, "exp", -kTiny, -100.0f, kMostUlpsExp, exact);
}

TEST(MathExp2) {
  const auto exact = [](float x) { return std::exp2(static_cast<double>(x)); };
  ExpectUlps(MathFunction::kExp2, "exp2", kTiny, 127.99f, kMostUlpsExp, exact);
  ExpectUlps(MathFunction::kExp2, "exp2", -kTiny, -150.0f, kMostUlpsExp, exact);
  ExpectUlps(MathFunction::kExp2InRange, "exp2 in range", kTiny, 100.0f, kMostUlpsExp, exact);
  ExpectUlps(MathFunction::kExp2InRange, "exp2 in range", -kTiny, -100.0f, kMostUlpsExp, exact);
}

TEST(MathSoftplus) {
  ExpectUlps(MathFunction::kSoftplus, "softplus", kTiny, 200.0f, kMostUlpsSoftplus, SoftplusOf);
  ExpectUlps(MathFunction::kSoftplus, "softplus", -kTiny, -200.0f, kMostUlpsSoftplus, SoftplusOf);
}

TEST(MathSilu) {
  ExpectUlps(MathFunction::kSilu, "silu", kTiny, 200.0f, kMostUlpsSilu, SiluOf);
  ExpectUlps(MathFunction::kSilu, "silu", -kTiny, -85.0f, kMostUlpsSilu, SiluOf);
}

TEST(MathSiluOfScaled) {
  const auto exact = [](float s) { return SiluOf(static_cast<double>(s) * std::log(2.0)); };
  ExpectUlps(MathFunction::kSiluOfScaled, "silu of scaled", kTiny, 288.0f, kMostUlpsSiluOfScaled, exact);
  ExpectUlps(MathFunction::kSiluOfScaled, "silu of scaled", -kTiny, -122.0f, kMostUlpsSiluOfScaled, exact);
  for (const float s : {0.0f, kInf}) ExpectValue(MathFunction::kSiluOfScaled, "silu of scaled", s, s);
  ExpectValue(MathFunction::kSiluOfScaled, "silu of scaled", kNan, kNan);
  for (const float s : {-130.0f, -1e30f, -kInf}) {
    for (const ssm::Isa isa : RunnableIsas()) {
      float got = 1;
      ProbeMath(isa, MathFunction::kSiluOfScaled, &s, &got, 1);
      EXPECT(std::fabs(got) <= 0x1p-120f, "silu of scaled(%g) of %s is %g", s, IsaName(isa), got);
    }
  }
}

TEST(MathSpecialValues) {
  for (const MathFunction exponential : {MathFunction::kExp, MathFunction::kExp2}) {
    ExpectValue(exponential, "exp", 0.0f, 1.0f);
    ExpectValue(exponential, "exp", -0.0f, 1.0f);
    ExpectValue(exponential, "exp", 1e-40f, 1.0f);
    ExpectValue(exponential, "exp", -kInf, 0.0f);
    ExpectValue(exponential, "exp", -1e30f, 0.0f);
    ExpectValue(exponential, "exp", 129.0f, kInf);
    ExpectValue(exponential, "exp", 1e30f, kInf);
    ExpectValue(exponential, "exp", kInf, kInf);
    ExpectValue(exponential, "exp", kNan, kNan);
    ExpectValue(exponential, "exp", FromBits(0x7fc00001), kNan);
    ExpectValue(exponential, "exp", FromBits(0xffffffff), kNan);
  }
  ExpectValue(MathFunction::kExp2InRange, "exp2 in range", 0.0f, 1.0f);
  for (const float x : {20.5f, 100.0f, 1e30f, kInf}) ExpectValue(MathFunction::kSoftplus, "softplus", x, x);
  for (const float x : {-88.0f, -1e30f, -kInf}) {
    for (const ssm::Isa isa : RunnableIsas()) {
      float got = 1;
      ProbeMath(isa, MathFunction::kSoftplus, &x, &got, 1);
      EXPECT(got >= 0 && got <= kVanishing, "softplus(%g) of %s is %g", x, IsaName(isa), got);
    }
  }
  ExpectValue(MathFunction::kSoftplus, "softplus", kNan, kNan);
  for (const float x : {0.0f, 1e30f, kInf}) ExpectValue(MathFunction::kSilu, "silu", x, x);
  for (const float x : {-200.0f, -1e30f}) ExpectValue(MathFunction::kSilu, "silu", x, 0.0f);
  ExpectValue(MathFunction::kSilu, "silu", kNan, kNan);
}

}  // namespace
}  // namespace ssm_test
