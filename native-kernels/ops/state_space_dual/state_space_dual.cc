#include "ops/state_space_dual/state_space_dual.h"

#include "runtime/isa_list.h"
#include "runtime/validate.h"

namespace ssm {

#define SSM_DECLARE(enumerator, name) \
  namespace name { Status RunStateSpaceDual(const StateSpaceDualParams& params, const Parallel& parallel); }
SSM_SIMD_ISAS(SSM_DECLARE)
#undef SSM_DECLARE

namespace {

Status Validate(const StateSpaceDualParams& p) {
  Validator check("StateSpaceDual");
  check.AtLeast("batch", p.batch, 0);
  check.AtLeast("length", p.length, 0);
  check.AtLeast("heads", p.heads, 1);
  check.AtLeast("channels", p.channels, 1);
  check.AtLeast("state", p.state, 1);
  check.Divides("groups", p.groups, "heads", p.heads);
  check.Present("A", p.A);
  if (p.batch > 0 && p.length > 0) {
    check.Rows("x", p.x, p.x_stride, p.channels, p.heads);
    check.Rows("dt", p.dt, p.dt_stride, p.heads);
    check.Rows("B", p.B, p.B_stride, p.state, p.groups);
    check.Rows("C", p.C, p.C_stride, p.state, p.groups);
    if (p.z) check.Rows("z", p.z, p.z_stride, p.channels, p.heads);
    check.Rows("y", p.y, p.y_stride, p.channels, p.heads);
  }
  return check.status();
}

}  // namespace

Status StateSpaceDual(const StateSpaceDualParams& params, const Parallel& parallel, Isa isa) {
  const Status valid = Validate(params);
  if (!valid.ok()) return valid;
  if (!IsaSupported(isa)) return UnsupportedIsa("StateSpaceDual", isa);
  if (params.batch == 0) return Status::Ok();
  switch (isa) {
#define SSM_RUN(enumerator, name) \
  case Isa::enumerator: return name::RunStateSpaceDual(params, parallel);
    SSM_SIMD_ISAS(SSM_RUN)
#undef SSM_RUN
    default: SetLastIsa(Isa::kReference); return StateSpaceDualReference(params);
  }
}

}  // namespace ssm
