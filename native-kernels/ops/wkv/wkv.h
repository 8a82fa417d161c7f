// The time mixing of RWKV-6 (Peng et al. 2024, arXiv 2404.05892) and of RWKV-7 (Peng et al. 2025, arXiv 2503.14456): a state of keys by values for each head.
//
//   RWKV-6   y[t,p]   = sum_n r[t,n] (S[t-1,n,p] + u[n] k[t,n] v[t,p])
//            S[t,n,p] = w[t,n] S[t-1,n,p] + k[t,n] v[t,p]
//
//   RWKV-7   S[t,n,p] = w[t,n] S[t-1,n,p] - a[t,n] kappa[t,n] sum_m kappa[t,m] S[t-1,m,p] + k[t,n] v[t,p]
//            y[t,p]   = sum_n r[t,n] S[t,n,p]
//
// of each head by itself. With `reverse`, time runs from length-1 to 0: s0 enters at length-1 and s is the state at 0.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "runtime/parallel.h"
#include "runtime/status.h"
#include "runtime/strides.h"

namespace ssm {

enum class WkvVersion { kRwkv6, kRwkv7 };

struct WkvParams {
  WkvVersion version = WkvVersion::kRwkv6;
  std::int64_t batch = 0;
  std::int64_t length = 0;
  std::int64_t heads = 0;     // H
  std::int64_t channels = 0;  // N, keys and values of one head

  const float* r = nullptr;      // [batch, length, H, N], what is read
  const float* w = nullptr;      // [batch, length, H, N], the decays themselves: from 0 to 1 in a stable model
  const float* k = nullptr;      // [batch, length, H, N]
  const float* v = nullptr;      // [batch, length, H, N]
  const float* u = nullptr;      // [H, N], of RWKV-6: the bonus of the present step
  const float* kappa = nullptr;  // [batch, length, H, N], of RWKV-7: the key that is removed, of length 1 in the model
  const float* a = nullptr;      // [batch, length, H, N], of RWKV-7: how much of it
  const float* s0 = nullptr;     // [batch, H, N, N], optional: zeros
  float* y = nullptr;            // [batch, length, H, N], overlaps no input
  float* s = nullptr;            // [batch, H, N, N], optional; may be s0

  Strides r_stride, w_stride, k_stride, v_stride, kappa_stride, a_stride, y_stride;

  bool reverse = false;

  // Sets every stride for densely packed tensors.
  void SetContiguous() { r_stride = w_stride = k_stride = v_stride = kappa_stride = a_stride = y_stride = {length * heads * channels, heads * channels}; }
};

// "Wkv6" or "Wkv7", for messages.
const char* WkvName(WkvVersion version);

// InvalidArgument for a missing tensor, a size below its least or strides below a row; OutOfMemory when work space is refused.
// An unsupported `isa` is InvalidArgument.
Status Wkv(const WkvParams& params, const Parallel& parallel, Isa isa = SelectedIsa());

// The definition: plain loops and double accumulators, one thread.
Status WkvReference(const WkvParams& params);
// The same loops in float throughout: the tests allow a kernel a small multiple of its error.
Status WkvNaive(const WkvParams& params);

}  // namespace ssm
