#include "runtime/simd/math.h"
#include "tests/math_probe.h"

namespace ssm {
namespace SSM_ISA {

using ssm_test::MathFunction;

void ProbeMath(MathFunction function, const float* in, float* out, int count) {
  const FlushDenormals flush;
  for (int i = 0; i < count; i += kWidth) {
    const Vec x = LoadUpTo(in + i, count - i);
    Vec y = x;
    switch (function) {
      case MathFunction::kExp: y = Exp(x); break;
      case MathFunction::kExp2: y = Exp2(x); break;
      case MathFunction::kExp2InRange: y = Exp2ProductInRange(x, Set(1.0f)); break;
      case MathFunction::kSoftplus: y = Softplus(x); break;
      case MathFunction::kSilu: y = Silu(x); break;
      case MathFunction::kSiluOfScaled: y = SiluOfScaled(x); break;
    }
    StoreUpTo(out + i, y, count - i);
  }
}

}  // namespace SSM_ISA
}  // namespace ssm
