#include "ops/wkv/wkv.h"

#include "runtime/isa_list.h"
#include "runtime/validate.h"

namespace ssm {

#define SSM_DECLARE(enumerator, name) \
  namespace name { Status RunWkv(const WkvParams& params, const Parallel& parallel); }
SSM_SIMD_ISAS(SSM_DECLARE)
#undef SSM_DECLARE

namespace {

Status Validate(const WkvParams& p) {
  Validator check(WkvName(p.version));
  check.AtLeast("batch", p.batch, 0);
  check.AtLeast("length", p.length, 0);
  check.AtLeast("heads", p.heads, 1);
  check.AtLeast("channels", p.channels, 1);
  if (p.version == WkvVersion::kRwkv6) check.Present("u", p.u);
  if (p.batch > 0 && p.length > 0) {
    check.Rows("r", p.r, p.r_stride, p.channels, p.heads);
    check.Rows("w", p.w, p.w_stride, p.channels, p.heads);
    check.Rows("k", p.k, p.k_stride, p.channels, p.heads);
    check.Rows("v", p.v, p.v_stride, p.channels, p.heads);
    if (p.version == WkvVersion::kRwkv7) {
      check.Rows("kappa", p.kappa, p.kappa_stride, p.channels, p.heads);
      check.Rows("a", p.a, p.a_stride, p.channels, p.heads);
    }
    check.Rows("y", p.y, p.y_stride, p.channels, p.heads);
  }
  return check.status();
}

}  // namespace

const char* WkvName(WkvVersion version) { return version == WkvVersion::kRwkv6 ? "Wkv6" : "Wkv7"; }

Status Wkv(const WkvParams& params, const Parallel& parallel, Isa isa) {
  const Status valid = Validate(params);
  if (!valid.ok()) return valid;
  if (!IsaSupported(isa)) return UnsupportedIsa(WkvName(params.version), isa);
  if (params.batch == 0) return Status::Ok();
  switch (isa) {
#define SSM_RUN(enumerator, name) \
  case Isa::enumerator: return name::RunWkv(params, parallel);
    SSM_SIMD_ISAS(SSM_RUN)
#undef SSM_RUN
    default: SetLastIsa(Isa::kReference); return WkvReference(params);
  }
}

}  // namespace ssm
