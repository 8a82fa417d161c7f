// The root-mean-square norm behind a Mamba-2 layer, with its gate (arXiv 2405.21060, section 7.1; the norm itself: arXiv 1910.07467).
//
//   gate first          v[d] = x[d] silu(z[d])       y[d] = weight[d] v[d] / sqrt(mean(v^2) + epsilon)
//   norm_before_gate                                 y[d] = weight[d] x[d] / sqrt(mean(x^2) + epsilon) silu(z[d])
//
// Without z there is no gate. Means are over the D / groups channels of d's group, in one row.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "runtime/parallel.h"
#include "runtime/status.h"
#include "runtime/strides.h"

namespace ssm {

struct GatedRmsNormParams {
  std::int64_t batch = 0;
  std::int64_t length = 0;
  std::int64_t channels = 0;  // D
  std::int64_t groups = 1;    // G, divides D

  const float* x = nullptr;       // [batch, length, D]
  const float* weight = nullptr;  // [D]
  const float* z = nullptr;       // [batch, length, D], optional
  float* y = nullptr;             // [batch, length, D], overlaps no input

  Strides x_stride, z_stride, y_stride;

  float epsilon = 1e-5f;
  bool norm_before_gate = false;

  // Sets every stride for densely packed tensors.
  void SetContiguous() { x_stride = z_stride = y_stride = {length * channels, channels}; }
};

// InvalidArgument for a missing tensor, a size below its least, groups that do not divide the channels or strides below a row.
// An unsupported `isa` is InvalidArgument.
Status GatedRmsNorm(const GatedRmsNormParams& params, const Parallel& parallel, Isa isa = SelectedIsa());

// The definition: plain loops and double accumulators, one thread.
Status GatedRmsNormReference(const GatedRmsNormParams& params);
// The same loops in float throughout: the tests allow a kernel a small multiple of its error.
Status GatedRmsNormNaive(const GatedRmsNormParams& params);

}  // namespace ssm
