// GatedRmsNorm, lanes along the channels of a group. One pass reads x, and z where the gate comes first, and sums squares; a second scales what the first
// has left in the nearest cache.
#include "ops/gated_rms_norm/gated_rms_norm.h"
#include "runtime/simd/math.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kVectors = kRegisters == 32 ? 4 : 2;  // at once
constexpr std::int64_t kLeastWork = 16 * 1024;      // elements that are worth a task of their own

enum class Gate { kNone, kBeforeNorm, kAfterNorm };

// One group of one row.
struct Group {
  const float *x, *z, *weight;
  float* y;
};

class Norm {
 public:
  explicit Norm(const GatedRmsNormParams& p) : p_(p), channels_(p.channels / p.groups) {}

  // The rows [begin, end) of all batch items together.
  void Run(std::int64_t begin, std::int64_t end) const {
    const FlushDenormals flush;
    if (!p_.z) return RunRows<Gate::kNone>(begin, end);
    p_.norm_before_gate ? RunRows<Gate::kAfterNorm>(begin, end) : RunRows<Gate::kBeforeNorm>(begin, end);
  }

 private:
  template <Gate kGate>
  void RunRows(std::int64_t begin, std::int64_t end) const {
    for (std::int64_t row = begin; row < end; ++row) {
      const auto at = [&](auto* tensor, const Strides& stride) { return tensor + row / p_.length * stride.batch + row % p_.length * stride.row; };
      Group group{at(p_.x, p_.x_stride), p_.z ? at(p_.z, p_.z_stride) : nullptr, p_.weight, at(p_.y, p_.y_stride)};
      for (std::int64_t g = 0; g < p_.groups; ++g) {
        Scale<kGate>(group, ScaleOf<kGate>(group));
        group.x += channels_;
        group.weight += channels_;
        group.y += channels_;
        if (kGate != Gate::kNone) group.z += channels_;
      }
    }
  }

  // 1 / sqrt(mean(v^2) + epsilon); v is left in y where the gate comes before the norm.
  template <Gate kGate>
  Vec ScaleOf(const Group& group) const {
    Vecs<kVectors> sums = All<Vecs<kVectors>>(0.0f);
    std::int64_t i = 0;
    for (; i + kVectors * kWidth <= channels_; i += kVectors * kWidth) sums = AddSquares<kGate>(group, i, sums);
    Vec sum = Total(sums);
    for (; i < channels_; i += kWidth) sum = AddSquares<kGate>(group, i, sum);
    return Set(1.0f) / Sqrt(Set(Sum(sum) / static_cast<float>(channels_) + p_.epsilon));
  }

  template <Gate kGate, typename V>
  SSM_INLINE_MEMBER V AddSquares(const Group& group, std::int64_t i, V sums) const {
    const std::int64_t left = channels_ - i;
    V v = LoadAllUpTo<V>(group.x + i, left);
    if constexpr (kGate == Gate::kBeforeNorm) {
      v = v * Silu(LoadAllUpTo<V>(group.z + i, left));
      StoreAllUpTo(group.y + i, v, left);
    }
    return Fma(v, v, sums);
  }

  template <Gate kGate>
  void Scale(const Group& group, Vec scale) const {
    std::int64_t i = 0;
    for (; i + kVectors * kWidth <= channels_; i += kVectors * kWidth) ScaleAt<kGate, Vecs<kVectors>>(group, i, scale);
    for (; i < channels_; i += kWidth) ScaleAt<kGate, Vec>(group, i, scale);
  }

  template <Gate kGate, typename V>
  SSM_INLINE_MEMBER void ScaleAt(const Group& group, std::int64_t i, Vec scale) const {
    const std::int64_t left = channels_ - i;
    V v = LoadAllUpTo<V>((kGate == Gate::kBeforeNorm ? group.y : group.x) + i, left) * All<V>(scale) * LoadAllUpTo<V>(group.weight + i, left);
    if constexpr (kGate == Gate::kAfterNorm) v = v * Silu(LoadAllUpTo<V>(group.z + i, left));
    StoreAllUpTo(group.y + i, v, left);
  }

  const GatedRmsNormParams& p_;
  const std::int64_t channels_;  // of a group
};

}  // namespace

Status RunGatedRmsNorm(const GatedRmsNormParams& p, const Parallel& parallel) {
  SetLastIsa(kIsa);
  const Norm norm(p);
  const std::int64_t rows = p.batch * p.length;
  const std::int64_t wanted = parallel.threads > 1 ? 2 * parallel.threads : 1;  // two shares a thread so that a delayed thread holds up little
  const std::int64_t parts = Least(wanted, 1 + rows * p.channels / kLeastWork);
  const auto task = [&](std::size_t index) {
    const std::int64_t part = static_cast<std::int64_t>(index);
    norm.Run(rows * part / parts, rows * (part + 1) / parts);
  };
  ParallelFor(parallel, static_cast<std::size_t>(parts), task);
  return Status::Ok();
}

}  // namespace SSM_ISA
}  // namespace ssm
