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
constexpr int kAhead = 128;                     // channels from what is in work to what is asked for
constexpr std::int64_t kFar = 1 << 20;          // elements of y that no cache is likely to hold: asked for, too
constexpr int kUsualWidth = 4;                  // of the published models: compiled apart
constexpr std::int64_t kLeastWork = 16 * 1024;  // products that are worth a task of their own

constexpr int kCacheLine = 16;                  // floats

struct Item {
  Walk<const float> x;
  Walk<float> y;
  const float* s0;  // [K-1, D] or null
};

class Convolution {
 public:
  Convolution(const CausalConv1dParams& p, float* w) : p_(p), w_(w), far_(p.length * p.channels > kFar) {}

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

  // kCount time steps whose windows lie in the input.
  template <int kCount>
  void RunRows(const Item& item, std::int64_t t) const {
    const bool usual = p_.width == kUsualWidth, silu = p_.activation == ConvActivation::kSilu;
    if (usual) {
      silu ? RunWhole<kCount, kUsualWidth, true>(item, t) : RunWhole<kCount, kUsualWidth, false>(item, t);
    } else {
      silu ? RunWhole<kCount, 0, true>(item, t) : RunWhole<kCount, 0, false>(item, t);
    }
  }

  // kTaps is p_.width or 0.
  template <int kCount, int kTaps, bool kSilu>
  void RunWhole(const Item& item, std::int64_t t) const {
    const std::int64_t D = p_.channels, whole = D - D % kWidth;
    for (std::int64_t channel = 0; channel < whole; channel += kWidth) {
      if (channel % kCacheLine == 0) PrefetchRows<kCount>(item, t, channel + kAhead);
      RunVector<kCount, kTaps, kSilu, false>(item, t, channel);
    }
    if (whole < D) RunVector<kCount, kTaps, kSilu, true>(item, t, whole);
  }

  // With kPartial the vector is not full.
  template <int kCount, int kTaps, bool kSilu, bool kPartial>
  SSM_INLINE_MEMBER void RunVector(const Item& item, std::int64_t t, std::int64_t channel) const {
    const std::int64_t K = kTaps ? kTaps : p_.width;
    const float* const first = item.x.Row(t - (K - 1)) + channel;
    const float* const w = w_ + channel * K;
    Vec sum[kCount];
    for (int r = 0; r < kCount; ++r) sum[r] = Bias(channel);
    for (std::int64_t k = 0; k < K; ++k) {
      const Vec w_k = Load(w + k * kWidth);
      for (int r = 0; r < kCount; ++r) {
        const float* const x = first + (k + r) * item.x.step;
        sum[r] = Fma(w_k, kPartial ? LoadUpTo(x, Left(channel)) : Load(x), sum[r]);
      }
    }
    if (kSilu) {
      if constexpr (kCount == 4) {
        SiluOf(sum[0], sum[1], sum[2], sum[3]);
      } else {
        for (int r = 0; r < kCount; ++r) sum[r] = Silu(sum[r]);
      }
    }
    for (int r = 0; r < kCount; ++r) {
      float* const to = item.y.Row(t + r) + channel;
      if (kPartial) {
        StoreUpTo(to, sum[r], Left(channel));
      } else {
        Store(to, sum[r]);
      }
    }
  }

  // As many at once as there are registers for.
  static SSM_INLINE_MEMBER void SiluOf(Vec& a, Vec& b, Vec& c, Vec& d) {
    if constexpr (kRegisters >= 32) {
      const Vecs<4> y = Silu(Vecs<4>{{a, b}, {c, d}});
      a = y.a.a, b = y.a.b, c = y.b.a, d = y.b.b;
    } else {
      const Vecs<2> first = Silu(Vecs<2>{a, b}), second = Silu(Vecs<2>{c, d});
      a = first.a, b = first.b, c = second.a, d = second.b;
    }
  }

  // Asks for what is kAhead channels further on; what lies behind the end of a row is the beginning of the next.
  template <int kCount>
  SSM_INLINE_MEMBER void PrefetchRows(const Item& item, std::int64_t t, std::int64_t channel) const {
    const std::int64_t over = channel - p_.channels;
    if (over >= 0) channel = over, t += kCount;
    for (int r = 0; r < kCount; ++r) {
      Prefetch(item.x.Row(t + r) + channel);
      if (far_) Prefetch(item.y.Row(t + r) + channel);
    }
  }

  const CausalConv1dParams& p_;
  float* w_;  // [vectors, K, kWidth]
  bool far_;
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
