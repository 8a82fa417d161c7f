#include "runtime/simd/vec.h"

namespace ssm {
namespace SSM_ISA {
namespace {

// Independent sums in flight: enough to cover a latency of 4 to 5 cycles on two ports, few enough for 16 registers.
constexpr int kChains = 12;

}  // namespace

// Gives the number of multiply-adds done, and to *sink a value that depends on all of them.
long long MultiplyAddBurst(long long rounds, float* sink) {
  const Vec factor = Set(0.999f), term = Set(0.001f);
  Vec sums[kChains];
  for (int i = 0; i < kChains; ++i) sums[i] = Set(static_cast<float>(i));
  for (long long round = 0; round < rounds; ++round) {
    for (int i = 0; i < kChains; ++i) sums[i] = Fma(sums[i], factor, term);
  }
  Vec total = sums[0];
  for (int i = 1; i < kChains; ++i) total = total + sums[i];
  float lanes[kWidth];
  Store(lanes, total);
  *sink = lanes[0];
  return rounds * kChains * kWidth;
}

}  // namespace SSM_ISA
}  // namespace ssm
