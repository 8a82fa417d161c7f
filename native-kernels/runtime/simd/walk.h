// A tensor [batch, length, ...] walked along time in either direction.
#pragma once

#include "runtime/simd/vec.h"
#include "runtime/strides.h"

namespace ssm {
namespace SSM_ISA {

template <typename Float>
struct Walk {
  Float* first;        // what time step 0 of the walk reads or writes
  std::int64_t step;   // from one time step to the next, in elements; negative in reverse

  Float* Row(std::int64_t t) const { return first + t * step; }
};

// A missing tensor (null) may be made into a walk, but not walked.
template <typename Float>
SSM_INLINE Walk<Float> WalkOf(Float* tensor, const Strides& strides, std::int64_t batch, std::int64_t length, bool reverse) {
  if (!tensor) return {nullptr, 0};
  Float* const start = tensor + batch * strides.batch;
  if (!reverse || length == 0) return {start, strides.row};
  return {start + (length - 1) * strides.row, -strides.row};
}

template <typename T>
SSM_INLINE T Least(T a, T b) { return b < a ? b : a; }

}  // namespace SSM_ISA
}  // namespace ssm
