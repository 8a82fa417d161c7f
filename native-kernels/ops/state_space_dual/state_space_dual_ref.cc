#include <cmath>
#include <cstddef>
#include <memory>
#include <new>

#include "ops/state_space_dual/state_space_dual.h"

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
Status Recur(const StateSpaceDualParams& q) {
  const std::int64_t H = q.heads, P = q.channels, N = q.state;
  std::unique_ptr<Real[]> h(new (std::nothrow) Real[static_cast<std::size_t>(N)]);
  if (!h) return Status::OutOfMemory("StateSpaceDual", N * sizeof(Real));
  for (std::int64_t bkp = 0; bkp < q.batch * H * P; ++bkp) {
    const std::int64_t p = bkp % P, k = bkp / P % H, b = bkp / P / H;
    const std::int64_t g = k / (H / q.groups);
    for (std::int64_t n = 0; n < N; ++n) h[n] = q.h0 ? q.h0[bkp * N + n] : 0;
    for (std::int64_t step = 0; step < q.length; ++step) {
      const std::int64_t t = q.reverse ? q.length - 1 - step : step;
      const Real x = q.x[b * q.x_stride.batch + t * q.x_stride.row + k * P + p];
      Real dt = q.dt[b * q.dt_stride.batch + t * q.dt_stride.row + k];
      if (q.dt_bias) dt += q.dt_bias[k];
      if (q.dt_softplus) dt = Softplus(dt);
      const Real decay = std::exp(dt * static_cast<Real>(q.A[k]));
      const float* B = q.B + b * q.B_stride.batch + t * q.B_stride.row + g * N;
      const float* C = q.C + b * q.C_stride.batch + t * q.C_stride.row + g * N;
      Real y = 0;
      for (std::int64_t n = 0; n < N; ++n) {
        h[n] = decay * h[n] + dt * x * B[n];
        y += C[n] * h[n];
      }
      if (q.D) y += q.D[k] * x;
      if (q.z) y *= Silu<Real>(q.z[b * q.z_stride.batch + t * q.z_stride.row + k * P + p]);
      q.y[b * q.y_stride.batch + t * q.y_stride.row + k * P + p] = static_cast<float>(y);
    }
    if (q.h) {
      for (std::int64_t n = 0; n < N; ++n) q.h[bkp * N + n] = static_cast<float>(h[n]);
    }
  }
  return Status::Ok();
}

}  // namespace

Status StateSpaceDualReference(const StateSpaceDualParams& params) { return Recur<double>(params); }
Status StateSpaceDualNaive(const StateSpaceDualParams& params) { return Recur<float>(params); }

}  // namespace ssm
