#include "bench/peak_rate.h"

#include <algorithm>
#include <chrono>

#include "runtime/dispatch.h"
#include "runtime/isa_list.h"

namespace ssm {

#define SSM_DECLARE(enumerator, name) \
  namespace name { long long MultiplyAddBurst(long long rounds, float* sink); }
SSM_SIMD_ISAS(SSM_DECLARE)
#undef SSM_DECLARE

namespace {

constexpr int kBursts = 60;
constexpr long long kRounds = 100'000;

long long Burst(Isa isa, float* sink) {
  switch (isa) {
#define SSM_RUN(enumerator, name) \
  case Isa::enumerator: return name::MultiplyAddBurst(kRounds, sink);
    SSM_SIMD_ISAS(SSM_RUN)
#undef SSM_RUN
    default: return 0;
  }
}

}  // namespace

double PeakMultiplyAddsPerMs() {
  volatile float kept = 0;
  double best = 0;
  for (int i = 0; i < kBursts; ++i) {
    float sink = 0;
    const auto start = std::chrono::steady_clock::now();
    const long long count = Burst(SelectedIsa(), &sink);
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    kept = sink;
    best = std::max(best, static_cast<double>(count) / spent.count());
  }
  static_cast<void>(kept);
  return best;
}

}  // namespace ssm
