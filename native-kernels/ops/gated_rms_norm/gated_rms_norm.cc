#include "ops/gated_rms_norm/gated_rms_norm.h"

#include "runtime/isa_list.h"
#include "runtime/validate.h"

namespace ssm {

#define SSM_DECLARE(enumerator, name) \
  namespace name { Status RunGatedRmsNorm(const GatedRmsNormParams& params, const Parallel& parallel); }
SSM_SIMD_ISAS(SSM_DECLARE)
#undef SSM_DECLARE

namespace {

Status Validate(const GatedRmsNormParams& p) {
  Validator check("GatedRmsNorm");
  check.AtLeast("batch", p.batch, 0);
  check.AtLeast("length", p.length, 0);
  check.AtLeast("channels", p.channels, 1);
  check.Divides("groups", p.groups, "channels", p.channels);
  check.Present("weight", p.weight);
  if (p.batch > 0 && p.length > 0) {
    check.Rows("x", p.x, p.x_stride, p.channels);
    if (p.z) check.Rows("z", p.z, p.z_stride, p.channels);
    check.Rows("y", p.y, p.y_stride, p.channels);
  }
  return check.status();
}

}  // namespace

Status GatedRmsNorm(const GatedRmsNormParams& params, const Parallel& parallel, Isa isa) {
  const Status valid = Validate(params);
  if (!valid.ok()) return valid;
  if (!IsaSupported(isa)) return UnsupportedIsa("GatedRmsNorm", isa);
  if (params.batch == 0) return Status::Ok();
  switch (isa) {
#define SSM_RUN(enumerator, name) \
  case Isa::enumerator: return name::RunGatedRmsNorm(params, parallel);
    SSM_SIMD_ISAS(SSM_RUN)
#undef SSM_RUN
    default: SetLastIsa(Isa::kReference); return GatedRmsNormReference(params);
  }
}

}  // namespace ssm
