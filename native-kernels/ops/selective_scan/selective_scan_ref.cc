#include <cmath>
#include <cstddef>
#include <memory>
#include <new>

#include "ops/selective_scan/selective_scan.h"

namespace ssm {
namespace {

template <typename Real>
Real Silu(Real x) {
  return x / (1 + std::exp(-x));
}

template <typename Real>
Real Softplus(Real x) {
  return x > 20 ? x : std::log1p(std::exp(x));
}

template <typename Real>
Status Scan(const SelectiveScanParams& p) {
  const std::int64_t N = p.state;
  std::unique_ptr<Real[]> h(new (std::nothrow) Real[static_cast<std::size_t>(N)]);
  if (!h) return Status::OutOfMemory("SelectiveScan", N * sizeof(Real));
  for (std::int64_t b = 0; b < p.batch; ++b) {
    for (std::int64_t d = 0; d < p.channels; ++d) {
      const std::int64_t bd = b * p.channels + d;
      const std::int64_t g = d / (p.channels / p.groups);
      for (std::int64_t n = 0; n < N; ++n) h[n] = p.h0 ? p.h0[bd * N + n] : 0;
      for (std::int64_t step = 0; step < p.length; ++step) {
        const std::int64_t t = p.reverse ? p.length - 1 - step : step;
        const Real u = p.u[b * p.u_stride.batch + t * p.u_stride.row + d];
        Real dt = p.delta[b * p.delta_stride.batch + t * p.delta_stride.row + d];
        if (p.delta_bias) dt += p.delta_bias[d];
        if (p.delta_softplus) dt = Softplus(dt);
        const float* B = p.B + b * p.B_stride.batch + t * p.B_stride.row + g * N;
        const float* C = p.C + b * p.C_stride.batch + t * p.C_stride.row + g * N;
        Real y = 0;
        for (std::int64_t n = 0; n < N; ++n) {
          h[n] = std::exp(dt * static_cast<Real>(p.A[d * N + n])) * h[n] + dt * u * B[n];
          y += C[n] * h[n];
        }
        if (p.D) y += p.D[d] * u;
        if (p.z) y *= Silu<Real>(p.z[b * p.z_stride.batch + t * p.z_stride.row + d]);
        p.y[b * p.y_stride.batch + t * p.y_stride.row + d] = static_cast<float>(y);
      }
      if (p.h) {
        for (std::int64_t n = 0; n < N; ++n) p.h[bd * N + n] = static_cast<float>(h[n]);
      }
    }
  }
  return Status::Ok();
}

}  // namespace

Status SelectiveScanReference(const SelectiveScanParams& params) { return Scan<double>(params); }
Status SelectiveScanNaive(const SelectiveScanParams& params) { return Scan<float>(params); }

}  // namespace ssm
