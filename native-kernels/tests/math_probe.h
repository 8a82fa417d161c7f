// Opens the vector functions of runtime/simd/math.h to the tests, one copy for each instruction set.
#pragma once

#include "runtime/dispatch.h"

namespace ssm_test {

enum class MathFunction { kExp, kExp2, kExp2InRange, kSoftplus, kSilu, kSiluOfScaled };

// out[i] = function(in[i]) by the variant's code, denormals flushed as in a kernel.
void ProbeMath(ssm::Isa isa, MathFunction function, const float* in, float* out, int count);

}  // namespace ssm_test
