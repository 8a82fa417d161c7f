#include <cmath>
#include <cstddef>
#include <memory>
#include <new>

#include "ops/selective_scan_2d/selective_scan_2d.h"

namespace ssm {
namespace {

template <typename Real>
Real Softplus(Real x) {
  return x > 20 ? x : std::log1p(std::exp(x));
}

// The position that a path visits at `step`.
std::int64_t Position(const SelectiveScan2dParams& p, int direction, std::int64_t step) {
  if (direction >= 2) step = p.height * p.width - 1 - step;
  return direction % 2 == 0 ? step : step % p.height * p.width + step / p.height;
}

// Adds the scan of channel d of one batch item and direction to sum [H, W]; h [N] is overwritten.
template <typename Real>
void AddScan(const SelectiveScan2dParams& p, std::int64_t b, int k, std::int64_t d, Real* h, Real* sum) {
  const std::int64_t N = p.state, positions = p.height * p.width, plane = b * kDirections + k, kd = k * p.channels + d;
  const std::int64_t g = d / (p.channels / p.groups);
  for (std::int64_t n = 0; n < N; ++n) h[n] = 0;
  for (std::int64_t step = 0; step < positions; ++step) {
    const std::int64_t at = Position(p, k, step);
    const Real u = p.u[(b * positions + at) * p.channels + d];
    Real dt = p.delta[(plane * positions + at) * p.channels + d];
    if (p.delta_bias) dt += p.delta_bias[kd];
    if (p.delta_softplus) dt = Softplus(dt);
    const std::int64_t maps = ((plane * positions + at) * p.groups + g) * N;
    Real y = 0;
    for (std::int64_t n = 0; n < N; ++n) {
      h[n] = std::exp(dt * static_cast<Real>(p.A[kd * N + n])) * h[n] + dt * u * p.B[maps + n];
      y += p.C[maps + n] * h[n];
    }
    if (p.D) y += p.D[kd] * u;
    sum[at] += y;
  }
}

template <typename Real>
Status Scan(const SelectiveScan2dParams& p) {
  const std::int64_t positions = p.height * p.width;
  const auto size = static_cast<std::size_t>(p.state + positions);
  const std::unique_ptr<Real[]> space(new (std::nothrow) Real[size]);
  if (!space) return Status::OutOfMemory("SelectiveScan2d", size * sizeof(Real));
  Real* const h = space.get();
  Real* const sum = h + p.state;
  for (std::int64_t b = 0; b < p.batch; ++b) {
    for (std::int64_t d = 0; d < p.channels; ++d) {
      for (std::int64_t at = 0; at < positions; ++at) sum[at] = 0;
      for (int k = 0; k < kDirections; ++k) AddScan(p, b, k, d, h, sum);
      for (std::int64_t at = 0; at < positions; ++at) p.y[(b * positions + at) * p.channels + d] = static_cast<float>(sum[at]);
    }
  }
  return Status::Ok();
}

}  // namespace

Status SelectiveScan2dReference(const SelectiveScan2dParams& params) { return Scan<double>(params); }
Status SelectiveScan2dNaive(const SelectiveScan2dParams& params) { return Scan<float>(params); }

}  // namespace ssm
