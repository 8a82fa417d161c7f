// CausalConv1d, lanes along channels, a few time steps at once so that one load of a weight serves them all. See README.md.
#include "ops/causal_conv1d/causal_conv1d.h"
#include "ops/causal_conv1d/causal_conv1d_state.h"
#include "runtime/simd/math.h"
#include "runtime/simd/walk.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kRows = 4;                        // time steps at once
constexpr std::int64_t kStretch = 128;          // channels at once: their sums stay near until they are activated, and their like in the next stretch is asked for
constexpr int kUsualWidth = 4;                  // of the published models: compiled apart
constexpr std::int64_t kLeastWork = 16 * 1024;  // products that are worth a task of their own
constexpr int kCacheLine = 16;                  // floats

struct Item {
  Walk<const float> x;
  Walk<float> y;
  const float* s0;  // [K-1, D] or null
};

// Some channels from a time step on, which both walks count from.
struct Stretch {
  Walk<const float> x;
  Walk<float> y;
  std::int64_t channel, count;
};

class Convolution {
 public:
  Convolution(const CausalConv1dParams& p, float* w) : p_(p), w_(w) {}

  // Lays w out as [vectors, K, kWidth].
  void PackWeights() const {
    const std::int64_t K = p_.width;
    for (std::int64_t d = 0; d < p_.channels; ++d) {
      for (std::int64_t k = 0; k < K; ++k) w_[(d / kWidth * K + k) * kWidth + d % kWidth] = p_.w[d * K + k];
    }
  }

  // The time steps [begin, end) of one batch item.
  void Run(const Item& item, std::int64_t begin, std::int64_t end) const {
    const FlushDenormals flush;
    std::int64_t t = begin;
    for (; t < end && t < p_.width - 1; ++t) RunFirst(item, t);
    for (; t + kRows <= end; t += kRows) RunRows<kRows>(item, t);
    for (; t < end; ++t) RunRows<1>(item, t);
  }

 private:
  std::int64_t Left(std::int64_t channel) const { return p_.channels - channel; }
  Vec Bias(std::int64_t channel) const { return p_.bias ? LoadUpTo(p_.bias + channel, Left(channel)) : Set(0.0f); }

  // A time step whose window begins before the input.
  void RunFirst(const Item& item, std::int64_t t) const {
    const std::int64_t K = p_.width, D = p_.channels;
    for (std::int64_t channel = 0; channel < D; channel += kWidth) {
      const float* const w = w_ + channel * K;
      Vec y = Bias(channel);
      for (std::int64_t k = item.s0 ? 0 : K - 1 - t; k < K; ++k) {
        const std::int64_t from = t - (K - 1) + k;
        const float* const row = from >= 0 ? item.x.Row(from) : item.s0 + (from + K - 1) * D;
        y = Fma(Load(w + k * kWidth), LoadUpTo(row + channel, Left(channel)), y);
      }
      if (p_.activation == ConvActivation::kSilu) y = Silu(y);
      StoreUpTo(item.y.Row(t) + channel, y, Left(channel));
    }
  }

  Stretch StretchAt(const Item& item, std::int64_t t, std::int64_t channel) const {
    return {{item.x.Row(t) + channel, item.x.step}, {item.y.Row(t) + channel, item.y.step}, channel, Least(kStretch, Left(channel))};
  }

  // kCount time steps whose windows lie in the input.
  template <int kCount>
  void RunRows(const Item& item, std::int64_t t) const {
    const bool usual = p_.width == kUsualWidth, silu = p_.activation == ConvActivation::kSilu;
    if (usual) {
      silu ? RunStretches<kCount, kUsualWidth, true>(item, t) : RunStretches<kCount, kUsualWidth, false>(item, t);
    } else {
      silu ? RunStretches<kCount, 0, true>(item, t) : RunStretches<kCount, 0, false>(item, t);
    }
  }

  // kTaps is p_.width or 0.
  template <int kCount, int kTaps, bool kSilu>
  void RunStretches(const Item& item, std::int64_t t) const {
    for (std::int64_t channel = 0; channel < p_.channels; channel += kStretch) {
      const Stretch here = StretchAt(item, t, channel);
      const Stretch next = channel + kStretch < p_.channels ? StretchAt(item, t, channel + kStretch) : StretchAt(item, t + kCount, 0);
      if constexpr (kSilu) {
        alignas(64) float sums[kCount * kStretch];
        Sum<kCount, kTaps, false>(here, next, {sums, kStretch});
        Activate<kCount>({sums, kStretch}, here, next);
      } else {
        Sum<kCount, kTaps, true>(here, next, here.y);
      }
    }
  }

