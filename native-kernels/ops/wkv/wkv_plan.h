// What a few time steps of Wkv do to each key, worked out before their values are touched: no product with a state is made here. See README.md for the derivation.
//
// From the state before the steps, S: what step s reads of it, what it looks for to remove (RWKV-7), the decay over all steps, what step s writes into and removes from the state
// behind them. Among the steps: the same between two of them, as sums over the keys.
#pragma once

#include "ops/wkv/wkv.h"
#include "runtime/simd/vec.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {

constexpr int kSteps = 4;  // time steps at each visit to the state

// One head of one batch item, by keys.
struct Inputs {
  Walk<const float> r, w, k, kappa, a;
  const float* u;
};

// The plan lies as [blocks of kWidth keys, rows, kWidth]: the decay, then for each step a read, a write and, in RWKV-7, a look and a removal.
template <WkvVersion kVersion, int kCount>
constexpr int kPlanRows = 1 + (kVersion == WkvVersion::kRwkv7 ? 4 : 2) * kCount;

// Enough for any plan: blocks of so many floats.
constexpr std::int64_t kPlanBlock = kPlanRows<WkvVersion::kRwkv7, kSteps> * kWidth;
SSM_INLINE std::int64_t PlanBlocks(std::int64_t N) { return (N - 1) / kWidth + 1; }

// One key of a plan.
template <int kCount>
struct Key {
  const float* at;
  SSM_INLINE_MEMBER float decay() const { return at[0]; }
  SSM_INLINE_MEMBER float read(int s) const { return at[(1 + s) * kWidth]; }
  SSM_INLINE_MEMBER float write(int s) const { return at[(1 + kCount + s) * kWidth]; }
  SSM_INLINE_MEMBER float look(int s) const { return at[(1 + 2 * kCount + s) * kWidth]; }
  SSM_INLINE_MEMBER float remove(int s) const { return at[(1 + 3 * kCount + s) * kWidth]; }
};

// f(key, where its row begins in a state) for all N keys.
template <WkvVersion kVersion, int kCount, typename F>
SSM_INLINE void ForKeys(const float* plan, std::int64_t N, const F& f) {
  for (std::int64_t row = 0; row < N * N; plan += kPlanRows<kVersion, kCount> * kWidth) {
    for (int lane = 0; lane < kWidth && row < N * N; ++lane, row += N) f(Key<kCount>{plan + lane}, row);
  }
}

// Of step [s] and an earlier one, [past], in `read` and `read_removed` also itself: how much s reads of what that one wrote or removed, and how much it looks for.
template <WkvVersion kVersion, int kCount>
struct Among {
  float read[kCount][kCount];
  float read_removed[kCount][kCount], looked[kCount][kCount], looked_removed[kCount][kCount];  // of RWKV-7
};

// The steps from t on. What a step writes or removes decays on its way through the steps behind it; all decays are products of w, so that nothing is divided by one and
// none can overflow. Loops over steps have constant bounds, so that the compiler unrolls them.
template <WkvVersion kVersion, int kCount>
Among<kVersion, kCount> MakePlan(const Inputs& in, std::int64_t t, std::int64_t N, float* plan) {
  constexpr bool kRemoves = kVersion == WkvVersion::kRwkv7;
  Vec read[kCount][kCount], read_removed[kCount][kCount], looked[kCount][kCount], looked_removed[kCount][kCount];
  for (int s = 0; s < kCount; ++s) {
    for (int past = 0; past < kCount; ++past) read[s][past] = read_removed[s][past] = looked[s][past] = looked_removed[s][past] = Set(0.0f);
  }
  for (std::int64_t n = 0; n < N; n += kWidth, plan += kPlanRows<kVersion, kCount> * kWidth) {
    const auto row = [&](const Walk<const float>& tensor, int s) { return LoadUpTo(tensor.Row(t + s) + n, N - n); };
    Vec decay = Set(1.0f), write[kCount], remove[kCount];
    for (int s = 0; s < kCount; ++s) {
      const Vec r = row(in.r, s), w = row(in.w, s), k = row(in.k, s);
      if constexpr (kRemoves) {
        const Vec kappa = row(in.kappa, s);
        Store(plan + (1 + 2 * kCount + s) * kWidth, kappa * decay);
        for (int past = 0; past < kCount; ++past) {
          if (past >= s) continue;
          looked[s][past] = Fma(kappa, write[past], looked[s][past]);
          looked_removed[s][past] = Fma(kappa, remove[past], looked_removed[s][past]);
          write[past] = w * write[past];
          remove[past] = w * remove[past];
        }
        decay = w * decay;
        write[s] = k;
        remove[s] = kappa * row(in.a, s);
        for (int past = 0; past < kCount; ++past) {
          if (past > s) continue;
          read[s][past] = Fma(r, write[past], read[s][past]);
          read_removed[s][past] = Fma(r, remove[past], read_removed[s][past]);
        }
        Store(plan + (1 + s) * kWidth, r * decay);
      } else {
        Store(plan + (1 + s) * kWidth, r * decay);
        for (int past = 0; past < kCount; ++past) {
          if (past >= s) continue;
          read[s][past] = Fma(r, write[past], read[s][past]);
          write[past] = w * write[past];
        }
        decay = w * decay;
        write[s] = k;
        read[s][s] = Fma(r * LoadUpTo(in.u + n, N - n), k, read[s][s]);
      }
    }
    Store(plan, decay);
    for (int s = 0; s < kCount; ++s) Store(plan + (1 + kCount + s) * kWidth, write[s]);
    if constexpr (kRemoves) {
      for (int s = 0; s < kCount; ++s) Store(plan + (1 + 3 * kCount + s) * kWidth, remove[s]);
    }
  }
  Among<kVersion, kCount> among;
  for (int s = 0; s < kCount; ++s) {
    for (int past = 0; past < kCount; ++past) {
      if (past > s) continue;
      among.read[s][past] = Sum(read[s][past]);
      if constexpr (kRemoves) {
        among.read_removed[s][past] = Sum(read_removed[s][past]);
        among.looked[s][past] = Sum(looked[s][past]);
        among.looked_removed[s][past] = Sum(looked_removed[s][past]);
      }
    }
  }
  return among;
}

}  // namespace SSM_ISA
}  // namespace ssm
