#include "ops/selective_scan_2d/selective_scan_2d.h"

#include "runtime/isa_list.h"
#include "runtime/validate.h"

namespace ssm {

#define SSM_DECLARE(enumerator, name) \
  namespace name { Status RunSelectiveScan2d(const SelectiveScan2dParams& params, const Parallel& parallel); }
SSM_SIMD_ISAS(SSM_DECLARE)
#undef SSM_DECLARE

namespace {

Status Validate(const SelectiveScan2dParams& p) {
  Validator check("SelectiveScan2d");
  check.AtLeast("batch", p.batch, 0);
  check.AtLeast("height", p.height, 0);
  check.AtLeast("width", p.width, 0);
  check.AtLeast("channels", p.channels, 1);
  check.AtLeast("state", p.state, 1);
  check.Divides("groups", p.groups, "channels", p.channels);
  check.Present("A", p.A);
  if (p.batch > 0 && p.height > 0 && p.width > 0) {
    check.Present("u", p.u);
    check.Present("delta", p.delta);
    check.Present("B", p.B);
    check.Present("C", p.C);
    check.Present("y", p.y);
  }
  return check.status();
}

}  // namespace

Status SelectiveScan2d(const SelectiveScan2dParams& params, const Parallel& parallel, Isa isa) {
  const Status valid = Validate(params);
  if (!valid.ok()) return valid;
  if (!IsaSupported(isa)) return UnsupportedIsa("SelectiveScan2d", isa);
  if (params.batch == 0) return Status::Ok();
  switch (isa) {
#define SSM_RUN(enumerator, name) \
  case Isa::enumerator: return name::RunSelectiveScan2d(params, parallel);
    SSM_SIMD_ISAS(SSM_RUN)
#undef SSM_RUN
    default: SetLastIsa(Isa::kReference); return SelectiveScan2dReference(params);
  }
}

}  // namespace ssm
