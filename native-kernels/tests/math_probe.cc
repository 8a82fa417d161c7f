#include "tests/math_probe.h"

#include "runtime/isa_list.h"

#define SSM_DECLARE(enumerator, name) \
  namespace ssm { namespace name { void ProbeMath(ssm_test::MathFunction function, const float* in, float* out, int count); } }
SSM_SIMD_ISAS(SSM_DECLARE)
#undef SSM_DECLARE

namespace ssm_test {

void ProbeMath(ssm::Isa isa, MathFunction function, const float* in, float* out, int count) {
  switch (isa) {
#define SSM_PROBE(enumerator, name) \
  case ssm::Isa::enumerator: return ssm::name::ProbeMath(function, in, out, count);
    SSM_SIMD_ISAS(SSM_PROBE)
#undef SSM_PROBE
    default: return;
  }
}

}  // namespace ssm_test
