#include <cmath>

#include "ops/causal_conv1d/causal_conv1d.h"
#include "ops/causal_conv1d/causal_conv1d_state.h"

namespace ssm {
namespace {

template <typename Real>
Status Convolve(const CausalConv1dParams& p) {
  const std::int64_t K = p.width, D = p.channels;
  for (std::int64_t b = 0; b < p.batch; ++b) {
    for (std::int64_t step = 0; step < p.length; ++step) {
      for (std::int64_t d = 0; d < D; ++d) {
        const auto row = [&](std::int64_t i) { return p.reverse ? p.length - 1 - i : i; };
        Real y = p.bias ? p.bias[d] : 0;
        for (std::int64_t k = 0; k < K; ++k) {
          const std::int64_t from = step - (K - 1) + k;  // counted in the direction of time
          Real x = 0;
          if (from >= 0) {
            x = p.x[b * p.x_stride.batch + row(from) * p.x_stride.row + d];
          } else if (p.s0) {
            x = p.s0[(b * (K - 1) + from + K - 1) * D + d];
          }
          y += p.w[d * K + k] * x;
        }
        if (p.activation == ConvActivation::kSilu) y = y / (1 + std::exp(-y));
        p.y[b * p.y_stride.batch + row(step) * p.y_stride.row + d] = static_cast<float>(y);
      }
    }
  }
  SaveCausalConv1dState(p);
  return Status::Ok();
}

}  // namespace

Status CausalConv1dReference(const CausalConv1dParams& params) { return Convolve<double>(params); }
Status CausalConv1dNaive(const CausalConv1dParams& params) { return Convolve<float>(params); }

}  // namespace ssm
