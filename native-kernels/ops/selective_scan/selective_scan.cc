#include "ops/selective_scan/selective_scan.h"

#include "runtime/isa_list.h"
#include "runtime/validate.h"

namespace ssm {

#define SSM_DECLARE(enumerator, name) \
  namespace name { Status RunSelectiveScan(const SelectiveScanParams& params, const Parallel& parallel); }
SSM_SIMD_ISAS(SSM_DECLARE)
#undef SSM_DECLARE

namespace {

Status Validate(const SelectiveScanParams& p) {
  Validator check("SelectiveScan");
  check.AtLeast("batch", p.batch, 0);
  check.AtLeast("length", p.length, 0);
  check.AtLeast("channels", p.channels, 1);
  check.AtLeast("state", p.state, 1);
  check.Divides("groups", p.groups, "channels", p.channels);
  check.Present("A", p.A);
  if (p.batch > 0 && p.length > 0) {
    check.Rows("u", p.u, p.u_stride, p.channels);
    check.Rows("delta", p.delta, p.delta_stride, p.channels);
    check.Rows("B", p.B, p.B_stride, p.state, p.groups);
    check.Rows("C", p.C, p.C_stride, p.state, p.groups);
    if (p.z) check.Rows("z", p.z, p.z_stride, p.channels);
    check.Rows("y", p.y, p.y_stride, p.channels);
  }
  return check.status();
}

}  // namespace

Status SelectiveScan(const SelectiveScanParams& params, const Parallel& parallel, Isa isa) {
  const Status valid = Validate(params);
  if (!valid.ok()) return valid;
  if (!IsaSupported(isa)) return UnsupportedIsa("SelectiveScan", isa);
  if (params.batch == 0) return Status::Ok();
  switch (isa) {
#define SSM_RUN(enumerator, name) \
  case Isa::enumerator: return name::RunSelectiveScan(params, parallel);
    SSM_SIMD_ISAS(SSM_RUN)
#undef SSM_RUN
    default: SetLastIsa(Isa::kReference); return SelectiveScanReference(params);
  }
}

}  // namespace ssm
