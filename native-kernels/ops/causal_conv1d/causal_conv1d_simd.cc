// CausalConv1d, lanes along channels, a few time steps at once so that one load of a weight serves them all. See README.md.
#include "ops/causal_conv1d/causal_conv1d.h"
#include "ops/causal_conv1d/causal_conv1d_state.h"
#include "runtime/simd/math.h"
#include "runtime/simd/transpose.h"
#include "runtime/simd/walk.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kRows = 4;                        // time steps at once
constexpr int kRowsAhead = 12;                  // from the rows in work to those asked for
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
  // packed: [vectors, K + 1, kWidth].
  Convolution(const CausalConv1dParams& p, float* packed) : p_(p), packed_(packed) {}

  // The weights of each vector behind its bias; where sums go through SiLU, in its unit.
  void Pack() const {
    const std::int64_t K = p_.width;
    const Vec unit = Set(p_.activation == ConvActivation::kSilu ? kSiluUnit : 1.0f);
    for (std::int64_t channel = 0; channel < p_.channels; channel += kWidth) {
      float* const to = packed_ + channel * (K + 1);
      Store(to, p_.bias ? LoadUpTo(p_.bias + channel, Left(channel)) : Set(0.0f));
      RowsToLanes(p_.w + channel * K, Left(channel), K, to + kWidth);
      for (std::int64_t k = 0; k <= K; ++k) Store(to + k * kWidth, Load(to + k * kWidth) * unit);
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

  // A time step whose window begins before the input.
  void RunFirst(const Item& item, std::int64_t t) const {
    const std::int64_t K = p_.width, D = p_.channels;
    for (std::int64_t channel = 0; channel < D; channel += kWidth) {
      const float* const packed = packed_ + channel * (K + 1);
      Vec y = Load(packed);
      for (std::int64_t k = item.s0 ? 0 : K - 1 - t; k < K; ++k) {
        const std::int64_t from = t - (K - 1) + k;
        const float* const row = from >= 0 ? item.x.Row(from) : item.s0 + (from + K - 1) * D;
        y = Fma(Load(packed + (k + 1) * kWidth), LoadUpTo(row + channel, Left(channel)), y);
      }
      if (p_.activation == ConvActivation::kSilu) y = SiluOfScaled(y);
      StoreUpTo(item.y.Row(t) + channel, y, Left(channel));
    }
  }

  // kCount time steps whose windows lie in the input.
  template <int kCount>
  void RunRows(const Item& item, std::int64_t t) const {
    const bool usual = p_.width == kUsualWidth, silu = p_.activation == ConvActivation::kSilu;
    if (usual) {
      silu ? RunVectors<kCount, kUsualWidth, true>(item, t) : RunVectors<kCount, kUsualWidth, false>(item, t);
    } else {
      silu ? RunVectors<kCount, 0, true>(item, t) : RunVectors<kCount, 0, false>(item, t);
    }
  }

  // kTaps is p_.width or 0.
  template <int kCount, int kTaps, bool kSilu>
  void RunVectors(const Item& item, std::int64_t t) const {
    const std::int64_t whole = p_.channels - p_.channels % kWidth;
    for (std::int64_t channel = 0; channel < whole; channel += kWidth) {
      if (channel % kCacheLine == 0) {
        for (int r = 0; r < kCount; ++r) PrefetchFar(item.x.Row(t + kRowsAhead + r) + channel);
        for (int r = 0; r < kCount; ++r) PrefetchFar(item.y.Row(t + kRowsAhead + r) + channel);
      }
      RunVector<kCount, kTaps, kSilu>(item, t, channel, kWidth);
    }
    if (whole < p_.channels) RunVector<kCount, kTaps, kSilu>(item, t, whole, p_.channels - whole);
  }

  template <int kCount, int kTaps, bool kSilu>
  SSM_INLINE_MEMBER void RunVector(const Item& item, std::int64_t t, std::int64_t channel, std::int64_t count) const {
    const std::int64_t K = kTaps ? kTaps : p_.width;
    const float* const x = item.x.Row(t - (K - 1)) + channel;
    const float* const packed = packed_ + channel * (K + 1);
    Vec sum[kCount];
    for (int r = 0; r < kCount; ++r) sum[r] = Load(packed);
    for (std::int64_t k = 0; k < K; ++k) {
      const Vec w = Load(packed + (k + 1) * kWidth);
      for (int r = 0; r < kCount; ++r) sum[r] = Fma(w, LoadUpTo(x + (k + r) * item.x.step, count), sum[r]);
    }
    for (int r = 0; r < kCount; ++r) StoreUpTo(item.y.Row(t + r) + channel, kSilu ? SiluOfScaled(sum[r]) : sum[r], count);
  }

  const CausalConv1dParams& p_;
  float* packed_;
};

}  // namespace

Status RunCausalConv1d(const CausalConv1dParams& p, const Parallel& parallel) {
  SetLastIsa(kIsa);
  const WorkSpace packed((p.channels + kWidth - 1) / kWidth, p.width + 1, kWidth);
  if (!packed.data()) return Status::OutOfMemory("CausalConv1d", packed.bytes());
  const Convolution convolution(p, packed.data());
  convolution.Pack();

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
