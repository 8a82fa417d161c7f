// The selective scan of Mamba (arXiv 2312.00752, equation 2 and algorithm 2), with softplus, skip and gate fused.
//
//   dt[t,d]   = softplus(delta[t,d] + delta_bias[d])            (softplus only if delta_softplus)
//   h[t,d,n]  = exp(dt[t,d] A[d,n]) h[t-1,d,n] + dt[t,d] B[t,g,n] u[t,d]
//   y[t,d]    = (sum_n C[t,g,n] h[t,d,n] + D[d] u[t,d]) * silu(z[t,d])
//
// g = d / (channels / groups). With `reverse`, time runs from length-1 to 0: h0 enters at length-1 and h is the state at 0.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "runtime/parallel.h"
#include "runtime/status.h"
#include "runtime/strides.h"

namespace ssm {

struct SelectiveScanParams {
  std::int64_t batch = 0;
  std::int64_t length = 0;
  std::int64_t channels = 0;  // D
  std::int64_t state = 0;     // N
  std::int64_t groups = 1;    // G, divides D

  const float* u = nullptr;           // [batch, length, D]
  const float* delta = nullptr;       // [batch, length, D]
  const float* A = nullptr;           // [D, N], the real matrix itself: negative in a stable model
  const float* B = nullptr;           // [batch, length, G, N]
  const float* C = nullptr;           // [batch, length, G, N]
  const float* D = nullptr;           // [D], optional
  const float* z = nullptr;           // [batch, length, D], optional
  const float* delta_bias = nullptr;  // [D], optional
  const float* h0 = nullptr;          // [batch, D, N], optional: zeros
  float* y = nullptr;                 // [batch, length, D], overlaps no input
  float* h = nullptr;                 // [batch, D, N], optional; may be h0

  Strides u_stride, delta_stride, B_stride, C_stride, z_stride, y_stride;

  bool delta_softplus = false;
  bool reverse = false;

  // Sets every stride for densely packed tensors.
  void SetContiguous() {
    u_stride = delta_stride = z_stride = y_stride = {length * channels, channels};
    B_stride = C_stride = {length * groups * state, groups * state};
  }
};

// InvalidArgument for a missing tensor, a size below its least or strides below a row; OutOfMemory when work space is refused.
// An unsupported `isa` is InvalidArgument.
Status SelectiveScan(const SelectiveScanParams& params, const Parallel& parallel, Isa isa = SelectedIsa());

// The definition: plain loops and double accumulators, one thread.
Status SelectiveScanReference(const SelectiveScanParams& params);
// The same loops in float throughout: the tests allow a kernel a small multiple of its error.
Status SelectiveScanNaive(const SelectiveScanParams& params);

}  // namespace ssm
