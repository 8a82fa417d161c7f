// The cross-scan of VMamba (arXiv 2401.10166, SS2D): four selective scans over one map, each with parameters of its own, summed where they lie.
//
//   dt[k,p,d]  = softplus(delta[k,p,d] + delta_bias[k,d])                      (softplus only if delta_softplus)
//   h[k,p,d,n] = exp(dt[k,p,d] A[k,d,n]) h[k,q,d,n] + dt[k,p,d] B[k,p,g,n] u[p,d]
//   y[p,d]     = sum_k (sum_n C[k,p,g,n] h[k,p,d,n] + D[k,d] u[p,d])
//
// p is a position of the map and q the one before it on the path of direction k, where there is none h is 0; g = d / (channels / groups).
// Paths: 0 along rows from the first position, 1 along columns from the first, 2 and 3 the paths 0 and 1 from their ends.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "runtime/parallel.h"
#include "runtime/status.h"

namespace ssm {

inline constexpr int kDirections = 4;  // K

// All tensors are dense.
struct SelectiveScan2dParams {
  std::int64_t batch = 0;
  std::int64_t height = 0;    // H
  std::int64_t width = 0;     // W
  std::int64_t channels = 0;  // D
  std::int64_t state = 0;     // N
  std::int64_t groups = 1;    // G, divides D

  const float* u = nullptr;           // [batch, H, W, D]
  const float* delta = nullptr;       // [batch, K, H, W, D]
  const float* A = nullptr;           // [K, D, N], the real matrix itself: negative in a stable model
  const float* B = nullptr;           // [batch, K, H, W, G, N]
  const float* C = nullptr;           // [batch, K, H, W, G, N]
  const float* D = nullptr;           // [K, D], optional
  const float* delta_bias = nullptr;  // [K, D], optional
  float* y = nullptr;                 // [batch, H, W, D], overlaps no input

  bool delta_softplus = false;
};

// InvalidArgument for a missing tensor or a size below its least; OutOfMemory when work space is refused. An unsupported `isa` is InvalidArgument.
Status SelectiveScan2d(const SelectiveScan2dParams& params, const Parallel& parallel, Isa isa = SelectedIsa());

// The definition: plain loops and double accumulators, one thread.
Status SelectiveScan2dReference(const SelectiveScan2dParams& params);
// The same loops in float throughout: the tests allow a kernel a small multiple of its error.
Status SelectiveScan2dNaive(const SelectiveScan2dParams& params);

}  // namespace ssm
