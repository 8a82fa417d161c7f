// Wkv, lanes along the channels of v, a few time steps at each visit to the state. See README.md for the derivation.
#include "ops/wkv/wkv.h"
#include "ops/wkv/wkv_plan.h"
#include "runtime/simd/vecs.h"
#include "runtime/simd/walk.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kStrip = kRegisters == 32 ? 2 : 1;  // vectors that share one broadcast of what the steps do to a key
constexpr int kCacheLine = 16;                    // floats

template <WkvVersion kVersion>
class Mixer {
 public:
  // state: [batch, heads, N, N]; plan: [batch, heads, PlanBlocks(N), kPlanBlock].
  Mixer(const WkvParams& p, float* state, float* plan) : p_(p), state_(state), plan_(plan) {}

  void Run(std::int64_t b, std::int64_t h) const {
    const FlushDenormals flush;
    const std::int64_t N = p_.channels, bh = b * p_.heads + h;
    const auto walk = [&](auto* tensor, const Strides& stride) { return WalkOf(tensor ? tensor + h * N : nullptr, stride, b, p_.length, p_.reverse); };
    const Inputs in{walk(p_.r, p_.r_stride), walk(p_.w, p_.w_stride), walk(p_.k, p_.k_stride), walk(p_.kappa, p_.kappa_stride), walk(p_.a, p_.a_stride), p_.u ? p_.u + h * N : nullptr};
    const Head head{in, walk(p_.v, p_.v_stride), walk(p_.y, p_.y_stride), state_ + bh * N * N, plan_ + bh * PlanBlocks(N) * kPlanBlock};
    const float* from = p_.s0 ? p_.s0 + bh * N * N : nullptr;
    if (!from || p_.length == 0) from = Fill(head.state, from);
    std::int64_t t = 0;
    for (; t + kSteps <= p_.length; t += kSteps, from = head.state) RunSteps<kSteps>(head, from, t);
    for (; t < p_.length; ++t, from = head.state) RunSteps<1>(head, from, t);
  }

 private:
  struct Head {
    Inputs in;
    Walk<const float> v;
    Walk<float> y;
    float* state;  // [N, N]
    float* plan;
  };

  // `from`, null for zeros, may be `state`.
  const float* Fill(float* state, const float* from) const {
    if (from == state) return state;
    for (std::int64_t i = 0; i < p_.channels * p_.channels; ++i) state[i] = from ? from[i] : 0.0f;
    return state;
  }

  // kCount steps from t on, which bring the state `from` to head.state; they may be the same.
  template <int kCount>
  void RunSteps(const Head& head, const float* from, std::int64_t t) const {
    const std::int64_t N = p_.channels;
    const Among<kVersion, kCount> among = MakePlan<kVersion, kCount>(head.in, t, N, head.plan);
    if (t + 2 * kCount <= p_.length) PrefetchSteps<kCount>(head, t + kCount);
    std::int64_t channel = 0;
    for (; channel + kStrip * kWidth <= N; channel += kStrip * kWidth) RunStrip<kCount, Vecs<kStrip>>(head, among, from, t, channel, kStrip * kWidth);
    for (; channel < N; channel += kWidth) RunStrip<kCount, Vec>(head, among, from, t, channel, N - channel);
  }

  // Rows of a head lie a whole tensor row apart, too far for the processor to foresee.
  template <int kCount>
  SSM_INLINE_MEMBER void PrefetchSteps(const Head& head, std::int64_t t) const {
    for (std::int64_t s = t; s < t + kCount; ++s) {
      for (std::int64_t i = 0; i < p_.channels; i += kCacheLine) {
        Prefetch(head.in.r.Row(s) + i);
        Prefetch(head.in.w.Row(s) + i);
        Prefetch(head.in.k.Row(s) + i);
        if (kVersion == WkvVersion::kRwkv7) {
          Prefetch(head.in.kappa.Row(s) + i);
          Prefetch(head.in.a.Row(s) + i);
        }
        Prefetch(head.v.Row(s) + i);
        Prefetch(head.y.Row(s) + i);
      }
    }
  }

