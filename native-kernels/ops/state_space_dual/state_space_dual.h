// The state-space-dual layer of Mamba-2 (arXiv 2405.21060, section 6), with softplus, skip and gate fused: one decay a head.
//
//   dt[t,k]     = softplus(dt[t,k] + dt_bias[k])                      (softplus only if dt_softplus)
//   h[t,k,p,n]  = exp(dt[t,k] A[k]) h[t-1,k,p,n] + dt[t,k] x[t,k,p] B[t,g,n]
//   y[t,k,p]    = (sum_n C[t,g,n] h[t,k,p,n] + D[k] x[t,k,p]) * silu(z[t,k,p])
//
// k counts heads and g = k / (heads / groups). With `reverse`, time runs from length-1 to 0: h0 enters at length-1 and h is the state at 0.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "runtime/parallel.h"
#include "runtime/status.h"
#include "runtime/strides.h"

namespace ssm {

struct StateSpaceDualParams {
  std::int64_t batch = 0;
  std::int64_t length = 0;
  std::int64_t heads = 0;     // H
  std::int64_t channels = 0;  // P, channels of one head
  std::int64_t state = 0;     // N
  std::int64_t groups = 1;    // G, divides H

  const float* x = nullptr;        // [batch, length, H, P]
  const float* dt = nullptr;       // [batch, length, H]
  const float* A = nullptr;        // [H], the real decay rate itself: negative in a stable model
  const float* B = nullptr;        // [batch, length, G, N]
  const float* C = nullptr;        // [batch, length, G, N]
  const float* D = nullptr;        // [H], optional
  const float* z = nullptr;        // [batch, length, H, P], optional
  const float* dt_bias = nullptr;  // [H], optional
  const float* h0 = nullptr;       // [batch, H, P, N], optional: zeros
  float* y = nullptr;              // [batch, length, H, P], overlaps no input
  float* h = nullptr;              // [batch, H, P, N], optional; may be h0

  Strides x_stride, dt_stride, B_stride, C_stride, z_stride, y_stride;

  bool dt_softplus = false;
  bool reverse = false;

  // Sets every stride for densely packed tensors.
  void SetContiguous() {
    x_stride = z_stride = y_stride = {length * heads * channels, heads * channels};
    dt_stride = {length * heads, heads};
    B_stride = C_stride = {length * groups * state, groups * state};
  }
};

// InvalidArgument for a missing tensor, a size below its least or strides below a row; OutOfMemory when work space is refused.
// An unsupported `isa` is InvalidArgument.
Status StateSpaceDual(const StateSpaceDualParams& params, const Parallel& parallel, Isa isa = SelectedIsa());

// The definition: plain loops and double accumulators, one thread.
Status StateSpaceDualReference(const StateSpaceDualParams& params);
// The same loops in float throughout: the tests allow a kernel a small multiple of its error.
Status StateSpaceDualNaive(const StateSpaceDualParams& params);

}  // namespace ssm
