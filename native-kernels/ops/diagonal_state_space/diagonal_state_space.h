// Linear time-invariant state spaces with complex diagonal transitions: S4D, DSS, S5, LRU, aTENNuate. Real in, real out, a complex state that can be carried on.
//
// Shared state (`B` is given, one group):
//   h[t,n] = a[n] h[t-1,n] + b[n] sum_d B[n,d] x[t,d]
//   y[t,e] = Re sum_n C[e,n] h[t,n] + D[e] x[t,e]
// Bank (`B` is null, a group for each channel, outputs = inputs): B is 1, or folded into C, and b goes to the output
//   h[t,d,n] = a[d,n] h[t-1,d,n] + x[t,d]
//   y[t,d]   = Re sum_n b[d,n] C[d,n] h[t,d,n] + D[d] x[t,d]
//
// a and b by discretization, with z = dt A:
//   kNone         a = A                    b = 1              no dt
//   kExponential  a = exp(z)               b = dt
//   kZoh          a = exp(z)               b = (exp(z) - 1) / A
//   kBilinear     a = (1 + z/2)/(1 - z/2)  b = dt / (1 - z/2)
// With `reverse`, time runs from length-1 to 0: h0 enters at length-1 and h is the state at 0.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "runtime/parallel.h"
#include "runtime/status.h"
#include "runtime/strides.h"

namespace ssm {

class DiagonalPlan;

enum class Discretization { kNone, kExponential, kZoh, kBilinear };

// kAuto takes the cheaper one. kFft needs a bank without h0 and h, and is the recurrence elsewhere.
enum class DiagonalForm { kAuto, kRecurrence, kFft };

struct DiagonalStateSpaceParams {
  std::int64_t batch = 0;
  std::int64_t length = 0;
  std::int64_t inputs = 0;   // D
  std::int64_t outputs = 0;  // E
  std::int64_t groups = 1;   // G: D in a bank, 1 for a shared state
  std::int64_t state = 0;    // N, of a group
  std::int64_t b_parts = 1;  // 2: B is complex, in pairs
  std::int64_t c_parts = 1;  // 2: C is complex, in pairs

  const float* x = nullptr;   // [batch, length, D]
  const float* A = nullptr;   // [G, N, 2]
  const float* B = nullptr;   // [N, D, b_parts], or null: a bank
  const float* C = nullptr;   // [E, N, c_parts]
  const float* dt = nullptr;  // [D] in a bank, [N] for a shared state, optional: ones
  const float* D = nullptr;   // [E], optional; needs E = D
  const float* h0 = nullptr;  // [batch, G, N, 2], optional: zeros
  float* y = nullptr;         // [batch, length, E], overlaps no input
  float* h = nullptr;         // [batch, G, N, 2], optional; may be h0

  Strides x_stride, y_stride;

  Discretization discretization = Discretization::kNone;
  bool reverse = false;
  DiagonalForm form = DiagonalForm::kAuto;
  const DiagonalPlan* plan = nullptr;  // of the same A, B, C, dt, D and instruction set, optional

  bool bank() const { return B == nullptr; }
  bool one_channel() const { return inputs == 1 && outputs == 1; }
  // Sets every stride for densely packed tensors.
  void SetContiguous() {
    x_stride = {length * inputs, inputs};
    y_stride = {length * outputs, outputs};
  }
};

// InvalidArgument for a missing tensor, a size below its least, sizes that fit neither form or strides below a row; OutOfMemory when work space is
// refused. An unsupported `isa` is InvalidArgument.
Status DiagonalStateSpace(const DiagonalStateSpaceParams& params, const Parallel& parallel, Isa isa = SelectedIsa());

// The definition: plain loops and double accumulators, one thread.
Status DiagonalStateSpaceReference(const DiagonalStateSpaceParams& params);
// The same loops in float throughout: the tests allow a kernel a small multiple of its error.
Status DiagonalStateSpaceNaive(const DiagonalStateSpaceParams& params);

}  // namespace ssm
