#include <cstddef>
#include <memory>
#include <new>

#include "ops/wkv/wkv.h"

namespace ssm {
namespace {

// One channel p of the values, whose column of the state depends on no other.
template <typename Real>
Status Recur(const WkvParams& q) {
  const std::int64_t H = q.heads, N = q.channels;
  std::unique_ptr<Real[]> S(new (std::nothrow) Real[static_cast<std::size_t>(N)]);
  if (!S) return Status::OutOfMemory(WkvName(q.version), N * sizeof(Real));
  for (std::int64_t bhp = 0; bhp < q.batch * H * N; ++bhp) {
    const std::int64_t p = bhp % N, h = bhp / N % H, b = bhp / N / H;
    const std::int64_t column = (b * H + h) * N * N + p;
    for (std::int64_t n = 0; n < N; ++n) S[n] = q.s0 ? q.s0[column + n * N] : 0;
    for (std::int64_t step = 0; step < q.length; ++step) {
      const std::int64_t t = q.reverse ? q.length - 1 - step : step;
      const auto at = [&](auto* tensor, const Strides& stride) { return tensor + b * stride.batch + t * stride.row + h * N; };
      const float *r = at(q.r, q.r_stride), *w = at(q.w, q.w_stride), *k = at(q.k, q.k_stride);
      const Real v = at(q.v, q.v_stride)[p];
      Real y = 0;
      if (q.version == WkvVersion::kRwkv6) {
        const float* u = q.u + h * N;
        for (std::int64_t n = 0; n < N; ++n) {
          y += r[n] * (S[n] + u[n] * k[n] * v);
          S[n] = w[n] * S[n] + k[n] * v;
        }
      } else {
        const float *kappa = at(q.kappa, q.kappa_stride), *a = at(q.a, q.a_stride);
        Real removed = 0;
        for (std::int64_t n = 0; n < N; ++n) removed += kappa[n] * S[n];
        for (std::int64_t n = 0; n < N; ++n) {
          S[n] = w[n] * S[n] - a[n] * kappa[n] * removed + k[n] * v;
          y += r[n] * S[n];
        }
      }
      at(q.y, q.y_stride)[p] = static_cast<float>(y);
    }
    if (q.s) {
      for (std::int64_t n = 0; n < N; ++n) q.s[column + n * N] = static_cast<float>(S[n]);
    }
  }
  return Status::Ok();
}

}  // namespace

Status WkvReference(const WkvParams& params) { return Recur<double>(params); }
Status WkvNaive(const WkvParams& params) { return Recur<float>(params); }

}  // namespace ssm
