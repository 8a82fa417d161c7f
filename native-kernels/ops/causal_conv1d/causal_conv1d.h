// The short depthwise causal convolution in front of a Mamba scan (arXiv 2312.00752, section 3.4), with bias and SiLU fused.
//
//   y[t,d] = act(bias[d] + sum_k w[d,k] x[t - (K-1) + k, d])
//
// Rows before the first come from s0[K-1, D], oldest first (s0[K-2] is the row just before), or are zeros; s receives the last K-1 rows seen.
// With `reverse`, time runs from length-1 to 0: y[t] uses x[t .. t+K-1] with w[d,K-1] on x[t], s0[K-2] is the row length, and s[K-2] the row 0.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "runtime/parallel.h"
#include "runtime/status.h"
#include "runtime/strides.h"

namespace ssm {

enum class ConvActivation { kNone, kSilu };

struct CausalConv1dParams {
  std::int64_t batch = 0;
  std::int64_t length = 0;
  std::int64_t channels = 0;  // D
  std::int64_t width = 0;     // K, at least 1

  const float* x = nullptr;     // [batch, length, D]
  const float* w = nullptr;     // [D, K]
  const float* bias = nullptr;  // [D], optional
  const float* s0 = nullptr;    // [batch, K-1, D], optional: zeros
  float* y = nullptr;           // [batch, length, D], overlaps no input
  float* s = nullptr;           // [batch, K-1, D], optional; may be s0

  Strides x_stride, y_stride;

  ConvActivation activation = ConvActivation::kNone;
  bool reverse = false;

  // Sets every stride for densely packed tensors.
  void SetContiguous() { x_stride = y_stride = {length * channels, channels}; }
};

// InvalidArgument for a missing tensor, a size below its least or strides below a row; OutOfMemory when work space is refused.
// An unsupported `isa` is InvalidArgument.
Status CausalConv1d(const CausalConv1dParams& params, const Parallel& parallel, Isa isa = SelectedIsa());

// The definition: plain loops and double accumulators, one thread.
Status CausalConv1dReference(const CausalConv1dParams& params);
// The same loops in float throughout: the tests allow a kernel a small multiple of its error.
Status CausalConv1dNaive(const CausalConv1dParams& params);

}  // namespace ssm