  // kCount steps from t on of the `count` values that begin at `channel`, as many as V holds or fewer. Loops over steps have constant bounds, so that the compiler
  // unrolls them and keeps v, y and `removed` in registers.
  template <int kCount, typename V>
  SSM_INLINE_MEMBER void RunStrip(const Head& head, const Among<kVersion, kCount>& among, const float* from, std::int64_t t, std::int64_t channel, std::int64_t count) const {
    const std::int64_t N = p_.channels;
    from += channel;
    float* const to = head.state + channel;
    V v[kCount], y[kCount];
    for (int s = 0; s < kCount; ++s) {
      v[s] = LoadAllUpTo<V>(head.v.Row(t + s) + channel, count);
      y[s] = All<V>(0.0f);
    }
    if constexpr (kVersion == WkvVersion::kRwkv6) {
      ForKeys<kVersion, kCount>(head.plan, N, [&](const Key<kCount>& key, std::int64_t row) {
        V S = LoadAllUpTo<V>(from + row, count);
        for (int s = 0; s < kCount; ++s) y[s] = Fma(All<V>(key.read(s)), S, y[s]);
        S = S * All<V>(key.decay());
        for (int s = 0; s < kCount; ++s) S = Fma(All<V>(key.write(s)), v[s], S);
        StoreAllUpTo(to + row, S, count);
      });
    } else {
      V removed[kCount];
      for (int s = 0; s < kCount; ++s) removed[s] = All<V>(0.0f);
      ForKeys<kVersion, kCount>(head.plan, N, [&](const Key<kCount>& key, std::int64_t row) {
        const V S = LoadAllUpTo<V>(from + row, count);
        for (int s = 0; s < kCount; ++s) {
          removed[s] = Fma(All<V>(key.look(s)), S, removed[s]);
          y[s] = Fma(All<V>(key.read(s)), S, y[s]);
        }
      });
      for (int s = 0; s < kCount; ++s) {
        for (int past = 0; past < kCount; ++past) {
          if (past < s) removed[s] = Fma(All<V>(among.looked[s][past]), v[past], NegFma(All<V>(among.looked_removed[s][past]), removed[past], removed[s]));
        }
        for (int past = 0; past < kCount; ++past) {
          if (past <= s) y[s] = NegFma(All<V>(among.read_removed[s][past]), removed[past], y[s]);
        }
      }
      ForKeys<kVersion, kCount>(head.plan, N, [&](const Key<kCount>& key, std::int64_t row) {
        V S = LoadAllUpTo<V>(from + row, count) * All<V>(key.decay());
        for (int s = 0; s < kCount; ++s) S = Fma(All<V>(key.write(s)), v[s], NegFma(All<V>(key.remove(s)), removed[s], S));
        StoreAllUpTo(to + row, S, count);
      });
    }
    for (int s = 0; s < kCount; ++s) {
      for (int past = 0; past < kCount; ++past) {
        if (past <= s) y[s] = Fma(All<V>(among.read[s][past]), v[past], y[s]);
      }
      StoreAllUpTo(head.y.Row(t + s) + channel, y[s], count);
    }
  }

  const WkvParams& p_;
  float *state_, *plan_;
};

template <WkvVersion kVersion>
Status Run(const WkvParams& p, const Parallel& parallel) {
  const std::int64_t N = p.channels, heads = p.batch * p.heads;
  const WorkSpace state(p.s ? 0 : heads, N, N);
  const WorkSpace plan(heads, PlanBlocks(N), kPlanBlock);
  const WorkSpace* const spaces[] = {&state, &plan};
  for (const WorkSpace* space : spaces) {
    if (!space->data()) return Status::OutOfMemory(WkvName(kVersion), space->bytes());
  }
  const Mixer<kVersion> mixer(p, p.s ? p.s : state.data(), plan.data());
  const std::int64_t parts = parallel.threads > 1 ? Least<std::int64_t>(heads, 2 * parallel.threads) : 1;  // two shares a thread so that a delayed thread holds up little
  const auto task = [&](std::size_t index) {
    const std::int64_t part = static_cast<std::int64_t>(index);
    for (std::int64_t bh = heads * part / parts; bh < heads * (part + 1) / parts; ++bh) mixer.Run(bh / p.heads, bh % p.heads);
  };
  ParallelFor(parallel, static_cast<std::size_t>(parts), task);
  return Status::Ok();
}

}  // namespace

Status RunWkv(const WkvParams& p, const Parallel& parallel) {
  SetLastIsa(kIsa);
  return p.version == WkvVersion::kRwkv6 ? Run<WkvVersion::kRwkv6>(p, parallel) : Run<WkvVersion::kRwkv7>(p, parallel);
}

}  // namespace SSM_ISA
}  // namespace ssm
