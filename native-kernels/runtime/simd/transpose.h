// Between the layout of a state or matrix in memory, [rows, N], and the kernels' own, [N, kWidth], one row a lane.
#pragma once

#include "runtime/simd/vec.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {

// to[i to_step + j] = from[j from_step + i] for i, j < 4.
SSM_INLINE void Transpose4(const float* from, std::int64_t from_step, float* to, std::int64_t to_step) {
#if defined(SSM_ISA_neon)
  const float32x4x2_t low = vtrnq_f32(vld1q_f32(from), vld1q_f32(from + from_step));
  const float32x4x2_t high = vtrnq_f32(vld1q_f32(from + 2 * from_step), vld1q_f32(from + 3 * from_step));
  vst1q_f32(to, vcombine_f32(vget_low_f32(low.val[0]), vget_low_f32(high.val[0])));
  vst1q_f32(to + to_step, vcombine_f32(vget_low_f32(low.val[1]), vget_low_f32(high.val[1])));
  vst1q_f32(to + 2 * to_step, vcombine_f32(vget_high_f32(low.val[0]), vget_high_f32(high.val[0])));
  vst1q_f32(to + 3 * to_step, vcombine_f32(vget_high_f32(low.val[1]), vget_high_f32(high.val[1])));
#else
  __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps(from + from_step);
  __m128 c = _mm_loadu_ps(from + 2 * from_step), d = _mm_loadu_ps(from + 3 * from_step);
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(to, a);
  _mm_storeu_ps(to + to_step, b);
  _mm_storeu_ps(to + 2 * to_step, c);
  _mm_storeu_ps(to + 3 * to_step, d);
#endif
}

// to[i to_step + j] = from[j from_step + i] for i < columns, j < rows.
SSM_INLINE void Transpose(const float* from, std::int64_t from_step, std::int64_t rows, std::int64_t columns, float* to, std::int64_t to_step) {
  const std::int64_t whole_rows = rows - rows % 4, whole_columns = columns - columns % 4;
  for (std::int64_t j = 0; j < whole_rows; j += 4) {
    for (std::int64_t i = 0; i < whole_columns; i += 4) Transpose4(from + j * from_step + i, from_step, to + i * to_step + j, to_step);
  }
  for (std::int64_t j = 0; j < rows; ++j) {
    for (std::int64_t i = j < whole_rows ? whole_columns : 0; i < columns; ++i) to[i * to_step + j] = from[j * from_step + i];
  }
}

// Rows [rows, N] into lanes [N, kWidth], `step` floats from one n to the next; lanes from `rows` on become 0. rows >= 1, and only the first kWidth count.
SSM_INLINE void RowsToLanes(const float* from, std::int64_t rows, std::int64_t N, float* lanes, std::int64_t step = kWidth) {
  if (rows < kWidth) {
    for (std::int64_t n = 0; n < N; ++n) Store(lanes + n * step, Set(0.0f));
  }
  Transpose(from, N, Least<std::int64_t>(rows, kWidth), N, lanes, step);
}

// Back again.
SSM_INLINE void LanesToRows(const float* lanes, std::int64_t rows, std::int64_t N, float* to, std::int64_t step = kWidth) {
  Transpose(lanes, step, N, Least<std::int64_t>(rows, kWidth), to, N);
}

}  // namespace SSM_ISA
}  // namespace ssm
