#pragma once

#include "ops/causal_conv1d/causal_conv1d.h"

namespace ssm {

// Writes the last K-1 rows that the convolution has seen to params.s, if asked for. Every variant calls it after its last read of s0.
void SaveCausalConv1dState(const CausalConv1dParams& params);

}  // namespace ssm
