// The inner part of small matrix products: a block of the result stays in registers while the inner dimension runs.
#pragma once

#include "runtime/simd/vec.h"

namespace ssm {
namespace SSM_ISA {

// A block of kBlockRows x kBlockVectors sums, its operands beside it, fills the registers. Each load of a vector serves kBlockRows multiply-adds and each
// broadcast kBlockVectors, so that the multiply-add units, not the loads, are what it waits for.
constexpr int kBlockRows = kRegisters >= 32 ? 8 : 6;
constexpr int kBlockVectors = 2;

template <int kVectors>
struct Block {
  Vec row[kBlockRows][kVectors];
};

// block[r][v] += sum over k < count of a[k a_step + r] b[k b_step + v kWidth, ...]: a is the left matrix by columns, b the right one by rows.
template <int kVectors>
SSM_INLINE void MultiplyAdd(const float* a, std::int64_t a_step, const float* b, std::int64_t b_step, std::int64_t count, Block<kVectors>& block) {
  for (std::int64_t k = 0; k < count; ++k, a += a_step, b += b_step) {
    Vec right[kVectors];
    for (int v = 0; v < kVectors; ++v) right[v] = Load(b + v * kWidth);
    for (int r = 0; r < kBlockRows; ++r) {
      const Vec left = Set(a[r]);
      for (int v = 0; v < kVectors; ++v) block.row[r][v] = Fma(left, right[v], block.row[r][v]);
    }
  }
}

// The same for a square left matrix that is zero above its diagonal: what lies there is neither read nor multiplied, so that no later row of b, were it
// infinite, can reach an earlier row of the block.
template <int kVectors>
SSM_INLINE void MultiplyAddLower(const float* a, std::int64_t a_step, const float* b, std::int64_t b_step, Block<kVectors>& block) {
  for (int k = 0; k < kBlockRows; ++k) {
    Vec right[kVectors];
    for (int v = 0; v < kVectors; ++v) right[v] = Load(b + k * b_step + v * kWidth);
    for (int r = k; r < kBlockRows; ++r) {
      const Vec left = Set(a[k * a_step + r]);
      for (int v = 0; v < kVectors; ++v) block.row[r][v] = Fma(left, right[v], block.row[r][v]);
    }
  }
}

}  // namespace SSM_ISA
}  // namespace ssm
