#include "ops/causal_conv1d/causal_conv1d.h"

#include "ops/causal_conv1d/causal_conv1d_state.h"
#include "runtime/isa_list.h"
#include "runtime/validate.h"

namespace ssm {

#define SSM_DECLARE(enumerator, name) \
  namespace name { Status RunCausalConv1d(const CausalConv1dParams& params, const Parallel& parallel); }
SSM_SIMD_ISAS(SSM_DECLARE)
#undef SSM_DECLARE

namespace {

Status Validate(const CausalConv1dParams& p) {
  Validator check("CausalConv1d");
  check.AtLeast("batch", p.batch, 0);
  check.AtLeast("length", p.length, 0);
  check.AtLeast("channels", p.channels, 1);
  check.AtLeast("width", p.width, 1);
  check.Present("w", p.w);
  if (p.batch > 0 && p.length > 0) {
    check.Rows("x", p.x, p.x_stride, p.channels);
    check.Rows("y", p.y, p.y_stride, p.channels);
  }
  return check.status();
}

Status Convolve(const CausalConv1dParams& params, const Parallel& parallel, Isa isa) {
  switch (isa) {
#define SSM_RUN(enumerator, name) \
  case Isa::enumerator: return name::RunCausalConv1d(params, parallel);
    SSM_SIMD_ISAS(SSM_RUN)
#undef SSM_RUN
    default: SetLastIsa(Isa::kReference); return CausalConv1dReference(params);
  }
}

}  // namespace

void SaveCausalConv1dState(const CausalConv1dParams& p) {
  if (!p.s) return;
  const std::int64_t rows = p.width - 1, D = p.channels;
  for (std::int64_t b = 0; b < p.batch; ++b) {
    for (std::int64_t j = 0; j < rows; ++j) {
      const std::int64_t step = p.length - rows + j;  // counted in the direction of time
      const float* from = nullptr;
      if (step >= 0) {
        from = p.x + b * p.x_stride.batch + (p.reverse ? p.length - 1 - step : step) * p.x_stride.row;
      } else if (p.s0) {
        from = p.s0 + (b * rows + step + rows) * D;  // a later row than j, so s may be s0
      }
      for (std::int64_t d = 0; d < D; ++d) p.s[(b * rows + j) * D + d] = from ? from[d] : 0.0f;
    }
  }
}

Status CausalConv1d(const CausalConv1dParams& params, const Parallel& parallel, Isa isa) {
  const Status valid = Validate(params);
  if (!valid.ok()) return valid;
  if (!IsaSupported(isa)) return UnsupportedIsa("CausalConv1d", isa);
  if (params.batch == 0) return Status::Ok();
  return Convolve(params, parallel, isa);
}

}  // namespace ssm
