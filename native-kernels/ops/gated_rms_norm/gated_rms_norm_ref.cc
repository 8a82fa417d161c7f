#include <cmath>

#include "ops/gated_rms_norm/gated_rms_norm.h"

namespace ssm {
namespace {

template <typename Real>
Real Silu(Real x) {
  return x / (1 + std::exp(-x));
}

template <typename Real>
Status Normalise(const GatedRmsNormParams& p) {
  const std::int64_t C = p.channels / p.groups;  // channels of a group
  for (std::int64_t row = 0; row < p.batch * p.length; ++row) {
    const std::int64_t b = row / p.length, t = row % p.length;
    const float* x = p.x + b * p.x_stride.batch + t * p.x_stride.row;
    const float* z = p.z ? p.z + b * p.z_stride.batch + t * p.z_stride.row : nullptr;
    float* y = p.y + b * p.y_stride.batch + t * p.y_stride.row;
    const auto gate = [&](std::int64_t d) { return z ? Silu<Real>(z[d]) : Real(1); };
    const auto value = [&](std::int64_t d) { return p.norm_before_gate ? Real(x[d]) : x[d] * gate(d); };
    for (std::int64_t first = 0; first < p.channels; first += C) {
      Real squares = 0;
      for (std::int64_t d = first; d < first + C; ++d) squares += value(d) * value(d);
      const Real scale = 1 / std::sqrt(squares / C + p.epsilon);
      for (std::int64_t d = first; d < first + C; ++d) {
        const Real normed = value(d) * scale * p.weight[d];
        y[d] = static_cast<float>(p.norm_before_gate ? normed * gate(d) : normed);
      }
    }
  }
  return Status::Ok();
}

}  // namespace

Status GatedRmsNormReference(const GatedRmsNormParams& params) { return Normalise<double>(params); }
Status GatedRmsNormNaive(const GatedRmsNormParams& params) { return Normalise<float>(params); }

}  // namespace ssm
