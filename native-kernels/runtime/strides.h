#pragma once

#include <cstdint>

namespace ssm {

// Steps in elements between batches and between time steps of a tensor whose inner axes are contiguous. A slice of a wider tensor keeps
// the wide row step.
struct Strides {
  std::int64_t batch = 0;
  std::int64_t row = 0;
};

}  // namespace ssm