  template <int kCount, int kTaps, bool kPrefetch>
  void Sum(const Stretch& here, const Stretch& next, const Walk<float>& sums) const {
    const std::int64_t K = kTaps ? kTaps : p_.width, whole = here.count - here.count % kWidth, x_step = here.x.step, sums_step = sums.step;
    const float* const x = here.x.Row(1 - K);
    const float* const w = w_ + here.channel * K;
    const float* const bias = p_.bias ? p_.bias + here.channel : nullptr;
    float* const to = sums.first;
    for (std::int64_t i = 0; i < whole; i += kWidth) {
      if (kPrefetch && i % kCacheLine == 0) PrefetchRows<kCount>(next, i);
      Vec sum[kCount];
      for (int r = 0; r < kCount; ++r) sum[r] = bias ? Load(bias + i) : Set(0.0f);
      for (std::int64_t k = 0; k < K; ++k) {
        const Vec w_k = Load(w + i * K + k * kWidth);
        for (int r = 0; r < kCount; ++r) sum[r] = Fma(w_k, Load(x + (k + r) * x_step + i), sum[r]);
      }
      for (int r = 0; r < kCount; ++r) Store(to + r * sums_step + i, sum[r]);
    }
    if (whole == here.count) return;
    const std::int64_t left = here.count - whole;
    for (int r = 0; r < kCount; ++r) {
      Vec sum = Bias(here.channel + whole);
      for (std::int64_t k = 0; k < K; ++k) sum = Fma(Load(w + whole * K + k * kWidth), LoadUpTo(x + (k + r) * x_step + whole, left), sum);
      StoreUpTo(to + r * sums_step + whole, sum, left);
    }
  }

  template <int kCount>
  void Activate(const Walk<const float>& sums, const Stretch& here, const Stretch& next) const {
    using Line = Vecs<kCacheLine / kWidth>;
    std::int64_t i = 0;
    for (; i + kCacheLine <= here.count; i += kCacheLine) {
      PrefetchRows<kCount>(next, i);
      for (int r = 0; r < kCount; ++r) StoreAll(here.y.Row(r) + i, Silu(LoadAll<Line>(sums.Row(r) + i)));
    }
    for (; i < here.count; i += kWidth) {
      for (int r = 0; r < kCount; ++r) StoreUpTo(here.y.Row(r) + i, Silu(LoadUpTo(sums.Row(r) + i, here.count - i)), here.count - i);
    }
  }

  template <int kCount>
  SSM_INLINE_MEMBER void PrefetchRows(const Stretch& next, std::int64_t i) const {
    for (int r = 0; r < kCount; ++r) Prefetch(next.x.Row(r) + i);
    for (int r = 0; r < kCount; ++r) Prefetch(next.y.Row(r) + i);
  }

  const CausalConv1dParams& p_;
  float* w_;  // [vectors, K, kWidth]
};

}  // namespace

Status RunCausalConv1d(const CausalConv1dParams& p, const Parallel& parallel) {
  SetLastIsa(kIsa);
  const WorkSpace w((p.channels + kWidth - 1) / kWidth, p.width, kWidth);
  if (!w.data()) return Status::OutOfMemory("CausalConv1d", w.bytes());
  const Convolution convolution(p, w.data());
  convolution.PackWeights();

  // Threads share a batch item by whole stretches of time, two a thread so that a delayed thread holds up little.
  const std::int64_t wanted = parallel.threads > 1 ? (2 * parallel.threads + p.batch - 1) / p.batch : 1;
  const std::int64_t worthwhile = 1 + p.length * p.channels / kLeastWork * p.width;
  const std::int64_t parts = Least(wanted, worthwhile);
  const auto task = [&](std::size_t index) {
    const std::int64_t b = static_cast<std::int64_t>(index) / parts, part = static_cast<std::int64_t>(index) % parts;
    const Item item{WalkOf(p.x, p.x_stride, b, p.length, p.reverse), WalkOf(p.y, p.y_stride, b, p.length, p.reverse),
                    p.s0 ? p.s0 + b * (p.width - 1) * p.channels : nullptr};
    convolution.Run(item, p.length * part / parts, p.length * (part + 1) / parts);
  };
  ParallelFor(parallel, static_cast<std::size_t>(p.batch * parts), task);
  SaveCausalConv1dState(p);
  return Status::Ok();
}

}  // namespace SSM_ISA
}  // namespace ssm
