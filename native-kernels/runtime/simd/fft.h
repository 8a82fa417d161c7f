// The discrete Fourier transform of kWidth sequences at once, one a lane. Stockham's ordering (no bit reversal), radix 4 with one step of radix 2 where the size is an odd
// power of 2. Van Loan 1992, "Computational Frameworks for the Fast Fourier Transform", section 1.7.
#pragma once

#include <cstdint>

#include "runtime/simd/vec.h"

namespace ssm {
namespace SSM_ISA {

// [size, kWidth] each.
struct Sequences {
  float* re;
  float* im;
  // The same with real and imaginary parts exchanged: a transform of it is the inverse transform, times the size.
  Sequences Swapped() const { return {im, re}; }
};

// One pass: `size` points of every transform left, `stride` transforms side by side. Root k of `order`, conjugated, is a twiddle factor.
SSM_INLINE void FftPass4(Sequences from, Sequences to, std::int64_t size, std::int64_t stride, const float* roots, std::int64_t order) {
  const std::int64_t quarter = size / 4, turn = order / size, lane = kWidth;
  for (std::int64_t p = 0; p < quarter; ++p) {
    Vec w_re[3], w_im[3];
    for (int i = 0; i < 3; ++i) {
      w_re[i] = Set(roots[2 * (i + 1) * p * turn]);
      w_im[i] = Set(roots[2 * (i + 1) * p * turn + 1]);  // of the conjugate: its sign is in the products
    }
    for (std::int64_t q = 0; q < stride; ++q) {
      const std::int64_t at = (q + stride * p) * lane, next = stride * quarter * lane;
      const Vec a_re = Load(from.re + at), b_re = Load(from.re + at + next), c_re = Load(from.re + at + 2 * next), d_re = Load(from.re + at + 3 * next);
      const Vec a_im = Load(from.im + at), b_im = Load(from.im + at + next), c_im = Load(from.im + at + 2 * next), d_im = Load(from.im + at + 3 * next);
      const Vec sum_re = a_re + c_re, sum_im = a_im + c_im, less_re = a_re - c_re, less_im = a_im - c_im;
      const Vec pair_re = b_re + d_re, pair_im = b_im + d_im, turned_re = d_im - b_im, turned_im = b_re - d_re;  // i (b - d)
      const std::int64_t out = (q + stride * 4 * p) * lane, step = stride * lane;
      Store(to.re + out, sum_re + pair_re);
      Store(to.im + out, sum_im + pair_im);
      const Vec y_re[3] = {less_re - turned_re, sum_re - pair_re, less_re + turned_re};
      const Vec y_im[3] = {less_im - turned_im, sum_im - pair_im, less_im + turned_im};
      for (int i = 0; i < 3; ++i) {
        Store(to.re + out + (i + 1) * step, Fma(w_im[i], y_im[i], w_re[i] * y_re[i]));
        Store(to.im + out + (i + 1) * step, NegFma(w_im[i], y_re[i], w_re[i] * y_im[i]));
      }
    }
  }
}

SSM_INLINE void FftPass2(Sequences from, Sequences to, std::int64_t stride) {
  for (std::int64_t at = 0; at < stride * kWidth; at += kWidth) {
    const std::int64_t next = at + stride * kWidth;
    const Vec a_re = Load(from.re + at), a_im = Load(from.im + at), b_re = Load(from.re + next), b_im = Load(from.im + next);
    Store(to.re + at, a_re + b_re);
    Store(to.im + at, a_im + b_im);
    Store(to.re + next, a_re - b_re);
    Store(to.im + next, a_im - b_im);
  }
}

// sum_j x[j] exp(-2 pi i j k / size) of `data`, size a power of 2; the result lies in the one of `data` and `work` that is returned. `roots`: exp(2 pi i k / size) in
// pairs, [size, 2].
SSM_INLINE Sequences Fft(Sequences data, Sequences work, std::int64_t size, const float* roots) {
  std::int64_t stride = 1;
  for (std::int64_t left = size; left > 1;) {
    if (left == 2) {
      FftPass2(data, work, stride);
      left = 1;
    } else {
      FftPass4(data, work, left, stride, roots, size);
      left /= 4;
      stride *= 4;
    }
    const Sequences swapped = data;
    data = work;
    work = swapped;
  }
  return data;
}

}  // namespace SSM_ISA
}  // namespace ssm
